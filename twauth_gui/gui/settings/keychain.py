"""The section about where credentials are."""

from __future__ import annotations

from twauth_gui.gui.settings.row import SettingRow
from twauth_gui.gui.settings.section import SettingsSection
from twauth_gui.gui.vault_watch import VaultWatch


class KeychainSection(SettingsSection):
    """Names the place, and says how it is."""

    def __init__(self, vault: VaultWatch) -> None:
        super().__init__("keychain", "Keychain")
        self._vault = vault
        self._where = SettingRow("")
        self.add_row(self._where)
        vault.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        problem = self._vault.problem
        if problem is None:
            self._where.title.setText(f"Credentials are in {self._vault.name}")
            self._where.set_help("The list of accounts beside it holds no secret.")
        else:
            self._where.title.setText(problem.title)
            self._where.set_help(problem.advice)
