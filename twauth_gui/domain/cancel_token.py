"""A token that cancels a job, and that the job can wait on."""

from __future__ import annotations

import threading
from collections.abc import Callable


class CancelledError(Exception):
    """The person asked the job to end; nobody is told that anything failed."""


class CancelToken:
    """Given to every job. Thread-safe; once cancelled it stays cancelled."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def is_cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """Raise the flag and run what waits for it, once, on the calling thread."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Run callback when cancelled; at once where that is already so."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return
        callback()

    def raise_if_cancelled(self) -> None:
        """Raise CancelledError where the flag is up."""
        if self._event.is_set():
            raise CancelledError

    def sleep(self, seconds: float) -> None:
        """Wait, or raise CancelledError as soon as the flag goes up."""
        self._event.wait(seconds)
        self.raise_if_cancelled()
