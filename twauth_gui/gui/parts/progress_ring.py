"""A ring that shows the time left, or turns while something is under way."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from twauth_gui.gui.parts.surfaces import ScaledSquare
from twauth_gui.gui.theme.look import is_motion_allowed, look_of
from twauth_gui.gui.theme.shapes import paint_arc, paint_open_ring

_FRAME_MS = 40
_DEGREES = 12.0
_BOX = 16.0


class ProgressRing(ScaledSquare):
    """Shows a fraction from 0 to 1; or turns, if motion is allowed."""

    def __init__(
        self, size: int = 14, fraction: float = 1.0, parent: QWidget | None = None
    ) -> None:
        super().__init__(size, parent)
        self._fraction = fraction
        self._angle = 0.0
        self._spinning = False
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._advance)

    def set_fraction(self, fraction: float) -> None:
        self._fraction = min(1.0, max(0.0, fraction))
        self.update()

    def set_spinning(self, *, on: bool) -> None:
        """Turn, for work whose end is unknown."""
        self._spinning = on
        self._update_timer()
        self.update()

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._update_timer()

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        super().hideEvent(event)
        self._timer.stop()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.scale(self.width() / _BOX, self.height() / _BOX)
        area = QRectF(2, 2, 12, 12)
        look = look_of(self)
        if self._spinning:
            paint_open_ring(painter, area, 2.5, look, turned=self._angle)
            return
        paint_arc(painter, area, QPen(look.colour("line-strong"), 2), start=0, part=1)
        pen = QPen(look.colour("accent-text"), 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        paint_arc(painter, area, pen, start=0, part=self._fraction)

    def _update_timer(self) -> None:
        if self._spinning and self.isVisible() and is_motion_allowed(self):
            self._timer.start()
        else:
            self._timer.stop()

    def _advance(self) -> None:
        self._angle = (self._angle + _DEGREES) % 360
        self.update()
