"""A diagnosis in words: what is so, what to do, and further causes."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import S, Type


class DiagnosisView(QWidget):
    """Shows one diagnosis. with_title: where nothing around it says its title."""

    def __init__(self, diagnosis: Diagnosis, *, with_title: bool = False) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        if with_title:
            title = diagnosis.title.rstrip(".")
            column.addWidget(Text(title, type=Type.TITLE, strong=True, wrap=True))
        column.addWidget(Text(diagnosis.advice, role="text-2", wrap=True))
        for cause in diagnosis.causes:
            column.addWidget(Text(f"·  {cause}", type=Type.SMALL, role="text-2", wrap=True))
