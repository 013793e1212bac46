"""Rows of the import's tables: what was found, what it will become, how its import ended."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from twauth_gui.domain.apps import App
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.gui.parts.choice_table_row import RowStatus, TableRow
from twauth_gui.services.import_plan import (
    FoundPlace,
    ImportAction,
    ImportAppItem,
    ImportItem,
    ImportOptions,
    ImportPlan,
    ImportResult,
    ImportStatus,
    SkippedItem,
    suggest_app_label,
)
from twauth_gui.transfer.found_credentials import FoundApp

CHOOSE_AN_APP = "Choose an app"
_APP_ALONE = "App, without an account"
_READY = "Ready"
_ADD_APP_FIRST = "The file does not say which app it belongs to. Add that app first."
_NAMED_PLACES = 3
_KNOWN = {ImportAction.CONFLICT, ImportAction.NEWER}


_ACTIONS = {
    ImportAction.NEW: RowStatus("New", "plus"),
    ImportAction.SAME: RowStatus("Already here", "check", "text-3"),
    ImportAction.CONFLICT: RowStatus("Here with other credentials", "triangle-alert", "warn"),
    ImportAction.NEWER: RowStatus("Newer", "refresh-cw"),
    ImportAction.NO_APP: RowStatus(CHOOSE_AN_APP, "circle-question-mark", "warn"),
    ImportAction.SUSPICIOUS: RowStatus("Suspicious", "triangle-alert", "warn"),
}
_RESULTS = {
    ImportStatus.IMPORTED: RowStatus("Imported", "check", "ok"),
    ImportStatus.NOT_VERIFIED: RowStatus("Imported, not verified", "triangle-alert", "warn"),
    ImportStatus.REPLACED: RowStatus("Replaced", "check", "ok"),
    ImportStatus.SAME: RowStatus("Already here", "check", "text-3"),
    ImportStatus.CONFLICT: RowStatus(
        "Not imported", "triangle-alert", "warn", "It is already here with other credentials."
    ),
    ImportStatus.NO_APP: RowStatus(
        "Not imported", "triangle-alert", "warn", "Its app is not in Twauth any more."
    ),
    ImportStatus.REFUSED: RowStatus("X does not accept it", "circle-minus", "bad"),
    ImportStatus.FAILED: RowStatus("Not saved", "circle-minus", "bad"),
}
_WAITING = RowStatus("Waiting", "clock", "text-3")
_ASKING_X = RowStatus("Asking X…", "clock", "busy")
_SAVING = RowStatus("Saving…", "clock", "busy")
_NOT_CHOSEN = RowStatus("Not imported", "circle-minus", "text-3", "It was not checked.")
_STOPPED = RowStatus("Not imported", "circle-minus", "text-3", "The import was stopped.")


class SkippedRow(TableRow):
    """An entry that is not imported."""

    def __init__(self, item: SkippedItem) -> None:
        reason = to_printable_line(item.skipped.reason)
        status = RowStatus("Skipped", "circle-minus", "text-3", reason)
        super().__init__(item.skipped.what, item.place, status)


class PlanRow(TableRow):
    """An account or an app that can be imported, with the user's choices.

    choice: the app that was chosen for an account whose file leaves it open.
    has_apps: whether Twauth has an app to choose.
    """

    def __init__(self, item: ImportItem | ImportAppItem, has_apps: bool) -> None:  # noqa: FBT001 - says itself
        self.item = item
        self.choice: App | FoundApp | None = None
        self.is_ended = False
        super().__init__(item.name, item.place, _status_of(item))
        self.notes = _notes_of(item)
        if isinstance(item, ImportItem) and item.account.app is None:
            self.has_app_choice = has_apps or bool(item.app_choices)
            if not self.has_app_choice:
                self.status = replace(self.status, reason=_ADD_APP_FIRST)
        self._update_app()
        self.is_checked = self.is_checkable and _is_new(item)

    def can_choose(self, app: App | FoundApp) -> bool:
        """Whether this may be its app: a stored one, or one of its file."""
        if not self.has_app_choice or not isinstance(self.item, ImportItem):
            return False
        return isinstance(app, App) or app in self.item.app_choices

    @property
    def key(self) -> Hashable:
        """The same for what was found again, so that choices outlive another search."""
        if isinstance(self.item, ImportItem):
            return self.item.account.credentials
        return self.item.found.keys.api_key

    @property
    def rival_key(self) -> Hashable:
        """The same for different credentials of one account; None if there is no other."""
        item = self.item
        if not isinstance(item, ImportItem) or not item.rivals:
            return None
        app, token = item.account.app, item.account.credentials.access_token
        return (None if app is None else app.keys.api_key, item.account.user_id or token)

    def choose_app(self, choice: App | FoundApp) -> None:
        """Set the app; that makes an account without one ready, if nothing speaks against it."""
        self.choice = choice
        if isinstance(self.item, ImportItem) and self.item.action is ImportAction.NO_APP:
            doubt = self.item.account.doubt
            shown = _ACTIONS[ImportAction.SUSPICIOUS] if doubt else RowStatus(_READY, "plus")
            self.status = replace(shown, reason=doubt)
            self.is_checked = not doubt
        self._update_app()

    def adopt(self, other: PlanRow) -> None:
        """Take over the choices from before another search."""
        if other.choice is not None and self.has_app_choice:
            self.choose_app(other.choice)
        self.is_checked = other.is_checked and self.is_checkable

    @property
    def options(self) -> ImportOptions:
        action = self.item.action if isinstance(self.item, ImportItem) else None
        return ImportOptions(
            app_id=self.choice.id if isinstance(self.choice, App) else None,
            found_app=self.choice if isinstance(self.choice, FoundApp) else None,
            replace_existing=action in _KNOWN,
        )

    # -- the import --------------------------------------------------------------------------------

    def freeze(self, *, chosen: bool) -> None:
        """End the choice: nothing can be changed any more; chosen: its import is to come."""
        was_possible = self.is_checkable or self.has_app_choice
        self.is_checkable = self.has_app_choice = False
        if chosen:
            self.wait()
        elif was_possible:
            self.status = _NOT_CHOSEN
            self.app_text = "" if self.app_text == CHOOSE_AN_APP else self.app_text

    def wait(self) -> None:
        """Show that its import is still to come."""
        self.status = _WAITING

    def start(self) -> None:
        self.status = _ASKING_X if isinstance(self.item, ImportItem) else _SAVING

    def stop(self) -> None:
        """Show that it was not imported because the user stopped."""
        self.status = _STOPPED

    def finish(self, result: ImportResult | None, failure: str = "") -> None:
        """Show how its import ended.

        result: None for an app, which is saved unless failure says why it is not.
        """
        self.is_ended = True
        status = ImportStatus.FAILED if failure else ImportStatus.IMPORTED
        if result is not None:
            status = result.outcome
            if result.account is not None and status is not ImportStatus.NOT_VERIFIED:
                self.title = result.account.at_handle
            if result.diagnosis is not None and status is not ImportStatus.SAME:
                failure = result.diagnosis.to_sentence()
        shown = _RESULTS[status]
        self.status = replace(shown, reason=failure or shown.reason)

    def _update_app(self) -> None:
        item = self.item
        if isinstance(item, ImportAppItem):
            self.app_text = _APP_ALONE
            self.is_checkable = item.app is None
            return
        if self.choice is not None:
            self.app_text = label_of_choice(item, self.choice)
        else:
            self.app_text = item.app_name or CHOOSE_AN_APP
        is_open = item.account.app is None and self.choice is None
        self.is_checkable = item.action is not ImportAction.SAME and not is_open


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The rows of a plan: what can be imported, and what is skipped."""

    found: Sequence[PlanRow]
    skipped: Sequence[SkippedRow]


