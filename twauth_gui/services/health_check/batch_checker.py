"""Checks of many accounts at once: what each result means for the checks that remain."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.check_cost import CheckCost, describe_check_progress
from twauth_gui.domain.diagnosis import UNREACHABLE_KINDS, DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.health import CheckTotals, Health, HealthState
from twauth_gui.services.health_check.check_schedule import CheckItem, CheckSchedule, RateLimitWait
from twauth_gui.services.health_check.check_workers import CheckWorkers, WorkerResult
from twauth_gui.services.health_check.checker import Checker, CheckResult, CheckSubject
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.store import Store
from twauth_gui.xapi.limits import format_reset_time

_FLUSH_SECONDS = 0.25
_MAX_WAIT_SECONDS = 20 * 60.0  # a rate limit's window is 15 minutes; a daily one is not waited for
_LIMITED_ACCOUNTS = 2  # one may have reached its own limit; with two, it is the app's
# A limit without an end, or with one too far away, counts as if X was not reached.
_NO_RESPONSE_KINDS = UNREACHABLE_KINDS | {ProblemKind.RATE_LIMITED}

OnProgress = Callable[[frozenset[AccountId], RateLimitWait | None], None]


@dataclass(frozen=True, slots=True)
class CheckContext:
    """Store and services that a run needs."""

    store: Store
    x_clients: XClients
    checker: Checker
    now: Callable[[], datetime]


class CheckRun:
    """One run, used once. results: by account. stop_reason: why some accounts were skipped."""

    def __init__(
        self,
        context: CheckContext,
        items: Sequence[CheckItem],
        workers: int,
        *,
        patient: bool = True,
    ) -> None:
        self._context = context
        self._is_patient = patient
        self._schedule = CheckSchedule(items)
        self._worker_count = workers
        self._workers = CheckWorkers(
            context.checker,
            self._schedule,
            read_subject=self._read_subject,
            is_postponed=self._postpone_if_limited,
            workers=workers,
        )
        self._apps: dict[AppId, App] = {}
        self._keys: dict[tuple[AppId, int], AppKeys | DiagnosedError] = {}
        self._unsaved_results: list[CheckResult] = []
        self._last_flush = time.monotonic()
        self._limited_accounts: dict[AppId, set[AccountId]] = {}
        self._waits_by_app: dict[AppId, tuple[datetime, float]] = {}
        self._dropped_apps: set[AppId] = set()
        self._failures_in_a_row: dict[AppId, int] = {}
        self._is_finished = False
        self.results: dict[AccountId, CheckResult] = {}
        self.stop_reason: Diagnosis | None = None

    def run(self, cancel: CancelToken, on_progress: OnProgress) -> None:
        """Check until all are done, the user cancels, or the keychain refuses."""
        cancel.on_cancel(self._workers.wake)
        self._workers.start()
        try:
            while not (self._is_finished or cancel.is_cancelled or self._schedule.is_finished):
                result = self._workers.next_result(_FLUSH_SECONDS)
                if result is not None:
                    self._handle(result)
                if time.monotonic() - self._last_flush >= _FLUSH_SECONDS:
                    self._flush(on_progress)
        finally:
            self._workers.stop()
        self._flush(on_progress)

    # -- before a check ------------------------------------------------------------------------

    def _read_subject(self, item: CheckItem) -> CheckSubject:
        """Read what a check needs; called by one of the worker threads."""
        account = self._context.store.accounts.get(item.account_id)
        app = self._read_app(item)
        return self._context.checker.read_subject(account, app, lambda: self._read_keys(app))

    def _read_app(self, item: CheckItem) -> App:
        """Read an app once, and again if its keys were replaced."""
        app = self._apps.get(item.app_id)
        if app is None:
            app = self._apps[item.app_id] = self._context.store.apps.get(item.app_id)
        return app

    def _read_keys(self, app: App) -> AppKeys:
        """Read an app's keys, once for each generation; they are never older than it."""
        keys = self._keys.get((app.id, app.generation))
        if keys is None:
            try:
                keys = self._context.store.apps.read_keys(app.id)
            except DiagnosedError as error:
                keys = error
            self._keys[app.id, app.generation] = keys
        if isinstance(keys, DiagnosedError):
            raise keys
        return keys

    def _postpone_if_limited(self, item: CheckItem) -> bool:
        """Postpone or skip an item that was taken before a limit of its app was known."""
        if item.app_id in self._dropped_apps:
            self._schedule.mark_done()
            return True
        until, due = self._waits_by_app.get(item.app_id, (self._context.now(), 0.0))
        seconds = due - time.monotonic()
        if seconds <= 0:
            return False
        self._schedule.postpone(item, until, seconds)
        return True

    # -- after it ------------------------------------------------------------------------------

    def _handle(self, result: WorkerResult) -> None:
        if result.result is not None:
            self._handle_result(result.item, result.result)
        elif result.read_error is not None:
            self._handle_read_error(result.item, result.read_error)
        else:
            self._schedule.mark_done()  # it was removed meanwhile

    def _handle_result(self, item: CheckItem, checked: CheckResult) -> None:
        if self._requeue_if_outdated(item, checked):
            return
        diagnosis = checked.diagnosis
        if diagnosis is not None and self._postpone_for_limit(item, diagnosis):
            return
        self._record(checked)
        if diagnosis is None or diagnosis.kind not in _NO_RESPONSE_KINDS:
            self._failures_in_a_row.pop(item.app_id, None)
            self._limited_accounts.pop(item.app_id, None)
            return
        self._failures_in_a_row[item.app_id] = self._failures_in_a_row.get(item.app_id, 0) + 1
        if self._failures_in_a_row[item.app_id] >= self._worker_count:
            # As many in a row as there are workers: the others would only fail the same way.
            self._dropped_apps.add(item.app_id)
            self._schedule.drop_app(item.app_id)
            self.stop_reason = diagnosis

    def _requeue_if_outdated(self, item: CheckItem, checked: CheckResult) -> bool:
        """Check again with what is stored now, if X was asked with something older."""
        try:
            is_outdated = self._context.checker.is_outdated(checked)
        except NotFoundError:
            self._schedule.mark_done()
            return True
        if is_outdated:
            self._apps.pop(item.app_id, None)
            self._schedule.postpone(item, self._context.now(), 0.0)
        return is_outdated

    def _postpone_for_limit(self, item: CheckItem, diagnosis: Diagnosis) -> bool:
        """Postpone the check if X says until when; with several limited, the whole app's."""
        until = diagnosis.wait_until
        if diagnosis.kind is not ProblemKind.RATE_LIMITED or until is None or not self._is_patient:
            return False
        hosts = self._read_app(item).hosts
        seconds = (
            until - self._context.x_clients.host_time(hosts, self._context.now())
        ).total_seconds()
        if seconds > _MAX_WAIT_SECONDS:
            return False
        self._schedule.postpone(item, until, seconds)
        limited = self._limited_accounts.setdefault(item.app_id, set())
        limited.add(item.account_id)
        if len(limited) >= _LIMITED_ACCOUNTS:
            self._waits_by_app[item.app_id] = (until, time.monotonic() + seconds)
            self._schedule.postpone_app(item.app_id, until, seconds)
        return True

    def _handle_read_error(self, item: CheckItem, diagnosis: Diagnosis) -> None:
        """Record missing credentials for the account; any other error ends the run."""
        if diagnosis.kind is not ProblemKind.CREDENTIAL_MISSING:
            self.stop_reason = diagnosis
            self._is_finished = True
            return
        try:
            account, app = self._context.store.accounts.get(item.account_id), self._read_app(item)
        except NotFoundError:
            self._schedule.mark_done()
            return
        if isinstance(self._keys.get((app.id, app.generation)), DiagnosedError):
            health = Health(HealthState.APP_PROBLEM, self._context.now(), diagnosis.title)
            account = replace(account, health=health)
        self._record(CheckResult(account, diagnosis))

    def _record(self, checked: CheckResult) -> None:
        self.results[checked.account.id] = checked
        self._unsaved_results.append(checked)
        self._schedule.mark_done()

    def _flush(self, on_progress: OnProgress) -> None:
        """Save the new results as one change, then report progress."""
        fresh, self._unsaved_results = self._unsaved_results, []
        self._last_flush = time.monotonic()
        if fresh:
            _ = self._context.checker.save_results(fresh)
        on_progress(frozenset(one.account.id for one in fresh), self._schedule.current_wait)


