"""Rows whose second part moves below the first if there is little room."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import RADIUS_CONTROL, XS, L, M, S, TextStyle
from twauth_gui.gui.theme.shapes import paint_rounded

_MIN_CHARACTERS = 20
_COLUMN, _ROW = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight


class ResponsiveRow(QWidget):
    """Two parts side by side, or one below the other if the row is too narrow for them.

    Args:
        stack_below: the width in pixels below which they are stacked in any case.
        stretch: the shares of the parts in the width, side by side.
        apart: a part without a share keeps its own width; the second is at the far end.

    Signals:
        stacked: carries whether one is below the other now.
    """

    stacked = Signal(bool)

    def __init__(
        self,
        first: QWidget,
        second: QWidget,
        *,
        stack_below: int = 0,
        spacing: int = L,
        stretch: tuple[int, int] = (0, 1),
        apart: bool = False,
    ) -> None:
        super().__init__()
        self._parts = (first, second)
        self._stack_below = stack_below
        self._apart = apart
        self._stretch = stretch
        self._box = QBoxLayout(_ROW, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(spacing)
        for part, share in zip(self._parts, stretch, strict=True):
            self._box.addWidget(part, share)
        self._align()

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the width that the column needs: that of the row would never let it stack."""
        width = max((need for _, need in self._minimum_widths()), default=0)
        return QSize(width, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._update_direction()
        super().resizeEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:  # a part changed its words, or went
            self._update_direction()
        return super().event(event)

    def _minimum_widths(self) -> list[tuple[QWidget, int]]:
        return [
            (one, max(one.minimumWidth(), one.minimumSizeHint().width()))
            for one in self._parts
            if not one.isHidden()
        ]

    def _comfortable_width(self) -> int:
        """Return the width side by side, with some characters in each line of wrapped text."""
        line = self.fontMetrics().averageCharWidth() * _MIN_CHARACTERS
        return sum(
            max(need, min(one.sizeHint().width(), line)) for one, need in self._minimum_widths()
        )

    def _update_direction(self) -> None:
        beside = max(self._stack_below, self._comfortable_width() + self._box.spacing())
        direction = _COLUMN if self.width() < beside else _ROW
        if direction is not self._box.direction():
            self._box.setDirection(direction)
            self._align()
            self.stacked.emit(direction is _COLUMN)

    def _align(self) -> None:
        if not self._apart:
            return
        left, middle = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignVCenter
        end = Qt.AlignmentFlag.AlignRight if self._box.direction() is _ROW else left
        for part, share, side in zip(self._parts, self._stretch, (left, end), strict=True):
            if not share:
                self._box.setAlignment(part, side | middle)


class WrappingRow(QWidget):
    """Buttons side by side, in as many lines as they need."""

    def __init__(self, parts: Sequence[QWidget]) -> None:
        super().__init__()
        self._parts = parts
        for part in parts:
            part.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @override
    def sizeHint(self) -> QSize:
        widths = [part.sizeHint().width() for part in self._parts if not part.isHidden()]
        width = sum(widths) + S * (len(widths) - 1)
        return QSize(width, self.heightForWidth(width))

    @override
    def minimumSizeHint(self) -> QSize:
        widths = [part.sizeHint().width() for part in self._parts if not part.isHidden()]
        return QSize(max(widths, default=0), 0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        places = [place for _, place in self._places(width)]
        return max((place.bottom() + 1 for place in places), default=0)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:  # a part changed its words, or went
            self.updateGeometry()
            self._place(self.width())
        return super().event(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(event.size().width())

    def _place(self, width: int) -> None:
        for part, place in self._places(width):
            part.setGeometry(place)

    def _places(self, width: int) -> list[tuple[QWidget, QRect]]:
        """Return where each visible part is in a row of this width."""
        places: list[tuple[QWidget, QRect]] = []
        left = top = height = 0
        for part in self._parts:
            if part.isHidden():
                continue
            size = part.sizeHint()
            if left and left + size.width() > width:
                left, top, height = 0, top + height + S, 0
            places.append((part, QRect(QPoint(left, top), size)))
            left, height = left + size.width() + S, max(height, size.height())
        return places


class RowMark(Enum):
    """How a search marks a row."""

    NONE = "not found"
    HIT = "found"
    CURRENT = "found, and the one shown"


_BAR = QSize(3, 20)


class SettingRow(QWidget):
    """Title and help at the left, the control at the right, or below if there is little room.

    Args:
        quiet: smaller distances and paler text, for help that is seldom needed.
    """

    def __init__(
        self,
        title: str,
        help_text: str = "",
        control: QWidget | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        super().__init__()
        self.help_label = Text(
            help_text, style=TextStyle.SMALL, role="text-3" if quiet else "text-2", wrap=True
        )
        self.title_label = Text(title, wrap=True)
        self._control = control
        self._mark = RowMark.NONE
        texts = QWidget()
        self._texts = column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0 if quiet else 2)
        column.addWidget(self.title_label)
        column.addWidget(self.help_label)
        self.help_label.setVisible(bool(help_text))
        row = texts
        if control is not None:
            # On Linux nothing else tells a screen reader the name of a drop-down list.
            self.title_label.setBuddy(control.focusProxy() or control)
            spacing = L if quiet else M
            row = ResponsiveRow(texts, control, spacing=spacing, stretch=(1, 0), apart=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(*((L, S, M, S) if quiet else (L, M, L, M)))
        box.addWidget(row)

    def set_help(self, text: str) -> None:
        """Change the text below the title; "" hides it."""
        self.help_label.setText(text)
        self.help_label.setVisible(bool(text))

    def add_note(self, note: QWidget) -> None:
        """Add a widget below the help."""
        self._texts.addWidget(note)

    def focus_control(self) -> None:
        """Focus the control."""
        if self._control is not None:
            self._control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_mark(self, mark: RowMark) -> None:
        """Paint the row as found, or as before."""
        self._mark = mark
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._mark is RowMark.NONE:
            return
        painter, look = QPainter(self), look_of(self)
        area = self.rect().adjusted(XS, XS, -XS, -XS)
        paint_rounded(painter, area, RADIUS_CONTROL, look.colour("accent-soft"))
        if self._mark is RowMark.CURRENT:
            bar = QRect(area.topLeft(), _BAR)
            bar.moveTop(area.center().y() - bar.height() // 2)
            paint_rounded(painter, bar, bar.width() / 2, look.colour("accent-text"))
