"""A banner: what is so, why, and the button that helps."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.health import Severity
from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.buttons import Button, ButtonSize, secondary_button
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import RADIUS_CARD, L, M, S, TextStyle
from twauth_gui.gui.theme.shapes import paint_rounded

# severity: icon, ink, fill, line
_SEVERITY_STYLE = {
    Severity.OK: ("check", "ok", "ok-soft", "ok-soft"),
    Severity.ATTENTION: ("triangle-alert", "warn", "warn-soft", "warn-line"),
    Severity.BROKEN: ("circle-minus", "bad", "bad-soft", "bad-line"),
    Severity.BUSY: ("clock", "busy", "busy-soft", "busy-soft"),
    Severity.UNKNOWN: ("info", "none", "none-soft", "line"),
}


class Banner(QFrame):
    """A title, a text and a button on the colour of a severity; pressed: it was clicked.

    second: a button of less weight, before the other.
    """

    pressed = Signal()

    def __init__(
        self,
        severity: Severity,
        title: str,
        text: str = "",
        button: str = "",
        *,
        second: Button | None = None,
    ) -> None:
        super().__init__()
        self._severity = severity
        self._icon = IconLabel(_SEVERITY_STYLE[severity][0], _SEVERITY_STYLE[severity][1])
        self._title = Text(strong=True, wrap=True)
        self._text = Text(style=TextStyle.SMALL, role="text-2", wrap=True)
        self.button = secondary_button("", size=ButtonSize.SMALL)
        self.button.clicked.connect(self.pressed)
        self._lay_out(second)
        self.set_texts(title, text, button)

    def set_texts(self, title: str, text: str = "", button: str = "") -> None:
        """Change the words; an empty one is not shown."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.setAccessibleName(f"{title.rstrip('.')}. {text}" if title and text else title or text)

    def set_severity(self, severity: Severity) -> None:
        self._severity = severity
        icon, ink, _, _ = _SEVERITY_STYLE[severity]
        self._icon.set_icon(icon, ink)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = look_of(self)
        _, _, fill, line = _SEVERITY_STYLE[self._severity]
        paint_rounded(
            QPainter(self), self.rect(), RADIUS_CARD, look.colour(fill), line=look.colour(line)
        )

    def _lay_out(self, second: Button | None) -> None:
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(L + 1, M + 1, M + 1, M + 1)
        row.setSpacing(M)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        buttons: QWidget = self.button
        if second is not None:
            buttons = QWidget()
            pair = QHBoxLayout(buttons)
            pair.setContentsMargins(0, 0, 0, 0)
            pair.setSpacing(S)
            pair.addWidget(second)
            pair.addWidget(self.button)
        row.addWidget(ResponsiveRow(words, buttons, spacing=M, stretch=(1, 0), apart=True), 1)