DEFAULT_WORKERS = 8


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """Progress of a run. newly_checked: the accounts saved since the last report.

    reads: how many of the checks X bills as user reads, at most.
    """

    done: int
    total: int
    newly_checked: frozenset[AccountId]
    wait: RateLimitWait | None
    reads: int = 0

    def describe(self, now: datetime) -> str:
        """Return the progress as one sentence."""
        if self.wait is None:
            return describe_check_progress(self.done, self.total, self.reads)
        until, count = format_reset_time(self.wait.until, now), self.wait.count
        rest = (
            "The other check starts by itself."
            if count == 1
            else f"The other {count:,} checks start by themselves."
        )
        return f"X asks to wait until {until}. {rest}"


@dataclass(frozen=True, slots=True)
class BatchCheckResult:
    """Results of a run, also of a stopped one: everything that X said is saved.

    results: in the order of the request. stop_reason: why accounts were skipped, unless the user
    stopped the run.
    """

    results: tuple[CheckResult, ...]
    requested: int
    is_stopped: bool
    stop_reason: Diagnosis | None

    @property
    def totals(self) -> CheckTotals:
        return CheckTotals.from_healths(
            (one.account.health for one in self.results), self.requested - len(self.results)
        )


class BatchChecker:
    """Checks many accounts; each call is a run of its own."""

    def __init__(
        self, store: Store, x_clients: XClients, checker: Checker, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._context = CheckContext(store, x_clients, checker, now)

    def check(
        self,
        account_ids: Sequence[AccountId],
        cancel: CancelToken,
        report: Callable[[CheckProgress], None],
        workers: int = DEFAULT_WORKERS,
        *,
        patient: bool = True,
    ) -> BatchCheckResult:
        """Check the accounts, several at a time.

        If X asks to wait, the checks are repeated after that by themselves; without patience the
        limit is their result. Cancelling ends the run at once, with the results so far.

        Raises:
            DiagnosedError: the disk refuses.
        """
        self._store.require_writable()
        wanted = set(account_ids)
        known = {one.id: one for one in self._store.accounts.list_all() if one.id in wanted}
        accounts = [known[one] for one in dict.fromkeys(account_ids) if one in known]
        cost = CheckCost.for_accounts(
            accounts, {app.id: app for app in self._store.apps.list_all()}
        )
        items = [CheckItem(one.id, one.app_id) for one in accounts]
        run = CheckRun(self._context, items, workers, patient=patient)

        def on_progress(newly_checked: frozenset[AccountId], wait: RateLimitWait | None) -> None:
            done, total = len(run.results), len(accounts)
            report(CheckProgress(done, total, newly_checked, wait, cost.reads))

        on_progress(frozenset(), None)  # shows the cost before X is asked
        run.run(cancel, on_progress)
        results = tuple(run.results[one.id] for one in accounts if one.id in run.results)
        is_stopped = len(results) < len(accounts) and cancel.is_cancelled
        return BatchCheckResult(results, len(accounts), is_stopped, run.stop_reason)
