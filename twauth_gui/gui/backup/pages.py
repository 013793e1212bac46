"""How a page of these sheets is laid out."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import XL, XS, XXL, M, Type


def page() -> tuple[QWidget, QVBoxLayout]:
    """Make a body with the usual margins, and the column to fill."""
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(XXL, XL, XXL, XL)
    column.setSpacing(M)
    return body, column


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
