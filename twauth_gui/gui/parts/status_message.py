"""One message of the status bar."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

_TICK_MS = 200


class StatusMessage(QObject):
    """A text, perhaps with time that runs out.

    pressed: its button. finished: the time ran out. read: whoever looked has had time to read
    it. gone: it is not shown any more, for whatever reason, once.
    """

    pressed = Signal()
    finished = Signal()
    read = Signal()
    gone = Signal()
    tick = Signal()

    def __init__(self, text: str, seconds: float, button: str, parent: QObject) -> None:
        super().__init__(parent)
        self.text = text
        self.seconds = seconds
        self.button = button
        self.inline = "{s}" in text
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        self._clock.start()
        self._timer.start()

    def stay(self, seconds: float) -> None:
        """Let it be read for so long."""
        QTimer.singleShot(round(seconds * 1000), self, self.read.emit)

    def end(self) -> None:
        """Stop; called by the bar when the message leaves it."""
        self._timer.stop()
        self.gone.emit()
        self.deleteLater()

    def seconds_left(self) -> int:
        return math.ceil(self._left())

    def part_left(self) -> float:
        """Return the share of the time that is left, 0 to 1."""
        return self._left() / self.seconds if self.seconds else 0.0

    def words(self) -> str:
        """Return the text as it reads now."""
        if not self.inline:
            return self.text
        return self.text.replace("{s}", str(self.seconds_left()))

    def _left(self) -> float:
        if not self._clock.isValid():
            return self.seconds
        return max(0.0, self.seconds - self._clock.elapsed() / 1000)

    def _on_timeout(self) -> None:
        self.tick.emit()
        if self._left() <= 0:
            self._timer.stop()
            self.finished.emit()
