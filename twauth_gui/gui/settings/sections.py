"""The sections of the settings that need no module of their own, with their base class."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from twauth_gui.domain.display_text import name_in_sentence, pluralize
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.auto_lock import AutoLock
from twauth_gui.gui.parts.buttons import secondary_button
from twauth_gui.gui.parts.choices import CheckBox, ComboBox
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.preferences import Preferences
from twauth_gui.gui.settings.default_note import DefaultNote
from twauth_gui.gui.theme.metrics import S
from twauth_gui.gui.tray_icon import TrayHost
from twauth_gui.gui.vault.vault_dialogs import (
    open_change_passphrase,
    open_create_file,
    open_move_vault,
    unlock_then,
)
from twauth_gui.services.settings import (
    IDLE_CHOICES,
    NEVER,
    CloseAction,
    ColorScheme,
    LockSettings,
    RowSize,
    WindowSettings,
)


class SettingsSection(QFrame):
    """A title above a card of rows. key: names the section for open_settings()."""

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        self.key = key
        self.setAccessibleName(title)
        self.card = Card()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self._column.addWidget(Text(title, strong=True, heading=True))
        self._column.addWidget(self.card)

    def add_row(self, row: QWidget) -> None:
        """Add a row at the end of the card."""
        self.card.add_row(row)

    def add_below_card(self, part: QWidget) -> None:
        """Add a widget below the card."""
        self._column.addWidget(part)


_SCHEMES = (
    (ColorScheme.SYSTEM, "System"),
    (ColorScheme.LIGHT, "Light"),
    (ColorScheme.DARK, "Dark"),
)
_DEFAULTS = WindowSettings()
_SIZES = ((RowSize.ROOMY, "Roomy"), (RowSize.NORMAL, "Normal"), (RowSize.TIGHT, "Compact"))


class AppearanceSection(SettingsSection):
    """The colour scheme and the row height; both change at once."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__("appearance", "Appearance")
        self._preferences = preferences
        scheme = SegmentedControl([(key, word, "") for key, word in _SCHEMES], "Colours")
        scheme.select(preferences.current.scheme)
        scheme.changed.connect(self._on_scheme_chosen)
        size = SegmentedControl([(key, word, "") for key, word in _SIZES], "Rows")
        size.select(preferences.current.row_size)
        size.changed.connect(self._on_size_chosen)
        row = SettingRow("Colours", "System follows this computer's setting.", scheme)
        DefaultNote(row, scheme, _DEFAULTS.scheme, dict(_SCHEMES)[_DEFAULTS.scheme])
        self.add_row(row)
        row = SettingRow("Row height", "Compact leaves out names and times.", size)
        DefaultNote(row, size, _DEFAULTS.row_size, dict(_SIZES)[_DEFAULTS.row_size])
        self.add_row(row)

    def _on_scheme_chosen(self, key: str) -> None:
        self._preferences.set_scheme(ColorScheme(key))

    def _on_size_chosen(self, key: str) -> None:
        self._preferences.set_row_size(RowSize(key))


_SECONDS_CHOICES = (10, 20, 30, 60, 120)
_BOX_WIDTH = 140


