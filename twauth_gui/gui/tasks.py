"""Blocking work on worker threads, whose outcome the window's thread receives."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import Generic, TypeVar

import shiboken6
from PySide6.QtCore import QMetaObject, QObject, Qt, Signal, Slot

from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.services.unexpected_errors import describe_unexpected_error, format_trace


class WorkerPool:
    """A queue with a limited number of threads, each started when a job needs it.

    The threads are daemons: a call that hangs in a driver must not keep the program from ending.
    (concurrent.futures joins its threads at exit, however long that takes.)
    """

    def __init__(self, name: str, workers: int) -> None:
        self._name = name
        self._workers = workers
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(self, job: Callable[[], None]) -> None:
        """Queue a job. It must catch what it raises."""
        self._jobs.put(job)
        if len(self._threads) < self._workers:
            number = len(self._threads) + 1
            thread = threading.Thread(
                target=self._run_jobs, name=f"{self._name}-{number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Let the threads end after the jobs that are already queued."""
        for _thread in self._threads:
            self._jobs.put(None)

    def _run_jobs(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            del job  # else its closures would live until the next one comes


class MainThreadDispatcher:
    """Calls from workers to the window's thread, safe while Qt objects are being destroyed.

    Work reaches into the window through its closures. If a worker held the last reference to one,
    it would destroy Qt objects on its own thread; one that emits a signal of an object being
    destroyed ends the process. So a worker gets a number instead of the work, and the window's
    thread drops the last reference; after close() nothing is emitted any more.

    Args:
        emit: queues a call for the window's thread and returns at once.
    """

    def __init__(self, emit: Callable[[Callable[[], object]], None]) -> None:
        self._emit: Callable[[Callable[[], object]], None] | None = emit
        self._lock = threading.Lock()
        self._works: dict[int, Callable[[], None]] = {}
        self._numbers = count()

    def wrap(self, work: Callable[[], None]) -> Callable[[], None]:
        """Return what a worker calls in place of the work."""
        number = next(self._numbers)
        self._works[number] = work
        return partial(self._run_work, number)

    def post(self, call: Callable[[], object]) -> None:
        """Have the window's thread make this call; do nothing once closed."""
        with self._lock:
            if self._emit is not None:
                self._emit(call)

    def close(self) -> None:
        """Stop delivering calls; return when no worker is posting."""
        with self._lock:
            self._emit = None

    def _run_work(self, number: int) -> None:
        self._works[number]()
        self.post(partial(self._works.pop, number))


_log = logging.getLogger(__name__)

T = TypeVar("T")

NETWORK_WORKERS = 8
SIGN_IN_WORKERS = 24
CANCEL_GRACE_SECONDS = 60.0
"""How long a job that has to come next waits for a cancelled one to end."""
_SHUT_DOWN_GRACE_SECONDS = 2.0


@dataclass(eq=False, slots=True)
class Job:
    """One run of a task: its owner, its cancel token, and its way to report progress."""

    owner: QObject
    deliver: Callable[[Callable[[], None]], None]
    on_report: Callable[[object], None] | None = None
    cancel: CancelToken = field(default_factory=CancelToken)
    ended: threading.Event = field(default_factory=threading.Event)
    owner_connection: QMetaObject.Connection | None = None
    is_sign_in: bool = False

    def report(self, report: object) -> None:
        """Pass a report from the worker to on_report on the window's thread."""
        on_report = self.on_report
        if on_report is not None and not self.cancel.is_cancelled:
            self.deliver(lambda: on_report(report) if self.is_wanted else None)

    @property
    def is_wanted(self) -> bool:
        """Whether the outcome is still to be delivered: not cancelled, and the owner exists."""
        return not self.cancel.is_cancelled and shiboken6.isValid(self.owner)


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """What to do on a worker, and what to do with its outcome on the window's thread.

    Exactly one of on_done and on_failed is called, and neither if the job was cancelled or its
    owner is gone; on_ended is called after either, and after a cancellation.
    must_finish: closing the program waits for it, because something would be lost.
    is_sign_in: it may wait an hour for a user at a browser, and has a worker to itself.
    """

    work: Callable[[Job], T]
    on_done: Callable[[T], None]
    on_failed: Callable[[Diagnosis], None]
    on_report: Callable[[object], None] | None = None
    on_ended: Callable[[], None] | None = None
    must_finish: bool = False
    is_sign_in: bool = False


class TaskRunner(QObject):
    """Runs tasks in three pools: one worker for the store, several for X, many for sign-ins."""

    _outcome = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store_pool = WorkerPool("store", 1)
        self._network_pool = WorkerPool("network", NETWORK_WORKERS)
        self._sign_in_pool = WorkerPool("sign-in", SIGN_IN_WORKERS)
        self._is_closed = False
        self._jobs: set[Job] = set()
        self._must_finish: set[Job] = set()
        self._outcome.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._dispatcher = MainThreadDispatcher(self._outcome.emit)
        self.destroyed.connect(self._dispatcher.close)

    def run_in_store(self, owner: QObject, task: Task[T]) -> Job:
        """Run on the one worker for the keychain and the disk."""
        return self._start(self._store_pool, owner, task)

    def run_over_network(self, owner: QObject, task: Task[T]) -> Job:
        """Run on a worker that may wait for X or for the keychain's prompt."""
        pool = self._sign_in_pool if task.is_sign_in else self._network_pool
        return self._start(pool, owner, task)

    @property
    def is_busy(self) -> bool:
        """Whether a task has not ended yet; a waiting sign-in counts only after shut_down()."""
        return any(self._is_closed or not job.is_sign_in for job in self._jobs)

    def shut_down(self, seconds: float) -> bool:
        """Cancel everything; wait at most this long for the tasks that must finish nevertheless.

        A job that holds something which would be lost does not look at its cancel flag between
        getting and saving it. The others get a moment, so that the store is not closed under
        them. Tasks started from now on are not run.

        Returns:
            Whether every task that must finish did.
        """
        self._is_closed = True
        for job in self._jobs:
            job.cancel.cancel()
        for pool in (self._store_pool, self._network_pool, self._sign_in_pool):
            pool.close()
        finished = _wait_for_jobs(self._must_finish, seconds)
        _wait_for_jobs(self._jobs, min(seconds, _SHUT_DOWN_GRACE_SECONDS))
        return finished

    def _start(self, pool: WorkerPool, owner: QObject, task: Task[T]) -> Job:
        job = Job(owner, self._dispatcher.post, task.on_report, is_sign_in=task.is_sign_in)
        if self._is_closed:
            job.cancel.cancel()
            job.ended.set()
            return job
        self._jobs.add(job)
        if task.must_finish:
            self._must_finish.add(job)
        job.owner_connection = owner.destroyed.connect(job.cancel.cancel)
        pool.submit(self._dispatcher.wrap(lambda: self._run(job, task)))
        return job

    def _run(self, job: Job, task: Task[T]) -> None:
        outcome: Callable[[], None] = ignore
        try:
            job.cancel.raise_if_cancelled()
            result = task.work(job)
        except CancelledError:
            pass
        except DiagnosedError as error:
            diagnosis = error.diagnosis
            outcome = lambda: task.on_failed(diagnosis)  # noqa: E731 - the three ends side by side
        except Exception as error:  # noqa: BLE001 - the boundary of a task: nothing may vanish
            if not job.cancel.is_cancelled or task.must_finish:
                _log.error("A job ended with %s", format_trace(error))
            diagnosis = describe_unexpected_error(error)
            outcome = lambda: task.on_failed(diagnosis)  # noqa: E731
        else:
            outcome = lambda: task.on_done(result)  # noqa: E731
        job.ended.set()
        self._dispatcher.post(lambda: self._end(job, task, outcome))

    @Slot(object)
    def _deliver(self, outcome: Callable[[], None]) -> None:
        outcome()

    def _end(self, job: Job, task: Task[T], outcome: Callable[[], None]) -> None:
        self._jobs.discard(job)
        self._must_finish.discard(job)
        if not shiboken6.isValid(job.owner):
            return
        if job.owner_connection is not None:
            QObject.disconnect(job.owner_connection)
        if job.is_wanted:
            outcome()
        if task.on_ended is not None and shiboken6.isValid(job.owner):
            task.on_ended()


def _wait_for_jobs(jobs: Iterable[Job], seconds: float) -> bool:
    """Wait until these jobs have ended; return whether they did within the time."""
    deadline = time.monotonic() + seconds
    waits = [job.ended.wait(max(0.0, deadline - time.monotonic())) for job in jobs]
    return all(waits)
