"""The checks that are under way, for the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.check_cost import CheckCost, checked_words
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.gate import needs_vault

if TYPE_CHECKING:  # they load what speaks to X
    from twauth_gui.services.check_many import CheckedMany, CheckProgress

_RELOAD_MS = 1000  # the list follows this often: reading it again costs more than one answer


class Checks(QObject):
    """Asks X about accounts; shows answers as they come, keeps them where it is stopped.

    Signals:
        changed: checks began or ended.
        progress: where a run of several stands, in words.
        summed: a run of several ended, with a summary in words.
    """

    changed = Signal()
    progress = Signal(str)
    summed = Signal(str)

    def __init__(self, desk: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._open: set[AccountId] = set()
        self._stops: set[CancelToken] = set()
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(_RELOAD_MS)
        self._follow.timeout.connect(lambda: self.desk.library.reload())

    @property
    def accounts(self) -> frozenset[AccountId]:
        """Whose answer has not come yet."""
        return frozenset(self._open)

    def cost_of(self, account_ids: Sequence[AccountId]) -> CheckCost:
        """Count what X would bill for checking these."""
        snapshot = self.desk.library.snapshot
        known = (snapshot.accounts.get(one) for one in account_ids)
        return CheckCost.of((one for one in known if one is not None), snapshot.apps)

    @needs_vault
    def check(self, account_ids: Sequence[AccountId]) -> None:
        """Ask about each of them, several at a time."""
        fresh = [one for one in account_ids if one not in self._open]
        if not fresh:
            return
        self._open.update(fresh)
        self.changed.emit()  # first: the worker's loading of modules would slow down the showing
        if len(fresh) == 1:
            self._check_one(fresh[0])
        else:
            self._check_many(fresh)

    def stop(self) -> None:
        """End every run at once."""
        for stop in list(self._stops):
            stop.cancel()

    def _check_one(self, account_id: AccountId) -> None:
        stop = CancelToken()

        def ended() -> None:
            self._stops.discard(stop)
            self._close({account_id})

        job = self.desk.over_network(
            self,
            lambda job: self.desk.services.checker.check(account_id, job.cancel),
            lambda _checked: None,
            lambda diagnosis: self._explain(diagnosis, [account_id]),
            ended=ended,
        )
        self._stops.add(stop)
        stop.on_cancel(job.cancel.cancel)

    def _check_many(self, ids: list[AccountId]) -> None:
        stop = CancelToken()

        def work(job: Job) -> CheckedMany:
            job.cancel.on_cancel(stop.cancel)  # the window goes
            return self.desk.services.many_checker.check(ids, stop, job.report)

        def ended() -> None:
            self._stops.discard(stop)
            self._close(set(ids))

        self._stops.add(stop)
        self.progress.emit(checked_words(0, len(ids), self.cost_of(ids).reads))
        self.desk.over_network(
            self,
            work,
            lambda ended: self._sum_up(ended, ids),
            lambda diagnosis: self._failed(diagnosis, ids),
            report=self._reported,
            ended=ended,
        )

    def _reported(self, news: object) -> None:
        progress = cast("CheckProgress", news)
        self._open -= progress.settled
        self.progress.emit(progress.words(self.desk.now()))
        if progress.settled and not self._follow.isActive():
            self._follow.start()

    def _sum_up(self, ended: CheckedMany, ids: Sequence[AccountId]) -> None:
        words = ended.counts.words
        self.summed.emit(f"Stopped: {words}" if ended.stopped else words)
        if ended.obstacle is not None:
            self._explain(ended.obstacle, ids)

    def _failed(self, diagnosis: Diagnosis, ids: Sequence[AccountId]) -> None:
        self.summed.emit("The checks ended early")
        self._explain(diagnosis, ids)

    def _explain(self, diagnosis: Diagnosis, ids: Sequence[AccountId]) -> None:
        self.desk.window.show_problem(diagnosis, again=lambda: self.check(ids))

    def _close(self, account_ids: set[AccountId]) -> None:
        self._open -= account_ids
        self._follow.stop()
        self.desk.library.reload(then=self.changed.emit)
