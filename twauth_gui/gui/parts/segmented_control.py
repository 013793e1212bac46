"""A segmented control: a few short choices side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_BADGE,
    RADIUS_CONTROL,
    TextStyle,
    scale_control_height,
    scale_icon,
    text_font,
)
from twauth_gui.gui.theme.shapes import looks_disabled, paint_outline, paint_rounded

_ICON = 14
_GAP = 8
_PAD = 14
_SIDEWAYS = {Qt.Key.Key_Up: Qt.Key.Key_Left, Qt.Key.Key_Down: Qt.Key.Key_Right}


class _Segment(QRadioButton):
    """One choice; radio buttons bring the arrow keys with them."""

    def __init__(self, key: str, text: str, icon: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.key = key
        self._icon = icon
        self._keyboard = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        font = text_font(TextStyle.BODY, strong=True)
        width = QFontMetrics(font).horizontalAdvance(self.text()) + 2 * _PAD
        icon = scale_icon(_ICON) + _GAP if self._icon else 0
        return QSize(width + icon, scale_control_height() - 2)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def hitButton(self, pos: object, /) -> bool:
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Move with Up and Down as well: a screen reader does not tell that they lie in a row."""
        key = _SIDEWAYS.get(Qt.Key(event.key()))
        moved = event if key is None else QKeyEvent(event.type(), key, event.modifiers())
        super().keyPressEvent(moved)

    @override
    def focusInEvent(self, event: QFocusEvent, /) -> None:
        self._keyboard = event.reason() is not Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self.updateGeometry()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        ink = "accent-text" if self.isChecked() else "text-2"
        if looks_disabled(self):
            ink = "text-off"
        left = _PAD
        if self._icon:
            side = scale_icon(_ICON)
            pixmap = look.pixmap(self._icon, ink, side, dpr=self.devicePixelRatioF())
            painter.drawPixmap(left, (self.height() - side) // 2, pixmap)
            left += side + _GAP
        painter.setFont(text_font(TextStyle.BODY, strong=True))
        painter.setPen(look.colour(ink))
        room = self.rect().adjusted(left, 0, 0, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.hasFocus() and self._keyboard:
            ring = self.rect().adjusted(2, 2, -2, -2)
            paint_outline(painter, ring, RADIUS_BADGE, look.colour("accent-text"), width=2)


class SegmentedControl(QFrame):
    """Choices of which one is selected; changed carries its key.

    choices: (key, text, icon or "").
    """

    changed = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, str, str]],
        name: str,
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._segments: list[_Segment] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(1)
        for key, text, icon in choices:
            segment = _Segment(key, text, icon, self)
            segment.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self._segments.append(segment)
            self._group.addButton(segment)
            row.addWidget(segment)
        self._group.buttonToggled.connect(self._on_toggled)
        if self._segments:
            self._segments[0].setChecked(True)

    def selected(self) -> str:
        return next((part.key for part in self._segments if part.isChecked()), "")

    @override
    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason, /) -> None:
        """Focus the chosen one."""
        for part in self._segments:
            if part.isChecked():
                part.setFocus(reason)

    def select(self, key: str) -> None:
        """Select one.

        Raises:
            KeyError: there is no such choice.
        """
        for part in self._segments:
            if part.key == key:
                part.setChecked(True)
                return
        raise KeyError(key)

    def set_choice_enabled(self, key: str, *, enabled: bool) -> None:
        """Offer a choice, or not."""
        for part in self._segments:
            if part.key == key:
                part.setEnabled(enabled)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        paint_rounded(painter, self.rect(), RADIUS_CONTROL, look.colour("card"))
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), RADIUS_CONTROL, RADIUS_CONTROL)
        painter.setClipPath(clip)
        for part in self._segments:
            if part.isChecked():
                painter.fillRect(part.geometry(), look.colour("accent-soft"))
            edge = QRect(part.geometry().left() - 1, 0, 1, self.height())
            painter.fillRect(edge, look.colour("line-strong"))
        painter.setClipping(False)
        paint_outline(painter, self.rect(), RADIUS_CONTROL, look.colour("line-strong"), width=1)

    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:  # noqa: FBT001 - a slot
        self.update()
        # Tab enters at the chosen one; Qt sees to that only once one of them has the focus.
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if checked else Qt.FocusPolicy.ClickFocus)
        if checked and isinstance(button, _Segment):
            self.changed.emit(button.key)
