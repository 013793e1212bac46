"""The threads of a run of checks: one reads secrets ahead, several ask X."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.services.check import Checked, Checker, CheckSubject
from twauth_gui.services.check_schedule import Item, Schedule
from twauth_gui.services.pipe import BoundedQueue
from twauth_gui.store.errors import NotFoundError
from twauth_gui.xapi.session import KeptSession, keep_session

_JOIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one item: X's word, or why X was not asked; neither where it is gone."""

    item: Item
    checked: Checked | None = None
    unread: Diagnosis | None = None


class CrewLostError(RuntimeError):
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
        schedule: Schedule,
        *,
        read: Callable[[Item], CheckSubject],
        held: Callable[[Item], bool],
        workers: int,
    ) -> None:
        self._checker = checker
        self._schedule = schedule
        self._read = read
        self._held = held
        self._pipe: BoundedQueue[tuple[Item, CheckSubject]] = BoundedQueue(workers)
        self._answers: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        self._end = CancelToken()
        self._lost = False
        self._connections = [_Connections() for _ in range(workers)]
        jobs = [self._read_all, *(self._asking(one) for one in self._connections)]
        self._threads = [
            threading.Thread(target=self._watched, args=(job,), name="check", daemon=True)
            for job in jobs
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def next(self, seconds: float) -> Answer | None:
        """Wait for an answer; None where none came in time, or somebody called wake.

        Raises:
            CrewLostError: a thread ended with something unforeseen.
        """
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            answer = None
        if self._lost:
            raise CrewLostError
        return answer

    def wake(self) -> None:
        """Let next return at once."""
        self._answers.put(None)

    def stop(self) -> None:
        """End all threads; a call that is under way is cut off."""
        self._end.cancel()
        self._schedule.stop()
        self._pipe.close()
        for connections in self._connections:
            connections.cut()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)  # a look-up of a name cannot be cut; it is left behind

    def _watched(self, job: Callable[[], None]) -> None:
        lost = True
        try:
            job()
            lost = False
        finally:
            if lost:
                self._lost = True
                self.wake()

    def _read_all(self) -> None:
        while (item := self._schedule.take()) is not None:
            try:
                subject = self._read(item)
            except NotFoundError:
                self._answers.put(Answer(item))
            except DiagnosedError as error:
                self._answers.put(Answer(item, unread=error.diagnosis))
            else:
                self._pipe.put((item, subject))

    def _asking(self, connections: _Connections) -> Callable[[], None]:
        def ask_all() -> None:
            while (taken := self._pipe.get()) is not None:
                item, subject = taken
                if self._held(item):
                    continue
                try:
                    kept = connections.to(subject.app.hosts)
                    checked = self._checker.ask(subject, self._end, kept)
                except CancelledError:
                    break
                except NotFoundError:
                    self._answers.put(Answer(item))
                except DiagnosedError as error:
                    self._answers.put(Answer(item, unread=error.diagnosis))
                else:
                    self._answers.put(Answer(item, checked))
            connections.hang_up()

        return ask_all


class _Connections:
    """The open connections of one thread, which only it uses; anybody may cut them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[tuple[str, CallSettings], KeptSession] = {}
        self._is_cut = False

    def to(self, hosts: Hosts) -> Callable[[CallSettings], KeptSession]:
        return lambda line: self._session(hosts, line)

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            for session in self._sessions.values():
                session.cut()

    def hang_up(self) -> None:
        with self._lock:
            for session in self._sessions.values():
                session.hang_up()

    def _session(self, hosts: Hosts, line: CallSettings) -> KeptSession:
        with self._lock:
            session = self._sessions.get((hosts.api, line))
            if session is None:
                session = self._sessions[hosts.api, line] = keep_session(hosts, line)
            if self._is_cut:
                session.cut()
            return session
