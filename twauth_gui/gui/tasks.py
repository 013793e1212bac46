"""The one door between the window and its workers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import shiboken6
from PySide6.QtCore import QMetaObject, QObject, Qt, Signal, Slot

from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.gui.lanes import WorkerPool
from twauth_gui.gui.mailbox import MainThreadDispatcher
from twauth_gui.services.unforeseen import trace_of, unforeseen

_log = logging.getLogger(__name__)

T = TypeVar("T")

NETWORK_WORKERS = 8
SIGN_IN_WORKERS = 24
LET_GO_SECONDS = 60.0
"""How long a job may take to end after it was cancelled, for another that has to come after it."""
_GRACE_SECONDS = 2.0


@dataclass(eq=False, slots=True)
class Job:
    """One piece of work; given to it, so that it can be cancelled, report, and be owned."""

    owner: QObject
    deliver: Callable[[Callable[[], None]], None]
    on_report: Callable[[object], None] | None = None
    cancel: CancelToken = field(default_factory=CancelToken)
    ended: threading.Event = field(default_factory=threading.Event)
    watched: QMetaObject.Connection | None = None
    is_sign_in: bool = False

    def report(self, news: object) -> None:
        """Called by the work, on its thread: hands news to the window's thread."""
        on_report = self.on_report
        if on_report is not None and not self.cancel.cancelled:
            self.deliver(lambda: on_report(news) if self.wanted else None)

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits for the outcome."""
        return not self.cancel.cancelled and shiboken6.isValid(self.owner)


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """What to do on a worker, and what to do with its outcome on the window's thread.

    Exactly one of done and failed is called, and neither where the job was cancelled or its
    owner is gone; ended is called after either, and on cancelling.
    must_finish: closing the program waits for it, because something would be lost.
    is_sign_in: it may wait an hour for a person at a browser, and has a worker to itself.
    """

    work: Callable[[Job], T]
    done: Callable[[T], None]
    failed: Callable[[Diagnosis], None]
    report: Callable[[object], None] | None = None
    ended: Callable[[], None] | None = None
    must_finish: bool = False
    is_sign_in: bool = False


class TaskRunner(QObject):
    """Runs tasks on three lanes: one worker for the store, several for X, many for sign-ins."""

    _outcome = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store_lane = WorkerPool("store", 1)
        self._network_lane = WorkerPool("network", NETWORK_WORKERS)
        self._sign_in_lane = WorkerPool("sign-in", SIGN_IN_WORKERS)
        self._closed = False
        self._open: set[Job] = set()
        self._must_finish: set[Job] = set()
        self._outcome.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._mailbox = MainThreadDispatcher(self._outcome.emit)
        self.destroyed.connect(self._mailbox.shut)

    def store(self, owner: QObject, task: Task[T]) -> Job:
        """Run on the lane of the keychain and the disk."""
        return self._start(self._store_lane, owner, task)

    def network(self, owner: QObject, task: Task[T]) -> Job:
        """Run on the lane of everything that may wait for X or for the keychain's prompt."""
        lane = self._sign_in_lane if task.is_sign_in else self._network_lane
        return self._start(lane, owner, task)

    @property
    def busy(self) -> bool:
        """Whether any task has not ended yet; until shut_down() a sign-in may wait meanwhile."""
        return any(self._closed or not job.is_sign_in for job in self._open)

    def shut_down(self, seconds: float) -> bool:
        """Cancel everything, and wait so long for what must finish nevertheless.

        A job that holds something which would be lost does not look at its cancel flag between
        getting and keeping it. The others get a moment, so that the store is not closed under
        them. What is asked for from now on is not done. Returns whether all that must finish did.
        """
        self._closed = True
        for job in self._open:
            job.cancel.cancel()
        for lane in (self._store_lane, self._network_lane, self._sign_in_lane):
            lane.close()
        finished = _wait(self._must_finish, seconds)
        _wait(self._open, min(seconds, _GRACE_SECONDS))
        return finished

    def _start(self, lane: WorkerPool, owner: QObject, task: Task[T]) -> Job:
        job = Job(owner, self._mailbox.post, task.report, is_sign_in=task.is_sign_in)
        if self._closed:
            job.cancel.cancel()
            job.ended.set()
            return job
        self._open.add(job)
        if task.must_finish:
            self._must_finish.add(job)
        job.watched = owner.destroyed.connect(job.cancel.cancel)
        lane.put(self._mailbox.hold(lambda: self._run(job, task)))
        return job

    def _run(self, job: Job, task: Task[T]) -> None:
        try:
            job.cancel.check()
            result = task.work(job)
        except CancelledError:
            outcome = _nothing
        except DiagnosedError as error:
            diagnosis = error.diagnosis
            outcome = lambda: task.failed(diagnosis)  # noqa: E731 - the three ends side by side
        except Exception as error:  # noqa: BLE001 - the boundary of a task: nothing may vanish
            if not job.cancel.cancelled or task.must_finish:
                _log.error("A job ended with %s", trace_of(error))
            diagnosis = unforeseen(error)
            outcome = lambda: task.failed(diagnosis)  # noqa: E731
        else:
            outcome = lambda: task.done(result)  # noqa: E731
        job.ended.set()
        self._mailbox.post(lambda: self._end(job, task, outcome))

    @Slot(object)
    def _deliver(self, outcome: Callable[[], None]) -> None:
        outcome()

    def _end(self, job: Job, task: Task[T], outcome: Callable[[], None]) -> None:
        self._open.discard(job)
        self._must_finish.discard(job)
        if not shiboken6.isValid(job.owner):
            return
        if job.watched is not None:
            QObject.disconnect(job.watched)
        if job.wanted:
            outcome()
        if task.ended is not None and shiboken6.isValid(job.owner):
            task.ended()


def _wait(jobs: Iterable[Job], seconds: float) -> bool:
    """Wait until these jobs have ended; tells whether they did within the time."""
    deadline = time.monotonic() + seconds
    waits = [job.ended.wait(max(0.0, deadline - time.monotonic())) for job in jobs]
    return all(waits)


def _nothing() -> None:
    """What a cancelled task delivers."""
