"""Locks among all threads and processes that use a directory."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
import zlib
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn

from typing_extensions import override

from twauth_gui.osfiles.error_sentences import explain_os_error
from twauth_gui.store.errors import NotWrittenError

LOCK_FILE_NAME = "change.lock"
LOCK_TIMEOUT_SECONDS = 60.0
"""Longer than a keychain's deadline for the few calls of one change."""

LOCK_COUNT = 8
"""As many as the window has workers: with one lock, each would wait for X's slowest answer."""

_POLL_SECONDS = 0.02

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """A lock file that a journaled change holds, so that recovery does not undo a running change.

    The system releases the lock of a process that dies, so a journaled change without a lock was
    interrupted.
    """

    def __init__(
        self,
        directory: Path,
        timeout_seconds: float = LOCK_TIMEOUT_SECONDS,
        name: str = LOCK_FILE_NAME,
    ) -> None:
        self.path = directory / name
        self._timeout_seconds = timeout_seconds
        self._threads = threading.RLock()
        self._depth = 0

    @contextlib.contextmanager
    def acquire(self) -> Generator[None]:
        """Wait for the lock and hold it; a thread that holds it may take it again.

        Raises:
            NotWrittenError: another process held it for longer than timeout_seconds; or the disk
                refuses the lock file, and the evidence has a code.
        """
        with self._threads, contextlib.ExitStack() as stack:
            if self._depth == 0:
                stack.callback(os.close, self._open_and_lock())
            self._depth += 1
            stack.callback(self._release)
            yield

    def is_held(self) -> bool:
        """Whether any process or thread holds the lock now."""
        try:
            descriptor = os.open(self.path, os.O_RDWR)
        except OSError:
            return False  # never taken yet, or it cannot be: the disk is read-only
        try:
            _try_lock(descriptor)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _release(self) -> None:
        self._depth -= 1

    def _open_and_lock(self) -> int:
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise NotWrittenError(
                self.path, explain_os_error(error), type(error).__name__
            ) from error
        end = time.monotonic() + self._timeout_seconds
        while True:
            try:
                _try_lock(descriptor)
            except OSError as error:
                if time.monotonic() < end:
                    _ = threading.Event().wait(_POLL_SECONDS)
                    continue
                os.close(descriptor)
                raise NotWrittenError(
                    self.path, "Another Twauth is changing credentials. Try again in a moment."
                ) from error
            return descriptor


class ReadOnlyLock(FileLock):
    """A lock for a write-protected store, which cannot be acquired."""

    def __init__(self, directory: Path, refuse: Callable[[], NoReturn]) -> None:
        super().__init__(directory)
        self._refuse = refuse

    @override
    def acquire(self) -> NoReturn:
        """Raise the error of refuse()."""
        self._refuse()


class ExchangeLocks:
    """Locks for the token exchanges with X: it accepts a refresh token, verifier or code only once.

    The second process has to wait, and then finds what the first one received. An account or
    sign-in always maps to the same of a few lock files. These are never deleted: another process
    could be waiting for one.
    """

    def __init__(self, directory: Path) -> None:
        self._locks = [
            FileLock(directory, name=f"renewal-{number}.lock") for number in range(LOCK_COUNT)
        ]

    def acquire(self, uuid: str) -> AbstractContextManager[None]:
        """Wait for the lock of an account or sign-in and hold it, also while X is asked.

        Raises:
            NotWrittenError: another process held it for longer than a call to X can last.
        """
        return self._lock_for(uuid).acquire()

    def is_held(self, uuid: str) -> bool:
        """Whether a living process holds the lock now, this one included."""
        return self._lock_for(uuid).is_held()

    def _lock_for(self, uuid: str) -> FileLock:
        return self._locks[zlib.crc32(uuid.encode()) % LOCK_COUNT]
