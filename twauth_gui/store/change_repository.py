"""Changes of accounts that nobody has looked at yet, in the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from twauth_gui.domain.account_changes import AccountChange, ChangedAspect
from twauth_gui.domain.accounts import (
    AccountEvent,
    AccountEventKind,
    AccountId,
    TokenMetadata,
)
from twauth_gui.store.event_log import insert_event
from twauth_gui.store.index import Index
from twauth_gui.store.index_rows import SELECT, token_metadata_from_row
from twauth_gui.store.vault import ItemKind

CHANGES_PER_ACCOUNT = 50
_RENEWABLE_WARNING = timedelta(days=14)
_FINAL_WARNING = timedelta(minutes=30)
"""How long before tokens end that is a change, if they can be renewed and if they cannot."""

_SELECT = (
    "SELECT account_changes.id, account_id, aspect, old_value, new_value, at FROM account_changes"
    " JOIN accounts ON accounts.id = account_id WHERE hidden_at IS NULL AND seen_at IS NULL"
    " AND account_changes.id > ? ORDER BY account_changes.id"
)


class ChangeRepository:
    """What checks have changed, until it is marked as seen; the newest 50 of each account."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def newest_id(self) -> int:
        """Return the id of the newest change, seen or not; 0 if there is none."""
        return int(self._index.query("SELECT coalesce(max(id), 0) FROM account_changes")[0][0])

    def list_unseen(self, after: int = 0) -> list[AccountChange]:
        """Return the changes not seen yet, oldest first; without those of tokens renewed since.

        after: only those whose id is greater.
        """
        changes = [
            AccountChange(
                AccountId(account_id),
                ChangedAspect(aspect),
                old,
                new,
                datetime.fromisoformat(at),
                change_id,
            )
            for change_id, account_id, aspect, old, new, at in self._index.query(_SELECT, (after,))
        ]
        if not any(one.aspect is ChangedAspect.EXPIRY for one in changes):
            return changes
        ends = {key: one.ends_at.isoformat() for key, one in self._tokens().items()}
        return [
            one
            for one in changes
            if one.aspect is not ChangedAspect.EXPIRY or ends.get(one.account_id) == one.after
        ]

    def mark_seen(self, newest_id: int, at: datetime) -> None:
        """Mark the changes up to an id as seen; restore_unseen() with the same time undoes it."""
        with self._index.transaction() as connection:
            _ = connection.execute("DELETE FROM account_changes WHERE seen_at IS NOT NULL")
            sql = "UPDATE account_changes SET seen_at = ? WHERE id <= ?"
            _ = connection.execute(sql, (at.isoformat(), newest_id))

    def restore_unseen(self, at: datetime) -> None:
        """Undo what was marked as seen at this time."""
        sql = "UPDATE account_changes SET seen_at = NULL WHERE seen_at = ?"
        _ = self._index.execute(sql, (at.isoformat(),))

    def record_expiring(self, now: datetime) -> int:
        """Note tokens that end soon, each once; return their number. A read-only index has none."""
        if self._index.is_read_only:
            return 0
        known = {
            (AccountId(account_id), end)
            for account_id, end in self._index.query(
                "SELECT account_id, new_value FROM account_changes WHERE aspect = ?",
                (ChangedAspect.EXPIRY.value,),
            )
        }
        changes = [
            AccountChange(key, ChangedAspect.EXPIRY, "", one.ends_at.isoformat(), now)
            for key, one in self._tokens().items()
            if one.ends_at - now <= (_RENEWABLE_WARNING if one.is_renewable else _FINAL_WARNING)
            and (key, one.ends_at.isoformat()) not in known
        ]
        if changes:
            with self._index.transaction() as connection:
                insert_changes(connection, changes)
                for one in changes:
                    text = one.describe(lambda at: f"on {at.date().isoformat()}")
                    event = AccountEvent(one.account_id, AccountEventKind.CHANGED, now, text)
                    insert_event(connection, event)
        return len(changes)

    def _tokens(self) -> dict[AccountId, TokenMetadata]:
        rows = self._index.query(SELECT[ItemKind.TOKENS])
        return {AccountId(row[0]): token_metadata_from_row(row) for row in rows}


def insert_changes(connection: sqlite3.Connection, changes: Iterable[AccountChange]) -> None:
    """Add changes and drop the oldest of each account, within a transaction."""
    for one in changes:
        _ = connection.execute(
            "INSERT INTO account_changes (account_id, aspect, old_value, new_value, at)"
            " SELECT id, ?, ?, ?, ? FROM accounts WHERE id = ?",
            (one.aspect.value, one.before, one.after, one.at.isoformat(), one.account_id),
        )
        _ = connection.execute(
            "DELETE FROM account_changes WHERE account_id = ? AND id <= (SELECT id FROM"
            " account_changes WHERE account_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (one.account_id, one.account_id, CHANGES_PER_ACCOUNT),
        )
