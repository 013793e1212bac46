"""Backups: the whole store as one file under a passphrase."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from twauth_gui.domain.accounts import Account, AccountEvent, AccountId, Credentials, TokenMetadata
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.oauth2 import OAuth2PendingSecrets, TokenSet
from twauth_gui.domain.placements import Placement
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSecrets, PendingSignIn
from twauth_gui.osfiles.durable_file import read_file
from twauth_gui.store import index_rows
from twauth_gui.store.age_file import decrypt_with_age, encrypt_with_age, is_age
from twauth_gui.store.errors import CredentialMissingError, NotFoundError, NotSignedInError
from twauth_gui.store.event_log import EVENTS_PER_ACCOUNT
from twauth_gui.store.placement_repository import pack_placement, parse_placement
from twauth_gui.store.records import (
    Contents,
    decode_account,
    decode_app,
    decode_pending_sign_in,
    decode_tokens,
    encode,
)
from twauth_gui.store.result import Err, capture
from twauth_gui.store.sealed_file import derive_key_of_file, derive_new_key, open_sealed, seal
from twauth_gui.store.sealed_format import STANDARD_COST, KdfCost, SealPurpose
from twauth_gui.store.sealed_log import parse_versioned_fields
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind, service_name
from twauth_gui.store.vault_errors import DamagedFileError, diagnose_read_errors

IdT = TypeVar("IdT")
T = TypeVar("T")

VERSION = 1


@dataclass(frozen=True, slots=True)
class BackupAccount:
    """An account in a backup; without credentials if the keychain had lost them.

    tokens: its OAuth 2.0 tokens, if it had some. placements: where its copies are.
    """

    account: Account
    credentials: Credentials | None
    events: tuple[AccountEvent, ...] = ()
    tokens: tuple[TokenMetadata, TokenSet] | None = None
    placements: tuple[Placement, ...] = ()


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    active: the id of the active account. settings: the names of settings that an older Twauth put
    in. They belong to the computer that it ran on, such as its proxy and certificates, and are
    never restored: a forged backup would send the keys through the forger's proxy.
    app_placements: where copies of apps' keys alone are. fingerprint_key: of all placements.
    profile_id: of the data folder that it was made from, "" if an older Twauth made it.
    """

    made_at: datetime
    apps: tuple[tuple[App, AppKeys | None], ...] = ()
    accounts: tuple[BackupAccount, ...] = ()
    pending_sign_ins: tuple[tuple[PendingSignIn, PendingSecrets | OAuth2PendingSecrets], ...] = ()
    active: AccountId | None = None
    settings: tuple[str, ...] = ()
    app_placements: tuple[Placement, ...] = ()
    fingerprint_key: Secret | None = None
    profile_id: str = ""


def collect_backup(
    store: Store,
    made_at: datetime,
    *,
    with_events: bool = True,
    before_each: Callable[[], None] = ignore,
) -> Backup:
    """Read the whole store; a slow keychain takes milliseconds per item.

    before_each: called before each account, to show progress, or to stop by raising.

    Raises:
        VaultError: the keychain failed.
    """
    accounts: list[BackupAccount] = []
    metadata = store.tokens.list_metadata()
    placements = _group_placements(store) if with_events else {}
    has_placements, of_apps = bool(placements), placements.pop(None, [])
    for account in store.accounts.list_all():
        before_each()
        events = store.events.latest(account.id, EVENTS_PER_ACCOUNT) if with_events else []
        credentials = read_if_present(store.accounts.read_credentials, account.id)
        backup_account = BackupAccount(
            account,
            credentials,
            tuple(reversed(events)),
            placements=tuple(placements.pop(account.id, ())),
        )
        tokens = read_if_present(store.tokens.get, account.id)
        if tokens is not None and account.id in metadata:
            backup_account = replace(backup_account, tokens=(metadata[account.id], tokens))
        accounts.append(backup_account)
    pending_sign_ins = [
        (one, read_if_present(store.pending_sign_ins.read_secrets, one.id))
        for one in store.pending_sign_ins.list_all()
    ]
    return Backup(
        made_at,
        tuple(
            (app, read_if_present(store.apps.read_keys, app.id)) for app in store.apps.list_all()
        ),
        tuple(accounts),
        tuple((one, secrets) for one, secrets in pending_sign_ins if secrets is not None),
        store.settings.active_account(),
        app_placements=tuple(of_apps),
        fingerprint_key=store.placements.read_fingerprint_key() if has_placements else None,
        profile_id=store.existing_profile_id,
    )


