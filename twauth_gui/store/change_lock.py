"""One change at a time, among all threads and processes that use a directory."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path

from twauth_gui.store.durable_file import why
from twauth_gui.store.errors import NotWrittenError

FILE_NAME = "change.lock"
PATIENCE_SECONDS = 60.0
"""Longer than a keychain's deadline for the few calls of one change."""

_POLL_SECONDS = 0.02

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ChangeLock:
    """Held during a journaled change, so that recovery never undoes one that is under way.

    The system frees the lock of a process that dies; what its journal names is then cut off for
    sure.
    """

    def __init__(
        self, directory: Path, patience: float = PATIENCE_SECONDS, name: str = FILE_NAME
    ) -> None:
        self.path = directory / name
        self._patience = patience
        self._threads = threading.RLock()
        self._depth = 0

    @contextlib.contextmanager
    def held(self) -> Generator[None]:
        """Wait for the lock and hold it; a thread that holds it may take it again.

        Raises:
            NotWrittenError: another process kept it for longer than the patience, or the disk
                refuses the lock file, and the evidence has a code then.
        """
        with self._threads, contextlib.ExitStack() as stack:
            if self._depth == 0:
                stack.callback(os.close, self._locked_file())
            self._depth += 1
            stack.callback(self._release)
            yield

    def is_held(self) -> bool:
        """Whether any process or thread holds it now."""
        try:
            descriptor = os.open(self.path, os.O_RDWR)
        except OSError:
            return False  # nobody has taken it yet, or nobody can: the disk is read-only
        try:
            _take(descriptor)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _release(self) -> None:
        self._depth -= 1

    def _locked_file(self) -> int:
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise NotWrittenError(self.path, why(error), type(error).__name__) from error
        end = time.monotonic() + self._patience
        while True:
            try:
                _take(descriptor)
            except OSError as error:
                if time.monotonic() < end:
                    _ = threading.Event().wait(_POLL_SECONDS)
                    continue
                os.close(descriptor)
                raise NotWrittenError(
                    self.path, "Another Twauth is changing credentials. Try again in a moment."
                ) from error
            return descriptor
