"""What the whole window shows while Twauth itself is locked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.gui.theme.measure import XXL, line_height
from twauth_gui.gui.vault.locked_card import LockedCard
from twauth_gui.gui.vault_watch import VaultState

_WIDTH = 440
_LINE = 20  # pixels, of one line of normal text


class LockPage(QWidget):
    """One card in the middle; nothing else of what is kept is to be seen or read out."""

    def __init__(self, vault: VaultState) -> None:
        super().__init__()
        self.setObjectName("lockPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._card = LockedCard(vault)
        # Without an alignment: with one, a wrapped line would not get the height it needs.
        self._card.setMaximumWidth(_WIDTH * line_height() // _LINE)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._card, 100)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(XXL, XXL, XXL, XXL)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def take_focus(self) -> None:
        """Let Enter or Space unlock."""
        self._card.form.take_focus()
