"""The text of keychain items.

A record is compact JSON in ASCII with a version, at most limits.MAX_UNITS long. Its field names are
published: bots read their own item with keyring or secret-tool.
"""

from __future__ import annotations

import json

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.attempts import AccessGrant, PendingSecrets, RequestToken
from twauth_gui.domain.oauth2 import CodeSecrets, TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.store.fields import (
    Fields,
    RecordError,
    an_object,
    damaged,
    loaded,
    optional,
    secret,
    text,
)
from twauth_gui.store.items import ItemKind
from twauth_gui.store.limits import require_fit
from twauth_gui.store.token_records import code_fields, code_secrets_of, token_fields, tokens_of

VERSION = 1

Contents = AppKeys | Credentials | PendingSecrets | TokenSet | CodeSecrets


def encode(contents: Contents) -> Secret:
    """Write the record of an app, an account, its tokens, or an attempt.

    Raises:
        RecordTooLargeError: it does not fit into the smallest keychain.
    """
    record = Secret(json.dumps({"v": VERSION, **_fields(contents)}, separators=(",", ":")))
    require_fit(record)
    return record


def decode(kind: ItemKind, record: Secret) -> Contents:
    """Read a record; fields it does not know are passed over.

    Raises:
        RecordError: it is damaged, or a newer Twauth wrote it.
    """
    fields = _parsed(record)
    if kind is ItemKind.APP:
        return _app_keys(fields)
    if kind is ItemKind.ATTEMPT:
        return _attempt(fields)
    return _credentials(fields) if kind is ItemKind.ACCOUNT else tokens_of(fields)


def decode_app(record: Secret) -> AppKeys:
    """Read the record of an app; raises RecordError as decode does."""
    return _app_keys(_parsed(record))


def decode_account(record: Secret) -> Credentials:
    """Read the record of an account; raises RecordError as decode does."""
    return _credentials(_parsed(record))


def decode_tokens(record: Secret) -> TokenSet:
    """Read the record of an account's tokens; raises RecordError as decode does."""
    return tokens_of(_parsed(record))


def decode_attempt(record: Secret) -> PendingSecrets | CodeSecrets:
    """Read the record of an attempt; raises RecordError as decode does."""
    return _attempt(_parsed(record))


def _fields(contents: Contents) -> Fields:
    if isinstance(contents, TokenSet):
        return token_fields(contents)
    if isinstance(contents, CodeSecrets):
        return code_fields(contents)
    if isinstance(contents, AppKeys):
        values = {name: getattr(contents, name) for name in _APP_FIELDS}
        return {name: value.reveal() for name, value in values.items() if value is not None}
    if isinstance(contents, Credentials):
        return {
            "access_token": contents.access_token.reveal(),
            "access_token_secret": contents.access_secret.reveal(),
        }
    request = contents.request
    fields: Fields = {
        "request": {
            "token": request.token.reveal(),
            "secret": request.secret.reveal(),
            "callback": request.callback,
        }
    }
    if contents.grant is not None:
        fields["grant"] = {
            "access_token": contents.grant.access_token.reveal(),
            "access_token_secret": contents.grant.access_secret.reveal(),
            "user_id": contents.grant.user_id,
            "handle": contents.grant.handle,
        }
    return fields


_APP_FIELDS = ("api_key", "api_secret", "bearer_token", "client_id", "client_secret")


def _parsed(record: Secret) -> Fields:
    fields = loaded(record)
    version = fields.get("v")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise damaged()
    if version > VERSION:
        raise RecordError(
            "A newer Twauth wrote these credentials.",
            f"They are kept in version {version}; this one reads up to {VERSION}. Nothing was"
            " changed. Start the newer Twauth.",
        )
    return fields


def _app_keys(fields: Fields) -> AppKeys:
    return AppKeys(
        secret(fields, "api_key"),
        secret(fields, "api_secret"),
        optional(fields, "bearer_token"),
        optional(fields, "client_id"),
        optional(fields, "client_secret"),
    )


def _credentials(fields: Fields) -> Credentials:
    return Credentials(secret(fields, "access_token"), secret(fields, "access_token_secret"))


def _attempt(fields: Fields) -> PendingSecrets | CodeSecrets:
    if "request" not in fields:
        return code_secrets_of(fields)
    request = an_object(fields.get("request"))
    token = RequestToken(
        secret(request, "token"), secret(request, "secret"), text(request, "callback")
    )
    if fields.get("grant") is None:
        return PendingSecrets(token)
    grant = an_object(fields["grant"])
    return PendingSecrets(
        token,
        AccessGrant(
            secret(grant, "access_token"),
            secret(grant, "access_token_secret"),
            text(grant, "user_id"),
            text(grant, "handle"),
        ),
    )
