"""One section of the settings: a heading above a card of choices."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import S


class SettingsSection(QWidget):
    """What every section is; a file of its own fills each. key names it to those who open it."""

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        self.key = key
        self.setAccessibleName(title)
        self.card = Card()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self._column.addWidget(Text(title, strong=True))
        self._column.addWidget(self.card)

    def add_row(self, row: QWidget) -> None:
        """Add a choice below those that are there."""
        self.card.add_row(row)

    def add_below(self, part: QWidget) -> None:
        """Add something below the card."""
        self._column.addWidget(part)
