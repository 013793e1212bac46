"""The settings section Tray: an icon there, and what closing the window does then."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.choices import CheckBox, ComboBox
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.settings.default_note import DefaultNote
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.gui.tray_icon import TrayHost
from twauth_gui.services.settings import CloseAction, WindowSettings

_HELP = "With the active account, a copy at one click, the lock, and sign-ins that wait."
_CLOSING = {
    CloseAction.ASK: "Asks the first time",
    CloseAction.QUIT: "Quits Twauth",
    CloseAction.KEEP_RUNNING: "Keeps Twauth running",
}
_DEFAULTS = WindowSettings()
_WIDTH = 200
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
        self._closing.setFixedWidth(_WIDTH)
        for action, words in _CLOSING.items():
            self._closing.addItem(words, action)
        self._icon_row = SettingRow("Tray icon", _HELP, self._icon)
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
        self._icon_row.set_help(_HELP if self._host.is_present else _NO_TRAY)
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
