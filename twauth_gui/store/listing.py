"""The accounts as a list shows them, read with SQLite and nothing else.

The rest of the store costs several times Python's own start to load. What stands here is what
``twauth list`` needs, so it imports neither dataclasses nor enums nor paths.
"""

from __future__ import annotations

import os
import sqlite3

from twauth_gui.store.schema import MIGRATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Listed = tuple[Any, ...]
    """One account as text: STORED, then the label of its app, then whether it is the active one."""

FILE_NAME = "index.sqlite3"
BUSY_MILLISECONDS = 10_000
ACTIVE_ACCOUNT = "store.active-account"

STORED = (
    *("id", "handle", "name", "user_id", "access", "health", "health_at", "health_reason"),
    *("check_failed_at", "check_failure", "signed_in_at", "method", "note", "tags"),
)
_SQL = (
    f"SELECT {', '.join(f'accounts.{name}' for name in STORED)}, apps.label,"  # noqa: S608 - ours
    " accounts.id IS (SELECT value FROM settings WHERE key = ?)"
    " FROM accounts JOIN apps ON apps.id = accounts.app_id"
    " WHERE accounts.hidden_at IS NULL ORDER BY accounts.handle COLLATE NOCASE, accounts.id"
)
_OF_A_URI = frozenset("%?#")


def read_listing(rows: Callable[[str, tuple[str]], list[Listed]]) -> list[Listed]:
    """Read the list; rows is what runs a query."""
    return rows(_SQL, (ACTIVE_ACCOUNT,))


def glance(directory: str) -> list[Listed] | None:
    """Read the list without opening the store; None where that has something to do or to explain.

    The file is opened for writing where it is there: SQLite tidies up what it needs for reading.
    """
    path = os.path.join(directory, FILE_NAME)  # noqa: PTH118 - pathlib costs as much as the query
    if not _OF_A_URI.isdisjoint(path):
        return None
    try:
        return _read(f"file:{path}?mode=rw")
    except (sqlite3.DatabaseError, ValueError):
        return _of_a_folder_that_stands_still(directory, path)


def _of_a_folder_that_stands_still(directory: str, path: str) -> list[Listed] | None:
    """Read where nothing may be written, as from a backup: SQLite could not tidy up there."""
    if os.access(directory, os.W_OK) or os.path.exists(f"{path}-wal"):  # noqa: PTH110 - as above
        return None
    try:
        return _read(f"file:{path}?mode=ro&immutable=1")
    except (sqlite3.DatabaseError, ValueError):
        return None


def _read(address: str) -> list[Listed] | None:
    connection = sqlite3.connect(address, timeout=BUSY_MILLISECONDS / 1000, uri=True)
    try:
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        if version != len(MIGRATIONS):
            return None
        return read_listing(lambda sql, values: connection.execute(sql, values).fetchall())
    finally:
        connection.close()
