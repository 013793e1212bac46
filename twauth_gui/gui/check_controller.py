"""Account checks started from the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.check_cost import CheckCost, describe_check_progress
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.vault_dialogs import needs_vault

if TYPE_CHECKING:  # they load what speaks to X
    from twauth_gui.services.health_check.batch_checker import BatchCheckResult, CheckProgress

_RELOAD_MS = 1000  # how often the list is read again: that costs more than one check


class CheckController(QObject):
    """Starts and stops checks; results show as they come and stay if a run is stopped.

    Signals:
        changed: checks started or ended.
        progress: carries how far a run of several is, in words.
        finished: a run of several ended; carries its summary, how many accounts need attention, and
            the ids of those for which X was not reached.
    """

    changed = Signal()
    progress = Signal(str)
    finished = Signal(str, int, list)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._running: set[AccountId] = set()
        self._cancel_tokens: set[CancelToken] = set()
        self._reload_timer = QTimer(self)
        self._reload_timer.setSingleShot(True)
        self._reload_timer.setInterval(_RELOAD_MS)
        self._reload_timer.timeout.connect(lambda: self.context.snapshots.reload())

    @property
    def running_account_ids(self) -> frozenset[AccountId]:
        """The accounts that are being checked."""
        return frozenset(self._running)

    def cost_of(self, account_ids: Sequence[AccountId]) -> CheckCost:
        """Return what X would bill for checking these."""
        snapshot = self.context.snapshots.current
        known = (snapshot.accounts.get(one) for one in account_ids)
        return CheckCost.for_accounts((one for one in known if one is not None), snapshot.apps)

    @needs_vault
    def check(self, account_ids: Sequence[AccountId]) -> None:
        """Check each of these that is not being checked already, several at a time."""
        new_ids = [one for one in account_ids if one not in self._running]
        if not new_ids:
            return
        self._running.update(new_ids)
        self.changed.emit()  # first, because the worker's imports would delay the repaint
        if len(new_ids) == 1:
            self._check_one(new_ids[0])
        else:
            self._check_many(new_ids)

    def stop(self) -> None:
        """Stop every check."""
        for token in list(self._cancel_tokens):
            token.cancel()

    def _check_one(self, account_id: AccountId) -> None:
        stop = CancelToken()

        def ended() -> None:
            self._cancel_tokens.discard(stop)
            self._finish({account_id})

        job = self.context.run_over_network(
            self,
            lambda job: self.context.services.checker.check(account_id, job.cancel),
            ignore,
            lambda diagnosis: self._show_problem(diagnosis, [account_id]),
            on_ended=ended,
        )
        self._cancel_tokens.add(stop)
        stop.on_cancel(job.cancel.cancel)

    def _check_many(self, ids: list[AccountId]) -> None:
        stop = CancelToken()

        def work(job: Job) -> BatchCheckResult:
            job.cancel.on_cancel(stop.cancel)  # when the window closes
            return self.context.services.batch_checker.check(ids, stop, job.report)

        def ended() -> None:
            self._cancel_tokens.discard(stop)
            self._finish(set(ids))

        self._cancel_tokens.add(stop)
        self.progress.emit(describe_check_progress(0, len(ids), self.cost_of(ids).reads))
        self.context.run_over_network(
            self,
            work,
            lambda result: self._show_summary(result, ids),
            lambda diagnosis: self._on_failed(diagnosis, ids),
            on_report=self._on_progress,
            on_ended=ended,
        )

    def _on_progress(self, report: object) -> None:
        progress = cast("CheckProgress", report)
        self._running -= progress.newly_checked
        self.progress.emit(progress.describe(self.context.now()))
        if progress.newly_checked and not self._reload_timer.isActive():
            self._reload_timer.start()

    def _show_summary(self, result: BatchCheckResult, ids: Sequence[AccountId]) -> None:
        summary = result.totals.summary
        words = f"Stopped: {summary}" if result.is_stopped else summary
        unreached = [one.account.id for one in result.results if one.account.health.failed_check]
        self.finished.emit(words, result.totals.needs_attention, unreached)
        if result.stop_reason is not None:
            self._show_problem(result.stop_reason, ids)

    def _on_failed(self, diagnosis: Diagnosis, ids: Sequence[AccountId]) -> None:
        self.finished.emit("The checks ended early", 0, [])
        self._show_problem(diagnosis, ids)

    def _show_problem(self, diagnosis: Diagnosis, ids: Sequence[AccountId]) -> None:
        self.context.window.show_problem(diagnosis, retry=lambda: self.check(ids))

    def _finish(self, account_ids: set[AccountId]) -> None:
        self._running -= account_ids
        self._reload_timer.stop()
        self.context.snapshots.reload(on_done=self.changed.emit)
