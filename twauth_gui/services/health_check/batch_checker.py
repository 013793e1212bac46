"""Check many accounts at once, no faster than X allows."""

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
    """Where a run stands. settled: whose answer has come since the last report, kept by now.

    reads: how many of the checks X bills as user reads, at most.
    """

    done: int
    total: int
    newly_checked: frozenset[AccountId]
    wait: RateLimitWait | None
    reads: int = 0

    def describe(self, now: datetime) -> str:
        """Say it in one line."""
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
    """What came of a run, also of one that was stopped: all that X said is kept.

    checked: in the order in which they were asked for. obstacle: why some were left out, where
    not the person wanted it.
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
    """Runs checks; each run by itself."""

    def __init__(
        self, store: Store, lines: XClients, checker: Checker, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._context = CheckContext(store, lines, checker, now)

    def check(
        self,
        account_ids: Sequence[AccountId],
        cancel: CancelToken,
        report: Callable[[CheckProgress], None],
        workers: int = DEFAULT_WORKERS,
        *,
        patient: bool = True,
    ) -> BatchCheckResult:
        """Ask X about each, several at a time.

        Where X asks to wait, what waits is asked later by itself; without patience that is the
        answer. Cancelling ends it at once, with what is known by then.

        Raises:
            DiagnosedError: the disk refuses.
        """
        self._store.require_writable()
        wanted = set(account_ids)
        known = {one.id: one for one in self._store.accounts.list_all() if one.id in wanted}
        asked = [known[one] for one in dict.fromkeys(account_ids) if one in known]
        cost = CheckCost.for_accounts(asked, {app.id: app for app in self._store.apps.list_all()})
        items = [CheckItem(one.id, one.app_id) for one in asked]
        run = CheckRun(self._context, items, workers, patient=patient)

        def told(settled: frozenset[AccountId], waiting: RateLimitWait | None) -> None:
            done, total = len(run.results), len(asked)
            report(CheckProgress(done, total, settled, waiting, cost.reads))

        told(frozenset(), None)  # what it costs is said before X is asked
        run.run(cancel, told)
        checked = tuple(run.results[one.id] for one in asked if one.id in run.results)
        left = len(checked) < len(asked)
        return BatchCheckResult(checked, len(asked), left and cancel.is_cancelled, run.stop_reason)
