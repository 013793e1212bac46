"""Press Check all in the real window, and measure its longest stall; run as a program."""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from twauth_gui.app import make_application, open_window
from twauth_gui.gui.check_controller import CheckController
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.app_paths import find_app_paths
from twauth_gui.services.container import open_services
from twauth_gui.services.vault_service import make_keychain_vault

_TICK_MS = 2
_IDLE_MS = 2000


class StallWatch(QObject):
    """Ticks on the window's thread; the longest pause between two ticks is the longest stall."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.longest = 0.0
        self.started = self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> float:
        """Return the longest stall until now, in seconds."""
        self._timer.stop()
        return self.longest

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last - _TICK_MS / 1000)
        self._last = now


def main(directory: str) -> int:
    gc.disable()
    app = make_application()
    look = Look(app)
    look.apply()
    services = open_services(find_app_paths(Path(directory)), make_keychain_vault())
    window = open_window(services, look)
    checks = window.findChild(CheckController)
    assert checks is not None

    def wait_idle() -> None:
        idle = StallWatch(window)
        QTimer.singleShot(_IDLE_MS, window, lambda: press(idle.stop()))

    def press(idle: float) -> None:
        button = next(one for one in window.findChildren(QPushButton) if one.text() == "Check all")
        progress = StallWatch(window)

        def summed(words: str) -> None:
            tell(progress, words, idle)

        checks.finished.connect(summed)
        button.click()

    def tell(progress: StallWatch, words: str, idle: float) -> None:
        seconds = time.perf_counter() - progress.started
        stall = progress.stop()
        result = {"seconds": seconds, "stall": stall, "idle": idle, "words": words}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
        QApplication.quit()

    window.ready.connect(lambda: QTimer.singleShot(1500, window, wait_idle))
    code = app.exec()
    window.close()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
