"""The status bar: the vault at the left, one message at a time at the right."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.badges import Badge, IconLabel
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_button
from twauth_gui.gui.parts.progress_ring import ProgressRing
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import M, S, TextStyle, scale_height

_TICK_MS = 200


class StatusMessage(QObject):
    """A text, with a button or a countdown if it has one.

    Signals:
        pressed: its button was pressed.
        finished: the countdown ended.
        read: the time to read it, set by keep_for(), is over.
        removed: it is not shown any more, for whatever reason; sent once.
        tick: the countdown goes on.
    """

    pressed = Signal()
    finished = Signal()
    read = Signal()
    removed = Signal()
    tick = Signal()

    def __init__(self, text: str, seconds: float, button: str, parent: QObject) -> None:
        super().__init__(parent)
        self.text = text
        self.seconds = seconds
        self.button = button
        self.has_inline_seconds = "{s}" in text
        self._clock = QElapsedTimer()
        self._earlier_ms = 0  # on the clock before the last pause
        self.is_paused = False
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        self._clock.start()
        self._timer.start()

    def set_paused(self, *, on: bool) -> None:
        """Stop a countdown for a while, or let it go on."""
        if on is self.is_paused:
            return
        self.is_paused = on
        if on:
            self._timer.stop()
            self._earlier_ms += self._clock.elapsed()
        else:
            self.start()

    def keep_for(self, seconds: float) -> None:
        """Send read after this time."""
        QTimer.singleShot(round(seconds * 1000), self, self.read.emit)

    def end(self) -> None:
        """Stop; called by the bar when the message leaves it."""
        self._timer.stop()
        self.removed.emit()
        self.deleteLater()

    def seconds_left(self) -> int:
        return math.ceil(self._remaining_seconds())

    def fraction_left(self) -> float:
        """Return the share of the time that is left, 0 to 1."""
        return self._remaining_seconds() / self.seconds if self.seconds else 0.0

    def current_text(self) -> str:
        """Return the text as it reads now."""
        if not self.has_inline_seconds:
            return self.text
        return self.text.replace("{s}", str(self.seconds_left()))

    def _remaining_seconds(self) -> float:
        if not self._clock.isValid():
            return self.seconds
        elapsed = self._earlier_ms + (0 if self.is_paused else self._clock.elapsed())
        return max(0.0, self.seconds - elapsed / 1000)

    def _on_timeout(self) -> None:
        self.tick.emit()
        if self._remaining_seconds() <= 0:
            self._timer.stop()
            self.finished.emit()


_HEIGHT = 32
_ICON = 14


class StatusBar(QWidget):
    """The vault's name at the left, one message at a time at the right.

    .settings is a button at the far right, for pages without a sidebar.
    """

    unlock_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(scale_height(_HEIGHT, TextStyle.SMALL))
        self._icon = IconLabel("lock", "text-3", _ICON)
        self._name = Text(style=TextStyle.SMALL, role="text-2")
        self.unlock = quiet_button(self.tr("Unlock"), size=ButtonSize.TINY)
        self.unlock.clicked.connect(self.unlock_requested)
        self._text = ElidedLabel(style=TextStyle.SMALL, role="text-2")
        self.button = quiet_button("", size=ButtonSize.TINY)
        self.button.clicked.connect(self._on_pressed)
        self.settings = quiet_button(self.tr("Settings"), size=ButtonSize.TINY)
        self.settings.hide()
        self._ring = ProgressRing(_ICON)
        self._seconds_label = Text(style=TextStyle.SMALL, role="text-2")
        self._message: StatusMessage | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(M + 7, 1, M, 0)
        self._row.setSpacing(S)
        self._lay_out()
        self.clear()
        self.set_vault("", locked=False)

    def set_profile(self, name: str) -> None:
        """Name the profile at the far left, for a window of another than the default one."""
        badge = Badge(name)
        badge.setAccessibleName(self.tr("Profile {name}").format(name=name))
        badge.setToolTip(badge.accessibleName())
        self._row.insertWidget(0, badge)

    def set_vault(self, name: str, *, locked: bool) -> None:
        """Name the keychain or file; locked turns it amber and offers Unlock."""
        words = self.tr("{name} is locked").format(name=name) if locked else name
        self._icon.set_icon("lock", "warn" if locked else "text-3")
        self._icon.setVisible(bool(name))
        self._name.setText(words)
        self._name.set_role("warn" if locked else "text-2")
        self.unlock.setVisible(locked)

    def set_vault_problem(self, text: str) -> None:
        """Show, in place of the vault's name, why it cannot be used."""
        self.set_vault(text, locked=False)
        self._icon.set_icon("triangle-alert", "warn")
        self._name.set_role("warn")

    def current_message(self) -> StatusMessage | None:
        """Return what is shown now."""
        return self._message

    def show_message(self, text: str, button: str = "") -> StatusMessage:
        """Show a text until it is cleared or replaced; its pressed signal is the button's."""
        return self._show(StatusMessage(text, 0, button, self))

    def show_countdown(self, text: str, seconds: float, button: str = "") -> StatusMessage:
        """Show a text while time runs out.

        If the text contains {s}, the seconds left replace it; else they are at the end.
        """
        message = self._show(StatusMessage(text, seconds, button, self))
        message.tick.connect(self._on_tick)
        message.start()
        return message

    def set_message_text(self, message: StatusMessage, text: str) -> None:
        """Change a message's text while it is shown, without announcing it again."""
        message.text = text
        if message is self._message:
            self._text.setText(message.current_text())

    def clear(self, message: StatusMessage | None = None) -> None:
        """Remove the current message; if one is passed, only if that one is still shown."""
        if message is not None and message is not self._message:
            return
        if self._message is not None:
            ended, self._message = self._message, None
            ended.end()
        for part in (self._text, self.button, self._ring, self._seconds_label):
            part.hide()

    def _show(self, message: StatusMessage) -> StatusMessage:
        self.clear()
        self._message = message
        message.finished.connect(self._on_finished)
        self._arrange_message(ring_first=message.has_inline_seconds)
        self._text.setText(message.current_text())
        self._text.show()
        self.button.setText(message.button)
        self.button.setVisible(bool(message.button))
        self._ring.setVisible(message.seconds > 0)
        self._seconds_label.setVisible(message.seconds > 0 and not message.has_inline_seconds)
        self._on_tick()
        announce(self, message.current_text())
        return message

    def _on_tick(self) -> None:
        message = self._message
        if message is None:
            return
        self._ring.set_fraction(message.fraction_left())
        text = message.current_text()
        if text != self._text.text():
            self._text.setText(text)
        self._seconds_label.setText(self.tr("{s} s").format(s=message.seconds_left()))

    def _on_finished(self) -> None:
        self.clear()  # only the message that is shown has a running clock

    def _on_pressed(self) -> None:
        message = self._message
        if message is not None:
            message.pressed.emit()
            self.clear(message)

    def _arrange_message(self, *, ring_first: bool) -> None:
        after = (self._text, self.button, self._ring, self._seconds_label)
        before = (self._ring, self._text, self.button, self._seconds_label)
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
        for part in (self._ring, self._text, self.button, self._seconds_label):
            part.setParent(self)
        self._row.addWidget(self.settings, 0, middle)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = look_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("window"))
        painter.fillRect(QRect(0, 0, self.width(), 1), look.colour("line"))
