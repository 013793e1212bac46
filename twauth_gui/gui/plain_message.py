"""What is shown where not even the window can open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type


class PlainMessage(QWidget):
    """One failure and a way to end the program."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__()
        self.setWindowTitle("Twauth")
        self.setMinimumWidth(480)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(8)
        column.addWidget(Text(diagnosis.title, type=Type.HEADING, strong=True, wrap=True))
        advice = Text(diagnosis.advice, role="text-2", wrap=True)
        advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(advice)
        column.addSpacing(16)
        close = primary_button("Close")
        close.clicked.connect(self.close)
        column.addWidget(close, alignment=Qt.AlignmentFlag.AlignRight)
        close.setFocus()
