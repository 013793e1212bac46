"""The account list, read with SQLite and nothing else.

The rest of the store takes several times as long to load as Python itself. This module is all that
``twauth list`` needs, so it imports neither dataclasses nor enums nor paths.
"""

from __future__ import annotations

import os
import sqlite3
from collections import namedtuple

from twauth_gui.store.index_schema import MIGRATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NamedTuple

INDEX_FILE_NAME = "index.sqlite3"
BUSY_MILLISECONDS = 10_000
ACTIVE_ACCOUNT = "store.active-account"

ACCOUNT_LIST_COLUMNS = (
    *("id", "handle", "name", "user_id", "access", "health", "health_at", "health_reason"),
    *("check_failed_at", "check_failure", "signed_in_at", "method", "note", "tags"),
    "is_favourite",
)
if TYPE_CHECKING:

    class AccountListRow(NamedTuple):
        """One account of the list, as the index holds it: times are ISO 8601 with a zone."""

        id: str
        handle: str
        name: str
        user_id: str
        access: str | None
        health: str
        health_at: str | None
        health_reason: str
        check_failed_at: str | None
        check_failure: str
        signed_in_at: str
        method: str
        note: str
        tags: str
        """A JSON array."""
        is_favourite: int
        """1 for a favourite, else 0."""
        app: str
        """The app's label."""
        is_active: int
        """1 for the active account, else 0."""
        changed: str
        """The aspects that have changed and were not seen, with commas; "" for none."""

else:  # typing takes longer to load than the whole list takes to read
    _FIELDS = (*ACCOUNT_LIST_COLUMNS, "app", "is_active", "changed")
    AccountListRow = namedtuple("AccountListRow", _FIELDS)  # noqa: PYI024

# As net_changes() has them: from the first value not seen to the current one. When tokens end is
# not in the index.
_CHANGED = (
    "coalesce((SELECT group_concat(aspect) FROM account_changes WHERE account_id = accounts.id"
    " AND seen_at IS NULL AND old_value IS NOT CASE aspect"
    " WHEN 'health' THEN CASE WHEN health IN ('never-checked', 'cannot-tell') THEN old_value"
    " ELSE health END WHEN 'access' THEN coalesce(access, old_value)"
    " WHEN 'handle' THEN handle WHEN 'name' THEN name ELSE old_value END"
    " AND account_changes.id IN (SELECT min(id) FROM account_changes AS firsts"
    " WHERE firsts.account_id = accounts.id AND firsts.seen_at IS NULL GROUP BY aspect)), '')"
)
_SQL = (
    f"SELECT {', '.join(f'accounts.{name}' for name in ACCOUNT_LIST_COLUMNS)}, apps.label,"  # noqa: S608 - ours
    f" accounts.id IS (SELECT value FROM settings WHERE key = ?), {_CHANGED}"
    " FROM accounts JOIN apps ON apps.id = accounts.app_id"
    " WHERE accounts.hidden_at IS NULL ORDER BY accounts.handle COLLATE NOCASE, accounts.id"
)
_URI_CHARACTERS = frozenset("%?#")


def query_account_list(
    run_query: Callable[[str, tuple[str]], list[tuple[Any, ...]]],
) -> list[AccountListRow]:
    """Read the list with a function that runs a query."""
    return list(map(AccountListRow._make, run_query(_SQL, (ACTIVE_ACCOUNT,))))


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