def seal_backup(
    backup: Backup,
    passphrase: Secret,
    path: Path,
    *,
    cost: KdfCost = STANDARD_COST,
    for_age: bool = False,
) -> bytes:
    """Return the contents of a backup file.

    Args:
        backup: what to back up.
        passphrase: the passphrase of the file.
        path: where the file will be, for the texts of errors.
        cost: of deriving the key; an age file has its own.
        for_age: whether to use the age format.

    Raises:
        EmptyPassphraseError: the passphrase is empty.
        DerivationError: this computer cannot derive the key.
    """
    if for_age:
        return encrypt_with_age(pack_backup(backup), passphrase, path)
    return seal(pack_backup(backup), derive_new_key(passphrase, path, cost), SealPurpose.BACKUP)


def read_backup(path: Path, passphrase: Secret) -> Backup:
    """Read a backup file of either format; nothing is changed.

    Raises:
        SealedFileError: the passphrase is wrong, or the file is absent, damaged, newer or foreign.
    """
    with diagnose_read_errors(path):
        raw = read_file(path)
    if is_age(raw):
        return parse_backup(decrypt_with_age(raw, passphrase, path), path)
    key = derive_key_of_file(raw, passphrase, SealPurpose.BACKUP, path)
    return parse_backup(open_sealed(raw, key, SealPurpose.BACKUP, path), path)


def pack_backup(backup: Backup) -> bytes:
    """Return a backup as ASCII JSON."""
    key = backup.fingerprint_key
    fields = {
        "v": VERSION,
        "made_at": backup.made_at.isoformat(),
        "apps": [
            {
                **_with_record(index_rows.app_columns(app), keys),
                "placements": [
                    pack_placement(one) for one in backup.app_placements if one.app_id == app.id
                ],
            }
            for app, keys in backup.apps
        ],
        "accounts": [
            {
                **_with_record(index_rows.account_columns(one.account), one.credentials),
                "events": [
                    [event.kind.value, event.at.isoformat(), event.text] for event in one.events
                ],
                "oauth2": None if one.tokens is None else _tokens_with_record(*one.tokens),
                "placements": [pack_placement(placement) for placement in one.placements],
            }
            for one in backup.accounts
        ],
        "attempts": [
            _with_record(_portable_columns(one), secrets)
            for one, secrets in backup.pending_sign_ins
        ],
        "settings": dict[str, str](),  # an older Twauth looks for them
        "active": backup.active,
        "fingerprint_key": None if key is None else key.reveal(),
        "place": backup.profile_id,
    }
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def parse_backup(data: bytes, path: Path) -> Backup:
    """Read what pack_backup() wrote.

    Raises:
        DamagedFileError: it is something else.
        NewerFileError: a newer program wrote it.
    """
    fields = parse_versioned_fields(data, path, VERSION)
    backup = capture(lambda: _parse_fields(fields))
    if isinstance(backup, Err):
        # A record of a newer version explains itself; any other error could quote a secret.
        if isinstance(backup.error, DiagnosedError):
            raise backup.error
        raise DamagedFileError(path, "contents")
    return backup


def read_if_present(read: Callable[[IdT], T], record_id: IdT) -> T | None:
    """Read a record; None if the keychain has lost it, or another window removed it."""
    try:
        return read(record_id)
    except (CredentialMissingError, NotFoundError, NotSignedInError):
        return None


def _group_placements(store: Store) -> dict[AccountId | None, list[Placement]]:
    """Return all placements by account; under None those of apps."""
    found: dict[AccountId | None, list[Placement]] = {}
    for one in store.placements.list_all():
        found.setdefault(one.account_id, []).append(one)
    return found


