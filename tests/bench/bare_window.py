"""The bare PySide6 window of the comparison, and the measurement of a first paint."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QStringListModel, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

_SETTLE_MS = 600
_LATE_MODULES = {"WebEngineCore", "WebEngineWidgets", "requests", "tweepy"}
"""Modules that are large, and that no window needs until their feature is used."""


class FirstPaint(QObject):
    """Waits for a widget's next paint, writes one line of JSON, ends the process's event loop.

    at: when the widget was painted. settled: when the event loop had done what was left to do
    then. The peak of the memory is read later still, so that nothing put off escapes it.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._at = self._settled = 0.0
        widget.installEventFilter(self)
        widget.update()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Paint:
            return False
        self._widget.removeEventFilter(self)
        QCoreApplication.sendEvent(watched, event)
        self._at = _now()
        QTimer.singleShot(0, self, lambda: QTimer.singleShot(0, self, self._settle))
        return True

    def _settle(self) -> None:
        self._settled = _now()
        QTimer.singleShot(_SETTLE_MS, self, self._write_result)

    def _write_result(self) -> None:
        result = {
            "at": self._at,
            "settled": self._settled,
            "kilobytes": _peak(),
            "early": sorted(
                _LATE_MODULES & {name.partition(".Qt")[2] or name for name in sys.modules}
            ),
        }
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
        QCoreApplication.quit()


def _now() -> float:
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def main(rows: int) -> int:
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1120, 720)
    view = QListView()
    view.setUniformItemSizes(True)
    view.setModel(QStringListModel([f"Row {number}" for number in range(rows)], view))
    QVBoxLayout(window).addWidget(view)
    FirstPaint(view.viewport())
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
