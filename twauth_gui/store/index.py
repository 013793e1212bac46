"""The index: the SQLite file that lists apps and accounts, without any secret."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

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
from twauth_gui.store.index_schema import MIGRATIONS, Migration

INDEX_FILE_NAME = account_list.INDEX_FILE_NAME
_DAMAGE_CODES = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_MISSING_SCHEMA_WORDS = ("no such table", "no such column")
_OWN_MISTAKE_CODES = ("SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_MISUSE", "SQLITE_RANGE")
"""Errors of a wrong statement, which is a bug and needs no explanation for users."""

_ERROR_NUMBERS = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_READONLY": errno.EACCES,
    "SQLITE_IOERR": errno.EIO,
}
_NOT_WRITTEN = {
    "SQLITE_CANTOPEN": "The file cannot be opened. Check its permissions, then try again.",
    "SQLITE_BUSY": "Another Twauth is writing. Try again in a moment.",
    "SQLITE_LOCKED": "Another Twauth is writing. Try again in a moment.",
    "SQLITE_PROTOCOL": "Another Twauth is writing. Try again in a moment.",
    "SQLITE_NOMEM": "The computer is out of memory. Close some programs, then try again.",
}

_SHARED_MEMORY_BYTES = 32 * 1024
"""The first size of a -shm file (SQLite's document on the WAL-index format, section 2.2)."""

Row = tuple[Any, ...]
Value = str | int | None


class Index:
    """One connection to the index; every thread may use it, statements take turns."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, *, read_only: bool = False
    ) -> None:
        self.path = path
        self.is_read_only = read_only
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, directory: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Index:
        """Open the index of a directory; create both if they are missing (modes 0700 and 0600).

        In a write-protected place it is opened for reading.

        Raises:
            IndexUnusableError: it is damaged, or a newer version wrote it; nothing was changed.
            NotOpenedError: it can be neither created nor opened.
            NotWrittenError: it cannot be migrated to this version.
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
        """Copy the index of a directory into memory, or create an empty one there.

        Changes of the copy never reach the disk.

        Raises:
            IndexUnusableError: as open().
            NotOpenedError: the index cannot be read.
        """
        path = directory / INDEX_FILE_NAME
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        index = cls(path, connection)
        try:
            with _diagnose_errors(path, NotOpenedError):
                if path.exists():
                    with closing(_connect_for_reading(path)) as source:
                        source.backup(connection)
            index._require_known(len(MIGRATIONS))
            index._set_pragmas()
            index._apply_migrations(MIGRATIONS)
        except DiagnosedError:
            connection.close()
            raise
        return index

    @classmethod
    def _open_for_reading(cls, path: Path, migrations: Sequence[Migration]) -> Index:
        """Open the index without changing it; an older version is migrated in memory."""
        with _diagnose_errors(path, NotOpenedError):
            connection, is_copy = _connect_read_only(path)
        index = cls(path, connection, read_only=True)
        try:
            found = index._require_known(len(migrations))
            if found < len(migrations) and not is_copy:
                with closing(connection):
                    index._connection = _copy_to_memory(connection)
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
        """Refuse a change.

        Raises:
            ReadOnlyError: always.
        """
        raise ReadOnlyError(self.path)

    def query(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return all rows of a query."""
        with self._lock, _diagnose_errors(self.path):
            return self._connection.execute(sql, values).fetchall()

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement as its own transaction; return the number of rows it changed."""
        if self.is_read_only:
            self.refuse_changes()
        with self._lock, _diagnose_errors(self.path):
            return self._connection.execute(sql, values).rowcount

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Run several statements or none. Never call the keychain inside."""
        if self.is_read_only:
            self.refuse_changes()
        with self._lock, _diagnose_errors(self.path), self._connection:
            _ = self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection

    def data_version(self) -> int:
        """Return a number that changes when another connection commits (PRAGMA data_version)."""
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
        """Check the whole file, because an earlier process met damage somewhere."""
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
            # Another process may have been faster.
            for number in range(self._version(), len(migrations)):
                migrations[number](connection)
            _ = connection.execute(f"PRAGMA user_version = {len(migrations)}")

    def copy_to(self, path: Path) -> None:
        """Copy everything into another file, which only its owner can read."""
        with self._lock, _diagnose_errors(self.path):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(path)) as target:
                self._connection.backup(target)


def is_write_protected(path: Path) -> bool:
    """Whether there is a readable index in a place where the system refuses changes."""
    if not (path.is_file() and path.stat().st_size and os.access(path, os.R_OK)):
        return False
    return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def damage_marker(path: Path) -> Path:
    """Return the path of the empty file that marks an index as damaged."""
    return path.with_name(f"{path.name}.damaged")


def _create_file(path: Path) -> None:
    """Create the file for its owner alone, or raise OSError if it cannot be read and written.

    An existing file is not opened: if this process has it open already, closing a second
    descriptor would end SQLite's locks on it (SQLite, "How To Corrupt", section 2.2), and another
    process would tidy away what this one still writes to.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK):
            os.close(os.open(path, os.O_RDWR))  # fails with the system's reason


def _connect_for_reading(path: Path) -> sqlite3.Connection:
    """Connect for reading, but let SQLite write if it can: it tidies up before it reads."""
    if is_write_protected(path):
        return _connect_read_only(path)[0]
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)


