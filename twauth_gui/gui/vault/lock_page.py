"""What the whole window shows while Twauth itself is locked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.theme.measure import XXL
from twauth_gui.gui.vault.locked_card import LockedCard
from twauth_gui.gui.vault_watch import VaultWatch

_WIDTH = 440


class LockPage(QWidget):
    """One card in the middle; nothing else of what is kept is to be seen or read out."""

    def __init__(self, vault: VaultWatch) -> None:
        super().__init__()
        self.setObjectName("lockPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._card = LockedCard(vault)
        self._card.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(XXL, XXL, XXL, XXL)
        column.addStretch(1)
        column.addWidget(self._card, alignment=Qt.AlignmentFlag(0))
        column.setAlignment(self._card, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def take_focus(self) -> None:
        """Let Enter or Space unlock."""
        self._card.form.focus_button()
