"""Sections of the settings: their base, appearance, clipboard, auto-lock, backup."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.auto_lock import AutoLock
from twauth_gui.gui.parts.buttons import secondary_button
from twauth_gui.gui.parts.choices import CheckBox, ComboBox
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.preferences import Preferences
from twauth_gui.gui.theme.metrics import S
from twauth_gui.services.settings import IDLE_CHOICES, NEVER, ColorScheme, RowSize


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

    def add_below_card(self, part: QWidget) -> None:
        """Add something below the card."""
        self._column.addWidget(part)


_SCHEMES = (
    (ColorScheme.SYSTEM, "System"),
    (ColorScheme.LIGHT, "Light"),
    (ColorScheme.DARK, "Dark"),
)
_SIZES = ((RowSize.ROOMY, "Roomy"), (RowSize.NORMAL, "Normal"), (RowSize.TIGHT, "Compact"))


class AppearanceSection(SettingsSection):
    """Colours and the height of the rows; both change at once."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__("appearance", "Appearance")
        self._preferences = preferences
        scheme = SegmentedControl([(key, word, "") for key, word in _SCHEMES], "Colours")
        scheme.select(preferences.current.scheme)
        scheme.changed.connect(self._on_scheme_chosen)
        size = SegmentedControl([(key, word, "") for key, word in _SIZES], "Rows")
        size.select(preferences.current.row_size)
        size.changed.connect(self._on_size_chosen)
        self.add_row(SettingRow("Colours", "System follows this computer's setting.", scheme))
        self.add_row(SettingRow("Row height", "Compact leaves out names and times.", size))

    def _on_scheme_chosen(self, key: str) -> None:
        self._preferences.set_scheme(ColorScheme(key))

    def _on_size_chosen(self, key: str) -> None:
        self._preferences.set_row_size(RowSize(key))


_SECONDS_CHOICES = (10, 20, 30, 60, 120)
_SECONDS_BOX_WIDTH = 140


class ClipboardSection(SettingsSection):
    """How long a copied value stays on the clipboard."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__("clipboard", "Clipboard")
        self._preferences = preferences
        self._seconds = ComboBox()
        self._seconds.setAccessibleName("Clear the clipboard after")
        self._seconds.setFixedWidth(_SECONDS_BOX_WIDTH)
        chosen = preferences.current.clipboard_seconds
        for seconds in sorted({*_SECONDS_CHOICES, chosen}):
            self._seconds.addItem(_duration_text(seconds), seconds)
        self._seconds.setCurrentIndex(self._seconds.findData(chosen))
        self._seconds.currentIndexChanged.connect(self._on_seconds_chosen)
        self.add_row(
            SettingRow(
                "Clear after",
                "A copied value is taken off the clipboard again, where it is still there.",
                self._seconds,
            )
        )

    def _on_seconds_chosen(self, place: int) -> None:
        self._preferences.set_clipboard_seconds(int(self._seconds.itemData(place)))


def _duration_text(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if rest:
        return pluralize(seconds, "second")
    return pluralize(minutes, "minute")


_IDLE_BOX_WIDTH = 140


class LockSection(SettingsSection):
    """After how long without a key or a click, and whether with the screen."""

    def __init__(self, locks: AutoLock) -> None:
        super().__init__("lock", "Lock")
        self._auto_lock = locks
        self._idle = ComboBox()
        self._idle.setAccessibleName("Lock when idle")
        self._idle.setFixedWidth(_IDLE_BOX_WIDTH)
        self._with_screen = CheckBox("Lock with the screen and before sleep")
        self._show()
        locks.changed.connect(self._show)
        self._idle.currentIndexChanged.connect(self._on_idle_chosen)
        self._with_screen.toggled.connect(self._on_with_screen_toggled)
        self.add_row(
            SettingRow(
                "When idle",
                "After no key or click in this window. Ctrl+L locks at once.",
                self._idle,
            )
        )
        self.add_row(SettingRow("When you leave", "", self._with_screen))

    def _show(self) -> None:
        chosen = self._auto_lock.rules.idle_minutes
        with QSignalBlocker(self._idle), QSignalBlocker(self._with_screen):
            self._idle.clear()
            for minutes in sorted({*IDLE_CHOICES, chosen}):
                self._idle.addItem(_idle_text(minutes), minutes)
            self._idle.setCurrentIndex(self._idle.findData(chosen))
            self._with_screen.setChecked(self._auto_lock.rules.with_screen)

    def _on_idle_chosen(self, place: int) -> None:
        self._auto_lock.set_idle_minutes(int(self._idle.itemData(place)))

    def _on_with_screen_toggled(self, wanted: bool) -> None:  # noqa: FBT001 - the signal's signature
        self._auto_lock.set_lock_with_screen(enabled=wanted)


def _idle_text(minutes: int) -> str:
    if minutes is NEVER:
        return "Never"
    return pluralize(minutes, "minute")


class BackupSection(SettingsSection):
    """The doors to backing up and restoring; the menu has them too."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("backup", "Backup")
        self._context = context
        write = secondary_button("Back up…")
        write.clicked.connect(self._open_back_up)
        read = secondary_button("Restore…")
        read.clicked.connect(self._open_restore)
        self.add_row(
            SettingRow("Back up", "All accounts with their credentials, one encrypted file.", write)
        )
        self.add_row(SettingRow("Restore", "Adds what a backup holds. Deletes nothing.", read))

    def _open_back_up(self) -> None:
        from twauth_gui.gui.backup.backup_dialogs import BackupDialog  # noqa: PLC0415 - cryptography

        self._context.dialogs.open(BackupDialog(self._context))

    def _open_restore(self) -> None:
        from twauth_gui.gui.backup.backup_dialogs import RestoreDialog  # noqa: PLC0415 - cryptography

        self._context.dialogs.open(RestoreDialog(self._context))
