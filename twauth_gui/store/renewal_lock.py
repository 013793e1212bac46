"""One renewal at a time of an account's tokens, among all threads and processes."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Generator
from pathlib import Path

from twauth_gui.domain.accounts import AccountId
from twauth_gui.store.change_lock import ChangeLock

LOCKS = 8
"""As many as the window has workers: with one, each would wait for the slowest answer of X."""


class RenewalLocks:
    """X takes a refresh token once: who comes second must find the pair that the first one got.

    An account always has the same of a few lock files. They are not deleted: somebody could wait
    for one that is gone.
    """

    def __init__(self, directory: Path) -> None:
        self._locks = [ChangeLock(directory, name=f"renewal-{one}.lock") for one in range(LOCKS)]

    @contextlib.contextmanager
    def held(self, account_id: AccountId) -> Generator[None]:
        """Wait for the account's lock and hold it, also while X is asked.

        Raises:
            NotWrittenError: another process kept it for longer than a call to X can last.
        """
        with self._locks[zlib.crc32(account_id.encode()) % LOCKS].held():
            yield
