"""A button that is only an icon."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.enter import pressed_by_enter
from twauth_gui.gui.parts.focus_ring import FocusRing
from twauth_gui.gui.parts.off import is_off
from twauth_gui.gui.parts.tooltip import tooltip
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import RADIUS_CONTROL
from twauth_gui.gui.theme.shapes import rounded


class IconButton(QAbstractButton):
    """Its accessible name is its tooltip too."""

    def __init__(
        self,
        name: str,
        accessible_name: str,
        *,
        icon_size: int = 16,
        side: int = 28,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._icon_size = icon_size
        self._side = side
        self._on = False
        self.set_name(accessible_name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.ring = FocusRing(self, RADIUS_CONTROL)

    def set_name(self, accessible_name: str) -> None:
        """Change what a screen reader and the tooltip say."""
        self.setAccessibleName(accessible_name)
        self.setToolTip(tooltip(accessible_name))

    def set_icon(self, name: str) -> None:
        self._name = name
        self.update()

    def set_on(self, *, on: bool) -> None:
        """Paint the icon in the accent: what it stands for is so now."""
        self._on = on
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = current_look()
        off = is_off(self)
        if not off and self.isEnabled() and (self.isDown() or self.underMouse()):
            fill = look.colour("pressed" if self.isDown() else "hover")
            rounded(painter, self.rect(), RADIUS_CONTROL, fill)
        size = self._icon_size
        place = QRect((self.width() - size) // 2, (self.height() - size) // 2, size, size)
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(place, look.pixmap(self._name, self._role(off=off), size, dpr=ratio))

    def _role(self, *, off: bool) -> str:
        if off:
            return "text-off"
        if self._on:
            return "accent-text"
        return "text" if self.underMouse() else "text-2"
