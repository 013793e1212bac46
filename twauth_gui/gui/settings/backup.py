"""The section about one file that holds everything."""

from __future__ import annotations

from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.ask_row import SettingRow
from twauth_gui.gui.parts.buttons import secondary_button
from twauth_gui.gui.settings.section import SettingsSection


class BackupSection(SettingsSection):
    """The doors to backing up and restoring; the menu has them too."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("backup", "Backup")
        self._desk = desk
        write = secondary_button("Back up…")
        write.clicked.connect(self._back_up)
        read = secondary_button("Restore…")
        read.clicked.connect(self._restore)
        self.add_row(
            SettingRow("Back up", "All accounts with their credentials, one encrypted file.", write)
        )
        self.add_row(SettingRow("Restore", "Adds what a backup holds. Deletes nothing.", read))

    def _back_up(self) -> None:
        from twauth_gui.gui.backup.back_up_sheet import BackUpSheet  # noqa: PLC0415 - cryptography

        self._desk.sheets.open(BackUpSheet(self._desk))

    def _restore(self) -> None:
        from twauth_gui.gui.backup.restore_sheet import RestoreSheet  # noqa: PLC0415 - cryptography

        self._desk.sheets.open(RestoreSheet(self._desk))
