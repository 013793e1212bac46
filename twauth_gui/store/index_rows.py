"""Conversion between the objects of the domain and the rows of the index."""

from __future__ import annotations

import json
from datetime import datetime

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    AccountId,
    TokenMetadata,
)
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.health import FailedCheck, Health, HealthState
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.sign_in import (
    AuthorizationPage,
    PendingSignIn,
    PendingSignInId,
    PendingState,
    RequestedAccess,
    SignInMethod,
    SignInOptions,
)
from twauth_gui.store.index import Row, Value
from twauth_gui.store.vault import ItemKind

Columns = dict[str, Value]

TABLES = {
    ItemKind.APP: "apps",
    ItemKind.ACCOUNT: "accounts",
    ItemKind.TOKENS: "tokens",
    ItemKind.PENDING_SIGN_IN: "attempts",
}

COLUMNS = {
    ItemKind.APP: (
        *("id", "label", "created_at", "callback", "api_host", "page_host", "spare_callbacks"),
    ),
    ItemKind.ACCOUNT: (
        *("id", "app_id", "user_id", "handle", "name", "signed_in_at", "method", "access"),
        *("health", "health_at", "health_reason", "note", "tags", "hidden_at"),
        *("check_failed_at", "check_failure", "is_favourite"),
    ),
    ItemKind.TOKENS: ("id", "scopes", "expires_at", "signed_in_at", "method", "renewing_at"),
    ItemKind.PENDING_SIGN_IN: (
        *("id", "app_id", "method", "started_at", "expected_handle", "state", "granted_handle"),
        *("kind", "options", "exchanging_at", "app_generation"),
    ),
}
"""The columns that a plan may set; only the journal sets generation and last_generation."""

DEFAULTS: Columns = {
    "kind": "oauth1",
    "spare_callbacks": "[]",
    "options": "{}",
    "exchanging_at": None,
    "check_failed_at": None,
    "check_failure": "",
    "is_favourite": 0,
}
"""Values for columns that an older backup does not have."""

FLAG_COLUMNS = frozenset({"is_favourite"})
"""Columns that hold 0 or 1; all others that a backup has hold texts."""

PROFILE_ONLY_COLUMNS: Columns = {"app_generation": 0}
"""Columns that have a meaning only in their own data folder, with the values for another."""

SELECT = {
    kind: f"SELECT {', '.join(COLUMNS[kind])}, generation FROM {TABLES[kind]}"  # noqa: S608 - ours
    for kind in ItemKind
}

_ACCESS = {level.value: level for level in AccessLevel}
_HEALTH = {state.value: state for state in HealthState}
_METHOD = {method.value: method for method in SignInMethod}


def app_columns(app: App) -> Columns:
    return {
        "id": app.id,
        "label": app.label,
        "created_at": app.created_at.isoformat(),
        "callback": app.callback,
        "api_host": app.hosts.api,
        "page_host": app.hosts.page,
        "spare_callbacks": json.dumps(app.spare_callbacks),
    }


def app_from_row(row: Row) -> App:
    (app_id, label, created_at, callback, api, page, spare, generation) = row
    return App(
        id=AppId(app_id),
        label=label,
        created_at=datetime.fromisoformat(created_at),
        callback=callback,
        hosts=Hosts(api, page),
        generation=generation,
        spare_callbacks=() if spare == "[]" else tuple(map(str, json.loads(spare))),
    )


def account_columns(account: Account) -> Columns:
    return {
        "id": account.id,
        "app_id": account.app_id,
        "user_id": account.user_id,
        **sign_in_columns(account),
        **annotation_columns(account),
        "hidden_at": None,
    }


def sign_in_columns(account: Account) -> Columns:
    """Return the columns that another sign-in replaces; what the user added is not among them."""
    health, failed = account.health, account.health.failed_check
    return {
        "handle": account.handle,
        "name": account.name,
        "signed_in_at": account.signed_in_at.isoformat(),
        "method": account.method.value,
        "access": None if account.access is None else account.access.value,
        "health": health.state.value,
        "health_at": None if health.at is None else health.at.isoformat(),
        "health_reason": health.reason,
        "check_failed_at": None if failed is None else failed.at.isoformat(),
        "check_failure": "" if failed is None else failed.reason,
    }


