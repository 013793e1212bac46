"""Push credentials to secret stores: first a plan, then what the person agreed to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.secret import Secret
from twauth_gui.services.destination_service import DestinationCollection, DestinationService
from twauth_gui.services.export_service import ExportService
from twauth_gui.services.preset_service import PresetService
from twauth_gui.services.push_content import AccountPlace, PushContentBuilder
from twauth_gui.services.push_diagnoses import (
    diagnose_destination,
    not_approved,
    not_on_this_system,
)
from twauth_gui.services.push_place import PlacePlanner, PlaceState
from twauth_gui.services.push_plan import (
    PushAction,
    PushOutcome,
    PushPlan,
    PushReport,
    PushResult,
    PushRow,
)
from twauth_gui.services.push_run import PlaceReader, PlaceWriter, PushRun
from twauth_gui.store.store import Store
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.destinations.command_driver import find_programs
from twauth_gui.transfer.destinations.definition import Destination, System
from twauth_gui.transfer.destinations.driver import DestinationError
from twauth_gui.transfer.export_presets import ExportPreset

REFRESH_NOTE = (
    "The OAuth 2.0 refresh token is not pushed: X replaces it each time it is used, so a copy soon"
    " stops working. Start the bot with twauth run, or use OAuth 1.0a."
)
ACCESS_NOTE = "An OAuth 2.0 access token works for two hours. Use OAuth 1.0a for a bot elsewhere."
NO_MARKER_NOTE = "{title} tells names alone, so a change by somebody else is not seen."


class PushService:
    """Plans and applies pushes. Every method may be called from any worker thread."""

    def __init__(
        self,
        store: Store,
        exporter: ExportService,
        presets: PresetService,
        data_folder: Path,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._exporter = exporter
        self._presets = presets
        self._folder = data_folder
        self._now = now
        self.lock_seconds = 10.0  # how long to wait for another push to the same place
        self.sources = DestinationService(data_folder, store.settings)

    def destinations(self) -> DestinationCollection:
        """Return every destination, those of the program first."""
        return self.sources.list_all()

    def plan(
        self,
        account_ids: Sequence[AccountId],
        destination_id: str,
        target: Mapping[str, str],
        preset_id: str = "",
        *,
        cancel: CancelToken | None = None,
        bearer: bool = False,
    ) -> PushPlan:
        """Ask the destination what is there, and return what a push would do. Nothing is written.

        target: its fields by name; {handle} in one becomes each account's handle. preset_id: "" for
        the destination's own. bearer: whether to push the app's bearer token, if there is one.

        Raises:
            LookupError: there is no such destination or preset.
            DiagnosedError: the target is not valid, the vendor's command is missing, not logged in
                or finds no such project, or the vault cannot be used.
            CancelledError: the person cancelled.
        """
        cancel = cancel or CancelToken()
        destination = self._find_usable(destination_id)
        preset = self._presets.find(preset_id or destination.preset)
        found = self._build(destination, preset, account_ids, target, bearer=bearer)
        try:
            programs = _resolve_programs(destination)
            reader = PlaceReader(
                self._store, destination, self.sources.open_driver(destination, programs), cancel
            )
            identity = reader.check(found[0].target) if found else ""
        except DestinationError as error:
            raise DiagnosedError(diagnose_destination(destination, error)) from None
        states = [reader.read(one) for one in _unique_places(found)]
        key = self._store.placements.read_fingerprint_key()
        planner = self._make_planner(destination, key)
        rows = tuple(row for state in states for row in _plan_rows(planner, state, found))
        return PushPlan(
            destination.id,
            destination.title,
            tuple(account_ids),
            dict(target),
            preset.id,
            rows,
            programs,
            identity,
            _find_notes(destination, preset),
            bearer=bearer,
        )

    def apply(
        self,
        plan: PushPlan,
        take: Collection[PushRow] = (),
        progress: Callable[[PushResult], None] = ignore,
        cancel: CancelToken | None = None,
        *,
        delete: Collection[PushRow] = (),
    ) -> PushReport:
        """Write what the plan creates and updates, and the rows that were named.

        The values are those of now, and every place is asked again first: a name that somebody
        changed since the plan is left alone. A failure of one name or place stops no other.

        Args:
            plan: as plan() returned it.
            take: rows to write although they changed elsewhere, are not Twauth's or are unknown.
            progress: called with the result of each name, on this thread.
            cancel: ends the command that runs, with all its processes; what was written stays.
            delete: rows of what Twauth wrote and is to be deleted there.

        Raises:
            LookupError: the destination or the preset is gone.
            DiagnosedError: the destination's file was changed, the vault cannot be used, or the
                disk is write-protected, so that nothing could be noted.
        """
        self._store.require_writable()
        cancel = cancel or CancelToken()
        destination = self._find_usable(plan.destination_id)
        preset = self._presets.find(plan.preset_id)
        found = self._build(destination, preset, plan.account_ids, plan.target, bearer=plan.bearer)
        run = self._open_run(plan, destination, cancel, take=take, delete=delete)
        results: dict[PushRow, PushResult] = {}
        for place in dict.fromkeys(row.place for row in plan.rows):
            accounts = [one for one in found if one.place == place]
            rows = [row for row in plan.rows if row.place == place]
            for result in _apply_at(PlaceWriter(run, place, accounts), rows, accounts):
                results[result.row] = result
                progress(result)
        return PushReport(tuple(results[row] for row in plan.rows))

    def _open_run(
        self,
        plan: PushPlan,
        destination: Destination,
        cancel: CancelToken,
        *,
        take: Collection[PushRow],
        delete: Collection[PushRow],
    ) -> PushRun:
        key = self._store.placements.fingerprint_key()
        driver = self.sources.open_driver(destination, plan.programs)
        return PushRun(
            store=self._store,
            reader=PlaceReader(self._store, destination, driver, cancel),
            planner=self._make_planner(destination, key),
            key=key,
            folder=self._folder,
            lock_seconds=self.lock_seconds,
            now=self._now,
            take=frozenset(take),
            delete=frozenset(delete),
        )

    def _find_usable(self, destination_id: str) -> Destination:
        destination = self.sources.find(destination_id)
        if System.current() not in destination.systems:
            raise not_on_this_system(destination)
        if not self.sources.is_approved(destination):
            raise not_approved(destination)
        return destination

    def _build(
        self,
        destination: Destination,
        preset: ExportPreset,
        account_ids: Sequence[AccountId],
        target: Mapping[str, str],
        *,
        bearer: bool,
    ) -> list[AccountPlace]:
        builder = PushContentBuilder(
            self._store, self._exporter, destination, preset, bearer=bearer
        )
        return builder.build(account_ids, target)

    def _make_planner(
        self,
        destination: Destination,
        key: Secret | None,
    ) -> PlacePlanner:
        names = {one.id: one.at_handle for one in self._store.accounts.list_all()}
        return PlacePlanner(destination, key, names)


def _resolve_programs(destination: Destination) -> dict[str, str]:
    return {} if destination.commands is None else find_programs(destination.commands)


def _unique_places(found: Sequence[AccountPlace]) -> list[AccountPlace]:
    return list({one.place: one for one in reversed(found)}.values())[::-1]


def _plan_rows(
    planner: PlacePlanner, state: PlaceState, found: Sequence[AccountPlace]
) -> list[PushRow]:
    here = [one for one in found if one.place == state.place]
    contents = [content for one in here for content in one.contents]
    where = planner.describe(state.place)
    failed = [
        PushRow(one.account.id, one.place, "", PushAction.BLOCKED, one.problem, where)
        for one in here
        if one.problem
    ]
    accounts = [one.account for one in here if not one.problem]
    return [*(one.row for one in planner.plan(state, contents, accounts)), *failed]


def _apply_at(
    writer: PlaceWriter, rows: Sequence[PushRow], accounts: Sequence[AccountPlace]
) -> list[PushResult]:
    """Write one place, unless no account goes there any more: a handle can change."""
    if not accounts:
        reason = "The account goes to another place now."
        return [PushResult(row, PushOutcome.SKIPPED, reason) for row in rows]
    return writer.apply(rows)


def _find_notes(destination: Destination, preset: ExportPreset) -> tuple[str, ...]:
    notes = [destination.note, destination.tried if destination.is_untried else ""]
    if Field.OAUTH2_REFRESH in preset.names:
        notes.append(REFRESH_NOTE)
    elif Field.OAUTH2_ACCESS in preset.names:
        notes.append(ACCESS_NOTE)
    if not destination.has_markers:
        notes.append(NO_MARKER_NOTE.format(title=destination.title))
    return tuple(filter(None, notes))
