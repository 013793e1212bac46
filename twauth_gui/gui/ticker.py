"""The one clock by which everything says how long ago something was."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

_PERIOD_MS = 30_000


class Ticker(QObject):
    """Ticks twice a minute, so that no two parts of the window tell another time.

    Signals:
        ticked: reword what depends on the time.
    """

    ticked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD_MS)
        self._timer.timeout.connect(self.ticked)
        self._timer.start()
