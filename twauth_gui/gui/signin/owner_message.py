"""The message for somebody else who owns the account."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.surfaces import Box
from twauth_gui.gui.parts.text import Text
from twauth_gui.services.owner_message import LINK, owner_message


class OwnerMessage(Box):
    """Shows what will be sent, and copies it whole, with the link in it.

    Signals:
        copy_wanted: carries the text, with {link} where the link belongs.
    """

    copy_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self._text = Text("", wrap=True)
        copy = secondary_button("Copy message", "copy", size=ButtonSize.SMALL)
        copy.clicked.connect(lambda: self.copy_wanted.emit(self._words))
        column = QVBoxLayout()
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addWidget(copy, alignment=Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(column)

    def show_message(self, handle: str, app_label: str) -> None:
        """Write the message for the owner of this handle."""
        self._words = owner_message(handle, app_label)
        self._text.setText(self._words.replace(LINK, "(the link)"))
