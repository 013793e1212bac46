"""Tags as chips that can be removed, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.accessibility import FocusRing, click_on_enter
from twauth_gui.gui.parts.text import escape_tooltip
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import RADIUS_BADGE, S, TextStyle, scale_height, text_font
from twauth_gui.gui.theme.shapes import paint_rounded

_HEIGHT = 24
_PADDING = 8
_CROSS = 12
_CROSS_ROOM = 22
_GAP = 6
_REMOVE_KEYS = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class TagChip(QAbstractButton):
    """One tag; its cross, Delete or Enter presses it, which removes the tag.

    Signals:
        step_requested: Left or Right was pressed; carries -1 or 1.
    """

    step_requested = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(text_font(TextStyle.SMALL))
        self.ring = FocusRing(self, RADIUS_BADGE)

    def set_tag(self, tag: str) -> None:
        self.setText(tag)
        self.setAccessibleName(f"Remove tag {tag}")
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + 2 + _PADDING + _CROSS_ROOM, scale_height(_HEIGHT, TextStyle.SMALL))

    @override
    def hitButton(self, pos: QPoint, /) -> bool:
        return self._cross_room().contains(pos)

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self.setFont(text_font(TextStyle.SMALL))
            self.updateGeometry()

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        is_cut = self.sizeHint().width() > self.width()
        self.setToolTip(escape_tooltip(self.text()) if is_cut else "")

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key = Qt.Key(event.key())
        if key in _REMOVE_KEYS:
            self.click()
        elif key in _STEPS:
            self.step_requested.emit(_STEPS[key])
        elif not click_on_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look, painter = look_of(self), QPainter(self)
        line = look.colour("line-strong") if look.is_high_contrast else None
        paint_rounded(painter, self.rect(), RADIUS_BADGE, look.colour("inset"), line=line)
        cross = self._cross_room()
        at_cross = self.underMouse() and cross.contains(self.mapFromGlobal(self.cursor().pos()))
        room = self.rect().adjusted(_PADDING, 0, -_CROSS_ROOM, 0)
        painter.setPen(look.colour("text-2"))
        painter.setFont(self.font())
        words = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
        icon = look.pixmap(
            "x", "text" if at_cross else "text-3", _CROSS, dpr=self.devicePixelRatioF()
        )
        place = QRect(0, 0, _CROSS, _CROSS)
        place.moveCenter(cross.center())
        painter.drawPixmap(place, icon)

    def _cross_room(self) -> QRect:
        return QRect(self.width() - _CROSS_ROOM, 0, _CROSS_ROOM, self.height())


class TagChips(QWidget):
    """The chips of some tags, and what comes after them: a button, a field.

    Tab reaches one chip; Left and Right go to the others.

    Signals:
        removed: the user removes a tag; carries it. The chip is gone already.
    """

    removed = Signal(str)

    def __init__(self, *tail: QWidget) -> None:
        super().__init__()
        # The first one is there before the tail, so that Tab reaches it before.
        self._chips = [self._make_chip(0)]
        self._chips[0].hide()
        self._count = 0
        self._tail = tail
        for part in tail:
            part.setParent(self)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)

    @property
    def tags(self) -> list[str]:
        """The tags that are shown, in their order."""
        return [chip.text() for chip in self._chips[: self._count]]

    def set_tags(self, tags: Sequence[str]) -> None:
        """Show these tags, in the chips that exist: so the focus stays where it is."""
        if list(tags) == self.tags:
            return
        while len(self._chips) < len(tags):
            chip = self._make_chip(len(self._chips))
            QWidget.setTabOrder(self._chips[-1], chip)
            if self._tail:
                chip.stackUnder(self._tail[0])  # a screen reader reads it before
            self._chips.append(chip)
        self._count = len(tags)
        for chip, tag in zip(self._chips, tags, strict=False):
            chip.set_tag(tag)
            chip.show()
        had_focus = any(chip.hasFocus() for chip in self._chips[self._count :])
        if had_focus:
            self.focus_chip(self._count - 1)
        for chip in self._chips[self._count :]:
            chip.hide()
        self._choose_tab_stop()
        self.lay_out()

    def focus_chip(self, index: int) -> None:
        """Focus the chip at a place, or what comes after the last one."""
        if 0 <= index < self._count:
            self._chips[index].setFocus(Qt.FocusReason.OtherFocusReason)
            self._choose_tab_stop()
            return
        after = next((one for one in self._tail if not one.isHidden()), None)
        if after is not None and (index >= 0 or not self._count):
            after.setFocus(Qt.FocusReason.OtherFocusReason)

    def lay_out(self) -> None:
        """Place the parts again, after one was shown or hidden."""
        _ = self._place(self.width(), move=True)
        self.updateGeometry()

    def _make_chip(self, index: int) -> TagChip:
        chip = TagChip(self)
        chip.clicked.connect(lambda: self._remove(index))

        def step_to(step: int) -> None:
            self.focus_chip(index + step)

        chip.step_requested.connect(step_to)
        return chip

    def _remove(self, index: int) -> None:
        tags = self.tags
        tag = tags.pop(index)
        self.set_tags(tags)
        self.removed.emit(tag)

    def _choose_tab_stop(self) -> None:
        shown = self._chips[: self._count]
        stop = next((chip for chip in shown if chip.hasFocus()), shown[0] if shown else None)
        for chip in self._chips:
            is_stop = chip is stop
            chip.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus
            )

    # -- geometry ----------------------------------------------------------------------------------

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        return self._place(width, move=False)

    @override
    def sizeHint(self) -> QSize:
        width = self.width() if self.isVisible() else 2 * _HEIGHT * S
        return QSize(width, self._place(width, move=False))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(4 * _HEIGHT, scale_height(_HEIGHT, TextStyle.SMALL))

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        _ = self._place(self.width(), move=True)

    def _place(self, width: int, *, move: bool) -> int:
        """Lay the parts out in lines; return the height in pixels that they need."""
        top = 0
        for line in self._break_lines(width):
            height = max(size.height() for _part, size in line)
            left = 0
            for part, size in line:
                if move:
                    middle = top + (height - size.height()) // 2
                    part.setGeometry(QRect(QPoint(left, middle), size))
                left += size.width() + _GAP
            top += height + _GAP
        return max(top - _GAP, scale_height(_HEIGHT, TextStyle.SMALL))

    def _break_lines(self, width: int) -> list[list[tuple[QWidget, QSize]]]:
        """Return the visible parts line by line, each with its size."""
        lines: list[list[tuple[QWidget, QSize]]] = []
        left = 0
        for part in (*self._chips[: self._count], *self._tail):
            if part in self._tail and part.isHidden():
                continue
            hint = part.sizeHint()
            size = QSize(min(hint.width(), width), hint.height())
            if not lines or left + size.width() > width:
                lines.append([])
                left = 0
            lines[-1].append((part, size))
            left += size.width() + _GAP
        return lines
