"""Everything that is kept, as one file under a passphrase."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from twauth_gui.domain.accounts import Account, AccountId, Credentials, TokenFacts
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.attempts import PendingSecrets, PendingSignIn
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.events import Event
from twauth_gui.domain.oauth2 import CodeSecrets, TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.store import durable_file, rows
from twauth_gui.store.age_file import is_age, open_from_age, seal_for_age
from twauth_gui.store.errors import CredentialMissingError, NotFoundError, NotSignedInError
from twauth_gui.store.items import ItemKind, service_name
from twauth_gui.store.notebook import EVENTS_PER_ACCOUNT
from twauth_gui.store.outcome import Err, capture
from twauth_gui.store.records import (
    Contents,
    decode_account,
    decode_app,
    decode_attempt,
    decode_tokens,
    encode,
)
from twauth_gui.store.sealed import key_for, new_key, open_sealed, seal
from twauth_gui.store.sealed_errors import DamagedFileError
from twauth_gui.store.sealed_header import STANDARD, Cost, Purpose
from twauth_gui.store.store import Store
from twauth_gui.store.vault_map import versioned_fields

IdT = TypeVar("IdT")
T = TypeVar("T")

VERSION = 1


def _nothing() -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """An account as it is in a backup; without credentials where the keychain had lost them.

    tokens: those of OAuth 2.0, where it had some.
    """

    account: Account
    credentials: Credentials | None
    events: tuple[Event, ...] = ()
    tokens: tuple[TokenFacts, TokenSet] | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. active: the id of the active account, or None.

    settings: the names of those that an older Twauth put in. They are of the computer that it ran
    on, such as its proxy and certificates, so nothing takes them: whoever forges a backup would
    send another's keys through a proxy of his own.
    """

    made_at: datetime
    apps: tuple[tuple[App, AppKeys | None], ...] = ()
    accounts: tuple[KeptAccount, ...] = ()
    attempts: tuple[tuple[PendingSignIn, PendingSecrets | CodeSecrets], ...] = ()
    active: AccountId | None = None
    settings: tuple[str, ...] = ()


def collect(
    store: Store,
    made_at: datetime,
    *,
    with_events: bool = True,
    before_each: Callable[[], None] = _nothing,
) -> Backup:
    """Read everything; a slow keychain takes milliseconds per item.

    before_each is called before each account: it may tell how far it is, or raise to end it.

    Raises:
        VaultError: the keychain failed.
    """
    accounts: list[KeptAccount] = []
    facts = store.tokens.all_facts()
    for account in store.accounts.all():
        before_each()
        events = store.events.latest(account.id, EVENTS_PER_ACCOUNT) if with_events else []
        credentials = _there(store.accounts.credentials, account.id)
        kept = KeptAccount(account, credentials, tuple(reversed(events)))
        tokens = _there(store.tokens.get, account.id)
        if tokens is not None and account.id in facts:
            kept = replace(kept, tokens=(facts[account.id], tokens))
        accounts.append(kept)
    attempts = [
        (one, _there(store.pending_sign_ins.secrets, one.id))
        for one in store.pending_sign_ins.all()
    ]
    return Backup(
        made_at,
        tuple((app, _there(store.apps.keys, app.id)) for app in store.apps.all()),
        tuple(accounts),
        tuple((one, kept) for one, kept in attempts if kept is not None),
        store.settings.active_account(),
    )


def sealed_backup(
    backup: Backup,
    passphrase: Secret,
    path: Path,
    *,
    cost: Cost = STANDARD,
    for_age: bool = False,
) -> bytes:
    """Return what the file is to hold; path is where it will be, for the words of a failure.

    for_age: in the format of age.

    Raises:
        EmptyPassphraseError, DerivationError: as they say.
    """
    if for_age:
        return seal_for_age(packed(backup), passphrase, path)
    return seal(packed(backup), new_key(passphrase, path, cost), Purpose.BACKUP)


def read_backup(path: Path, passphrase: Secret) -> Backup:
    """Read the file, whichever of the two formats it has; nothing is changed.

    Raises:
        SealedFileError: the passphrase is wrong, or the file is absent, damaged, newer or foreign.
    """
    raw = durable_file.read_whole(path)
    if is_age(raw):
        return unpacked(open_from_age(raw, passphrase, path), path)
    key = key_for(raw, passphrase, Purpose.BACKUP, path)
    return unpacked(open_sealed(raw, key, Purpose.BACKUP, path), path)


