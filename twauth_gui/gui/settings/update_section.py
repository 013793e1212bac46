"""The settings section Updates: whether to ask for newer versions, and what came of it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from PySide6.QtCore import QSignalBlocker

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.settings.default_note import DefaultNote
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.gui.time_format import format_ago_spoken
from twauth_gui.services.update_check import UpdateState

_DEFAULTS = UpdateState()


class UpdateSection(SettingsSection):
    """Off until chosen. Shown only if this installation has a source to ask."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("updates", "Updates")
        self._context = context
        source = context.services.updates.source
        host = urlsplit(source.address).hostname if source else ""
        self._help = (
            f"Asks {host} once a day, with your network settings. Sends nothing about you or your"
            " accounts, and installs nothing."
        )
        self._wanted = CheckBox("Tell me about new versions")
        self._row = SettingRow("New versions", self._help, self._wanted)
        self._note = DefaultNote(self._row, self._wanted, _DEFAULTS.is_wanted, "Off")
        self.add_row(self._row)
        self._wanted.toggled.connect(self._on_toggled)
        context.updates.changed.connect(self._show)
        context.ticker.ticked.connect(self._show)
        self._show()

    def _show(self) -> None:
        state = self._context.updates.state
        with QSignalBlocker(self._wanted):
            self._wanted.setChecked(state.is_wanted)
        self._note.refresh()
        self._row.set_help(f"{self._help} {self._describe(state)}".strip())

    def _describe(self, state: UpdateState) -> str:
        if not state.is_wanted or not state.asked_at:
            return ""
        asked = format_ago_spoken(datetime.fromisoformat(state.asked_at), self._context.now())
        if state.problem:
            return f"Last asked {asked}, without success: {state.problem}"
        newer = state.find_newer()
        found = f"Version {newer.version} is available." if newer else "This is the newest version."
        return f"Last asked {asked}. {found}"

    def _on_toggled(self, wanted: bool) -> None:  # noqa: FBT001 - the signal's signature
        self._context.updates.set_wanted(wanted=wanted)
