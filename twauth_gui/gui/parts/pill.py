"""A small word in a frame."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import RADIUS_BADGE, Type, fit, type_font
from twauth_gui.gui.theme.shapes import rounded

_HEIGHT = 20
_PADDING = 8


class Badge(QWidget):
    """One short word, or a number."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        self.setFont(type_font(Type.SMALL))
        width = self.fontMetrics().horizontalAdvance(self._text) + 2 * _PADDING
        return QSize(width, fit(_HEIGHT, Type.SMALL))

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self.updateGeometry()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = current_look()
        painter = QPainter(self)
        rounded(painter, self.rect(), RADIUS_BADGE, look.colour("inset"))
        painter.setFont(type_font(Type.SMALL))
        painter.setPen(look.colour("text-2"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._text)