class ClipboardSection(SettingsSection):
    """How long a copied value stays on the clipboard."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__("clipboard", "Clipboard")
        self._preferences = preferences
        self._seconds = ComboBox()
        self._seconds.setAccessibleName("Clear the clipboard after")
        self._seconds.setMinimumWidth(_BOX_WIDTH)
        chosen = preferences.current.clipboard_seconds
        for seconds in sorted({*_SECONDS_CHOICES, chosen, _DEFAULTS.clipboard_seconds}):
            self._seconds.addItem(_duration_text(seconds), seconds)
        self._seconds.setCurrentIndex(self._seconds.findData(chosen))
        self._seconds.currentIndexChanged.connect(self._on_seconds_chosen)
        row = SettingRow(
            "Clear after",
            "A copied value is removed from the clipboard if it is still there.",
            self._seconds,
        )
        usual = _DEFAULTS.clipboard_seconds
        DefaultNote(row, self._seconds, usual, _duration_text(usual))
        self.add_row(row)

    def _on_seconds_chosen(self, index: int) -> None:
        self._preferences.set_clipboard_seconds(int(self._seconds.itemData(index)))


def _duration_text(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if rest:
        return pluralize(seconds, "second")
    return pluralize(minutes, "minute")


class LockSection(SettingsSection):
    """When Twauth locks by itself: after idle time, with the screen."""

    def __init__(self, auto_lock: AutoLock) -> None:
        super().__init__("lock", "Lock")
        self._auto_lock = auto_lock
        self._idle = ComboBox()
        self._idle.setAccessibleName("Lock when idle")
        self._idle.setMinimumWidth(_BOX_WIDTH)
        self._with_screen = CheckBox("Lock with the screen and before sleep")
        row = SettingRow(
            "When idle",
            "After this long without a key or click in this window. Ctrl+L locks at once.",
            self._idle,
        )
        self._idle_default = DefaultNote(row, self._idle, NEVER, _idle_text(NEVER))
        self.add_row(row)
        row = SettingRow("When you leave", "", self._with_screen)
        self._screen_default = DefaultNote(row, self._with_screen, LockSettings().with_screen, "On")
        self.add_row(row)
        self._show()
        auto_lock.changed.connect(self._show)
        self._idle.currentIndexChanged.connect(self._on_idle_chosen)
        self._with_screen.toggled.connect(self._on_with_screen_toggled)

    def _show(self) -> None:
        chosen, usual = self._auto_lock.rules.idle_minutes, self._auto_lock.default_idle_minutes
        with QSignalBlocker(self._idle), QSignalBlocker(self._with_screen):
            self._idle.clear()
            for minutes in sorted({*IDLE_CHOICES, chosen, usual}):
                self._idle.addItem(_idle_text(minutes), minutes)
            self._idle.setCurrentIndex(self._idle.findData(chosen))
            self._with_screen.setChecked(self._auto_lock.rules.with_screen)
        self._idle_default.set_default(usual, _idle_text(usual))
        self._screen_default.refresh()

    def _on_idle_chosen(self, index: int) -> None:
        self._auto_lock.set_idle_minutes(int(self._idle.itemData(index)))

    def _on_with_screen_toggled(self, enabled: bool) -> None:  # noqa: FBT001 - the signal's signature
        self._auto_lock.set_lock_with_screen(enabled=enabled)


def _idle_text(minutes: int) -> str:
    if minutes is NEVER:
        return "Never"
    return pluralize(minutes, "minute")


class BackupSection(SettingsSection):
    """Back up and Restore, as in the main menu."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("backup", "Backup")
        self._context = context
        back_up = secondary_button("Back up…")
        back_up.clicked.connect(self._open_back_up)
        restore = secondary_button("Restore…")
        restore.clicked.connect(self._open_restore)
        help_text = "All accounts with their credentials, in one encrypted file."
        self.add_row(SettingRow("Back up", help_text, back_up))
        self.add_row(SettingRow("Restore", "Adds what is in a backup. Deletes nothing.", restore))

    def _open_back_up(self) -> None:
        from twauth_gui.gui.backup.backup_dialogs import BackupDialog  # noqa: PLC0415 - cryptography

        self._context.dialogs.open(BackupDialog(self._context))

    def _open_restore(self) -> None:
        from twauth_gui.gui.backup.backup_dialogs import RestoreDialog  # noqa: PLC0415 - cryptography

        self._context.dialogs.open(RestoreDialog(self._context))


class KeychainSection(SettingsSection):
    """Names the vault and its state; unlocks, creates and moves it."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("keychain", "Keychain")
        self._context = context
        self._fix_button = secondary_button("")
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
    push = secondary_button(button)
    push.clicked.connect(on_clicked)
    return SettingRow(title, control=push)


_TRAY_HELP = "With the active account, a copy at one click, the lock, and sign-ins that wait."
_CLOSING = {
    CloseAction.ASK: "Asks the first time",
    CloseAction.QUIT: "Quits Twauth",
    CloseAction.KEEP_RUNNING: "Keeps Twauth running",
}
_CLOSING_WIDTH = 200
_NO_TRAY = "This desktop has no tray for such an icon."


class TraySection(SettingsSection):
    """A switch, and a choice that counts only with it."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("tray", "Tray")
        self._preferences = context.preferences
        self._host = TrayHost(self, patience_ms=0)
        self._icon = CheckBox("Show an icon in the tray")
        self._closing = ComboBox()
        self._closing.setAccessibleName("Closing the window")
        self._closing.setMinimumWidth(_CLOSING_WIDTH)
        for action, words in _CLOSING.items():
            self._closing.addItem(words, action)
        self._icon_row = SettingRow("Tray icon", _TRAY_HELP, self._icon)
        self._notes = [DefaultNote(self._icon_row, self._icon, _DEFAULTS.shows_tray, "Off")]
        self.add_row(self._icon_row)
        row = SettingRow("Closing the window", "While there is an icon.", self._closing)
        usual = _DEFAULTS.close_action
        self._notes.append(DefaultNote(row, self._closing, usual, _CLOSING[usual]))
        self.add_row(row)
        self._icon.toggled.connect(self._on_icon_toggled)
        self._closing.currentIndexChanged.connect(self._on_closing_chosen)
        self._host.changed.connect(self._show)
        self._preferences.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        chosen = self._preferences.current
        usable = self._host.is_present or chosen.shows_tray
        self._icon.setEnabled(usable)
        self._icon_row.set_help(_TRAY_HELP if self._host.is_present else _NO_TRAY)
        self._closing.setEnabled(usable and chosen.shows_tray)
        with QSignalBlocker(self._icon), QSignalBlocker(self._closing):
            self._icon.setChecked(chosen.shows_tray)
            self._closing.setCurrentIndex(self._closing.findData(chosen.close_action))
        for note in self._notes:
            note.refresh()

    def _on_icon_toggled(self, wanted: bool) -> None:  # noqa: FBT001 - the signal's signature
        self._preferences.set_shows_tray(wanted=wanted)

    def _on_closing_chosen(self, index: int) -> None:
        self._preferences.set_close_action(CloseAction(self._closing.itemData(index)))
