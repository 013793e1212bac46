"""The SQLite file that lists what is kept, without any secret."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from typing_extensions import override

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.osfiles.error_sentences import explain_os_error
from twauth_gui.store import account_list
from twauth_gui.store.errors import (
    IndexDamagedError,
    IndexUnusableError,
    NotOpenedError,
    NotWrittenError,
    ReadOnlyError,
)
from twauth_gui.store.file_lock import FileLock
from twauth_gui.store.index_schema import MIGRATIONS, Migration


def is_write_protected(path: Path) -> bool:
    """Whether there is an index that can be read, and the system lets nothing be changed there."""
    if not (path.is_file() and path.stat().st_size and os.access(path, os.R_OK)):
        return False
    return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def connect_read_only(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Open it for reading; also tell whether it is a copy in memory, which sees no later change.

    SQLite follows the changes of others where it finds their shared memory (-shm). Without it, the
    index is copied: nobody can be writing then, or nobody can be seen writing.

    Raises:
        sqlite3.DatabaseError, OSError: it cannot be read.
    """
    address = path.absolute().as_uri()
    with contextlib.suppress(sqlite3.OperationalError):
        return _connect_checked(f"{address}?mode=ro"), False
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists() and wal.stat().st_size:
        return _copy_with_write_ahead_log(path, wal), True
    with closing(_connect_checked(f"{address}?mode=ro&immutable=1")) as source:
        return copy_to_memory(source), True


