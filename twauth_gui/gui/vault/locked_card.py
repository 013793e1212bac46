"""Stands where the values would be while the vault does not give them out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import XL, XXL, M, S
from twauth_gui.gui.vault.unlock_form import UnlockForm
from twauth_gui.gui.vault_watch import VaultState

_ICON = 24


class LockedCard(Card):
    """Says what is so and what to do, and opens the vault in place."""

    def __init__(self, vault: VaultState) -> None:
        super().__init__()
        self._vault = vault
        self._icon = Text("")
        self._title = Text("", strong=True, wrap=True)
        self._advice = Text("", role="text-2", wrap=True)
        self.form = UnlockForm(vault)
        column = QVBoxLayout()
        column.setContentsMargins(XL, XXL, XL, XXL)
        column.setSpacing(S // 2)
        for label in (self._icon, self._title, self._advice):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.insertSpacing(1, S)
        column.addSpacing(M)
        column.addWidget(self.form)
        self.body.addLayout(column)
        self._paint_icon()
        current_look().changed.connect(self._paint_icon)
        vault.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        problem = self._vault.problem
        if problem is not None:
            self._title.setText(problem.title.rstrip("."))
            self._advice.setText(problem.advice)
            self._paint_icon()

    def _paint_icon(self) -> None:
        icon = "lock" if self._vault.locked else "triangle-alert"
        pixmap = current_look().pixmap(icon, "warn", _ICON, dpr=self.devicePixelRatioF())
        self._icon.setPixmap(pixmap)
