"""The bar at the foot of the window."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.announce import announce
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_button
from twauth_gui.gui.parts.icon_label import IconLabel
from twauth_gui.gui.parts.ring import ProgressRing
from twauth_gui.gui.parts.status_message import StatusMessage
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import M, S, Type, fit

_HEIGHT = 32
_ICON = 14


class StatusBar(QWidget):
    """At the left the storage by name, at the right one message at a time.

    settings: a button at the far right, for a page without a sidebar.
    """

    unlock_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(fit(_HEIGHT, Type.SMALL))
        self._icon = IconLabel("lock", "text-3", _ICON)
        self._name = Text(type=Type.SMALL, role="text-2")
        self.unlock = quiet_button(self.tr("Unlock"), size=ButtonSize.TINY)
        self.unlock.clicked.connect(self.unlock_requested)
        self._text = ElidedLabel(type=Type.SMALL, role="text-2")
        self.button = quiet_button("", size=ButtonSize.TINY)
        self.button.clicked.connect(self._on_pressed)
        self.settings = quiet_button(self.tr("Settings"), size=ButtonSize.TINY)
        self.settings.hide()
        self._ring = ProgressRing(_ICON)
        self._left_over = Text(type=Type.SMALL, role="text-2")
        self._message: StatusMessage | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(M + 7, 1, M, 0)
        self._row.setSpacing(S)
        self._lay_out()
        self.clear()
        self.set_storage("", locked=False)

    def set_storage(self, name: str, *, locked: bool) -> None:
        """Name the keychain or file; locked turns it amber and offers Unlock."""
        words = self.tr("{name} is locked").format(name=name) if locked else name
        self._icon.set_icon("lock", "warn" if locked else "text-3")
        self._icon.setVisible(bool(name))
        self._name.setText(words)
        self._name.set_role("warn" if locked else "text-2")
        self.unlock.setVisible(locked)

    def set_trouble(self, text: str) -> None:
        """Say in the storage's place why there is none."""
        self.set_storage(text, locked=False)
        self._icon.set_icon("triangle-alert", "warn")
        self._name.set_role("warn")

    def message(self) -> StatusMessage | None:
        """Return what is shown now."""
        return self._message

    def show_message(self, text: str, button: str = "") -> StatusMessage:
        """Show a text until it is cleared or replaced; its pressed signal is the button's."""
        return self._show(StatusMessage(text, 0, button, self))

    def show_countdown(self, text: str, seconds: float, button: str = "") -> StatusMessage:
        """Show a text while time runs out.

        Where the text holds {s}, the seconds left stand there; else they stand at the end.
        """
        message = self._show(StatusMessage(text, seconds, button, self))
        message.tick.connect(self._on_tick)
        message.start()
        return message

    def reword(self, message: StatusMessage, text: str) -> None:
        """Change the words of a message, where it is still shown; they are not announced again."""
        message.text = text
        if message is self._message:
            self._text.setText(message.words())

    def clear(self, message: StatusMessage | None = None) -> None:
        """Take the message away; given one, only where that one is still shown."""
        if message is not None and message is not self._message:
            return
        if self._message is not None:
            ended, self._message = self._message, None
            ended.end()
        for part in (self._text, self.button, self._ring, self._left_over):
            part.hide()

    def _show(self, message: StatusMessage) -> StatusMessage:
        self.clear()
        self._message = message
        message.finished.connect(self._on_finished)
        self._arrange(ring_first=message.inline)
        self._text.setText(message.words())
        self._text.show()
        self.button.setText(message.button)
        self.button.setVisible(bool(message.button))
        self._ring.setVisible(message.seconds > 0)
        self._left_over.setVisible(message.seconds > 0 and not message.inline)
        self._on_tick()
        announce(self, message.words())
        return message

    def _on_tick(self) -> None:
        message = self._message
        if message is None:
            return
        self._ring.set_part(message.part_left())
        words = message.words()
        if words != self._text.text():
            self._text.setText(words)
        self._left_over.setText(self.tr("{s} s").format(s=message.seconds_left()))

    def _on_finished(self) -> None:
        self.clear()  # only the message that is shown has a running clock

    def _on_pressed(self) -> None:
        message = self._message
        if message is not None:
            message.pressed.emit()
            self.clear(message)

    def _arrange(self, *, ring_first: bool) -> None:
        after = (self._text, self.button, self._ring, self._left_over)
        before = (self._ring, self._text, self.button, self._left_over)
        for part in after:
            self._row.removeWidget(part)
        for part in before if ring_first else after:
            self._row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.removeWidget(self.settings)
        self._row.addWidget(self.settings, 0, Qt.AlignmentFlag.AlignVCenter)

    def _lay_out(self) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        self._row.addWidget(self._icon, 0, middle)
        self._row.addSpacing(3)
        self._row.addWidget(self._name, 0, middle)
        self._row.addWidget(self.unlock, 0, middle)
        self._row.addStretch(1)
        for part in (self._ring, self._text, self.button, self._left_over):
            part.setParent(self)
        self._row.addWidget(self.settings, 0, middle)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = current_look()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("window"))
        painter.fillRect(QRect(0, 0, self.width(), 1), look.colour("line"))
