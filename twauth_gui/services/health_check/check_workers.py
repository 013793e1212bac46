"""Worker threads of a check run: one reads secrets ahead, several ask X."""

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
    """Holds so many; once it is closed nobody waits at it any more."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._is_closed = False
        self._changed = threading.Condition()

    def put(self, item: T) -> bool:
        """Wait for room and hand over; False where it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or len(self._items) < self._capacity)
            if not self._is_closed:
                self._items.append(item)
                self._changed.notify_all()
            return not self._is_closed

    def get(self) -> T | None:
        """Wait for the next one; None where it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._items)
            if self._is_closed:
                return None
            thing = self._items.popleft()
            self._changed.notify_all()
            return thing

    def close(self) -> None:
        """Let everybody go; what is still in it is dropped."""
        with self._changed:
            self._is_closed = True
            self._items.clear()
            self._changed.notify_all()


_JOIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """What came of one item: X's word, or why X was not asked; neither where it is gone."""

    item: CheckItem
    result: CheckResult | None = None
    read_error: Diagnosis | None = None


class WorkerDiedError(RuntimeError):
    """A thread of the crew ended before its time; its own report says why."""


class CheckWorkers:
    """Works the schedule off until it is stopped.

    read: gives all that a question takes; it is called from one thread only, and ahead of the
    questions, so that nobody waits for the keychain.
    held: whether an item is not to be asked about now, though it was taken; it is put off then.
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
        """Wait for an answer; None where none came in time, or somebody called wake.

        Raises:
            CrewLostError: a thread ended with something unforeseen.
        """
        try:
            answer = self._results.get(timeout=seconds)
        except queue.Empty:
            answer = None
        if self._has_died:
            raise WorkerDiedError
        return answer

    def wake(self) -> None:
        """Let next return at once."""
        self._results.put(None)

    def stop(self) -> None:
        """End all threads; a call that is under way is cut off."""
        self._stop_token.cancel()
        self._schedule.stop()
        self._queue.close()
        for connections in self._connections:
            connections.cut()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)  # a look-up of a name cannot be cut; it is left behind

    def _run_guarded(self, job: Callable[[], None]) -> None:
        lost = True
        try:
            job()
            lost = False
        finally:
            if lost:
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
        def ask_all() -> None:
            while (taken := self._queue.get()) is not None:
                item, subject = taken
                if self._is_postponed(item):
                    continue
                try:
                    kept = connections.session_factory(subject.app.hosts)
                    checked = self._checker.query(subject, self._stop_token, kept)
                except CancelledError:
                    break
                except NotFoundError:
                    self._results.put(WorkerResult(item))
                except DiagnosedError as error:
                    self._results.put(WorkerResult(item, read_error=error.diagnosis))
                else:
                    self._results.put(WorkerResult(item, checked))
            connections.hang_up()

        return ask_all


class _Connections:
    """The open connections of one thread, which only it uses; anybody may cut them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[tuple[str, CallSettings], PersistentSession] = {}
        self._is_cut = False

    def session_factory(self, hosts: Hosts) -> Callable[[CallSettings], PersistentSession]:
        return lambda line: self._session(hosts, line)

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            for session in self._sessions.values():
                session.abort()

    def hang_up(self) -> None:
        with self._lock:
            for session in self._sessions.values():
                session.close_connection()

    def _session(self, hosts: Hosts, line: CallSettings) -> PersistentSession:
        with self._lock:
            session = self._sessions.get((hosts.api, line))
            if session is None:
                session = self._sessions[hosts.api, line] = new_persistent_session(hosts, line)
            if self._is_cut:
                session.abort()
            return session