def packed(backup: Backup) -> bytes:
    """Write it as ASCII JSON."""
    fields = {
        "v": VERSION,
        "made_at": backup.made_at.isoformat(),
        "apps": [_with(rows.app_columns(app), keys) for app, keys in backup.apps],
        "accounts": [
            {
                **_with(rows.account_columns(one.account), one.credentials),
                "events": [
                    [event.kind.value, event.at.isoformat(), event.text] for event in one.events
                ],
                "oauth2": None if one.tokens is None else _tokens_with(*one.tokens),
            }
            for one in backup.accounts
        ],
        "attempts": [_with(_portable(one), kept) for one, kept in backup.attempts],
        "settings": dict[str, str](),  # an older Twauth looks for them
        "active": backup.active,
    }
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def unpacked(data: bytes, path: Path) -> Backup:
    """Read what packed() wrote.

    Raises:
        DamagedFileError: it is something else.
        NewerFileError: a newer program wrote it.
    """
    fields = versioned_fields(data, path, VERSION)
    backup = capture(lambda: _backup_of(fields))
    if isinstance(backup, Err):
        # A record of a newer kind has its own words; of all else only the place is told.
        if isinstance(backup.error, DiagnosedError):
            raise backup.error
        raise DamagedFileError(path, "contents")
    return backup


def _there(read: Callable[[IdT], T], one: IdT) -> T | None:
    """Give a record; None where the keychain has lost it, or another window removed it."""
    try:
        return read(one)
    except (CredentialMissingError, NotFoundError, NotSignedInError):
        return None


def _portable(attempt: PendingSignIn) -> rows.Columns:
    columns = rows.attempt_columns(attempt)
    return {name: value for name, value in columns.items() if name not in rows.OF_ITS_FOLDER}


def _with(columns: rows.Columns, contents: Contents | None) -> dict[str, Any]:
    record = None if contents is None else encode(contents).reveal()
    return {**columns, "record": record}


def _tokens_with(facts: TokenFacts, tokens: TokenSet) -> dict[str, Any]:
    return _with(rows.token_columns(facts), tokens)


def _backup_of(fields: dict[str, Any]) -> Backup:
    active = fields["active"]
    return Backup(
        datetime.fromisoformat(fields["made_at"]),
        tuple(_app_of(one) for one in fields["apps"]),
        tuple(_account_of(one) for one in fields["accounts"]),
        tuple(_attempt_of(one) for one in fields["attempts"]),
        None if active is None else AccountId(_text(active)),
        tuple(_text(name) for name in _object(fields["settings"])),
    )


def _row(kind: ItemKind, fields: dict[str, Any]) -> tuple[Any, ...]:
    """Give the columns in the order of the index, and generation 1."""
    _ = service_name(kind, _text(fields["id"]), 1)
    known = {**rows.DEFAULTS, **fields, **rows.OF_ITS_FOLDER}
    names = rows.COLUMNS[kind]
    texts = (known[name] for name in names if name not in rows.OF_ITS_FOLDER)
    if not all(value is None or isinstance(value, str) for value in texts):
        raise TypeError(kind)
    return (*(known[name] for name in names), 1)


def _app_of(fields: dict[str, Any]) -> tuple[App, AppKeys | None]:
    app = rows.app_of(_row(ItemKind.APP, fields))
    record = fields["record"]
    return app, None if record is None else decode_app(Secret(_text(record)))


def _account_of(fields: dict[str, Any]) -> KeptAccount:
    account = rows.account_of(_row(ItemKind.ACCOUNT, fields))
    record = fields["record"]
    credentials = None if record is None else decode_account(Secret(_text(record)))
    events = tuple(
        rows.event_of((account.id, *map(_text, event)))
        for event in fields["events"][-EVENTS_PER_ACCOUNT:]
    )
    account = replace(account, tags=tuple(map(_text, account.tags)))
    return KeptAccount(account, credentials, events, _tokens_of(account.id, fields.get("oauth2")))


def _tokens_of(
    account_id: AccountId, fields: dict[str, Any] | None
) -> tuple[TokenFacts, TokenSet] | None:
    if fields is None:
        return None
    facts = rows.token_facts_of(_row(ItemKind.TOKENS, {**fields, "id": account_id}))
    return facts, decode_tokens(Secret(_text(fields["record"])))


def _attempt_of(fields: dict[str, Any]) -> tuple[PendingSignIn, PendingSecrets | CodeSecrets]:
    attempt_row = rows.attempt_of(_row(ItemKind.ATTEMPT, fields))
    return attempt_row, decode_attempt(Secret(_text(fields["record"])))


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(type(value).__name__)
    return cast("dict[str, object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value
