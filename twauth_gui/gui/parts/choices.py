"""Check boxes, radio circles, drop-down lists."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QInputEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,  # noqa: TID251 - the part that all others use
    QSizePolicy,
    QStyledItemDelegate,
)
from typing_extensions import override

from twauth_gui.gui.parts.accessibility import FocusRing
from twauth_gui.gui.theme.look import Look, look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_BADGE,
    RADIUS_CONTROL,
    XS,
    S,
    TextStyle,
    line_height,
    scale_control_height,
    scale_icon,
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
    """Paint the circle of one option in a square."""
    line = "line-strong" if disabled else "field-line"
    radius, inset = rect.width() / 2, rect.width() * 5 // 16
    if not checked:
        paint_rounded(painter, rect, radius, look.colour("base"), line=look.colour(line))
        return
    paint_rounded(painter, rect, radius, look.colour("text-off" if disabled else "accent"))
    dot = rect.adjusted(inset, inset, -inset, -inset)
    paint_rounded(painter, dot, dot.width() / 2, QColor(look.theme.on_accent))


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
    """Paint a check box in a square. is_part: with a bar in place of the tick."""
    if not checked:
        line = "line-strong" if disabled else "field-line"
        paint_rounded(painter, rect, RADIUS_BADGE, look.colour("base"), line=look.colour(line))
        return
    paint_rounded(painter, rect, RADIUS_BADGE, look.colour("line-strong" if disabled else "accent"))
    if is_part:
        inset = rect.width() * _BAR_INSET // _BOX
        bar = QRect(rect.left() + inset, rect.center().y(), rect.width() - 2 * inset, 2)
        painter.fillRect(bar, look.colour("on-accent"))
        return
    side = 2 * round(rect.width() * _TICK / _BOX / 2)
    tick = look.pixmap("check", "on-accent", side, dpr=dpr)
    inset = (rect.width() - side) // 2
    painter.drawPixmap(rect.topLeft() + QPoint(inset, inset), tick)


class CheckBox(QCheckBox):
    """A box with its words."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.ring = FocusRing(self, RADIUS_BADGE)

    @override
    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text().replace("&", ""))
        gap = _GAP if self.text() else 0
        box = scale_icon(_BOX)
        return QSize(box + gap + width + 1, max(box, line_height()))

    @property
    def text_left(self) -> int:
        """Where its words begin, in pixels; what explains them begins there too."""
        return scale_icon(_BOX) + _GAP

    @override
    def hitButton(self, pos: QPoint, /) -> bool:
        return self.rect().contains(pos)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        off = looks_disabled(self)
        side = scale_icon(_BOX)
        box = QRect(0, (self.height() - side) // 2, side, side)
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
        painter.drawText(self.rect().adjusted(self.text_left, 0, 0, 0), int(flags), self.text())


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
        self.setItemDelegate(QStyledItemDelegate(self))  # the stock one ignores the style sheet
        self._apply_style()

    @override
    def sizeHint(self) -> QSize:
        width = super().sizeHint().width() + scale_icon(_CHEVRON)  # the style's, with an icon
        texts = [self.placeholderText(), *map(self.itemText, range(self.count()))]
        longest = max(map(self.fontMetrics().horizontalAdvance, texts))
        room = _PAD + longest + S + scale_icon(_CHEVRON) + _PAD
        return QSize(max(width, room + 1), scale_control_height())

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
        self._place_popup()
        self._has_input = False
        for source in (self.view(), self.view().viewport()):
            source.installEventFilter(self)
        self.view().selectionModel().selectionChanged.connect(self._choose_selected)

    def _place_popup(self) -> None:
        """Put the list below the field, or above if there is no room, as wide as its words."""
        popup = self.view().window()
        width = max(self.width(), self.view().sizeHintForColumn(0) + 2 * (S + XS))
        place = popup.geometry()
        field = QRect(self.mapToGlobal(QPoint(0, 0)), self.size())
        top = field.bottom() + XS
        if place.top() < field.top():
            top = field.top() - place.height() - XS + 1
        right = self.screen().availableGeometry().right() + 1
        popup.setGeometry(min(field.left(), right - width), top, width, place.height())

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
            side = scale_icon(_BOX)
            icon.paint(painter, left, (self.height() - side) // 2, side, side)
            left += side + S
        side = scale_icon(_CHEVRON)
        chevron = look.pixmap("chevron-down", "text-3", side, dpr=ratio)
        end = self.width() - _PAD - side
        painter.drawPixmap(end, (self.height() - side) // 2, chevron)
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
