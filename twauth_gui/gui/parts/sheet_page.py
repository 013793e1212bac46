"""The column in the body of a sheet."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.theme.measure import XL, XXL, M


def sheet_page(spacing: int = M) -> tuple[QWidget, QVBoxLayout]:
    """Make a body with the usual margins, and the column to fill."""
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(XXL, XL, XXL, XL)
    column.setSpacing(spacing)
    return body, column
