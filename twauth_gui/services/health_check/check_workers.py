"""Worker threads of a check run: one reads secrets ahead, the others call X."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.services.health_check.check_schedule import CheckItem, CheckSchedule
from twauth_gui.services.health_check.checker import Checker, CheckResult, CheckSubject
from twauth_gui.store.errors import NotFoundError
from twauth_gui.xapi.session import PersistentSession, new_persistent_session

T = TypeVar("T")


class BoundedQueue(Generic[T]):
    """A queue of limited size; closing it ends all waits."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._is_closed = False
        self._changed = threading.Condition()

    def put(self, item: T) -> bool:
        """Wait for room and add the item; False if the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or len(self._items) < self._capacity)
            if not self._is_closed:
                self._items.append(item)
                self._changed.notify_all()
            return not self._is_closed

    def get(self) -> T | None:
        """Wait for the next item; None if the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._items)
            if self._is_closed:
                return None
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def close(self) -> None:
        """End all waits; items still in the queue are dropped."""
        with self._changed:
            self._is_closed = True
            self._items.clear()
            self._changed.notify_all()


_JOIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """Result of one item, or why X was not asked; neither if the account is gone."""

    item: CheckItem
    result: CheckResult | None = None
    read_error: Diagnosis | None = None


class WorkerDiedError(RuntimeError):
    """A worker thread ended with an unexpected error; the log says which."""


class CheckWorkers:
    """Runs the scheduled checks until it is stopped.

    read_subject: reads what a check needs; it is called from one thread only, and ahead of the
    checks, so that no worker waits for the keychain.
    is_postponed: whether an item that was taken must not be checked now; it is postponed then.
    """

    def __init__(
        self,
        checker: Checker,
        schedule: CheckSchedule,
        *,
        read_subject: Callable[[CheckItem], CheckSubject],
        is_postponed: Callable[[CheckItem], bool],
        workers: int,
    ) -> None:
        self._checker = checker
        self._schedule = schedule
        self._read_subject = read_subject
        self._is_postponed = is_postponed
        self._queue: BoundedQueue[tuple[CheckItem, CheckSubject]] = BoundedQueue(workers)
        self._results: queue.SimpleQueue[WorkerResult | None] = queue.SimpleQueue()
        self._stop_token = CancelToken()
        self._has_died = False
        self._connections = [_Connections() for _ in range(workers)]
        jobs = [self._read_subjects, *(self._query_job(one) for one in self._connections)]
        self._threads = [
            threading.Thread(target=self._run_guarded, args=(job,), name="check", daemon=True)
            for job in jobs
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def next_result(self, seconds: float) -> WorkerResult | None:
        """Wait for a result; None if none came in time, or after wake().

        Raises:
            WorkerDiedError: a thread ended with an unexpected error.
        """
        try:
            result = self._results.get(timeout=seconds)
        except queue.Empty:
            result = None
        if self._has_died:
            raise WorkerDiedError
        return result

    def wake(self) -> None:
        """Make next_result() return at once."""
        self._results.put(None)

    def stop(self) -> None:
        """End all threads; calls in progress are cut off."""
        self._stop_token.cancel()
        self._schedule.stop()
        self._queue.close()
        for connections in self._connections:
            connections.cut()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)  # a DNS look-up cannot be cut off; it is left behind

    def _run_guarded(self, job: Callable[[], None]) -> None:
        has_failed = True
        try:
            job()
            has_failed = False
        finally:
            if has_failed:
                self._has_died = True
                self.wake()

    def _read_subjects(self) -> None:
        while (item := self._schedule.take()) is not None:
            try:
                subject = self._read_subject(item)
            except NotFoundError:
                self._results.put(WorkerResult(item))
            except DiagnosedError as error:
                self._results.put(WorkerResult(item, read_error=error.diagnosis))
            else:
                self._queue.put((item, subject))

    def _query_job(self, connections: _Connections) -> Callable[[], None]:
        def query_all() -> None:
            while (taken := self._queue.get()) is not None:
                item, subject = taken
                if self._is_postponed(item):
                    continue
                try:
                    sessions = connections.session_factory(subject.app.hosts)
                    checked = self._checker.query(subject, self._stop_token, sessions)
                except CancelledError:
                    break
                except NotFoundError:
                    self._results.put(WorkerResult(item))
                except DiagnosedError as error:
                    self._results.put(WorkerResult(item, read_error=error.diagnosis))
                else:
                    self._results.put(WorkerResult(item, checked))
            connections.hang_up()

        return query_all


class _Connections:
    """The open connections of one thread; only that thread uses them, any thread may cut them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[tuple[str, CallSettings], PersistentSession] = {}
        self._is_cut = False

    def session_factory(self, hosts: Hosts) -> Callable[[CallSettings], PersistentSession]:
        return lambda settings: self._session(hosts, settings)

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            for session in self._sessions.values():
                session.abort()

    def hang_up(self) -> None:
        with self._lock:
            for session in self._sessions.values():
                session.close_connection()

    def _session(self, hosts: Hosts, settings: CallSettings) -> PersistentSession:
        with self._lock:
            session = self._sessions.get((hosts.api, settings))
            if session is None:
                session = self._sessions[hosts.api, settings] = new_persistent_session(
                    hosts, settings
                )
            if self._is_cut:
                session.abort()
            return session
