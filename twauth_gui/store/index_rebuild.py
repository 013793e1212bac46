"""Rebuilding of a repaired index from what the keychain holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId, Credentials, TokenMetadata
from twauth_gui.domain.apps import DEFAULT_CALLBACK, App, AppId
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.display_text import format_day_of_month, name_in_sentence, pluralize
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.oauth2 import OAuth2PendingSecrets, TokenSet
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.store.changes import StoreContext
from twauth_gui.store.index_repair import IndexRepair, finish_repair, pending_repair
from twauth_gui.store.index_rows import (
    TABLES,
    Columns,
    account_columns,
    app_columns,
    pending_sign_in_columns,
    token_columns,
)
from twauth_gui.store.journal import current_generation, journal_delete
from twauth_gui.store.profile_id import ensure_profile_id
from twauth_gui.store.record_metadata import read_metadata
from twauth_gui.store.records import Contents, RecordError, decode
from twauth_gui.store.vault import ItemKind, list_services, parse_service_name, service_name

GENERATIONS_AHEAD = 32
"""How many generations to try if a keychain cannot list: a copy is at most hours old."""

_NO_COPY = "There was no copy of it."
ItemName = tuple[ItemKind, str, int]


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """What rebuilding the index found.

    accounts: how many the index has now. added: accounts that only the keychain had. missing:
    accounts whose item is gone. unknown: items without a known account or app, left as they are.
    """

    repair: IndexRepair
    accounts: int
    added: int = 0
    missing: int = 0
    unknown: int = 0


class IndexRebuilder:
    """Compares the index with the keychain once, after a damaged index was set aside.

    The keychain is not changed: items that no row needs are journaled, and recovery deletes them.
    """

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    def run(self) -> RebuildResult | None:
        """Compare, if a repair is pending; return None if there is none.

        Raises:
            VaultError: the keychain cannot be read now; the next call tries again.
        """
        context = self._context
        repair = pending_repair(context.index)
        if repair is None:
            return None
        with context.lock.acquire():
            listed = list_services(context.vault)
            names = (
                None if listed is None else [one for one in map(parse_service_name, listed) if one]
            )
            newest = self._probe_ahead() if names is None else _newest_generations(names)
            rows = self._listed_generations()
            found = [
                one
                for kind in ItemKind
                for one in self._read_unlisted(kind, newest[kind], rows[kind])
                if one is not None
            ]
            with context.index.transaction() as connection:
                unknown = sum(not _upsert_row(connection, one, context.now()) for one in found)
                missing = 0
                if names is not None:
                    _ = connection.execute("DELETE FROM journal")
                    self._journal_outdated(connection, names, newest)
                    missing = self._mark_missing(connection, newest)
                (count,) = connection.execute(
                    "SELECT count(*) FROM accounts WHERE hidden_at IS NULL"
                ).fetchone()
                finish_repair(connection)
        added = max(0, count - len(rows[ItemKind.ACCOUNT]))
        return RebuildResult(repair, count, added, missing, unknown)

    def _listed_generations(self) -> dict[ItemKind, dict[str, int]]:
        index = self._context.index
        return {
            kind: dict(index.query(f"SELECT id, generation FROM {TABLES[kind]}"))  # noqa: S608 - ours
            for kind in ItemKind
        }

    def _probe_ahead(self) -> dict[ItemKind, dict[str, int]]:
        """Look for newer generations of listed items, for a keychain that cannot list."""
        vault = self._context.vault
        newest: dict[ItemKind, dict[str, int]] = {kind: {} for kind in ItemKind}
        for kind, rows in self._listed_generations().items():
            for uuid, generation in rows.items():
                if generation and vault.read(service_name(kind, uuid, generation)) is None:
                    for number in range(generation + 1, generation + GENERATIONS_AHEAD + 1):
                        if vault.read(service_name(kind, uuid, number)) is not None:
                            newest[kind][uuid] = number
        return newest

    def _read_unlisted(
        self, kind: ItemKind, newest: dict[str, int], rows: dict[str, int]
    ) -> Iterable[_FoundRecord | None]:
        """Read items that the index does not have, or has in another generation."""
        for uuid, generation in newest.items():
            if rows.get(uuid) != generation:
                yield self._read_record(kind, uuid, generation)

    def _read_record(self, kind: ItemKind, uuid: str, generation: int) -> _FoundRecord | None:
        record = self._context.vault.read(service_name(kind, uuid, generation))
        if record is None:
            return None
        metadata = read_metadata(record)
        if metadata.get("place") not in {None, ensure_profile_id(self._context.index.path.parent)}:
            return None  # of another folder of data, over the same keychain
        try:
            return _FoundRecord(kind, uuid, generation, decode(kind, record), metadata)
        except RecordError:
            return None

    def _journal_outdated(
        self,
        connection: sqlite3.Connection,
        names: list[ItemName],
        newest: dict[ItemKind, dict[str, int]],
    ) -> None:
        """Journal the deletion of older generations of listed items."""
        for kind, uuid, generation in names:
            is_listed = current_generation(connection, kind, uuid) is not None
            if is_listed and generation < newest[kind][uuid]:
                _ = journal_delete(connection, kind, (uuid, generation), self._context.now())

    def _mark_missing(
        self, connection: sqlite3.Connection, newest: dict[ItemKind, dict[str, int]]
    ) -> int:
        """Set the health of accounts whose item is gone; return how many there are."""
        rows = connection.execute("SELECT id FROM accounts WHERE generation > 0").fetchall()
        missing_ids = [uuid for (uuid,) in rows if uuid not in newest[ItemKind.ACCOUNT]]
        values = (HealthState.CREDENTIAL_MISSING.value, self._context.now().isoformat())
        _ = connection.executemany(
            "UPDATE accounts SET health = ?, health_at = ?, health_reason ="
            " 'The keychain has no item for it.', check_failed_at = NULL, check_failure = ''"
            " WHERE id = ?",
            [(*values, uuid) for uuid in missing_ids],
        )
        return len(missing_ids)


def _newest_generations(names: Iterable[ItemName]) -> dict[ItemKind, dict[str, int]]:
    newest: dict[ItemKind, dict[str, int]] = {kind: {} for kind in ItemKind}
    for kind, uuid, generation in names:
        newest[kind][uuid] = max(generation, newest[kind].get(uuid, 0))
    return newest


@dataclass(frozen=True, slots=True)
class _FoundRecord:
    """One item of the keychain.

    metadata: what its record says of its row (store.record_metadata).
    """

    kind: ItemKind
    uuid: str
    generation: int
    contents: Contents
    metadata: dict[str, str]


def _upsert_row(connection: sqlite3.Connection, found: _FoundRecord, now: datetime) -> bool:
    """Point the row at the item, or add the row; return whether there is a row now."""
    table = TABLES[found.kind]
    changed = connection.execute(
        f"UPDATE {table} SET generation = ?,"  # noqa: S608 - our own names
        " last_generation = max(last_generation, ?) WHERE id = ?",
        (found.generation, found.generation, found.uuid),
    ).rowcount
    if changed:
        return True
    columns = _columns_of_record(connection, found, now)
    if columns is None:
        return False
    return _insert_row(connection, table, columns, found.generation)


def _columns_of_record(
    connection: sqlite3.Connection, found: _FoundRecord, now: datetime
) -> Columns | None:
    if found.kind is ItemKind.APP:
        return app_columns(_app_from_record(found, now))
    app_id = found.metadata.get("app_id") or _only_app(connection)
    if app_id is None or current_generation(connection, ItemKind.APP, app_id) is None:
        return None
    if found.kind is ItemKind.PENDING_SIGN_IN:
        return pending_sign_in_columns(_pending_sign_in_from_record(found, AppId(app_id), now))
    account = _account_from_record(found, AppId(app_id), now)
    if account is None or found.kind is ItemKind.ACCOUNT:
        return None if account is None else account_columns(account)
    return _token_columns(connection, found, account_columns(account), now)


def _token_columns(
    connection: sqlite3.Connection, found: _FoundRecord, account: Columns, now: datetime
) -> Columns | None:
    """Describe tokens, after adding a row for their account if it has no other credentials."""
    if current_generation(connection, ItemKind.ACCOUNT, found.uuid) is None and not _insert_row(
        connection, "accounts", account, 0
    ):
        return None
    tokens = found.contents
    assert isinstance(tokens, TokenSet)  # noqa: S101 - the record's kind says so
    metadata = TokenMetadata(tokens.scopes, tokens.expires_at, now, _sign_in_method(found))
    return {"id": found.uuid, **token_columns(metadata)}


def _app_from_record(found: _FoundRecord, now: datetime) -> App:
    metadata, usual = found.metadata, Hosts()
    hosts = Hosts(metadata.get("api_host", usual.api), metadata.get("page_host", usual.page))
    label = metadata.get("label", "Found in the keychain")
    return App(AppId(found.uuid), label, now, metadata.get("callback", DEFAULT_CALLBACK), hosts)


def _account_from_record(found: _FoundRecord, app_id: AppId, now: datetime) -> Account | None:
    """Describe the account; an OAuth 1.0a access token begins with the user id."""
    user_id = found.metadata.get("user_id")
    if user_id is None and isinstance(found.contents, Credentials):
        start = found.contents.access_token.reveal().partition("-")[0]
        user_id = start if start.isdecimal() else None
    if user_id is None:
        return None
    handle = found.metadata.get("handle", user_id)
    return Account(AccountId(found.uuid), app_id, user_id, handle, now, _sign_in_method(found))


def _pending_sign_in_from_record(
    found: _FoundRecord, app_id: AppId, now: datetime
) -> PendingSignIn:
    grant = getattr(found.contents, "grant", None)
    is_code = isinstance(found.contents, OAuth2PendingSecrets)
    return PendingSignIn(
        PendingSignInId(found.uuid),
        app_id,
        _sign_in_method(found),
        now,
        found.metadata.get("expected_handle", ""),
        PendingState.WAITING if grant is None else PendingState.GRANTED,
        "" if grant is None else grant.handle,
        kind=CredentialKind.OAUTH2 if is_code else CredentialKind.OAUTH1,
    )


def _sign_in_method(found: _FoundRecord) -> SignInMethod:
    known = {method.value: method for method in SignInMethod}
    return known.get(found.metadata.get("method", ""), SignInMethod.PIN)


def _only_app(connection: sqlite3.Connection) -> str | None:
    rows = connection.execute("SELECT id FROM apps LIMIT 2").fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None


def _insert_row(
    connection: sqlite3.Connection, table: str, columns: Columns, generation: int
) -> bool:
    names = (*columns, "generation", "last_generation")
    placeholders = ", ".join("?" * len(names))
    sql = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({placeholders})"  # noqa: S608 - ours
    return connection.execute(sql, (*columns.values(), generation, generation)).rowcount > 0


def describe_damage(repair: IndexRepair | None) -> str:
    """Describe the damage before the keychain is read; "" if there is none."""
    if repair is None:
        return ""
    made = f"A copy of {_copy_time(repair)} is in its place." if repair.copied_at else _NO_COPY
    return " ".join(
        (
            f"The list of accounts was {_damage_word(repair)}.",
            made,
            *_damaged_file_sentences(repair),
        )
    )


def describe_delay(diagnosis: Diagnosis) -> str:
    """Describe why the keychain could not be read yet."""
    return f"Rebuilding the list of accounts waits: {diagnosis.to_sentence()}"


def explain_rebuild(rebuilt: RebuildResult | None, vault: str) -> Diagnosis | None:
    """Explain what the list has now, what is left to do, and where the damaged file is."""
    if rebuilt is None:
        return None
    repair, where = rebuilt.repair, name_in_sentence(vault)
    size = pluralize(rebuilt.accounts, "account")
    source = where
    if repair.copied_at:
        source = f"a copy of {_copy_time(repair)}, checked against {where}"
    parts = [f"It was {_damage_word(repair)}. It has {size} now, from {source}."]
    if not repair.copied_at:
        parts.append(_NO_COPY)
    if rebuilt.added:
        were = "was" if rebuilt.added == 1 else "were"
        parts.append(
            f"{pluralize(rebuilt.added, 'account')} {were} only there: name, note, tags and "
            "favourite marks are lost."
        )
    if rebuilt.missing:
        have = "has" if rebuilt.missing == 1 else "have"
        parts.append(
            f"{pluralize(rebuilt.missing, 'account')} {have} no credentials: sign in again."
        )
    if rebuilt.unknown:
        parts.append(f"Items of unknown accounts were left in {where}: {rebuilt.unknown}.")
    if not rebuilt.accounts:
        parts.append("Sign in the missing accounts again, or restore a backup.")
    parts += _damaged_file_sentences(repair)
    return Diagnosis(
        ProblemKind.INDEX_UNUSABLE, "The list of accounts was rebuilt.", " ".join(parts)
    )


def _damage_word(repair: IndexRepair) -> str:
    return "damaged" if repair.damaged_file else "missing"


def _damaged_file_sentences(repair: IndexRepair) -> list[str]:
    return [f"The damaged file is kept as {repair.damaged_file}."] if repair.damaged_file else []


def _copy_time(repair: IndexRepair) -> str:
    made = datetime.fromisoformat(repair.copied_at).astimezone()
    return f"{format_day_of_month(made.day, made.month)} {made:%Y, %H:%M}"
