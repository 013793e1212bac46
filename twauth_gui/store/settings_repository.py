"""The settings of a data folder, in its index."""

from __future__ import annotations

import sqlite3

from twauth_gui.domain.accounts import AccountId
from twauth_gui.store.account_list import ACTIVE_ACCOUNT
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.index import Index
from twauth_gui.store.vault import ItemKind

_OWN_PREFIX = "store."
"""How the keys of the store's own settings begin."""

_UPSERT = (
    "INSERT INTO settings (key, value) VALUES (?, ?)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_DELETE = "DELETE FROM settings WHERE key = ?"


class SettingsRepository:
    """Text values by key; the active account is one of them."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def get(self, key: str) -> str | None:
        rows = self._index.query("SELECT value FROM settings WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set(self, key: str, value: str) -> None:
        _ = self._index.execute(_UPSERT, (key, value))

    def claim(self, key: str, until: str, now: str) -> bool:
        """Set a time unless the one that is set is still to come; return whether it was set.

        until, now: ISO times in UTC, which compare as texts.
        """
        sql = f"{_UPSERT} WHERE settings.value <= ?"
        return self._index.execute(sql, (key, until, now)) > 0

    def all(self) -> dict[str, str]:
        """Return all settings but the store's own."""
        rows = self._index.query(
            "SELECT key, value FROM settings WHERE key NOT LIKE ? ORDER BY key",
            (f"{_OWN_PREFIX}%",),
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
            _ = self._index.execute(_DELETE, (ACTIVE_ACCOUNT,))
            return
        touched = self._index.execute(
            "INSERT INTO settings (key, value)"
            " SELECT ?, id FROM accounts WHERE id = ? AND hidden_at IS NULL"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (ACTIVE_ACCOUNT, account_id),
        )
        if not touched:
            raise NotFoundError(ItemKind.ACCOUNT)


def write_setting(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Set one setting within a transaction."""
    _ = connection.execute(_UPSERT, (key, value))


def delete_setting(connection: sqlite3.Connection, key: str) -> None:
    """Delete one setting within a transaction, if it is there."""
    _ = connection.execute(_DELETE, (key,))
