"""The settings, and the history of accounts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from twauth_gui.domain.accounts import AccountEvent, AccountId
from twauth_gui.store.account_list import ACTIVE_ACCOUNT
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.index import Index
from twauth_gui.store.index_rows import event_from_row
from twauth_gui.store.vault import ItemKind

EVENTS_PER_ACCOUNT = 200
OWN_SETTINGS = "store."
"""How the keys of the store's own settings begin."""


def insert_event(connection: sqlite3.Connection, event: AccountEvent) -> None:
    """Add a line to an account's history and drop the oldest, within a transaction."""
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


class SettingsRepository:
    """Settings that concern the data, in the index; which account is the active one."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def get(self, key: str) -> str | None:
        rows = self._index.query("SELECT value FROM settings WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set(self, key: str, value: str) -> None:
        _ = self._index.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def all(self) -> dict[str, str]:
        """Return all settings but the store's own."""
        rows = self._index.query(
            "SELECT key, value FROM settings WHERE key NOT LIKE ? ORDER BY key",
            (f"{OWN_SETTINGS}%",),
        )
        return {str(key): str(value) for key, value in rows}

    def active_account(self) -> AccountId | None:
        rows = self._index.query(
            "SELECT accounts.id FROM settings JOIN accounts ON accounts.id = settings.value"
            " WHERE settings.key = ? AND accounts.hidden_at IS NULL",
            (ACTIVE_ACCOUNT,),
        )
        return AccountId(rows[0][0]) if rows else None

    def set_active_account(self, account_id: AccountId | None) -> None:
        if account_id is None:
            _ = self._index.execute("DELETE FROM settings WHERE key = ?", (ACTIVE_ACCOUNT,))
            return
        touched = self._index.execute(
            "INSERT INTO settings (key, value)"
            " SELECT ?, id FROM accounts WHERE id = ? AND hidden_at IS NULL"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (ACTIVE_ACCOUNT, account_id),
        )
        if not touched:
            raise NotFoundError(ItemKind.ACCOUNT)


class EventLog:
    """The history of accounts, in the index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def add(self, event: AccountEvent) -> None:
        """Add a line to an account's history, which keeps the newest 200; none while read-only."""
        if self._index.is_read_only:
            return
        with self._index.transaction() as connection:
            insert_event(connection, event)

    def import_events(self, events: Sequence[AccountEvent]) -> bool:
        """Give an account that has no history all of these lines, or none; oldest first."""
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
        """Return the newest lines of an account's history, newest first."""
        rows = self._index.query(
            "SELECT account_id, kind, at, text FROM events WHERE account_id = ?"
            " ORDER BY id DESC LIMIT ?",
            (account_id, limit),
        )
        return [event_from_row(row) for row in rows]
