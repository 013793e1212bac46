"""Small marks beside a text: a badge, the mark of a health state, an icon."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from twauth_gui.domain.health import Severity
from twauth_gui.gui.parts.surfaces import ScaledSquare
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import RADIUS_BADGE, TextStyle, scale_height, text_font
from twauth_gui.gui.theme.shapes import looks_disabled, paint_mark, paint_rounded

_BADGE_HEIGHT = 20
_BADGE_PADDING = 8


class Badge(QWidget):
    """One short word, or a number."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        self.setFont(text_font(TextStyle.SMALL))
        width = self.fontMetrics().horizontalAdvance(self._text) + 2 * _BADGE_PADDING
        return QSize(width, scale_height(_BADGE_HEIGHT, TextStyle.SMALL))

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self.updateGeometry()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = look_of(self)
        painter = QPainter(self)
        paint_rounded(painter, self.rect(), RADIUS_BADGE, look.colour("inset"))
        painter.setFont(text_font(TextStyle.SMALL))
        painter.setPen(look.colour("text-2"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._text)


class HealthMark(ScaledSquare):
    """The mark of a severity on a card; a word is beside it, so screen readers skip it."""

    def __init__(self, severity: Severity = Severity.UNKNOWN, size: int = 12) -> None:
        super().__init__(size)
        self._severity = severity

    def set_severity(self, severity: Severity) -> None:
        self._severity = severity
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        area = QRectF(self.rect())
        paint_mark(QPainter(self), self._severity, area, look_of(self), ground="card")


class IconLabel(ScaledSquare):
    """An icon in the colour of a token; it follows the theme."""

    def __init__(self, name: str, role: str = "text-2", size: int = 16) -> None:
        super().__init__(size)
        self._name = name
        self._role = role

    def set_icon(self, name: str, role: str | None = None) -> None:
        self._name = name
        self._role = role or self._role
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        role = "text-off" if looks_disabled(self) else self._role
        dpr = self.devicePixelRatioF()
        pixmap = look_of(self).pixmap(self._name, role, self.width(), dpr=dpr)
        QPainter(self).drawPixmap(0, 0, pixmap)
