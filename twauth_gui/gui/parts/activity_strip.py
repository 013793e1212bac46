"""A strip that says what is under way, and stops it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.progress_ring import ProgressRing
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import S


class ActivityStrip(QWidget):
    """What is under way, how far it is, and a button that stops it.

    stop_text: of the button. bar_name: of the bar, for screen readers.

    Signals:
        stopped: the button was pressed.
    """

    stopped = Signal()

    def __init__(self, stop_text: str = "Stop", bar_name: str = "") -> None:
        super().__init__()
        self._ring = ProgressRing(16)
        self._text = Text(role="text-2", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(bar_name)
        self._bar.hide()
        self._stop = secondary_button(stop_text, size=ButtonSize.SMALL)
        self._stop.clicked.connect(self.stopped)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self._ring)
        row.addWidget(self._text, 1)
        row.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addLayout(row)
        column.addWidget(self._bar)
        self.hide()

    def show_text(self, text: str, *, is_busy: bool = True, can_stop: bool = True) -> None:
        """Show a sentence, "" for none; the ring turns while something is under way.

        can_stop: whether that can be stopped.
        """
        if text != self._text.text():
            announce(self, text)
        self._text.setText(text)
        self._ring.setVisible(is_busy)
        self._ring.set_spinning(on=is_busy)
        self._stop.setVisible(is_busy and can_stop)
        self._bar.hide()
        self.setVisible(bool(text))

    def show_progress(self, text: str, done: int, known: int) -> None:
        """Show how much is done."""
        self._text.setText(text)
        self._bar.setRange(0, max(1, known))
        self._bar.setValue(done)
        self._bar.show()
