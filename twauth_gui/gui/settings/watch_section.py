"""The settings section Watch: how often which accounts are checked, and what that costs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker

from twauth_gui.domain.annotations import count_tags
from twauth_gui.domain.check_cost import MonthlyCost
from twauth_gui.domain.watch import WatchInterval, WatchScope, WatchSettings
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.choices import CheckBox, ComboBox
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.settings.default_note import DefaultNote
from twauth_gui.gui.settings.sections import SettingsSection

_WIDTH = 180
_DEFAULTS = WatchSettings()
_INTERVALS = {
    WatchInterval.OFF: "Never",
    WatchInterval.SIX_HOURS: "Every 6 hours",
    WatchInterval.DAY: "Every day",
    WatchInterval.WEEK: "Every week",
}
_SCOPES = {WatchScope.ALL: "All accounts", WatchScope.FAVOURITES: "Favourites"}
_WHEN = "While Twauth runs and is not locked."


class WatchSection(SettingsSection):
    """Checks by themselves: off until chosen, with their cost a month beside the choice."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("watch", "Watch")
        self._context = context
        self._interval = ComboBox()
        self._interval.setAccessibleName("Check accounts")
        for interval, words in _INTERVALS.items():
            self._interval.addItem(words, interval)
        self._scope = ComboBox()
        self._scope.setAccessibleName("Which accounts")
        self._notifies = CheckBox("Notify me when one needs attention")
        for box in (self._interval, self._scope):
            box.setMinimumWidth(_WIDTH)
        self._cost_row = SettingRow("Check accounts", _WHEN, self._interval)
        off = _DEFAULTS.interval
        self._notes = [DefaultNote(self._cost_row, self._interval, off, _INTERVALS[off])]
        self.add_row(self._cost_row)
        row = SettingRow("Which accounts", "", self._scope)
        everyone = _scope_key(_DEFAULTS)
        self._notes.append(DefaultNote(row, self._scope, everyone, _SCOPES[_DEFAULTS.scope]))
        self.add_row(row)
        row = SettingRow(
            "Notification",
            "The system shows it. It names handles and nothing else.",
            self._notifies,
        )
        self._notes.append(DefaultNote(row, self._notifies, _DEFAULTS.notifies, "On"))
        self.add_row(row)
        self._show()
        context.watch.changed.connect(self._show)
        context.snapshots.changed.connect(self._show)
        self._interval.currentIndexChanged.connect(self._on_chosen)
        self._scope.currentIndexChanged.connect(self._on_chosen)
        self._notifies.toggled.connect(self._on_chosen)

    def _show(self) -> None:
        settings = self._context.watch.settings
        with (
            QSignalBlocker(self._interval),
            QSignalBlocker(self._scope),
            QSignalBlocker(self._notifies),
        ):
            self._interval.setCurrentIndex(self._interval.findData(settings.interval))
            self._fill_scopes(settings)
            self._notifies.setChecked(settings.notifies)
        for note in self._notes:
            note.refresh()
        self._cost_row.set_help(f"{_WHEN} {self._describe_cost(settings)}")

    def _fill_scopes(self, settings: WatchSettings) -> None:
        tags = [
            tag for tag, _count in count_tags(self._context.snapshots.current.accounts.values())
        ]
        if settings.tag and settings.tag not in tags:
            tags.append(settings.tag)
        choices = {_scope_key(WatchSettings(scope=one)): words for one, words in _SCOPES.items()}
        for tag in tags:
            choices[_scope_key(WatchSettings(scope=WatchScope.TAG, tag=tag))] = f"Tag: {tag}"
        if [self._scope.itemData(index) for index in range(self._scope.count())] != [*choices]:
            self._scope.clear()
            for key, words in choices.items():
                self._scope.addItem(words, key)
        self._scope.setCurrentIndex(self._scope.findData(_scope_key(settings)))

    def _describe_cost(self, settings: WatchSettings) -> str:
        """Say what the chosen interval costs, or what checking every day would."""
        snapshot = self._context.snapshots.current
        accounts = [one for one in snapshot.accounts.values() if settings.includes(one)]
        is_off = settings.interval is WatchInterval.OFF
        interval = WatchInterval.DAY if is_off else settings.interval
        cost = MonthlyCost.for_accounts(accounts, snapshot.apps, interval).summary
        return f"Every day: {cost}" if is_off else cost

    def _on_chosen(self, *_: object) -> None:
        scope, _colon, tag = str(self._scope.currentData()).partition(":")
        self._context.watch.set_settings(
            replace(
                self._context.watch.settings,
                interval=WatchInterval(self._interval.currentData()),
                scope=WatchScope(scope),
                tag=tag,
                notifies=self._notifies.isChecked(),
            )
        )


def _scope_key(settings: WatchSettings) -> str:
    """Return scope and tag as one text, which Qt can compare."""
    return f"{settings.scope.value}:{settings.tag}"
