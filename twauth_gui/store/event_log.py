"""The history of accounts, in the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from twauth_gui.domain.accounts import AccountEvent, AccountId
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.index import Index
from twauth_gui.store.index_rows import event_from_row
from twauth_gui.store.vault import ItemKind

EVENTS_PER_ACCOUNT = 200


class EventLog:
    """What happened to each account, such as sign-ins, checks and exports."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def add(self, event: AccountEvent) -> None:
        """Add an event; each account keeps its newest 200. A read-only index records nothing."""
        if self._index.is_read_only:
            return
        with self._index.transaction() as connection:
            insert_event(connection, event)

    def import_events(self, events: Sequence[AccountEvent]) -> bool:
        """Fill the history of an account that has none; return whether anything was added.

        events: of one account, oldest first.
        """
        with self._index.transaction() as connection:
            if (
                not events
                or connection.execute(
                    "SELECT 1 FROM events WHERE account_id = ?", (events[0].account_id,)
                ).fetchone()
            ):
                return False
            _ = connection.executemany(
                "INSERT INTO events (account_id, kind, at, text)"
                " SELECT id, ?, ?, ? FROM accounts WHERE id = ?",
                [(one.kind.value, one.at.isoformat(), one.text, one.account_id) for one in events],
            )
            return True

    def latest(self, account_id: AccountId, limit: int = 20) -> list[AccountEvent]:
        """Return the latest events of an account, newest first."""
        rows = self._index.query(
            "SELECT account_id, kind, at, text FROM events WHERE account_id = ?"
            " ORDER BY id DESC LIMIT ?",
            (account_id, limit),
        )
        return [event_from_row(row) for row in rows]


def insert_event(connection: sqlite3.Connection, event: AccountEvent) -> None:
    """Add an event to an account's history and drop the oldest, within a transaction."""
    added = connection.execute(
        "INSERT INTO events (account_id, kind, at, text)"
        " SELECT id, ?, ?, ? FROM accounts WHERE id = ?",
        (event.kind.value, event.at.isoformat(), event.text, event.account_id),
    )
    if not added.rowcount:
        raise NotFoundError(ItemKind.ACCOUNT)
    _ = connection.execute(
        "DELETE FROM events WHERE account_id = ? AND id <= (SELECT id FROM events"
        " WHERE account_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (event.account_id, event.account_id, EVENTS_PER_ACCOUNT),
    )
