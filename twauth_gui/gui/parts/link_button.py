"""A button that looks like a link."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.enter import pressed_by_enter
from twauth_gui.gui.parts.focus_ring import FocusRing
from twauth_gui.gui.parts.off import is_off
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import RADIUS_BADGE, Type, line_height, type_font


class LinkButton(QAbstractButton):
    """Text in the accent, underlined under the pointer."""

    def __init__(
        self,
        text: str,
        *,
        type: Type = Type.BODY,  # noqa: A002 - the scale's own word
        role: str = "accent-text",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._type = type
        self._role = role
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.ring = FocusRing(self, RADIUS_BADGE)
        self.setFont(type_font(type))

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 1, line_height(self._type))

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self.setFont(type_font(self._type))
            self.updateGeometry()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        off = is_off(self)
        font = self.font()
        font.setUnderline(self.underMouse() and not off)
        painter.setFont(font)
        painter.setPen(current_look().colour("text-off" if off else self._role))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self.text())
