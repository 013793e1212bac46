"""The section about when Twauth locks by itself."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker

from twauth_gui.domain.counting import counted
from twauth_gui.gui.auto_lock import AutoLock
from twauth_gui.gui.parts.ask_row import SettingRow
from twauth_gui.gui.parts.choices import CheckBox, ComboBox
from twauth_gui.gui.settings.section import SettingsSection
from twauth_gui.services.lock_settings import IDLE_CHOICES, OFF

_WIDTH = 140


class LockSection(SettingsSection):
    """After how long without a key or a click, and whether with the screen."""

    def __init__(self, locks: AutoLock) -> None:
        super().__init__("lock", "Lock")
        self._locks = locks
        self._idle = ComboBox()
        self._idle.setAccessibleName("Lock when idle")
        self._idle.setFixedWidth(_WIDTH)
        self._with_screen = CheckBox("Lock with the screen and before sleep")
        self._show()
        locks.changed.connect(self._show)
        self._idle.currentIndexChanged.connect(self._choose_idle)
        self._with_screen.toggled.connect(self._choose_with_screen)
        self.add_row(
            SettingRow(
                "When idle",
                "After no key or click in this window. Ctrl+L locks at once.",
                self._idle,
            )
        )
        self.add_row(SettingRow("When you leave", "", self._with_screen))

    def _show(self) -> None:
        chosen = self._locks.rules.idle_minutes
        with QSignalBlocker(self._idle), QSignalBlocker(self._with_screen):
            self._idle.clear()
            for minutes in sorted({*IDLE_CHOICES, chosen}):
                self._idle.addItem(_words(minutes), minutes)
            self._idle.setCurrentIndex(self._idle.findData(chosen))
            self._with_screen.setChecked(self._locks.rules.with_screen)

    def _choose_idle(self, place: int) -> None:
        self._locks.choose_idle(int(self._idle.itemData(place)))

    def _choose_with_screen(self, wanted: bool) -> None:  # noqa: FBT001 - the signal's signature
        self._locks.choose_with_screen(wanted=wanted)


def _words(minutes: int) -> str:
    if minutes is OFF:
        return "Never"
    return counted(minutes, "minute")
