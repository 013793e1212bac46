"""The section about how the window looks."""

from __future__ import annotations

from twauth_gui.gui.parts.ask_row import SettingRow
from twauth_gui.gui.parts.segmented import SegmentedControl
from twauth_gui.gui.preferences import Preferences
from twauth_gui.gui.settings.section import SettingsSection
from twauth_gui.services.window_settings import RowSize, Scheme

_SCHEMES = ((Scheme.SYSTEM, "System"), (Scheme.LIGHT, "Light"), (Scheme.DARK, "Dark"))
_SIZES = ((RowSize.ROOMY, "Roomy"), (RowSize.NORMAL, "Normal"), (RowSize.TIGHT, "Compact"))


class AppearanceSection(SettingsSection):
    """Colours and the height of the rows; both change at once."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__("appearance", "Appearance")
        self._preferences = preferences
        scheme = SegmentedControl([(key, word, "") for key, word in _SCHEMES], "Colours")
        scheme.select(preferences.now.scheme)
        scheme.changed.connect(self._choose_scheme)
        size = SegmentedControl([(key, word, "") for key, word in _SIZES], "Rows")
        size.select(preferences.now.row_size)
        size.changed.connect(self._choose_size)
        self.add_row(SettingRow("Colours", "System follows this computer's setting.", scheme))
        self.add_row(SettingRow("Row height", "Compact leaves out names and times.", size))

    def _choose_scheme(self, key: str) -> None:
        self._preferences.choose_scheme(Scheme(key))

    def _choose_size(self, key: str) -> None:
        self._preferences.choose_row_size(RowSize(key))
