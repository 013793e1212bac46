"""The tables of the index, as the migrations that lead to them.

A step is never edited after a release: the next change is a new step at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

Migration = Callable[[sqlite3.Connection], None]

_FIRST = (
    """CREATE TABLE apps (
        id TEXT PRIMARY KEY, label TEXT NOT NULL, created_at TEXT NOT NULL,
        callback TEXT NOT NULL, api_host TEXT NOT NULL, page_host TEXT NOT NULL,
        generation INTEGER NOT NULL, last_generation INTEGER NOT NULL
    ) STRICT""",
    # last_generation counts every generation that was tried, so that none is used twice: an
    # abandoned write can still arrive.
    """CREATE TABLE accounts (
        id TEXT PRIMARY KEY, app_id TEXT NOT NULL REFERENCES apps (id), user_id TEXT NOT NULL,
        handle TEXT NOT NULL, name TEXT NOT NULL, signed_in_at TEXT NOT NULL,
        method TEXT NOT NULL, access TEXT, health TEXT NOT NULL, health_at TEXT,
        health_reason TEXT NOT NULL, note TEXT NOT NULL, tags TEXT NOT NULL, hidden_at TEXT,
        generation INTEGER NOT NULL, last_generation INTEGER NOT NULL,
        UNIQUE (app_id, user_id)
    ) STRICT""",
    """CREATE TABLE attempts (
        id TEXT PRIMARY KEY, app_id TEXT NOT NULL REFERENCES apps (id), method TEXT NOT NULL,
        started_at TEXT NOT NULL, expected_handle TEXT NOT NULL, state TEXT NOT NULL,
        granted_handle TEXT NOT NULL,
        generation INTEGER NOT NULL, last_generation INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        kind TEXT NOT NULL, at TEXT NOT NULL, text TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX events_of_account ON events (account_id, id)",
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    # An entry names a keychain item in doubt: one being written, with the row that goes with it, or
    # one being deleted.
    """CREATE TABLE journal (
        id INTEGER PRIMARY KEY, operation TEXT NOT NULL, kind TEXT NOT NULL, uuid TEXT NOT NULL,
        generation INTEGER NOT NULL, plan TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT""",
)


def _create(connection: sqlite3.Connection) -> None:
    for statement in _FIRST:
        _ = connection.execute(statement)


# id: of the account. renewing_at: when X was asked for the next pair, until that is saved.
_TOKENS = (
    """CREATE TABLE tokens (
        id TEXT PRIMARY KEY REFERENCES accounts (id), scopes TEXT NOT NULL,
        expires_at TEXT NOT NULL, signed_in_at TEXT NOT NULL, method TEXT NOT NULL,
        renewing_at TEXT, generation INTEGER NOT NULL, last_generation INTEGER NOT NULL
    ) STRICT""",
    "ALTER TABLE attempts ADD COLUMN kind TEXT NOT NULL DEFAULT 'oauth1'",
)


def _add_oauth2(connection: sqlite3.Connection) -> None:
    for statement in _TOKENS:
        _ = connection.execute(statement)


def _add_sign_in_choices(connection: sqlite3.Connection) -> None:
    for statement in (
        "ALTER TABLE apps ADD COLUMN spare_callbacks TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE attempts ADD COLUMN options TEXT NOT NULL DEFAULT '{}'",
    ):
        _ = connection.execute(statement)


# exchanging_at: when the exchange with X began, until its result is saved.
# app_generation: of the app's keys used in the exchange, 0 if unknown.
def _add_exchange_notes(connection: sqlite3.Connection) -> None:
    for statement in (
        "ALTER TABLE attempts ADD COLUMN exchanging_at TEXT",
        "ALTER TABLE attempts ADD COLUMN app_generation INTEGER NOT NULL DEFAULT 0",
    ):
        _ = connection.execute(statement)


def _add_failed_checks(connection: sqlite3.Connection) -> None:
    """Keep a check that did not reach X beside the last one that did."""
    for statement in (
        "ALTER TABLE accounts ADD COLUMN check_failed_at TEXT",
        "ALTER TABLE accounts ADD COLUMN check_failure TEXT NOT NULL DEFAULT ''",
    ):
        _ = connection.execute(statement)


# account_id: NULL if only the app's keys were put there. *_generation: of the items that the values
# were taken from, 0 for none. compared: the generations whose values were found to be others.
# origin: the data folder of the backup that it came with, if that was another one.
_PLACEMENTS = (
    """CREATE TABLE placements (
        id INTEGER PRIMARY KEY, app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
        account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
        kind TEXT NOT NULL, destination TEXT NOT NULL, target TEXT NOT NULL, name TEXT NOT NULL,
        preset TEXT NOT NULL, options TEXT NOT NULL, fields TEXT NOT NULL,
        app_generation INTEGER NOT NULL, oauth1_generation INTEGER NOT NULL,
        oauth2_generation INTEGER NOT NULL,
        fingerprint TEXT NOT NULL, marker TEXT NOT NULL, state TEXT NOT NULL,
        written_at TEXT NOT NULL, origin TEXT NOT NULL, compared TEXT NOT NULL
    ) STRICT""",
    """CREATE UNIQUE INDEX placements_by_place ON placements
        (kind, destination, target, name, coalesce(account_id, app_id))""",
    "CREATE INDEX placements_by_account ON placements (account_id)",
    "CREATE INDEX placements_by_app ON placements (app_id)",
)


def _add_placements(connection: sqlite3.Connection) -> None:
    for statement in _PLACEMENTS:
        _ = connection.execute(statement)


def _add_favourites(connection: sqlite3.Connection) -> None:
    _ = connection.execute(
        "ALTER TABLE accounts ADD COLUMN is_favourite INTEGER NOT NULL DEFAULT 0"
    )


# AUTOINCREMENT: ids tell which changes are new, so none may be used twice. seen_at: NULL until the
# user has seen it.
_CHANGES = (
    """CREATE TABLE account_changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        aspect TEXT NOT NULL, old_value TEXT NOT NULL, new_value TEXT NOT NULL,
        at TEXT NOT NULL, seen_at TEXT
    ) STRICT""",
    "CREATE INDEX account_changes_by_account ON account_changes (account_id, id)",
)


def _add_account_changes(connection: sqlite3.Connection) -> None:
    for statement in _CHANGES:
        _ = connection.execute(statement)


MIGRATIONS: tuple[Migration, ...] = (
    _create,
    _add_oauth2,
    _add_sign_in_choices,
    _add_exchange_notes,
    _add_failed_checks,
    _add_placements,
    _add_favourites,
    _add_account_changes,
)