def annotation_columns(account: Account) -> Columns:
    """Return the columns that only users change."""
    return {
        "note": account.note,
        "tags": json.dumps(account.tags),
        "is_favourite": int(account.is_favourite),
    }


def account_from_row(row: Row) -> Account:
    account_id, app_id, user_id, handle, name, signed_in_at, method, access = row[:8]
    health, health_at, health_reason, note, tags, _hidden_at = row[8:14]
    failed_at, failure, is_favourite, generation = row[14:]
    return Account(
        id=AccountId(account_id),
        app_id=AppId(app_id),
        user_id=user_id,
        handle=handle,
        signed_in_at=datetime.fromisoformat(signed_in_at),
        method=_METHOD[method],
        name=name,
        access=None if access is None else _ACCESS[access],
        health=Health(
            _HEALTH[health],
            None if health_at is None else datetime.fromisoformat(health_at),
            health_reason,
            None if failed_at is None else _failed_check(failed_at, failure),
        ),
        note=note,
        tags=() if tags == "[]" else tuple(json.loads(tags)),
        is_favourite=bool(is_favourite),
        generation=generation,
    )


def _failed_check(at: str, reason: str) -> FailedCheck:
    return FailedCheck(datetime.fromisoformat(at), reason)


def token_columns(metadata: TokenMetadata) -> Columns:
    renewing = metadata.renewing_at
    return {
        "scopes": " ".join(metadata.scopes),
        "expires_at": metadata.expires_at.isoformat(),
        "signed_in_at": metadata.signed_in_at.isoformat(),
        "method": metadata.method.value,
        "renewing_at": None if renewing is None else renewing.isoformat(),
    }


def token_metadata_from_row(row: Row) -> TokenMetadata:
    (_id, scopes, expires_at, signed_in_at, method, renewing_at, generation) = row
    return TokenMetadata(
        scopes=tuple(scopes.split()),
        expires_at=datetime.fromisoformat(expires_at),
        signed_in_at=datetime.fromisoformat(signed_in_at),
        method=_METHOD[method],
        renewing_at=None if renewing_at is None else datetime.fromisoformat(renewing_at),
        generation=generation,
    )


def pending_sign_in_columns(pending: PendingSignIn) -> Columns:
    return {
        "id": pending.id,
        "app_id": pending.app_id,
        "method": pending.method.value,
        "started_at": pending.started_at.isoformat(),
        "expected_handle": pending.expected_handle,
        "state": pending.state.value,
        "granted_handle": pending.granted_handle,
        "kind": pending.kind.value,
        "options": _format_options(pending.options),
        "exchanging_at": None
        if pending.interrupted_at is None
        else pending.interrupted_at.isoformat(),
        "app_generation": pending.app_generation,
    }


def _format_options(options: SignInOptions) -> str:
    return json.dumps(
        {
            "page": options.page.value,
            "access": options.access.value,
            "force_login": options.force_login,
            "fill_in": options.prefill_handle,
        }
    )


def _parse_options(text: str) -> SignInOptions:
    fields = json.loads(text)
    usual = SignInOptions()
    return SignInOptions(
        page=AuthorizationPage(fields.get("page", usual.page.value)),
        access=RequestedAccess(fields.get("access", usual.access.value)),
        force_login=bool(fields.get("force_login", usual.force_login)),
        prefill_handle=bool(fields.get("fill_in", usual.prefill_handle)),
    )


def pending_sign_in_from_row(row: Row) -> PendingSignIn:
    pending_id, app_id, method, started_at, expected, state, granted = row[:7]
    kind, options, exchanging_at, app_generation, generation = row[7:]
    return PendingSignIn(
        id=PendingSignInId(pending_id),
        app_id=AppId(app_id),
        method=_METHOD[method],
        started_at=datetime.fromisoformat(started_at),
        expected_handle=expected,
        state=PendingState(state),
        granted_handle=granted,
        generation=generation,
        kind=CredentialKind(kind),
        options=_parse_options(options),
        interrupted_at=None if exchanging_at is None else datetime.fromisoformat(exchanging_at),
        app_generation=app_generation,
    )


def event_from_row(row: Row) -> AccountEvent:
    (account_id, kind, at, text) = row
    return AccountEvent(
        AccountId(account_id), AccountEventKind(kind), datetime.fromisoformat(at), text
    )
