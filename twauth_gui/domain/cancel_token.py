"""A token that cancels a job, and that the job can wait on."""

from __future__ import annotations

import threading
from collections.abc import Callable


class CancelledError(Exception):
    """The person cancelled the job; this is not reported as a failure."""


class CancelToken:
    """Passed to every job. Thread-safe; once cancelled it stays cancelled."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def is_cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """Cancel, and run the callbacks once, on the calling thread."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Run the callback when cancelled; at once if that has happened."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return
        callback()

    def raise_if_cancelled(self) -> None:
        """Raise CancelledError if cancelled."""
        if self._event.is_set():
            raise CancelledError

    def sleep(self, seconds: float) -> None:
        """Wait; raise CancelledError as soon as cancelled."""
        self._event.wait(seconds)
        self.raise_if_cancelled()
