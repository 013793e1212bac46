"""One question at a time that X answers only once, among all threads and processes."""

from __future__ import annotations

import zlib
from contextlib import AbstractContextManager
from pathlib import Path

from twauth_gui.store.change_lock import ChangeLock

LOCKS = 8
"""As many as the window has workers: with one, each would wait for the slowest answer of X."""


class AskingLocks:
    """X takes a refresh token once, and the answer to a sign-in once.

    Whoever comes second must find what the first one got.

    An account or sign-in always has the same of a few lock files. They are not deleted: somebody
    could wait for one that is gone.
    """

    def __init__(self, directory: Path) -> None:
        self._locks = [ChangeLock(directory, name=f"renewal-{one}.lock") for one in range(LOCKS)]

    def held(self, uuid: str) -> AbstractContextManager[None]:
        """Wait for the lock of an account or sign-in and hold it, also while X is asked.

        Raises:
            NotWrittenError: another process kept it for longer than a call to X can last.
        """
        return self._of(uuid).held()

    def are_held(self, uuid: str) -> bool:
        """Whether a living process holds it now, this one included."""
        return self._of(uuid).is_held()

    def _of(self, uuid: str) -> ChangeLock:
        return self._locks[zlib.crc32(uuid.encode()) % LOCKS]
