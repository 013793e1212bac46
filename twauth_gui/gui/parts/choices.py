"""Check boxes, radio circles, drop-down lists."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QInputEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,  # noqa: TID251 - the part that all others use
    QSizePolicy,
)
from typing_extensions import override

from twauth_gui.gui.parts.accessibility import FocusRing
from twauth_gui.gui.theme.look import Look, look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_BADGE,
    RADIUS_CONTROL,
    S,
    TextStyle,
    line_height,
    scale_control_height,
    text_font,
)
from twauth_gui.gui.theme.shapes import looks_disabled, paint_outline, paint_rounded

_BOX = 16
_GAP = 10
_CHEVRON = 14
_PAD = 11
_TICK = 12
_BAR_INSET = 4


def paint_radio(
    painter: QPainter, rect: QRect, look: Look, *, checked: bool, disabled: bool
) -> None:
    """Paint the circle of one option in a rect of 16 px."""
    line = "line-strong" if disabled else "field-line"
    if not checked:
        paint_rounded(painter, rect, _BOX / 2, look.colour("base"), line=look.colour(line))
        return
    paint_rounded(painter, rect, _BOX / 2, look.colour("text-off" if disabled else "accent"))
    paint_rounded(painter, rect.adjusted(5, 5, -5, -5), 3, QColor(look.theme.on_accent))


def paint_check(
    painter: QPainter,
    rect: QRect,
    look: Look,
    *,
    checked: bool,
    disabled: bool,
    dpr: float,
    is_part: bool = False,
) -> None:
    """Paint a check box in a rect of 16 px. is_part: with a bar in place of the tick."""
    if not checked:
        line = "line-strong" if disabled else "field-line"
        paint_rounded(painter, rect, RADIUS_BADGE, look.colour("base"), line=look.colour(line))
        return
    paint_rounded(painter, rect, RADIUS_BADGE, look.colour("line-strong" if disabled else "accent"))
    if is_part:
        bar = QRect(rect.left() + _BAR_INSET, rect.center().y(), _BOX - 2 * _BAR_INSET, 2)
        painter.fillRect(bar, look.colour("on-accent"))
        return
    tick = look.pixmap("check", "on-accent", _TICK, dpr=dpr)
    inset = (_BOX - _TICK) // 2
    painter.drawPixmap(rect.topLeft() + QPoint(inset, inset), tick)


class CheckBox(QCheckBox):
    """A box of 16 px with its words."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.ring = FocusRing(self, RADIUS_BADGE)

    @override
    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text().replace("&", ""))
        gap = _GAP if self.text() else 0
        return QSize(_BOX + gap + width + 1, max(_BOX, line_height()))

    @override
    def hitButton(self, pos: QPoint, /) -> bool:
        return self.rect().contains(pos)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        off = looks_disabled(self)
        box = QRect(0, (self.height() - _BOX) // 2, _BOX, _BOX)
        ratio = self.devicePixelRatioF()
        state = self.checkState()
        paint_check(
            painter,
            box,
            look,
            checked=state is not Qt.CheckState.Unchecked,
            disabled=off,
            dpr=ratio,
            is_part=state is Qt.CheckState.PartiallyChecked,
        )
        painter.setPen(look.colour("text-off" if off else "text"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(self.rect().adjusted(_BOX + _GAP, 0, 0, 0), int(flags), self.text())


class ComboBox(QComboBox):
    """A field that opens a list of choices.

    The wheel never changes it, with the focus or without: over a dialog it is meant to scroll.
    It is the only QComboBox of the program (ruff's banned-api).
    """

    def __init__(self) -> None:
        super().__init__()
        self._has_input = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # all but the wheel
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._apply_style()

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + _CHEVRON, scale_control_height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(96, scale_control_height())

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange}:
            self._apply_style()

    @override
    def showPopup(self) -> None:
        """Open the list; a row that a screen reader selects there is chosen at once.

        Keys and the pointer move the selection as well, but choose only at their end.
        """
        super().showPopup()
        self._has_input = False
        for source in (self.view(), self.view().viewport()):
            source.installEventFilter(self)
        self.view().selectionModel().selectionChanged.connect(self._choose_selected)

    @override
    def hidePopup(self) -> None:
        if self.view().isVisible():
            self.view().selectionModel().selectionChanged.disconnect(self._choose_selected)
        super().hidePopup()

    def _choose_selected(self, selected: QItemSelection) -> None:
        if not self._has_input and (rows := selected.indexes()):
            chosen = rows[0].row()
            self.hidePopup()
            self.setCurrentIndex(chosen)

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if isinstance(event, QInputEvent):
            self._has_input = True
        return super().eventFilter(watched, event)

    @override
    def wheelEvent(self, event: QWheelEvent, /) -> None:
        event.ignore()  # so that what is behind scrolls

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        off = looks_disabled(self)
        ratio = self.devicePixelRatioF()
        line = "line-strong" if off else "field-line"
        paint_rounded(
            painter, self.rect(), RADIUS_CONTROL, look.colour("base"), line=look.colour(line)
        )
        if self.hasFocus():
            paint_outline(painter, self.rect(), RADIUS_CONTROL, look.colour("accent-text"), width=2)
        left = _PAD
        icon = self.itemIcon(self.currentIndex())
        if not icon.isNull():
            icon.paint(painter, left, (self.height() - _BOX) // 2, _BOX, _BOX)
            left += _BOX + S
        chevron = look.pixmap("chevron-down", "text-3", _CHEVRON, dpr=ratio)
        end = self.width() - _PAD - _CHEVRON
        painter.drawPixmap(end, (self.height() - _CHEVRON) // 2, chevron)
        painter.setPen(look.colour("text-off" if off else "text"))
        room = QRect(left, 0, end - S - left, self.height())
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        words = self.fontMetrics().elidedText(
            self.currentText() or self.placeholderText(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, middle, words)

    def _apply_style(self) -> None:
        font = text_font(TextStyle.BODY)
        if font != self.font():
            self.setFont(font)