def make_rows(plan: ImportPlan, *, has_apps: bool) -> FoundRows:
    """Return the rows of a plan; to be called on a worker, as there can be many thousands."""
    found = [PlanRow(one, has_apps) for one in plan.accounts]
    choices = {app.keys.api_key for one in plan.accounts for app in one.app_choices}
    for one in plan.apps:
        row = PlanRow(one, has_apps)
        row.is_checked &= one.found.keys.api_key not in choices  # saved with the account
        found.append(row)
    return FoundRows(found, [SkippedRow(one) for one in plan.skipped])


def _is_new(item: ImportItem | ImportAppItem) -> bool:
    return isinstance(item, ImportAppItem) or item.action is ImportAction.NEW


def _status_of(item: ImportItem | ImportAppItem) -> RowStatus:
    if isinstance(item, ImportAppItem):
        return _ACTIONS[ImportAction.NEW if item.app is None else ImportAction.SAME]
    shown = _ACTIONS[item.action]
    return replace(shown, reason=item.reason)


def _notes_of(item: ImportItem | ImportAppItem) -> str:
    if isinstance(item, ImportAppItem):
        return ""
    named = (("Also in", item.other_places), ("Other credentials in", item.rivals))
    return " ".join(f"{words} {_list_places(places)}." for words, places in named if places)


def _list_places(places: Sequence[FoundPlace]) -> str:
    shown = [to_printable_line(str(one)) for one in places[:_NAMED_PLACES]]
    rest = len(places) - len(shown)
    return f"{', '.join(shown)} and {rest} more" if rest else ", ".join(shown)


def label_of_choice(item: ImportItem, app: App | FoundApp) -> str:
    """Return what an app is called in the row and in the menu of apps."""
    if isinstance(app, App):
        return app.label
    label = suggest_app_label(item.tool, app)
    alike = [one for one in item.app_choices if suggest_app_label(item.tool, one) == label]
    return label if len(alike) < 2 else f"{label} ({alike.index(app) + 1})"  # noqa: PLR2004 - of one name


def count_results(rows: Sequence[PlanRow]) -> str:
    """Return how many of the rows were imported, as a sentence."""
    good = {_RESULTS[one].word for one in _GOOD}
    done = sum(row.status.word in good for row in rows)
    rest = len(rows) - done
    if not rest:
        return f"{done} of {done} imported."
    return f"{done} of {len(rows)} imported. The others say why not."


_GOOD = (ImportStatus.IMPORTED, ImportStatus.NOT_VERIFIED, ImportStatus.REPLACED, ImportStatus.SAME)
