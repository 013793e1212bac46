"""A part of a sheet below its label."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import XS, Type


def below_label(label: str, part: QWidget, note: str = "") -> QVBoxLayout:
    """Put a label above a part, and a small line below it."""
    column = QVBoxLayout()
    column.setSpacing(XS)
    column.addWidget(Text(label, type=Type.SMALL, strong=True))
    column.addWidget(part)
    if note:
        column.addSpacing(XS)
        column.addWidget(Text(note, type=Type.SMALL, role="text-3", wrap=True))
    return column
