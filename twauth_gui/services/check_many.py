"""Checking many accounts side by side, no faster than X allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.check_cost import CheckCost, checked_words
from twauth_gui.domain.check_counts import CheckCounts
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.services.check import Checked, Checker
from twauth_gui.services.check_run import CheckContext, CheckRun
from twauth_gui.services.check_schedule import Item, Waiting
from twauth_gui.services.lines import XClients
from twauth_gui.store.store import Store
from twauth_gui.xapi.limits import until_words

WORKERS = 8


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """Where a run stands. settled: whose answer has come since the last report, kept by now.

    reads: how many of the checks X bills as user reads, at most.
    """

    done: int
    total: int
    settled: frozenset[AccountId]
    waiting: Waiting | None
    reads: int = 0

    def words(self, now: datetime) -> str:
        """Say it in one line."""
        if self.waiting is None:
            return checked_words(self.done, self.total, self.reads)
        until, count = until_words(self.waiting.until, now), self.waiting.count
        rest = (
            "The other check starts by itself."
            if count == 1
            else f"The other {count:,} checks start by themselves."
        )
        return f"X asks to wait until {until}. {rest}"


@dataclass(frozen=True, slots=True)
class CheckedMany:
    """What came of a run, also of one that was stopped: all that X said is kept.

    checked: in the order in which they were asked for. obstacle: why some were left out, where
    not the person wanted it.
    """

    checked: tuple[Checked, ...]
    asked: int
    stopped: bool
    obstacle: Diagnosis | None

    @property
    def counts(self) -> CheckCounts:
        return CheckCounts.of(
            (one.account.health for one in self.checked), self.asked - len(self.checked)
        )


class ManyChecker:
    """Runs checks; each run by itself."""

    def __init__(
        self, store: Store, lines: XClients, checker: Checker, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._ground = CheckContext(store, lines, checker, now)

    def check(
        self,
        account_ids: Sequence[AccountId],
        cancel: CancelToken,
        report: Callable[[CheckProgress], None],
        workers: int = WORKERS,
        *,
        patient: bool = True,
    ) -> CheckedMany:
        """Ask X about each, several at a time.

        Where X asks to wait, what waits is asked later by itself; without patience that is the
        answer. Cancelling ends it at once, with what is known by then.

        Raises:
            DiagnosedError: the disk refuses.
        """
        self._store.require_writable()
        wanted = set(account_ids)
        known = {one.id: one for one in self._store.accounts.all() if one.id in wanted}
        asked = [known[one] for one in dict.fromkeys(account_ids) if one in known]
        cost = CheckCost.of(asked, {app.id: app for app in self._store.apps.all()})
        items = [Item(one.id, one.app_id) for one in asked]
        run = CheckRun(self._ground, items, workers, patient=patient)

        def told(settled: frozenset[AccountId], waiting: Waiting | None) -> None:
            done, total = len(run.results), len(asked)
            report(CheckProgress(done, total, settled, waiting, cost.reads))

        told(frozenset(), None)  # what it costs is said before X is asked
        run.work(cancel, told)
        checked = tuple(run.results[one.id] for one in asked if one.id in run.results)
        left = len(checked) < len(asked)
        return CheckedMany(checked, len(asked), left and cancel.cancelled, run.obstacle)
