"""One line of the sidebar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.avatar import Chip
from twauth_gui.gui.parts.focus_ring import FocusRing
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import RADIUS_CONTROL, Type, control_height, type_font

_PADDING = 10
_ICON = 16
_GAP = 10


class NavItem(QAbstractButton):
    """A line with an icon or an app's chip, a text, and a count at the right."""

    def __init__(
        self, text: str, *, icon: str = "", chip: Chip | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._chip = chip
        self._count = ""
        self._warns = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if chip is not None:
            chip.setParent(self)
        self._ring = FocusRing(self)

    def set_count(self, count: int | None, *, warns: bool = False) -> None:
        """Show a number at the right; None shows nothing."""
        words, warns = "" if count is None else f"{count:,}", warns and bool(count)
        if words == self._count and warns == self._warns:
            return  # a snapshot comes every second while all are checked
        self._count = words
        self._warns = warns
        spoken = f"{self.text()}, {self._count}" if self._count else self.text()
        self.setAccessibleName(spoken)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(160, control_height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(96, control_height())

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("hover-side"))
            painter.drawRoundedRect(self.rect(), RADIUS_CONTROL, RADIUS_CONTROL)
        left = self._paint_lead(painter)
        right = self._paint_count(painter)
        painter.setFont(type_font(strong=self.isChecked()))
        painter.setPen(look.colour("text"))
        room = QRect(left, 0, right - left, self.height())
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_lead(self, painter: QPainter) -> int:
        top = (self.height() - _ICON) // 2
        if self._chip is not None:
            self._chip.move(_PADDING, (self.height() - self._chip.height()) // 2)
        elif self._icon:
            role = "text" if self.isChecked() else "text-2"
            pixmap = current_look().pixmap(self._icon, role, dpr=self.devicePixelRatioF())
            painter.drawPixmap(_PADDING, top, pixmap)
        return _PADDING + _ICON + _GAP

    def _paint_count(self, painter: QPainter) -> int:
        right = self.width() - _PADDING
        if not self._count:
            return right
        painter.setFont(type_font(Type.SMALL, strong=self._warns))
        role = "warn" if self._warns else "text-2" if self.isChecked() else "text-3"
        painter.setPen(current_look().colour(role))
        width = painter.fontMetrics().horizontalAdvance(self._count)
        room = QRect(right - width, 0, width, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._count)
        return right - width - _GAP