def _portable_columns(pending: PendingSignIn) -> index_rows.Columns:
    columns = index_rows.pending_sign_in_columns(pending)
    return {
        name: value
        for name, value in columns.items()
        if name not in index_rows.PROFILE_ONLY_COLUMNS
    }


def _with_record(columns: index_rows.Columns, contents: Contents | None) -> dict[str, Any]:
    record = None if contents is None else encode(contents).reveal()
    return {**columns, "record": record}


def _tokens_with_record(metadata: TokenMetadata, tokens: TokenSet) -> dict[str, Any]:
    return _with_record(index_rows.token_columns(metadata), tokens)


def _parse_fields(fields: dict[str, Any]) -> Backup:
    active, key = fields["active"], fields.get("fingerprint_key")
    return Backup(
        datetime.fromisoformat(fields["made_at"]),
        tuple(_parse_app(one) for one in fields["apps"]),
        tuple(_parse_account(one) for one in fields["accounts"]),
        tuple(_parse_pending_sign_in(one) for one in fields["attempts"]),
        None if active is None else AccountId(_require_text(active)),
        tuple(_require_text(name) for name in _require_object(fields["settings"])),
        tuple(
            parse_placement(AppId(_require_text(one["id"])), None, placement)
            for one in fields["apps"]
            for placement in one.get("placements", ())
        ),
        None if key is None else Secret(_require_text(key)),
        _require_text(fields.get("place", "")),
    )


def _row_from_fields(kind: ItemKind, fields: dict[str, Any]) -> tuple[Any, ...]:
    """Return the values in the order of the index's columns, with generation 1."""
    _ = service_name(kind, _require_text(fields["id"]), 1)
    known = {**index_rows.DEFAULTS, **fields, **index_rows.PROFILE_ONLY_COLUMNS}
    names = index_rows.COLUMNS[kind]
    for name in names:
        value = known[name]
        if name in index_rows.FLAG_COLUMNS:
            is_valid = value in {0, 1}
        else:
            is_valid = (
                value is None or isinstance(value, str) or name in index_rows.PROFILE_ONLY_COLUMNS
            )
        if not is_valid:
            raise TypeError(name)
    return (*(known[name] for name in names), 1)


def _parse_app(fields: dict[str, Any]) -> tuple[App, AppKeys | None]:
    app = index_rows.app_from_row(_row_from_fields(ItemKind.APP, fields))
    record = fields["record"]
    return app, None if record is None else decode_app(Secret(_require_text(record)))


def _parse_account(fields: dict[str, Any]) -> BackupAccount:
    account = index_rows.account_from_row(_row_from_fields(ItemKind.ACCOUNT, fields))
    record = fields["record"]
    credentials = None if record is None else decode_account(Secret(_require_text(record)))
    events = tuple(
        index_rows.event_from_row((account.id, *map(_require_text, event)))
        for event in fields["events"][-EVENTS_PER_ACCOUNT:]
    )
    account = replace(account, tags=tuple(map(_require_text, account.tags)))
    tokens = _parse_tokens(account.id, fields.get("oauth2"))
    placements = tuple(
        parse_placement(account.app_id, account.id, one) for one in fields.get("placements", ())
    )
    return BackupAccount(account, credentials, events, tokens, placements)


def _parse_tokens(
    account_id: AccountId, fields: dict[str, Any] | None
) -> tuple[TokenMetadata, TokenSet] | None:
    if fields is None:
        return None
    metadata = index_rows.token_metadata_from_row(
        _row_from_fields(ItemKind.TOKENS, {**fields, "id": account_id})
    )
    return metadata, decode_tokens(Secret(_require_text(fields["record"])))


def _parse_pending_sign_in(
    fields: dict[str, Any],
) -> tuple[PendingSignIn, PendingSecrets | OAuth2PendingSecrets]:
    pending = index_rows.pending_sign_in_from_row(
        _row_from_fields(ItemKind.PENDING_SIGN_IN, fields)
    )
    return pending, decode_pending_sign_in(Secret(_require_text(fields["record"])))


def _require_object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(type(value).__name__)
    return cast("dict[str, object]", value)


def _require_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value
