"""The section about where credentials are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.ask_row import SettingRow
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.settings.section import SettingsSection
from twauth_gui.gui.vault.doors import change_passphrase, create_file, move_everything, unlock_first
from twauth_gui.store.vault import mid_sentence


class KeychainSection(SettingsSection):
    """Names the place, says how it is, and takes everything to the other one."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("keychain", "Keychain")
        self._desk = desk
        self._mend = secondary_button("", size=ButtonSize.SMALL)
        self._mend.clicked.connect(self._mend_pressed)
        self._where = SettingRow("", control=self._mend)
        self._create = _action(
            "A file under a passphrase, in Twauth's folder",
            "Create encrypted file…",
            self._create_pressed,
        )
        self._change = _action(
            "The passphrase of the encrypted file", "Change passphrase…", self._change_pressed
        )
        self._to_file = _action(
            "A file under a passphrase, in Twauth's folder",
            "Move to an encrypted file…",
            self._move_pressed,
        )
        self._to_keychain = _action(
            "This computer's own keychain", "Move to the keychain…", self._move_pressed
        )
        for row in (self._where, self._create, self._change, self._to_file, self._to_keychain):
            self.add_row(row)
        desk.vault.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        vault = self._desk.vault
        if vault.problem is None:
            self._where.title.setText(f"Credentials are in {mid_sentence(vault.name)}")
            self._where.set_help("The list of accounts beside it holds no secret.")
        else:
            self._where.title.setText(vault.problem.title)
            self._where.set_help(vault.problem.advice)
        self._mend.setVisible(vault.problem is not None)
        self._mend.setText(f"{vault.unlock_words}…" if vault.locked else "Try again")
        self._create.setVisible(vault.can_create_file)
        usable = vault.problem is None or vault.locked
        self._change.setVisible(vault.is_file)
        self._to_file.setVisible(not vault.is_file and usable)
        self._to_keychain.setVisible(vault.is_file and usable)

    def _mend_pressed(self) -> None:
        if self._desk.vault.locked:
            unlock_first(self._desk)
        else:
            self._desk.vault.probe()

    def _create_pressed(self) -> None:
        create_file(self._desk)

    def _change_pressed(self) -> None:
        change_passphrase(self._desk)

    def _move_pressed(self) -> None:
        move_everything(self._desk)


def _action(title: str, button: str, pressed: Callable[[], None]) -> QWidget:
    push = secondary_button(button, size=ButtonSize.SMALL)
    push.clicked.connect(pressed)
    return SettingRow(title, control=push)
