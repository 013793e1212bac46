"""Two parts side by side, or one below the other where there is little room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.theme.measure import L

_LETTERS = 20
_DOWN, _RIGHT = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight


class ResponsiveRow(QWidget):
    """Bends into a column when it is narrower than so many pixels, or too narrow for its parts.

    Args:
        stretch: the shares that the parts have in the width, side by side.
        apart: what has no share keeps its own width; the second is at the far end.

    Signals:
        bent: whether one is below the other now.
    """

    bent = Signal(bool)

    def __init__(
        self,
        first: QWidget,
        second: QWidget,
        *,
        below: int = 0,
        spacing: int = L,
        stretch: tuple[int, int] = (0, 1),
        apart: bool = False,
    ) -> None:
        super().__init__()
        self._parts = (first, second)
        self._below = below
        self._apart = apart
        self._stretch = stretch
        self._box = QBoxLayout(_RIGHT, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(spacing)
        for part, share in zip(self._parts, stretch, strict=True):
            self._box.addWidget(part, share)
        self._align()

    @override
    def minimumSizeHint(self) -> QSize:
        """Ask for no more width than the column needs: side by side would never let it bend."""
        width = max((need for _, need in self._needs()), default=0)
        return QSize(width, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._bend()
        super().resizeEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:  # a part changed its words, or went
            self._bend()
        return super().event(event)

    def _needs(self) -> list[tuple[QWidget, int]]:
        return [
            (one, max(one.minimumWidth(), one.minimumSizeHint().width()))
            for one in self._parts
            if not one.isHidden()
        ]

    def _comfort(self) -> int:
        """Words can be wrapped into less, but nobody wants to read a column of single words."""
        line = self.fontMetrics().averageCharWidth() * _LETTERS
        return sum(max(need, min(one.sizeHint().width(), line)) for one, need in self._needs())

    def _bend(self) -> None:
        beside = max(self._below, self._comfort() + self._box.spacing())
        direction = _DOWN if self.width() < beside else _RIGHT
        if direction is not self._box.direction():
            self._box.setDirection(direction)
            self._align()
            self.bent.emit(direction is _DOWN)

    def _align(self) -> None:
        if not self._apart:
            return
        left, middle = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignVCenter
        end = Qt.AlignmentFlag.AlignRight if self._box.direction() is _RIGHT else left
        for part, share, side in zip(self._parts, self._stretch, (left, end), strict=True):
            if not share:
                self._box.setAlignment(part, side | middle)