def _connect_read_only(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Open the index for reading; return whether it is a copy in memory, which sees no changes.

    SQLite follows the changes of other processes if it finds their shared memory (-shm). Without
    it no process is writing, or none can be noticed, so the index is copied.

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
        return _copy_to_memory(source), True


def _copy_with_write_ahead_log(path: Path, wal: Path) -> sqlite3.Connection:
    """Copy the index with the log (-wal) that a process left when it died."""
    import shutil  # noqa: PLC0415 - both would slow every start, for a copy after a crash only
    import tempfile  # noqa: PLC0415 - see above

    with tempfile.TemporaryDirectory(prefix="twauth-") as folder:
        copy = Path(folder) / path.name
        _ = shutil.copyfile(path, copy)
        _ = shutil.copyfile(wal, copy.with_name(wal.name))
        with closing(_connect_checked(copy.as_uri())) as source:
            return _copy_to_memory(source)


def _copy_to_memory(source: sqlite3.Connection) -> sqlite3.Connection:
    """Copy a database into memory, where it can be migrated."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        source.backup(copy)
    except sqlite3.Error:
        copy.close()
        raise
    return copy


def _connect_checked(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        _ = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


@contextmanager
def _diagnose_errors(
    path: Path, error_class: type[NotWrittenError] = NotWrittenError
) -> Generator[None]:
    """Turn errors of SQLite and the disk into diagnosed ones; they hold no secret."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed index or a wrong statement: a bug
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "").startswith(_OWN_MISTAKE_CODES):
            raise
        raise _to_diagnosed_error(path, error, error_class) from error
    except OSError as error:
        raise error_class(path, explain_os_error(error), type(error).__name__) from error


def _has_no_room(folder: Path) -> bool:
    """Whether SQLite's shared memory does not fit on the disk, which it reports as SQLITE_IOERR."""
    import shutil  # noqa: PLC0415 - would slow every start, for an error only

    with suppress(OSError):
        return shutil.disk_usage(folder).free < _SHARED_MEMORY_BYTES
    return False


def _to_diagnosed_error(
    path: Path, error: sqlite3.DatabaseError, error_class: type[NotWrittenError]
) -> DiagnosedError:
    code = getattr(error, "sqlite_errorname", type(error).__name__)
    if code.startswith("SQLITE_IOERR") and _has_no_room(path.parent):
        code = "SQLITE_FULL"
    if code.startswith(_DAMAGE_CODES) or str(error).startswith(_MISSING_SCHEMA_WORDS):
        with suppress(OSError):
            damage_marker(path).touch(mode=0o600)  # so that the next start checks the whole file
        return IndexDamagedError(path, code)
    for start, number in _ERROR_NUMBERS.items():
        if code.startswith(start):
            return error_class(path, explain_os_error(OSError(number, "")), code)
    advice = (text for prefix, text in _NOT_WRITTEN.items() if code.startswith(prefix))
    return error_class(path, next(advice, f"SQLite says: {error}. Try again."), code)
