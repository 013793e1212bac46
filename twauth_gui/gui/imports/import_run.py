"""The import of the chosen rows, some at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.imports.import_rows import PlanRow
from twauth_gui.gui.tasks import Job
from twauth_gui.services.import_plan import ImportAppItem, ImportItem, ImportResult, ImportStatus

_AT_ONCE = 4  # the other workers stay free for the rest of the window


class ImportRun(QObject):
    """Imports rows one by one, each as one change of the store.

    Attributes:
        rows: all of them.
        results: of the accounts that ended.
        apps: those that were imported without an account.

    Signals:
        changed: a row changed; carries it.
        paused: the vault is locked; carries the Diagnosis. Call resume() once it is open.
        ended: each row was imported or given up.
    """

    changed = Signal(object)
    paused = Signal(object)
    ended = Signal()

    def __init__(self, context: AppContext, rows: Sequence[PlanRow], parent: QObject) -> None:
        super().__init__(parent)
        self.rows = rows
        self.results: list[ImportResult] = []
        self.apps: list[ImportAppItem] = []
        self._context = context
        self._queue = deque(rows)
        self._jobs: dict[Job, PlanRow] = {}
        self._is_paused = False
        self._has_ended = False

    def resume(self) -> None:
        """Start, or go on after a pause."""
        self._is_paused = False
        self._advance()

    def stop(self) -> None:
        """Give up the rows that are not saved yet; those that are stay whole."""
        while self._queue:
            self._give_up(self._queue.popleft())
        for job in self._jobs:
            job.cancel.cancel()
        self._advance()

    def _advance(self) -> None:
        while self._queue and not self._is_paused and len(self._jobs) < _AT_ONCE:
            self._start(self._queue.popleft())
        if not self._queue and not self._jobs and not self._has_ended:
            self._has_ended = True
            self.ended.emit()

    def _start(self, row: PlanRow) -> None:
        def work(job: Job) -> ImportResult | None:
            importer = self._context.services.importer
            if isinstance(row.item, ImportItem):
                return importer.import_account(row.item, row.options, job.cancel)
            importer.import_app(row.item, row.options)
            return None

        row.start()
        job = self._context.run_over_network(
            self,
            work,
            lambda result: self._finish(row, result),
            lambda diagnosis: self._fail(row, diagnosis),
            on_ended=lambda: self._end(job),
        )
        self._jobs[job] = row
        self.changed.emit(row)

    def _finish(self, row: PlanRow, result: ImportResult | None) -> None:
        if result is not None:
            failed = result.outcome is ImportStatus.FAILED and result.diagnosis is not None
            if failed and self._pause_if_locked(row, result.diagnosis):
                return
            self.results.append(result)
        elif isinstance(row.item, ImportAppItem):
            self.apps.append(row.item)
        row.finish(result)

    def _fail(self, row: PlanRow, diagnosis: Diagnosis) -> None:
        if not self._pause_if_locked(row, diagnosis):
            row.finish(None, diagnosis.to_sentence())

    def _pause_if_locked(self, row: PlanRow, diagnosis: Diagnosis | None) -> bool:
        vault = self._context.vault
        if diagnosis is None or not vault.note_problem(diagnosis) or not vault.is_locked:
            return False
        row.wait()
        self._queue.appendleft(row)
        if not self._is_paused:
            self._is_paused = True
            self.paused.emit(diagnosis)
        return True

    def _end(self, job: Job) -> None:
        row = self._jobs.pop(job)
        if not row.is_ended and row not in self._queue:
            self._give_up(row)
        self.changed.emit(row)
        self._advance()

    def _give_up(self, row: PlanRow) -> None:
        row.stop()
        self.changed.emit(row)
