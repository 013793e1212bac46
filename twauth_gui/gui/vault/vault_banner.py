"""The banner on the first page while the vault cannot be used."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.health import Severity
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.vault.vault_dialogs import open_create_file, unlock_then

_NO_PLAIN_TEXT = "Twauth does not fall back to plain text."


class VaultBanner(QWidget):
    """Visible only while the vault cannot be used; its button does what that state needs."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._banner = Banner(Severity.ATTENTION, "")
        self._banner.pressed.connect(self._open_vault)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._banner)
        context.vault.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        vault = self._context.vault
        problem = vault.problem
        self.setVisible(problem is not None)
        if problem is None:
            return
        button = vault.unlock_label if vault.is_locked else "Try again"
        title, advice = problem.title, problem.advice
        if vault.can_create_file:
            button = "Create encrypted file"
            title, advice = f"{title} {_NO_PLAIN_TEXT}", advice.replace(f"{_NO_PLAIN_TEXT} ", "")
        self._banner.set_texts(title, advice, button)

    def _open_vault(self) -> None:
        vault = self._context.vault
        if vault.can_create_file:
            open_create_file(self._context)
        elif vault.is_locked and vault.is_file:
            unlock_then(self._context)
        elif vault.is_locked:
            vault.unlock()
        else:
            vault.probe()
