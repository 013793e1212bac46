"""Reader of the SQLite file of Cawbird and Corebird, which it does not change."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import (
    MOST,
    FoundCredentials,
    NotLoadedError,
    SkipKind,
    SkippedEntry,
)
from twauth_gui.transfer.tools.plain_file import read_start

MAGIC = b"SQLite format 3\x00"
MAX_BYTES = 16 * 1024 * 1024
"""Of one file, and of all that lie beside it: they hold caches too, of a few MiB."""

_NAMES = {
    Field.API_KEY: "consumer_key",
    Field.API_SECRET: "consumer_secret",
    Field.ACCESS_TOKEN: "token",
    Field.ACCESS_SECRET: "token_secret",
}
_ACCOUNT_COLUMNS = ("id", "screen_name", *_NAMES.values())
_TOKEN_COLUMNS = ("token", "token_secret")
_LONGEST_ROW = 16 * 1024
_MOST_STEPS = 500_000  # of SQLite's machine; 10,000 accounts take a fifth of them
_STEPS_BETWEEN_LOOKS = 1_000
_VERSIONS = slice(18, 20)  # of writing and reading: 2 where it has a write-ahead log
_NO_LOG = b"\x01\x01"
_PLAIN = ("CREATE TABLE", "CREATE INDEX", "CREATE UNIQUE INDEX")
_LOGS = ("-wal", "-journal")
_ENDED = frozenset({b"", b"\0"})
_DAMAGED = "It is not an account list of Cawbird, or it is damaged."
_IN_USE = "Cawbird has not finished writing it. Start and quit Cawbird, then import it again."
_TOO_LARGE = "It is larger than 16 MiB, too large for a list of accounts."

_Row = dict[str, object]


def read_cawbird(path: Path, harvest: FoundCredentials) -> None:
    """Take the accounts (sql/init/Create.1-4.sql); older files keep the tokens beside, one each.

    Raises:
        NotLoadedError: it is not a file of theirs, is damaged, or takes too much work.
        CancelledError: the person cancelled.
    """
    has_log = _has_log(path)
    try:
        _take_accounts(path, harvest)
    except NotLoadedError as error:
        raise NotLoadedError(_IN_USE if has_log else str(error)) from error
    if has_log:
        harvest.skip(SkippedEntry("what was written last", _IN_USE, SkipKind.UNREADABLE))


def _take_accounts(path: Path, harvest: FoundCredentials) -> None:
    beside = _Beside(path, harvest.cancel)
    for row in _rows(_snapshot(path, MAX_BYTES), "accounts", _ACCOUNT_COLUMNS, harvest.cancel):
        values = {place: row.get(name) for place, name in _NAMES.items()}
        if not values[Field.ACCESS_TOKEN]:
            values |= beside.tokens_of(row.get("id"))
        handle = row.get("screen_name")
        harvest.take(values, what=f"account {handle}", handle=handle)


class _Beside:
    """The files accounts/ID.db of older versions, read as long as they are small together."""

    def __init__(self, path: Path, cancel: CancelToken) -> None:
        self._folder = path.parent / "accounts"
        self._cancel = cancel
        self._rest = MAX_BYTES

    def tokens_of(self, number: object) -> dict[Field, object]:
        """Read table common (sql/accounts/Create.1.sql) of an account; nothing if there is none."""
        if not isinstance(number, int | str) or not str(number).isdecimal():
            return {}
        older = self._folder / f"{number}.db"
        if not older.is_file():
            return {}
        raw = _snapshot(older, self._rest)
        self._rest -= len(raw)
        for row in _rows(raw, "common", _TOKEN_COLUMNS, self._cancel):
            return {place: row.get(name) for place, name in _NAMES.items() if name in row}
        return {}


def _snapshot(path: Path, most: int) -> bytearray:
    """Return the file as it is now; nothing that is written to it later has an effect."""
    raw = bytearray(read_start(path, most).raw)
    if len(raw) > most:
        raise NotLoadedError(_TOO_LARGE)
    raw[_VERSIONS] = _NO_LOG  # what is in memory has none
    return raw


def _has_log(path: Path) -> bool:
    """Whether a part of the database is still beside it; a log that was ended begins with zero."""
    logs = (path.with_name(f"{path.name}{ending}") for ending in _LOGS)
    return any(log.is_file() and read_start(log, 0).raw not in _ENDED for log in logs)


def _rows(
    raw: bytearray, table: str, columns: tuple[str, ...], cancel: CancelToken
) -> Iterator[_Row]:
    """Yield rows of a table, which is a plain one: a view can compute for ever.

    The database is a copy in memory: no lock, no journal, nothing beside the file.
    """
    with _explained(cancel), closing(sqlite3.connect(":memory:")) as connection:
        _restrict(connection, cancel)
        connection.deserialize(raw)
        raw.clear()
        _require_plain_tables(connection)
        there = _plain_columns(connection, table)
        wanted = [name for name in columns if name in there]
        if not wanted:
            raise NotLoadedError(_DAMAGED)
        # The names are ours. One row more than is taken, so that a crowd is noticed.
        sql = f"SELECT {', '.join(wanted)} FROM {table} LIMIT {MOST + 1}"  # noqa: S608
        for row in connection.execute(sql):
            yield dict(zip(wanted, row, strict=True))


def _restrict(connection: sqlite3.Connection, cancel: CancelToken) -> None:
    """Let a file from elsewhere do nothing but be read (sqlite.org/security.html)."""
    connection.text_factory = _text
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        _ = connection.execute(f"PRAGMA {pragma}")
    _ = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_ROW)
    _ = connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_ROW)
    steps = 0

    def look() -> bool:
        nonlocal steps
        steps += _STEPS_BETWEEN_LOOKS
        return steps > _MOST_STEPS or cancel.is_cancelled

    connection.set_progress_handler(look, _STEPS_BETWEEN_LOOKS)


def _require_plain_tables(connection: sqlite3.Connection) -> None:
    """Refuse views, virtual tables and triggers, which these programs never had.

    All are looked at: what SQLite makes of an entry is in its SQL, not in its name.
    """
    for (made,) in connection.execute("SELECT sql FROM sqlite_master"):
        if made is not None and not str(made).startswith(_PLAIN):
            raise NotLoadedError(_DAMAGED)


def _plain_columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """Name the columns that hold values; those that are computed are left out."""
    described = connection.execute(f"PRAGMA table_xinfo({table})")
    return {str(name).lower() for _, name, *_, hidden in described if not hidden}


@contextmanager
def _explained(cancel: CancelToken) -> Generator[None]:
    try:
        yield
    except (sqlite3.Error, ValueError, OverflowError, MemoryError) as error:
        if cancel.is_cancelled:
            raise CancelledError from error
        raise NotLoadedError(_DAMAGED) from error


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
