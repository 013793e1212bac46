"""The settings section Tray: an icon there, and what closing the window does then."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.gui.tray_icon import TrayHost
from twauth_gui.services.settings import CloseAction

_HELP = "With the active account, a copy at one click, the lock, and sign-ins that wait."
_NO_TRAY = "This desktop has no tray for such an icon."


class TraySection(SettingsSection):
    """Two switches; the second counts only with the first."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("tray", "Tray")
        self._preferences = context.preferences
        self._host = TrayHost(self, patience_ms=0)
        self._icon = CheckBox("Show an icon in the tray")
        self._keep = CheckBox("Keep running when the window is closed")
        self._icon_row = SettingRow("Tray icon", _HELP, self._icon)
        self.add_row(self._icon_row)
        self.add_row(SettingRow("Closing the window", "", self._keep))
        self._icon.toggled.connect(self._on_icon_toggled)
        self._keep.toggled.connect(self._on_keep_toggled)
        self._host.changed.connect(self._show)
        self._preferences.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        chosen = self._preferences.current
        usable = self._host.is_present or chosen.shows_tray
        self._icon.setEnabled(usable)
        self._icon_row.set_help(_HELP if self._host.is_present else _NO_TRAY)
        self._keep.setEnabled(usable and chosen.shows_tray)
        with QSignalBlocker(self._icon), QSignalBlocker(self._keep):
            self._icon.setChecked(chosen.shows_tray)
            self._keep.setChecked(chosen.close_action is CloseAction.KEEP_RUNNING)

    def _on_icon_toggled(self, wanted: bool) -> None:  # noqa: FBT001 - the signal's signature
        self._preferences.set_shows_tray(wanted=wanted)

    def _on_keep_toggled(self, wanted: bool) -> None:  # noqa: FBT001 - the signal's signature
        action = CloseAction.KEEP_RUNNING if wanted else CloseAction.QUIT
        self._preferences.set_close_action(action)
