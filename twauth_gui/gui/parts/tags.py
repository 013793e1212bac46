"""Small words in a frame."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import RADIUS_BADGE, Type, fit, type_font
from twauth_gui.gui.theme.shapes import rounded

_HEIGHT = 20


class _Tag(QWidget):
    """One short word; the kinds differ in fill, line, ink, type."""

    fill = ""
    line = ""
    ink = "text-2"
    kind = Type.MICRO
    padding = 7

    def __init__(self, text: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_text(text, name=name)

    def set_text(self, text: str, *, name: str = "") -> None:
        """Change the word; name says it in full to screen reader and tooltip."""
        self._text = text
        self.setAccessibleName(name or text)
        self.setToolTip(name)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        self.setFont(type_font(self.kind))
        width = self.fontMetrics().horizontalAdvance(self._text) + 2 * self.padding
        return QSize(width, fit(_HEIGHT, self.kind))

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self.updateGeometry()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = current_look()
        painter = QPainter(self)
        fill = look.colour(self.fill) if self.fill else None
        line = look.colour(self.line) if self.line else None
        rounded(painter, self.rect(), RADIUS_BADGE, fill, line=line)
        painter.setFont(type_font(self.kind))
        painter.setPen(look.colour(self.ink))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._text)


class Pill(_Tag):
    """A tag that a person gave."""

    fill = "inset"
    kind = Type.SMALL
    padding = 8


class Key(_Tag):
    """A key of the keyboard."""

    fill = "card"
    line = "line-strong"
