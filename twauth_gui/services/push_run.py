"""Read a place, and write what was agreed to there, so that it can be resumed after a kill."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from twauth_gui.domain.accounts import AccountEvent, AccountEventKind, AccountId
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.domain.placements import Place, Placement, PlacementId, PlacementState
from twauth_gui.domain.secret import Secret
from twauth_gui.services.push_content import AccountPlace
from twauth_gui.services.push_diagnoses import diagnose_destination
from twauth_gui.services.push_place import Listing, PlacePlanner, PlaceState, PlannedName
from twauth_gui.services.push_plan import (
    PushAction,
    PushOutcome,
    PushResult,
    PushRow,
    describe_names,
)
from twauth_gui.store.file_lock import FileLock
from twauth_gui.store.store import Store
from twauth_gui.transfer.destinations.definition import (
    PREFIX,
    Destination,
    Shape,
    fill_text,
)
from twauth_gui.transfer.destinations.driver import (
    DestinationDriver,
    DestinationError,
    FailureReason,
    ListedSecret,
)

_LOCK_COUNT = 8
_MAX_IDENTITY = 200
_NOT_LISTED = "This destination does not tell which names it has."
_FATAL = frozenset({FailureReason.PROGRAM_MISSING, FailureReason.LOGGED_OUT, FailureReason.ABSENT})
_NOTHING_CHANGED = "The command reported success, but {name} is as it was before."
_GONE = "It is not part of this push any more."
_AGAIN = "It may have been written. The next push writes it again."
_NOT_DELETED = "It is not as Twauth wrote it, or this destination cannot delete."
_STILL_THERE = "The command reported success, but it is still there."
_Job = tuple[PushRow, PlannedName]
"""A row of the plan, and what is known of its name now."""
_NOT_THERE = "The command reported success, but {name} is not there."


class PlaceReader:
    """Asks a destination what is there."""

    def __init__(
        self,
        store: Store,
        destination: Destination,
        driver: DestinationDriver,
        cancel: CancelToken,
    ) -> None:
        self._store = store
        self.destination = destination
        self.driver = driver
        self.cancel = cancel
        self._listings: dict[tuple[tuple[str, str], ...], Listing] = {}

    def check(self, target: Mapping[str, str]) -> str:
        """Return who is logged in, or ""; raises DestinationError and CancelledError."""
        return to_printable_line(self.driver.check(target, self.cancel))[:_MAX_IDENTITY]

    def read(self, place: AccountPlace, *, is_fresh: bool = False) -> PlaceState:
        """Return what is known of a place.

        is_fresh: whether to ask the destination also if the same target was asked before.

        Raises:
            DiagnosedError: the program is missing, not logged in, or there is no such project.
            CancelledError: the person cancelled.
        """
        placements = self._store.placements.list_at(place.place)
        if is_fresh:
            self._listings.clear()
        try:
            listing = self.list_secrets(place.target)
        except DestinationError as error:
            diagnosis = self.diagnose(error, place.target)
            if error.reason in _FATAL:
                raise DiagnosedError(diagnosis) from None
            return PlaceState(place.place, placements, None, diagnosis.to_sentence())
        unlisted = _NOT_LISTED if listing is None else ""
        return PlaceState(place.place, placements, listing, unlisted)

    def list_secrets(self, target: Mapping[str, str]) -> Listing:
        """Return what is there; raises DestinationError and CancelledError.

        Names that differ in their prefix alone are in one list.
        """
        is_document = self.destination.shape is Shape.DOCUMENT
        asked = {name: text for name, text in target.items() if is_document or name != PREFIX}
        key = tuple(sorted(asked.items()))
        if key not in self._listings:
            document = fill_text(self.destination.document, target)
            self._listings[key] = self.driver.list_secrets(target, document, self.cancel)
        return self._listings[key]

    def diagnose(self, error: DestinationError, target: Mapping[str, str]) -> Diagnosis:
        """Return what a failure at a target means."""
        where = self.destination.describe_target(target)
        return diagnose_destination(self.destination, error, where)


@dataclass(frozen=True, slots=True)
class PushRun:
    """What all places of one run have in common.

    key: of the fingerprints. folder: for the lock of each place; lock_seconds: how long to wait
    for another push to it.
    """

    store: Store
    reader: PlaceReader
    planner: PlacePlanner
    key: Secret
    folder: Path
    lock_seconds: float
    now: Callable[[], datetime]
    take: frozenset[PushRow]
    delete: frozenset[PushRow]


class PlaceWriter:
    """Writes one place.

    Each name is noted as being written before its command starts, and as written when the
    destination lists it: a run that was killed is resumed by the next one.
    """

    def __init__(self, run: PushRun, place: Place, accounts: Sequence[AccountPlace]) -> None:
        self._run = run
        self._place = place
        self._accounts = accounts
        self._destination = run.reader.destination
        self._cancelled: set[str] = set()
        self._failures: dict[str, Diagnosis] = {}

    def apply(self, rows: Sequence[PushRow]) -> list[PushResult]:
        """Write what is to be written of these rows, which are all of the place."""
        run = self._run
        wanted = [
            row
            for row in rows
            if row.action.is_write
            or row in run.delete
            or (row in run.take and row.action.needs_naming)
        ]
        results = [_leave(row) for row in rows if row not in wanted]
        if not wanted:
            return results
        try:
            with lock_place(run.folder, self._place, run.lock_seconds).acquire():
                return results + self._write_rows(wanted)
        except CancelledError:
            return results + [PushResult(row, PushOutcome.CANCELLED) for row in wanted]
        except DiagnosedError as error:
            return results + [_fail(row, error.diagnosis) for row in wanted]

    def _write_rows(self, rows: Sequence[PushRow]) -> list[PushResult]:
        run = self._run
        state = run.reader.read(self._accounts[0], is_fresh=True)
        contents = [content for one in self._accounts for content in one.contents]
        accounts = [one.account for one in self._accounts]
        planned = {one.row.name: one for one in run.planner.plan(state, contents, accounts)}
        results: list[PushResult] = []
        writes: list[_Job] = []
        deletions: list[_Job] = []
        for row in rows:
            now = planned.get(row.name)
            if now is None:
                results.append(PushResult(row, PushOutcome.SKIPPED, _GONE))
            elif row in run.delete:
                if self._may_delete(now):
                    deletions.append((row, now))
                else:
                    results.append(PushResult(row, PushOutcome.SKIPPED, _NOT_DELETED))
            elif now.row.action.is_write or (row in run.take and now.row.action is row.action):
                writes.append((row, now))
            else:
                results.append(_leave(now.row, shown=row))
        return results + self._change(writes, deletions)

    def _change(self, writes: Sequence[_Job], deletions: Sequence[_Job]) -> list[PushResult]:
        """Write and delete, then ask what is there: success of a command proves nothing."""
        attempted = self._write_all([job for _row, job in writes])
        for _row, job in deletions:
            if not self._run.reader.cancel.is_cancelled:
                attempted.add(job.row.name)
                self._delete(job)
        results = [
            PushResult(row, PushOutcome.CANCELLED)
            for row, job in (*writes, *deletions)
            if job.row.name not in attempted
        ]
        if not attempted:
            return results
        tried = [(row, job) for row, job in writes if job.row.name in attempted]
        gone = [(row, job) for row, job in deletions if job.row.name in attempted]
        try:
            state = self._run.reader.read(self._accounts[0], is_fresh=True)
        except (CancelledError, DiagnosedError) as error:
            return results + [self._leave_open(row, error) for row, _job in (*tried, *gone)]
        return results + self._verify(tried, state) + self._verify_deleted(gone, state)

    def _write_all(self, jobs: Sequence[PlannedName]) -> set[str]:
        """Start the commands; return the names that they were given."""
        attempted: set[str] = set()
        for is_new in (True, False):
            for group in self._group([job for job in jobs if (job.listed is None) is is_new]):
                if self._run.reader.cancel.is_cancelled:
                    return attempted
                attempted |= {job.row.name for job in group}
                self._write_group(group, is_new=is_new)
        return attempted

    def _group(self, batch: Sequence[PlannedName]) -> Iterator[list[PlannedName]]:
        by_name = {job.row.name: job for job in batch}
        secrets = [job.content.secret for job in batch if job.content is not None]
        groups = self._run.reader.driver.group_writes(secrets) if secrets else []
        for group in filter(None, groups):
            yield [by_name[one.name] for one in group]

    def _write_group(self, group: Sequence[PlannedName], *, is_new: bool) -> None:
        run = self._run
        contents = [job.content for job in group if job.content is not None]
        names = {content.name for content in contents}
        target = contents[0].target
        run.store.placements.save([self._place_of(job, PlacementState.WRITING) for job in group])
        try:
            run.reader.driver.write(
                target, [one.secret for one in contents], run.reader.cancel, is_new=is_new
            )
        except CancelledError:
            self._cancelled |= names
        except DestinationError as error:
            self._failures |= dict.fromkeys(names, run.reader.diagnose(error, target))

    def _verify(self, jobs: Sequence[_Job], state: PlaceState) -> list[PushResult]:
        """Return what became of the names that were written. state: of the place after that."""
        is_unknown = state.listing is None and state.unlisted != _NOT_LISTED
        written: list[tuple[PushRow, PlannedName, ListedSecret]] = []
        results: list[PushResult] = []
        for row, job in jobs:
            name = job.row.name
            listed = None if state.listing is None else state.listing.get(name)
            problem = self._find_problem(job, listed, is_listed=state.listing is not None)
            if problem is not None:
                self._settle(job, listed, is_listed=state.listing is not None)
                results.append(problem(row))
            elif is_unknown:
                results.append(PushResult(row, PushOutcome.UNSURE, state.unlisted))
            else:
                written.append((row, job, listed or ListedSecret(name)))
        return results + self._save_written(written)

    def _leave_open(self, row: PushRow, error: CancelledError | DiagnosedError) -> PushResult:
        """Return the result of a name that stays noted as being written."""
        if row.name in self._failures:
            return _fail(row, self._failures[row.name])
        if isinstance(error, DiagnosedError):
            return PushResult(row, PushOutcome.UNSURE, _AGAIN, error.diagnosis)
        return PushResult(row, PushOutcome.CANCELLED, _AGAIN)

    def _find_problem(
        self, job: PlannedName, listed: ListedSecret | None, *, is_listed: bool
    ) -> Callable[[PushRow], PushResult] | None:
        """Return what makes the result of a name that was not written; None if it was."""
        name = job.row.name
        if name in self._cancelled:
            return lambda row: PushResult(row, PushOutcome.CANCELLED, _AGAIN)
        if name in self._failures:
            return lambda row: _fail(row, self._failures[name])
        reason = ""
        if is_listed and listed is None:
            reason = _NOT_THERE.format(name=name)
        elif _is_unmoved(self._destination, job.listed, listed):
            reason = _NOTHING_CHANGED.format(name=name)
        return (lambda row: PushResult(row, PushOutcome.FAILED, reason)) if reason else None

    def _settle(self, job: PlannedName, listed: ListedSecret | None, *, is_listed: bool) -> None:
        """Take back the note of a name that was certainly not written."""
        placements = self._run.store.placements
        is_absent = is_listed and listed is None and job.listed is None
        if not is_absent and not _is_unmoved(self._destination, job.listed, listed):
            return
        if job.placement is not None:
            placements.save([job.placement])
        elif (noted := self._find_note(job)) is not None:
            placements.forget([noted.id])

    def _find_note(self, job: PlannedName) -> Placement | None:
        if job.content is None:
            return None
        one = job.content.copy.placement
        return self._run.store.placements.find(one.place, one.name, one.account_id or one.app_id)

    def _save_written(
        self, written: Sequence[tuple[PushRow, PlannedName, ListedSecret]]
    ) -> list[PushResult]:
        placements = self._run.store.placements
        saved = [
            self._place_of(job, PlacementState.WRITTEN, listed.marker)
            for _row, job, listed in written
        ]
        try:
            placements.save(saved, self._make_events([job.row for _row, job, _listed in written]))
            placements.forget(self._find_replaced(saved))
        except DiagnosedError as error:
            return [
                PushResult(row, PushOutcome.UNSURE, _AGAIN, error.diagnosis)
                for row, _job, _listed in written
            ]
        return [
            PushResult(row, PushOutcome.CREATED if job.listed is None else PushOutcome.UPDATED)
            for row, job, _listed in written
        ]

    def _find_replaced(self, saved: Sequence[Placement]) -> list[PlacementId]:
        """Return the placements of others that had these names before."""
        holders = {(one.name, one.account_id or one.app_id) for one in saved}
        names = {one.name for one in saved}
        return [
            one.id
            for one in self._run.store.placements.list_at(self._place)
            if one.name in names and (one.name, one.account_id or one.app_id) not in holders
        ]

    def _make_events(self, rows: Sequence[PushRow], verb: str = "Pushed") -> list[AccountEvent]:
        names: dict[AccountId, list[str]] = {}
        for row in rows:
            names.setdefault(row.account_id, []).append(row.name)
        where = self._destination.describe_target(self._place.target_fields)
        to = f"{self._destination.title} ({where})" if where else self._destination.title
        word = "to" if verb == "Pushed" else "at"
        return [
            AccountEvent(
                account_id,
                AccountEventKind.EXPORTED,
                self._run.now(),
                f"{verb} {describe_names(own)} {word} {to}",
            )
            for account_id, own in names.items()
        ]

    def _place_of(self, job: PlannedName, state: PlacementState, marker: str = "") -> Placement:
        content = job.content
        assert content is not None  # noqa: S101 - rows without one are never written
        return replace(
            content.copy.placement,
            written_at=self._run.now(),
            fingerprint=content.fingerprint(self._run.key),
            marker=marker,
            state=state,
        )

    def _delete(self, job: PlannedName) -> None:
        reader, target = self._run.reader, self._accounts[0].target
        try:
            reader.driver.delete(target, job.row.name, reader.cancel)
        except CancelledError:
            self._cancelled.add(job.row.name)
        except DestinationError as error:
            self._failures[job.row.name] = reader.diagnose(error, target)

    def _verify_deleted(self, jobs: Sequence[_Job], state: PlaceState) -> list[PushResult]:
        """Return what became of the names that were deleted. state: of the place after that."""
        results: list[PushResult] = []
        gone: list[_Job] = []
        for row, job in jobs:
            left = None if state.listing is None else state.listing.get(row.name)
            if row.name in self._failures:
                results.append(_fail(row, self._failures[row.name]))
            elif row.name in self._cancelled:
                results.append(PushResult(row, PushOutcome.CANCELLED))
            elif left is not None and not left.is_blocked:
                results.append(PushResult(row, PushOutcome.FAILED, _STILL_THERE))
            else:
                gone.append((row, job))
        placements = self._run.store.placements
        placements.save([], self._make_events([row for row, _job in gone], "Deleted"))
        _ = placements.forget([job.placement.id for _row, job in gone if job.placement is not None])
        return results + [PushResult(row, PushOutcome.DELETED) for row, _job in gone]

    def _may_delete(self, now: PlannedName) -> bool:
        """Whether a name is certainly as Twauth wrote it."""
        one = now.placement
        return (
            self._destination.can_delete
            and one is not None
            and now.listed is not None
            and one.account_id in {now.row.account_id, None}
            and one.state is PlacementState.WRITTEN
            and one.marker == now.listed.marker
        )


def _is_unmoved(
    destination: Destination, before: ListedSecret | None, after: ListedSecret | None
) -> bool:
    """Whether the marker proves that nothing was written."""
    return (
        destination.is_marker_moved
        and before is not None
        and after is not None
        and bool(after.marker)
        and before.marker == after.marker
    )


def _leave(row: PushRow, *, shown: PushRow | None = None) -> PushResult:
    """Return the result of a row that is not written. shown: as it was in the plan."""
    if row.action is PushAction.SAME:
        return PushResult(shown or row, PushOutcome.SAME)
    if row.action is PushAction.BLOCKED:
        return PushResult(shown or row, PushOutcome.FAILED, row.reason)
    return PushResult(shown or row, PushOutcome.SKIPPED, row.reason)


def _fail(row: PushRow, diagnosis: Diagnosis) -> PushResult:
    return PushResult(row, PushOutcome.FAILED, diagnosis.to_sentence(), diagnosis)


def lock_place(folder: Path, place: Place, seconds: float) -> FileLock:
    """Return the lock of a place; the same of a few files always, which are never deleted."""
    number = zlib.crc32(f"{place.destination}\0{place.target}".encode()) % _LOCK_COUNT
    return FileLock(folder, seconds, name=f"push-{number}.lock")
