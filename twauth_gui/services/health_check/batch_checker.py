"""Checks of many accounts at once, no faster than X allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.check_cost import CheckCost, describe_check_progress
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.health import CheckTotals
from twauth_gui.services.health_check.check_run import CheckContext, CheckRun
from twauth_gui.services.health_check.check_schedule import CheckItem, RateLimitWait
from twauth_gui.services.health_check.checker import Checker, CheckResult
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.store import Store
from twauth_gui.xapi.limits import format_reset_time

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
