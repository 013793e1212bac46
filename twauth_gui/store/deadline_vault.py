"""A vault with a deadline for every call, usable from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TypeVar, cast

from twauth_gui.domain.secret import Secret
from twauth_gui.store.result import Err, capture
from twauth_gui.store.vault import Vault, list_services
from twauth_gui.store.vault_errors import DEFAULT_KEYCHAIN_NAME, VaultHungError

T = TypeVar("T")

CALL_SECONDS = 15.0
UNLOCK_SECONDS = 120.0
MAX_STUCK = 8
"""How many threads may hang at a time; beyond that, calls fail at once."""

_CLOSING_SECONDS = 2.0


@dataclass(slots=True)
class _Job:
    operation: Callable[[Vault], object]
    future: Future[object] = field(default_factory=Future[object])
    worker: _Worker | None = None


class _Worker:
    """One thread, and the vault that only this thread uses."""

    def __init__(self, owner: DeadlineVault, jobs: SimpleQueue[_Job | None]) -> None:
        self.is_abandoned = False
        self._owner = owner
        self._jobs = jobs
        self._vault: Vault | None = None
        # A daemon: a keychain that never answers must not keep the process from ending.
        self.thread = threading.Thread(target=self._run, name="keychain", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.is_abandoned:
            job = self._jobs.get()
            if job is None:
                break
            job.worker = self
            if job.future.set_running_or_notify_cancel():
                self._run_job(job)
            del job  # or the last secret stays alive until the next call
        if self._vault is not None:
            _ = capture(self._vault.close)

    def _run_job(self, job: _Job) -> None:
        outcome = capture(lambda: job.operation(self._open()))
        if self._vault is not None:
            self._owner.learn_name(self._vault.name)
        if isinstance(outcome, Err):
            job.future.set_exception(outcome.error)
        else:
            job.future.set_result(outcome)

    def _open(self) -> Vault:
        if self._vault is None:
            self._vault = self._owner.open_inner()
        return self._vault


class DeadlineVault:
    """Runs an inner vault on a thread of its own, and abandons a call that takes too long.

    An abandoned call may still happen later: after a failed write, read the item again. Its thread
    is left behind, and the next call gets a fresh thread with a fresh inner vault.

    Args:
        inner: opens the vault; runs on the worker, at the first call and after each hang.
        seconds: the deadline of a call, including its wait for earlier ones.
        unlock_seconds: the same for unlock, which waits for the user.
        name: what to call the keychain until its own name is known.
    """

    def __init__(
        self,
        inner: Callable[[], Vault],
        *,
        seconds: float = CALL_SECONDS,
        unlock_seconds: float = UNLOCK_SECONDS,
        name: str = DEFAULT_KEYCHAIN_NAME,
    ) -> None:
        self.open_inner = inner
        self._seconds = seconds
        self._unlock_seconds = unlock_seconds
        self._name = name
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._worker: _Worker | None = None
        self._stuck: list[_Worker] = []

    @property
    def name(self) -> str:
        return self._name

    def learn_name(self, name: str) -> None:
        """Remember the name of the inner vault; called by the worker."""
        self._name = name

    def read(self, service: str) -> Secret | None:
        return self._call(lambda vault: vault.read(service), self._seconds)

    def write(self, service: str, value: Secret) -> None:
        self._call(lambda vault: vault.write(service, value), self._seconds)

    def delete(self, service: str) -> None:
        self._call(lambda vault: vault.delete(service), self._seconds)

    def unlock(self) -> None:
        self._call(lambda vault: vault.unlock(), self._unlock_seconds)

    def probe(self) -> None:
        self._call(lambda vault: vault.probe(), self._seconds)

    def services(self) -> list[str] | None:
        """List all items, if the inner vault can; allows as much time as unlocking."""
        return self._call(list_services, self._unlock_seconds)

    def close(self) -> None:
        """Stop the worker; a later call starts another."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            self._jobs.put(None)
            worker.thread.join(_CLOSING_SECONDS)

    def _call(self, operation: Callable[[Vault], T], seconds: float) -> T:
        job = _Job(operation)
        with self._lock:
            self._require_worker()
            self._jobs.put(job)
        try:
            _ = wait([job.future], seconds)
        except KeyboardInterrupt:  # the result is no longer wanted, and close() must not wait
            _ = self._give_up(job)
            raise
        if not job.future.done() and self._give_up(job):
            raise VaultHungError(self._name, seconds)
        return cast("T", job.future.result())

    def _require_worker(self) -> None:
        self._stuck = [worker for worker in self._stuck if worker.thread.is_alive()]
        if len(self._stuck) >= MAX_STUCK:
            raise VaultHungError(self._name)
        if self._worker is None or not self._worker.thread.is_alive():
            self._worker = _Worker(self, self._jobs)

    def _give_up(self, job: _Job) -> bool:
        """Take a waiting job off the queue, or abandon the worker that hangs in it.

        Returns:
            False if the job ended at the very last moment.
        """
        with self._lock:
            if job.future.cancel():
                return True
            if job.future.done():
                return False
            if job.worker is not None and job.worker is self._worker:
                job.worker.is_abandoned = True
                self._stuck.append(job.worker)
                self._worker = None if self._jobs.empty() else _Worker(self, self._jobs)
            return True
