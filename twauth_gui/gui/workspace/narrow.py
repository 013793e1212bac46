"""Two parts side by side, or one below the other where there is little room."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget
from typing_extensions import override


class BendingRow(QWidget):
    """Bends into a column when it is narrower than so many pixels."""

    def __init__(self, first: QWidget, second: QWidget, *, below: int) -> None:
        super().__init__()
        self._below = below
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        self._box.addWidget(first, 3)
        self._box.addWidget(second, 2)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < self._below
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if direction is not self._box.direction():
            self._box.setDirection(direction)
        super().resizeEvent(event)
