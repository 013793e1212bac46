"""The settings section Keychain: where credentials are stored."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from twauth_gui.domain.display_text import name_in_sentence
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.gui.vault.vault_dialogs import (
    open_change_passphrase,
    open_create_file,
    open_move_vault,
    unlock_then,
)


class KeychainSection(SettingsSection):
    """Names the vault and its state; unlocks, creates and moves it."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("keychain", "Keychain")
        self._context = context
        self._fix_button = secondary_button("", size=ButtonSize.SMALL)
        self._fix_button.clicked.connect(self._on_fix_clicked)
        self._vault_row = SettingRow("", control=self._fix_button)
        self._create_row = _make_action_row(
            "A file protected by a passphrase, in Twauth's folder",
            "Create encrypted file…",
            self._on_create_clicked,
        )
        self._change_row = _make_action_row(
            "Passphrase of the encrypted file", "Change passphrase…", self._on_change_clicked
        )
        self._move_to_file_row = _make_action_row(
            "A file protected by a passphrase, in Twauth's folder",
            "Move to an encrypted file…",
            self._on_move_clicked,
        )
        self._move_to_keychain_row = _make_action_row(
            "This computer's own keychain", "Move to the keychain…", self._on_move_clicked
        )
        for row in (
            self._vault_row,
            self._create_row,
            self._change_row,
            self._move_to_file_row,
            self._move_to_keychain_row,
        ):
            self.add_row(row)
        context.vault.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        vault = self._context.vault
        if vault.problem is None:
            self._vault_row.title_label.setText(
                f"Credentials are in {name_in_sentence(vault.name)}"
            )
            self._vault_row.set_help("The list of accounts is stored apart and holds no secrets.")
        else:
            self._vault_row.title_label.setText(vault.problem.title)
            self._vault_row.set_help(vault.problem.advice)
        self._fix_button.setVisible(vault.problem is not None)
        self._fix_button.setText(f"{vault.unlock_label}…" if vault.is_locked else "Try again")
        self._create_row.setVisible(vault.can_create_file)
        usable = vault.problem is None or vault.is_locked
        self._change_row.setVisible(vault.is_file)
        self._move_to_file_row.setVisible(not vault.is_file and usable)
        self._move_to_keychain_row.setVisible(vault.is_file and usable)

    def _on_fix_clicked(self) -> None:
        if self._context.vault.is_locked:
            unlock_then(self._context)
        else:
            self._context.vault.probe()

    def _on_create_clicked(self) -> None:
        open_create_file(self._context)

    def _on_change_clicked(self) -> None:
        open_change_passphrase(self._context)

    def _on_move_clicked(self) -> None:
        open_move_vault(self._context)


def _make_action_row(title: str, button: str, on_clicked: Callable[[], None]) -> QWidget:
    push = secondary_button(button, size=ButtonSize.SMALL)
    push.clicked.connect(on_clicked)
    return SettingRow(title, control=push)