def copy_to_memory(source: sqlite3.Connection) -> sqlite3.Connection:
    """Copy everything, so that it can be brought to this version."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        source.backup(copy)
    except sqlite3.Error:
        copy.close()
        raise
    return copy


def _copy_with_write_ahead_log(path: Path, wal: Path) -> sqlite3.Connection:
    """Let SQLite put the log (-wal) of a process that died into a copy elsewhere."""
    import shutil  # noqa: PLC0415 - both cost every start, and are for a copy of a crash only
    import tempfile  # noqa: PLC0415 - see above

    with tempfile.TemporaryDirectory(prefix="twauth-") as folder:
        copy = Path(folder) / path.name
        _ = shutil.copyfile(path, copy)
        _ = shutil.copyfile(wal, copy.with_name(wal.name))
        with closing(_connect_checked(copy.as_uri())) as source:
            return copy_to_memory(source)


def _connect_checked(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        _ = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


class ReadOnlyLock(FileLock):
    """Says that nothing can be changed, in place of waiting to change it."""

    def __init__(self, directory: Path, refuse: Callable[[], NoReturn]) -> None:
        super().__init__(directory)
        self._refuse = refuse

    @override
    def acquire(self) -> NoReturn:
        """Raise what the index says to a change."""
        self._refuse()


INDEX_FILE_NAME = account_list.INDEX_FILE_NAME

_DAMAGE_CODES = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_MISSING_SCHEMA_WORDS = ("no such table", "no such column")
_OWN_MISTAKE_CODES = ("SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_MISUSE", "SQLITE_RANGE")
"""What a wrong statement of ours meets: nothing a person can mend."""

Row = tuple[Any, ...]
Value = str | int | None

_ERROR_NUMBERS = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_READONLY": errno.EACCES,
    "SQLITE_IOERR": errno.EIO,
}
_NOT_WRITTEN = {
    "SQLITE_CANTOPEN": "The file cannot be opened. Look at its permissions, then try again.",
    "SQLITE_BUSY": "Another Twauth is writing. Try again in a moment.",
    "SQLITE_LOCKED": "Another Twauth is writing. Try again in a moment.",
    "SQLITE_PROTOCOL": "Another Twauth is writing. Try again in a moment.",
    "SQLITE_NOMEM": "The computer is out of memory. Close some programs, then try again.",
}

_SHARED_MEMORY_BYTES = 32 * 1024
"""The first size of a -shm file (SQLite's document on the WAL-index format, section 2.2)."""


class Index:
    """One connection, usable from every thread; statements take turns."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, *, read_only: bool = False
    ) -> None:
        self.path = path
        self.is_read_only = read_only
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, directory: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Index:
        """Open the index of a directory, creating both (0700, 0600) where they are missing.

        Where the system lets nothing be written there, it is opened for reading.

        Raises:
            IndexUnusableError: it is damaged, or a newer version wrote it; nothing was changed.
            NotOpenedError: it cannot be created, or neither be changed nor read.
            NotWrittenError: it cannot be brought to this version.
        """
        path = directory / INDEX_FILE_NAME
        if is_write_protected(path):
            return cls._open_for_reading(path, migrations)
        with _diagnose_errors(path, NotOpenedError):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _create_file(path)
            connection = sqlite3.connect(
                path,
                timeout=account_list.BUSY_MILLISECONDS / 1000,
                isolation_level=None,
                check_same_thread=False,
            )
        index = cls(path, connection)
        try:
            index._prepare(migrations)
        except DiagnosedError:
            connection.close()
            raise
        return index

    @classmethod
    def open_copy(cls, directory: Path) -> Index:
        """Open a copy in memory of the index of a directory, or an empty one if there is none.

        Nothing on the disk is created or changed by what is done with it.

        Raises:
            IndexUnusableError: as open().
            NotOpenedError: it cannot be read.
        """
        path = directory / INDEX_FILE_NAME
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        index = cls(path, connection)
        try:
            with _diagnose_errors(path, NotOpenedError):
                if path.exists():
                    with closing(_connect_for_reading(path)) as kept:
                        kept.backup(connection)
            index._require_known(len(MIGRATIONS))
            index._set_pragmas()
            index._apply_migrations(MIGRATIONS)
        except DiagnosedError:
            connection.close()
            raise
        return index

    @classmethod
    def _open_for_reading(cls, path: Path, migrations: Sequence[Migration]) -> Index:
        """Open it as it is; one of an older version is brought to this one in memory."""
        with _diagnose_errors(path, NotOpenedError):
            connection, is_copy = connect_read_only(path)
        index = cls(path, connection, read_only=True)
        try:
            found = index._require_known(len(migrations))
            if found < len(migrations) and not is_copy:
                with closing(connection):
                    index._connection = copy_to_memory(connection)
            if found < len(migrations):
                index._apply_migrations(migrations)
        except DiagnosedError:
            index.close()
            raise
        return index

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def refuse_changes(self) -> NoReturn:
        """Say that nothing can be changed here.

        Raises:
            ReadOnlyError: in any case.
        """
        raise ReadOnlyError(self.path)

    def query(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Give all rows of a query."""
        with self._lock, _diagnose_errors(self.path):
            return self._connection.execute(sql, values).fetchall()

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement as a transaction of its own; give the number of rows it touched."""
        if self.is_read_only:
            self.refuse_changes()
        with self._lock, _diagnose_errors(self.path):
            return self._connection.execute(sql, values).rowcount

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Do several statements or none. Never ask the keychain inside."""
        if self.is_read_only:
            self.refuse_changes()
        with self._lock, _diagnose_errors(self.path), self._connection:
            _ = self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection

    def data_version(self) -> int:
        """A number that changes when another connection has committed (PRAGMA data_version)."""
        return int(self.query("PRAGMA data_version")[0][0])

    def _prepare(self, migrations: Sequence[Migration]) -> None:
        found = self._require_known(len(migrations))
        self._set_pragmas()
        if damage_marker(self.path).exists():
            self._check_integrity()
        if found < len(migrations):
            self._migrate(migrations)

    def _require_known(self, known: int) -> int:
        found = self._version()
        if found > known:
            raise IndexUnusableError(
                self.path,
                "A newer Twauth wrote the list of accounts.",
                f"It has version {found}; this one reads up to {known}. Nothing was changed. Start"
                " the newer Twauth.",
            )
        return found

    def _check_integrity(self) -> None:
        """Read all of it: an earlier process met damage in one place."""
        if self.query("PRAGMA integrity_check(1)") != [("ok",)]:
            raise IndexDamagedError(self.path, "integrity_check")
        damage_marker(self.path).unlink(missing_ok=True)

    def _set_pragmas(self) -> None:
        with _diagnose_errors(self.path):
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                _ = self._connection.execute(f"PRAGMA {pragma}")

    def _version(self) -> int:
        return int(self.query("PRAGMA user_version")[0][0])

    def _migrate(self, migrations: Sequence[Migration]) -> None:
        found = self._version()
        if found:
            self.copy_to(self.path.with_name(f"index-version-{found}.sqlite3"))
        self._apply_migrations(migrations)

    def _apply_migrations(self, migrations: Sequence[Migration]) -> None:
        with self._lock, _diagnose_errors(self.path), self._connection as connection:
            _ = connection.execute("BEGIN IMMEDIATE")
            # Another process can have been faster.
            for number in range(self._version(), len(migrations)):
                migrations[number](connection)
            _ = connection.execute(f"PRAGMA user_version = {len(migrations)}")

    def copy_to(self, kept: Path) -> None:
        """Write everything into another file, readable by its owner alone."""
        with self._lock, _diagnose_errors(self.path):
            os.close(os.open(kept, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(kept)) as target:
                self._connection.backup(target)


def _connect_for_reading(path: Path) -> sqlite3.Connection:
    """Let SQLite write where it can: it tidies up what it needs for reading."""
    if is_write_protected(path):
        return connect_read_only(path)[0]
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)


def _create_file(path: Path) -> None:
    """Create the file for its owner alone, or see that it may be written.

    A file that is there is not opened: where this process has it open already, closing a second
    descriptor would end SQLite's locks on it (SQLite, "How To Corrupt", section 2.2), and another
    process would tidy away what this one still writes to.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK):
            os.close(os.open(path, os.O_RDWR))  # fails with the system's reason


def damage_marker(path: Path) -> Path:
    """Name the empty file that says that damage was met."""
    return path.with_name(f"{path.name}.damaged")


@contextmanager
def _diagnose_errors(
    path: Path, refusal: type[NotWrittenError] = NotWrittenError
) -> Generator[None]:
    """Turn SQLite's and the disk's failures into diagnosed ones; they hold no secret."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed index, a wrong statement: nothing a person can mend
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "").startswith(_OWN_MISTAKE_CODES):
            raise
        raise _to_diagnosed_error(path, error, refusal) from error
    except OSError as error:
        raise refusal(path, explain_os_error(error), type(error).__name__) from error


def _has_no_room(folder: Path) -> bool:
    """Whether SQLite's shared memory does not fit, which it reports like a fault of the disk."""
    import shutil  # noqa: PLC0415 - costs every start, and is for a failure only

    with suppress(OSError):
        return shutil.disk_usage(folder).free < _SHARED_MEMORY_BYTES
    return False


def _to_diagnosed_error(
    path: Path, error: sqlite3.DatabaseError, refusal: type[NotWrittenError]
) -> DiagnosedError:
    code = getattr(error, "sqlite_errorname", type(error).__name__)
    if code.startswith("SQLITE_IOERR") and _has_no_room(path.parent):
        code = "SQLITE_FULL"
    if code.startswith(_DAMAGE_CODES) or str(error).startswith(_MISSING_SCHEMA_WORDS):
        with suppress(OSError):
            damage_marker(path).touch(mode=0o600)  # so that the next start looks closer
        return IndexDamagedError(path, code)
    for start, number in _ERROR_NUMBERS.items():
        if code.startswith(start):
            return refusal(path, explain_os_error(OSError(number, "")), code)
    told = (words for start, words in _NOT_WRITTEN.items() if code.startswith(start))
    return refusal(path, next(told, f"SQLite says: {error}. Try again."), code)
