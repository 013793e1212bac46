"""Puts into the list what was found in the keychain without a row."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId, Credentials, TokenFacts
from twauth_gui.domain.apps import DEFAULT_CALLBACK, App, AppId
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.oauth2 import CodeSecrets, TokenSet
from twauth_gui.store.items import ItemKind
from twauth_gui.store.records import Contents
from twauth_gui.store.rows import (
    TABLES,
    Columns,
    account_columns,
    app_columns,
    attempt_columns,
    token_columns,
)


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """One item of the keychain; about: what its record says of its row (store.about)."""

    kind: ItemKind
    uuid: str
    generation: int
    contents: Contents
    about: dict[str, str]


def put(connection: sqlite3.Connection, found: FoundRecord, now: datetime) -> bool:
    """Point the row at the item, or add the row; give whether there is one now."""
    table = TABLES[found.kind]
    changed = connection.execute(
        f"UPDATE {table} SET generation = ?,"  # noqa: S608 - our own names
        " last_generation = max(last_generation, ?) WHERE id = ?",
        (found.generation, found.generation, found.uuid),
    ).rowcount
    if changed:
        return True
    columns = _columns(connection, found, now)
    if columns is None:
        return False
    return _insert(connection, table, columns, found.generation)


def _columns(connection: sqlite3.Connection, found: FoundRecord, now: datetime) -> Columns | None:
    if found.kind is ItemKind.APP:
        return app_columns(_app(found, now))
    app_id = found.about.get("app_id") or _only_app(connection)
    if app_id is None or not _has(connection, "apps", app_id):
        return None
    if found.kind is ItemKind.ATTEMPT:
        return attempt_columns(_attempt(found, AppId(app_id), now))
    account = _account(found, AppId(app_id), now)
    if account is None or found.kind is ItemKind.ACCOUNT:
        return None if account is None else account_columns(account)
    return _tokens(connection, found, account_columns(account), now)


def _tokens(
    connection: sqlite3.Connection, found: FoundRecord, account: Columns, now: datetime
) -> Columns | None:
    """Describe tokens, with a row for their account where that has no other credentials."""
    if not _has(connection, "accounts", found.uuid) and not _insert(
        connection, "accounts", account, 0
    ):
        return None
    tokens = found.contents
    assert isinstance(tokens, TokenSet)  # noqa: S101 - the record's kind says so
    facts = TokenFacts(tokens.scopes, tokens.expires_at, now, _method(found))
    return {"id": found.uuid, **token_columns(facts)}


def _app(found: FoundRecord, now: datetime) -> App:
    about, usual = found.about, Hosts()
    hosts = Hosts(about.get("api_host", usual.api), about.get("page_host", usual.page))
    label = about.get("label", "Found in the keychain")
    return App(AppId(found.uuid), label, now, about.get("callback", DEFAULT_CALLBACK), hosts)


def _account(found: FoundRecord, app_id: AppId, now: datetime) -> Account | None:
    """Describe the account; X begins an access token of OAuth 1.0a with the user id."""
    user_id = found.about.get("user_id")
    if user_id is None and isinstance(found.contents, Credentials):
        start = found.contents.access_token.reveal().partition("-")[0]
        user_id = start if start.isdecimal() else None
    if user_id is None:
        return None
    handle = found.about.get("handle", user_id)
    return Account(AccountId(found.uuid), app_id, user_id, handle, now, _method(found))


def _attempt(found: FoundRecord, app_id: AppId, now: datetime) -> PendingSignIn:
    grant = getattr(found.contents, "grant", None)
    is_code = isinstance(found.contents, CodeSecrets)
    return PendingSignIn(
        PendingSignInId(found.uuid),
        app_id,
        _method(found),
        now,
        found.about.get("expected_handle", ""),
        PendingState.WAITING if grant is None else PendingState.GRANTED,
        "" if grant is None else grant.handle,
        kind=CredentialKind.OAUTH2 if is_code else CredentialKind.OAUTH1,
    )


def _method(found: FoundRecord) -> SignInMethod:
    known = {method.value: method for method in SignInMethod}
    return known.get(found.about.get("method", ""), SignInMethod.PIN)


def _only_app(connection: sqlite3.Connection) -> str | None:
    rows = connection.execute("SELECT id FROM apps LIMIT 2").fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None


def _has(connection: sqlite3.Connection, table: str, uuid: str) -> bool:
    sql = f"SELECT 1 FROM {table} WHERE id = ?"  # noqa: S608 - our own names
    return connection.execute(sql, (uuid,)).fetchone() is not None


def _insert(connection: sqlite3.Connection, table: str, columns: Columns, generation: int) -> bool:
    names = (*columns, "generation", "last_generation")
    marks = ", ".join("?" * len(names))
    sql = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - ours
    return connection.execute(sql, (*columns.values(), generation, generation)).rowcount > 0
