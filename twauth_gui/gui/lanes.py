"""Worker threads: lanes of jobs that end with their process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue


class WorkerPool:
    """A queue with a fixed number of threads, started when the first job comes.

    The threads are daemons: a call that hangs in a driver must not keep the program from ending.
    (concurrent.futures joins its threads at exit, however long that takes.)
    """

    def __init__(self, name: str, workers: int) -> None:
        self._name = name
        self._workers = workers
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def put(self, job: Callable[[], None]) -> None:
        """Queue a job. It must catch what it raises."""
        self._jobs.put(job)
        if len(self._threads) < self._workers:
            number = len(self._threads) + 1
            thread = threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Let the threads end when they come to it; what is queued before is still done."""
        for _thread in self._threads:
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            del job  # what it holds is not kept until the next one comes
