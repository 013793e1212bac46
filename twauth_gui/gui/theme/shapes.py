"""Shapes to paint with: rounded rectangles, rings, marks, avatars; what looks disabled."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from twauth_gui.domain.health import Severity
from twauth_gui.gui.theme.look import Look

_BOX = 12.0  # marks are drawn in a box of this size
_FULL_TURN = 16 * 360
_BLOCKED = "twauthBlocked"


def paint_rounded(
    painter: QPainter,
    rect: QRect,
    radius: float,
    fill: QColor | None,
    *,
    line: QColor | None = None,
) -> None:
    """Fill a rounded rectangle, with a crisp 1 px line inside its edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if line is None else QPen(line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else QBrush(fill))
    area = QRectF(rect)
    if line is not None:
        area.adjust(0.5, 0.5, -0.5, -0.5)
        radius -= 0.5
    painter.drawRoundedRect(area, radius, radius)


def paint_outline(
    painter: QPainter, rect: QRect, radius: float, colour: QColor, *, width: float
) -> None:
    """Draw a rounded line of any width, wholly inside rect."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    area = QRectF(rect).adjusted(half, half, -half, -half)
    painter.drawRoundedRect(area, radius - half, radius - half)


def paint_arc(painter: QPainter, area: QRectF, pen: QPen, *, start: float, part: float) -> None:
    """Draw a part (0 to 1) of a circle clockwise; start is in degrees from the top."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(area, round((90 - start) * 16), round(-part * _FULL_TURN))


def paint_mark(
    painter: QPainter, severity: Severity, rect: QRectF, look: Look, *, ground: str = "base"
) -> None:
    """Paint the mark of a severity, which its shape tells without its colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / _BOX, rect.height() / _BOX)
    if severity is Severity.OK:
        _paint_disc(painter, look.colour("ok-mark"), 4)
    elif severity is Severity.ATTENTION:
        _paint_triangle(painter, look.colour("warn-mark"))
    elif severity is Severity.BROKEN:
        _paint_disc(painter, look.colour("bad-mark"), 5)
        painter.setBrush(look.colour(ground))
        painter.drawRoundedRect(QRectF(3, 5, 6, 2), 0.5, 0.5)
    elif severity is Severity.BUSY:
        paint_open_ring(painter, QRectF(2, 2, 8, 8), 2, look)
    else:
        painter.setPen(QPen(look.colour("none-mark"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(2.5, 2.5, 7, 7))
    painter.restore()


def paint_open_ring(
    painter: QPainter, area: QRectF, width: float, look: Look, *, turned: float = 0.0
) -> None:
    """Paint the three-quarter ring of work under way."""
    paint_arc(painter, area, QPen(look.colour("busy-soft"), width), start=0, part=1)
    pen = QPen(look.colour("busy-mark"), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    paint_arc(painter, area, pen, start=turned, part=0.75)


def paint_avatar(
    painter: QPainter, rect: QRect, letters: str, colours: tuple[QColor, QColor]
) -> None:
    """Paint the circle of an account; colours are background and text."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours[0])
    painter.drawEllipse(rect)
    _paint_letters(painter, rect, letters, colour=colours[1], share=0.38)


def paint_chip(painter: QPainter, rect: QRect, letter: str, colours: tuple[QColor, QColor]) -> None:
    """Paint the rounded square of an app; colours are background and text."""
    paint_rounded(painter, rect, rect.width() / 4, colours[0])
    _paint_letters(painter, rect, letter, colour=colours[1], share=0.62)


def _paint_letters(
    painter: QPainter, rect: QRect, text: str, *, colour: QColor, share: float
) -> None:
    font = painter.font()
    font.setPixelSize(max(1, round(rect.height() * share)))
    font.setWeight(font.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def _paint_disc(painter: QPainter, colour: QColor, radius: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(6, 6), radius, radius)


def _paint_triangle(painter: QPainter, colour: QColor) -> None:
    pen = QPen(colour, 1.4)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(6, 1.9), QPointF(10.6, 9.7), QPointF(1.4, 9.7)]))


def set_blocked(widget: QWidget, *, on: bool) -> None:
    """Disable a whole page behind a dialog without a change of its look."""
    widget.setProperty(_BLOCKED, on)
    widget.setEnabled(not on)


def looks_disabled(widget: QWidget) -> bool:
    """Whether the widget was disabled for a reason of its own, not by set_blocked()."""
    current: QWidget | None = widget
    while current is not None and not current.isEnabled():
        forced = current.testAttribute(Qt.WidgetAttribute.WA_ForceDisabled)
        if forced and not current.property(_BLOCKED):
            return True
        current = current.parentWidget()
    return False
