"""Reads an index where nothing may be written: on a read-only disk, or in a folder of others."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from typing_extensions import override

from twauth_gui.store.change_lock import ChangeLock


def may_not_be_written(path: Path) -> bool:
    """Whether there is an index that can be read, and the system lets nothing be changed there."""
    if not (path.is_file() and path.stat().st_size and os.access(path, os.R_OK)):
        return False
    return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def connect(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Open it for reading; also tell whether it is a copy in memory, which sees no later change.

    SQLite follows the changes of others where it finds their shared memory (-shm). Without it, the
    index is copied: nobody can be writing then, or nobody can be seen writing.

    Raises:
        sqlite3.DatabaseError, OSError: it cannot be read.
    """
    address = path.absolute().as_uri()
    with contextlib.suppress(sqlite3.OperationalError):
        return _opened(f"{address}?mode=ro"), False
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists() and wal.stat().st_size:
        return _with_its_last_changes(path, wal), True
    with closing(_opened(f"{address}?mode=ro&immutable=1")) as source:
        return in_memory(source), True


def in_memory(source: sqlite3.Connection) -> sqlite3.Connection:
    """Copy everything, so that it can be brought to this version."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        source.backup(copy)
    except sqlite3.Error:
        copy.close()
        raise
    return copy


def _with_its_last_changes(path: Path, wal: Path) -> sqlite3.Connection:
    """Let SQLite put the log (-wal) of a process that died into a copy elsewhere."""
    import shutil  # noqa: PLC0415 - both cost every start, and are for a copy of a crash only
    import tempfile  # noqa: PLC0415 - see above

    with tempfile.TemporaryDirectory(prefix="twauth-") as folder:
        copy = Path(folder) / path.name
        _ = shutil.copyfile(path, copy)
        _ = shutil.copyfile(wal, copy.with_name(wal.name))
        with closing(_opened(copy.as_uri())) as source:
            return in_memory(source)


def _opened(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        _ = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


class RefusingLock(ChangeLock):
    """Says that nothing can be changed, in place of waiting to change it."""

    def __init__(self, directory: Path, refuse: Callable[[], NoReturn]) -> None:
        super().__init__(directory)
        self._refuse = refuse

    @override
    def held(self) -> NoReturn:
        """Raise what the index says to a change."""
        self._refuse()
