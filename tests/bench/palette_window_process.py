"""Type into the palette of the real window, and measure each key stroke; run as a program."""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from statistics import median

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QListView, QVBoxLayout, QWidget

from twauth_gui.app import make_application, open_window
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.window import MainWindow
from twauth_gui.services.app_paths import find_app_paths
from twauth_gui.services.container import open_services
from twauth_gui.services.vault_service import make_keychain_vault

_QUERIES = ("marsh_0", "fwk news", "tq7", "zebra", "settings", "@harbour 99", "7000004")


def main(directory: str, runs: int) -> int:
    gc.disable()
    app = make_application()
    look = Look(app)
    look.apply()
    services = open_services(find_app_paths(Path(directory)), make_keychain_vault())
    window = open_window(services, look)

    def measure() -> None:
        try:
            sys.stdout.write(json.dumps(_measure(window, runs)) + "\n")
            sys.stdout.flush()
        finally:
            window.close()
            app.quit()

    window.ready.connect(lambda: QTimer.singleShot(500, measure))
    return app.exec()


def _measure(window: MainWindow, runs: int) -> dict[str, float]:
    times = [(_open_palette(window), _open_bare_dialog(window)) for _ in range(runs)]
    opened, bare = (median(column) for column in zip(*times, strict=True))
    window.open_palette()
    while window.context.tasks.is_busy:
        QApplication.processEvents()
    strokes = [median(times) for query in _QUERIES for times in _type(window, query, runs)]
    return {"opened": opened, "bare": bare, "usual": median(strokes)}


def _open_palette(window: MainWindow) -> float:
    """Open the palette and close it again; return how long the former took, in seconds."""
    started = time.perf_counter()
    window.open_palette()
    QApplication.processEvents()
    seconds = time.perf_counter() - started
    window.context.dialogs.close_all()
    return seconds


def _open_bare_dialog(window: QWidget) -> float:
    """Open a dialog of Qt's own with a field and an empty list; return how long that took."""
    started = time.perf_counter()
    dialog = QDialog(window)
    column = QVBoxLayout(dialog)
    column.addWidget(QLineEdit())
    column.addWidget(QListView())
    dialog.open()
    QApplication.processEvents()
    seconds = time.perf_counter() - started
    dialog.close()
    dialog.deleteLater()
    return seconds


def _type(window: MainWindow, query: str, runs: int) -> list[list[float]]:
    """Type a query several times; return the seconds that each of its key strokes took."""
    field = window.findChild(QLineEdit, "paletteField")
    assert field is not None
    times: list[list[float]] = [[] for _ in query]
    for _ in range(runs):
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        QApplication.processEvents()
        for letter, found in zip(query, times, strict=True):
            started = time.perf_counter()
            QTest.keyClicks(field, letter)
            QApplication.processEvents()
            found.append(time.perf_counter() - started)
    return times


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
