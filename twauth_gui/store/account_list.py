"""The account list, read with SQLite and nothing else.

The rest of the store takes several times as long to load as Python itself. This module is all that
``twauth list`` needs, so it imports neither dataclasses nor enums nor paths.
"""

from __future__ import annotations

import os
import sqlite3

from twauth_gui.store.index_schema import MIGRATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    AccountListRow = tuple[Any, ...]
    """One account: ACCOUNT_LIST_COLUMNS, the label of its app, whether it is active (0 or 1)."""

INDEX_FILE_NAME = "index.sqlite3"
BUSY_MILLISECONDS = 10_000
ACTIVE_ACCOUNT = "store.active-account"

ACCOUNT_LIST_COLUMNS = (
    *("id", "handle", "name", "user_id", "access", "health", "health_at", "health_reason"),
    *("check_failed_at", "check_failure", "signed_in_at", "method", "note", "tags"),
)
_SQL = (
    f"SELECT {', '.join(f'accounts.{name}' for name in ACCOUNT_LIST_COLUMNS)}, apps.label,"  # noqa: S608 - ours
    " accounts.id IS (SELECT value FROM settings WHERE key = ?)"
    " FROM accounts JOIN apps ON apps.id = accounts.app_id"
    " WHERE accounts.hidden_at IS NULL ORDER BY accounts.handle COLLATE NOCASE, accounts.id"
)
_URI_CHARACTERS = frozenset("%?#")


def query_account_list(
    run_query: Callable[[str, tuple[str]], list[AccountListRow]],
) -> list[AccountListRow]:
    """Read the list with a function that runs a query and returns its rows."""
    return run_query(_SQL, (ACTIVE_ACCOUNT,))


def read_account_list(directory: str) -> list[AccountListRow] | None:
    """Read the list without opening the store; None if only the store can read or explain it.

    An existing file is opened for writing, because SQLite has to tidy up before it reads.
    """
    path = os.path.join(directory, INDEX_FILE_NAME)  # noqa: PTH118 - pathlib costs as much as the query
    if not _URI_CHARACTERS.isdisjoint(path):
        return None
    try:
        return _read(f"file:{path}?mode=rw")
    except (sqlite3.DatabaseError, ValueError):
        return _read_immutable(directory, path)


def _read_immutable(directory: str, path: str) -> list[AccountListRow] | None:
    """Read from a write-protected folder, as of a backup, where SQLite cannot tidy up."""
    if os.access(directory, os.W_OK) or os.path.exists(f"{path}-wal"):  # noqa: PTH110 - as above
        return None
    try:
        return _read(f"file:{path}?mode=ro&immutable=1")
    except (sqlite3.DatabaseError, ValueError):
        return None


def _read(address: str) -> list[AccountListRow] | None:
    connection = sqlite3.connect(address, timeout=BUSY_MILLISECONDS / 1000, uri=True)
    try:
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        if version != len(MIGRATIONS):
            return None
        return query_account_list(lambda sql, values: connection.execute(sql, values).fetchall())
    finally:
        connection.close()
