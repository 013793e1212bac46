"""What models and delegates of lists share."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter

ModelIndex = QModelIndex | QPersistentModelIndex
"""The index as PySide6 types it in the methods that models and delegates override."""


def paint_elided(painter: QPainter, area: QRect, text: str) -> None:
    """Paint a line of text from the left, cut with an ellipsis if the area is too narrow."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
