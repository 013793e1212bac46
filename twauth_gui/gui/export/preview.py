"""What will be handed over, with the values hidden."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit

from twauth_gui.gui.theme.measure import Type, type_font


class Preview(QPlainTextEdit):
    """A quiet box in the fixed font; it never holds a secret."""

    DOTS = "•" * 10

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preview")
        self.setAccessibleName("Preview")
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setFont(type_font(Type.MONO))

    def show_text(self, text: str) -> None:
        if text != self.toPlainText():
            self.setPlainText(text)
