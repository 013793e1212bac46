"""Parts of the palette around its list: keys, actions of the current item, hints."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.palette.palette_items import PaletteAction
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_button
from twauth_gui.gui.parts.item_views import paint_elided
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import Look, look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_BADGE,
    RADIUS_CARD,
    XL,
    L,
    M,
    S,
    TextStyle,
    line_height,
    scale_height,
    text_font,
)
from twauth_gui.gui.theme.shapes import paint_rounded

PREFIXES = (("@", "Accounts"), (">", "Actions"), ("#", "Tags"), (":", "Settings"))
"""Signs before a query that narrow it, and to what."""
STRIP_ACTIONS = 3
_NORMAL_LINE = 20  # pixels


def scale_mark(size: int) -> int:
    """Return the side of an icon or mark in pixels, grown as the text has."""
    return size * line_height() // _NORMAL_LINE


def key_cap_width(keys: str) -> int:
    """Return the width in pixels of a key as paint_key_cap() shows it."""
    return QFontMetrics(text_font(TextStyle.MICRO)).horizontalAdvance(keys) + 2 * 7


def paint_key_cap(painter: QPainter, look: Look, end: QRect, keys: str) -> int:
    """Paint a key at the right end of an area; return the width that it took in pixels."""
    width, height = key_cap_width(keys), line_height(TextStyle.MICRO) + 6
    cap = QRect(end.right() + 1 - width, end.center().y() - height // 2 + 1, width, height)
    paint_rounded(painter, cap, RADIUS_BADGE, look.colour("card"), line=look.colour("line-strong"))
    painter.setFont(text_font(TextStyle.MICRO))
    painter.setPen(look.colour("text-2"))
    painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, keys)
    return width


def key_text(shortcut: str) -> str:
    """Return a shortcut as it is written on keys: "Ctrl E"."""
    native = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return native.replace("+", " ").replace("Return", "Enter")


class Bar(QWidget):
    """A part with a line at its upper or lower edge."""

    def __init__(self, *, bottom: bool = False) -> None:
        super().__init__()
        self._at_bottom = bottom

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        top = self.height() - 1 if self._at_bottom else 0
        inset = 0 if self._at_bottom else XL
        line = self.rect().adjusted(inset, top, -inset, top + 1 - self.height())
        QPainter(self).fillRect(line, look_of(self).colour("line"))


class KeyButton(QAbstractButton):
    """A key to press or click."""

    def __init__(self, keys: str, name: str) -> None:
        super().__init__()
        self.setText(keys)
        self.setAccessibleName(name)

    @override
    def sizeHint(self) -> QSize:
        return QSize(key_cap_width(self.text()), scale_height(28, TextStyle.MICRO))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        _ = paint_key_cap(QPainter(self), look_of(self), self.rect(), self.text())


class StripButton(QAbstractButton):
    """One action of the current item: icon, label, and its keys at the end."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = ""
        self._keys = ""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_offer(self, offer: PaletteAction) -> None:
        self._icon, self._keys = offer.icon, key_text(offer.shortcut)
        self.setText(offer.label)
        self.setAccessibleName(", ".join(word for word in (offer.label, self._keys) if word))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(160, scale_height(36, TextStyle.BODY))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = look_of(self), QPainter(self)
        row = self.rect().adjusted(S, 0, -S, 0)
        if self.underMouse():
            paint_rounded(painter, row, RADIUS_CARD, look.colour("hover"))
        inner = row.adjusted(M, 0, -M, 0)
        side = 4 + line_height(TextStyle.BODY)
        size = scale_mark(16)
        icon = look.pixmap(self._icon, "text-2", size, dpr=self.devicePixelRatioF())
        top = inner.top() + (inner.height() - size) // 2
        painter.drawPixmap(inner.left() + (side - size) // 2, top, icon)
        end = paint_key_cap(painter, look, inner, self._keys) + L if self._keys else 0
        painter.setFont(text_font())
        painter.setPen(look.colour("text"))
        paint_elided(painter, inner.adjusted(side + M, 0, -end, 0), self.text())


class ActionStrip(Bar):
    """The first of the other actions of the current item, below the list.

    Signals:
        chosen: carries the PaletteAction.
        all_requested: show all of them.
    """

    chosen = Signal(object)
    all_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._offers: list[PaletteAction] = []
        self._title = ElidedLabel("", style=TextStyle.SMALL, role="text-3", strong=True)
        tab = KeyButton("Tab", "More actions")
        tab.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tab.clicked.connect(self.all_requested)
        head = QHBoxLayout()
        head.setContentsMargins(XL, S, XL, 0)
        head.setSpacing(S)
        head.addWidget(self._title, 1)
        head.addWidget(Text("More", style=TextStyle.SMALL, role="text-3"))
        head.addWidget(tab)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 1, 0, S)
        column.setSpacing(0)
        column.addLayout(head)
        self._buttons = [StripButton() for _ in range(STRIP_ACTIONS)]
        for number, button in enumerate(self._buttons):
            button.clicked.connect(partial(self._choose, number))
            column.addWidget(button)

    def show_offers(self, title: str, offers: Sequence[PaletteAction]) -> None:
        """Show these; without any the strip is hidden."""
        self._offers = list(offers)
        self._title.setText(f"With {title}")
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(offers))
            if number < len(offers):
                button.show_offer(offers[number])
        self.setVisible(bool(offers))

    def _choose(self, number: int, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
        self.chosen.emit(self._offers[number])


class PrefixHints(Bar):
    """What narrows the search, as buttons.

    Signals:
        chosen: carries the sign.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(M, S, M, S)
        row.setSpacing(0)
        for sign, words in PREFIXES:
            button = quiet_button(f"{sign}  {words}", size=ButtonSize.TINY)
            button.setAccessibleName(f"{words} only, {sign}")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(partial(self._choose, sign))
            row.addWidget(button)
        row.addStretch(1)

    def _choose(self, sign: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
        self.chosen.emit(sign)
