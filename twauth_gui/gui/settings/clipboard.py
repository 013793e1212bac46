"""The section about copied credentials."""

from __future__ import annotations

from twauth_gui.domain.counting import counted
from twauth_gui.gui.parts.ask_row import SettingRow
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.preferences import Preferences
from twauth_gui.gui.settings.section import SettingsSection

_CHOICES = (10, 20, 30, 60, 120)
_WIDTH = 140


class ClipboardSection(SettingsSection):
    """How long a copied value stays on the clipboard."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__("clipboard", "Clipboard")
        self._preferences = preferences
        self._seconds = ComboBox()
        self._seconds.setAccessibleName("Clear the clipboard after")
        self._seconds.setFixedWidth(_WIDTH)
        chosen = preferences.now.clipboard_seconds
        for seconds in sorted({*_CHOICES, chosen}):
            self._seconds.addItem(_words(seconds), seconds)
        self._seconds.setCurrentIndex(self._seconds.findData(chosen))
        self._seconds.currentIndexChanged.connect(self._choose)
        self.add_row(
            SettingRow(
                "Clear after",
                "A copied value is taken off the clipboard again, where it is still there.",
                self._seconds,
            )
        )

    def _choose(self, place: int) -> None:
        self._preferences.choose_clipboard_seconds(int(self._seconds.itemData(place)))


def _words(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if rest:
        return counted(seconds, "second")
    return counted(minutes, "minute")
