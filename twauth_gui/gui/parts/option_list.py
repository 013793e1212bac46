"""A list of options with explanations, of which one is selected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.parts.choices import paint_radio
from twauth_gui.gui.theme.look import Look, look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_CARD,
    RADIUS_CONTROL,
    L,
    TextStyle,
    scale_height,
    scale_icon,
    text_font,
)
from twauth_gui.gui.theme.shapes import looks_disabled, paint_outline, paint_rounded

_HEIGHT = 60
_RADIO = 16
_ICON = 20
_GAP = 14
_MIN_WIDTH = 260
_WIDTH = 520


def _text_left() -> int:
    return L + 1 + scale_icon(_RADIO) + _GAP + scale_icon(_ICON) + _GAP


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its key in code, an icon, a title, a line below, a word at the end."""

    key: str
    icon: str
    title: str
    text: str
    trailing: str = ""
    enabled: bool = True


class OptionCard(QRadioButton):
    """One option; the arrow keys go from one to the next, as with Qt's radio buttons."""

    def __init__(self, option: Option, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.option = option
        self.has_keyboard_focus = False
        self.setEnabled(option.enabled)
        self.setAccessibleName(option.title)
        self.setAccessibleDescription(f"{option.text} {option.trailing}".strip())
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self.heightForWidth(_WIDTH))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_MIN_WIDTH, scale_height(_HEIGHT, TextStyle.BODY, TextStyle.SMALL))

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        room = QRect(0, 0, width - _text_left() - L - self._trailing_width(), 9999)
        metrics = QFontMetrics(text_font(TextStyle.SMALL))
        wrapped = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), self.option.text)
        extra = wrapped.height() - metrics.height()
        return scale_height(_HEIGHT, TextStyle.BODY, TextStyle.SMALL) + max(0, extra)

    @override
    def hitButton(self, pos: QPoint, /) -> bool:
        return self.rect().contains(pos)

    @override
    def focusInEvent(self, event: QFocusEvent, /) -> None:
        self.has_keyboard_focus = event.reason() is not Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        off, on = looks_disabled(self), self.isChecked()
        middle = self.height() // 2
        side, icon_side = scale_icon(_RADIO), scale_icon(_ICON)
        radio = QRect(L + 1, middle - side // 2, side, side)
        paint_radio(painter, radio, look, checked=on, disabled=off)
        ink = "text-off" if off else "accent-text" if on else "text-2"
        icon = look.pixmap(self.option.icon, ink, icon_side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(radio.right() + 1 + _GAP, middle - icon_side // 2, icon)
        self._paint_words(painter, look, off=off)
        if self.hasFocus() and self.has_keyboard_focus:
            ring = self.rect().adjusted(3, 3, -3, -3)
            paint_outline(painter, ring, RADIUS_CONTROL, look.colour("accent-text"), width=2)

    def _paint_words(self, painter: QPainter, look: Look, *, off: bool) -> None:
        option = self.option
        room = self.rect().adjusted(_text_left(), 0, -L - self._trailing_width(), 0)
        strong, small = text_font(TextStyle.BODY, strong=True), text_font(TextStyle.SMALL)
        heights = QFontMetrics(strong).height() + 1, QFontMetrics(small).height()
        wrap = int(Qt.TextFlag.TextWordWrap)
        text = QFontMetrics(small).boundingRect(room, wrap, option.text).height()
        top = (self.height() - heights[0] - text) // 2
        painter.setFont(strong)
        painter.setPen(look.colour("text-off" if off else "text"))
        painter.drawText(QRect(room.left(), top, room.width(), heights[0]), 0, option.title)
        painter.setFont(small)
        painter.setPen(look.colour("text-off" if off else "text-2"))
        below = QRect(room.left(), top + heights[0], room.width(), text + 2)
        painter.drawText(below, wrap, option.text)
        if option.trailing:
            painter.setFont(text_font(TextStyle.SMALL, strong=True))
            painter.setPen(look.colour("text-off" if off else "accent-text"))
            end = self.rect().adjusted(0, 0, -L - 1, 0)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(end, int(flags), option.trailing)

    def _trailing_width(self) -> int:
        if not self.option.trailing:
            return 0
        font = text_font(TextStyle.SMALL, strong=True)
        return QFontMetrics(font).horizontalAdvance(self.option.trailing) + L


class OptionList(QFrame):
    """A card of options; changed carries the key of the chosen one."""

    changed = Signal(str)

    def __init__(self, options: Sequence[Option], name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._cards: list[OptionCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(1)
        for option in options:
            card = OptionCard(option, self)
            self._cards.append(card)
            self._group.addButton(card)
            self._column.addWidget(card)
        first = next((card for card in self._cards if card.option.enabled), None)
        if first is not None:
            first.setChecked(True)
        self._group.buttonToggled.connect(self._on_toggled)

    def selected(self) -> str:
        """Return the key of the selected option, "" for none."""
        return next((card.option.key for card in self._cards if card.isChecked()), "")

    def select(self, key: str) -> None:
        """Select an option.

        Raises:
            KeyError: there is no such option.
        """
        self.card(key).setChecked(True)

    def has_enabled(self, key: str) -> bool:
        """Whether there is such an option, and it can be selected."""
        return any(card.option.key == key and card.isEnabled() for card in self._cards)

    def card(self, key: str) -> OptionCard:
        """Return the row of an option.

        Raises:
            KeyError: there is no such option.
        """
        for card in self._cards:
            if card.option.key == key:
                return card
        raise KeyError(key)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        paint_rounded(painter, self.rect(), RADIUS_CARD, look.colour("card"))
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), RADIUS_CARD, RADIUS_CARD)
        painter.setClipPath(clip)
        for card in self._cards:
            if card.isChecked():
                painter.fillRect(card.geometry(), look.colour("accent-soft"))
            elif card.underMouse() and not looks_disabled(card):
                painter.fillRect(card.geometry(), look.colour("hover"))
            line = QRect(0, card.geometry().top() - 1, self.width(), 1)
            painter.fillRect(line, look.colour("line"))
        painter.setClipping(False)
        paint_outline(painter, self.rect(), RADIUS_CARD, look.colour("line"), width=1)

    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:  # noqa: FBT001 - a slot
        self.update()
        if checked and isinstance(button, OptionCard):
            self.changed.emit(button.option.key)
