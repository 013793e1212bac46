"""The text of keychain items.

A record is compact JSON in ASCII with a version, at most limits.MAX_UNITS long. Its field names are
published: bots read their own item with keyring or secret-tool.
"""

from __future__ import annotations

import json
from typing import TypeVar

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.attempts import AttemptSecrets, Grant, RequestToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Kind
from twauth_gui.domain.secret import Secret
from twauth_gui.store.items import ItemKind
from twauth_gui.store.limits import require_fit

VERSION = 1

Contents = AppKeys | Credentials | AttemptSecrets
_Fields = dict[str, object]
T = TypeVar("T")


class RecordError(DiagnosedError):
    """The item is there, but this program cannot read it; nothing was changed."""

    def __init__(self, title: str, advice: str) -> None:
        super().__init__(Diagnosis(Kind.KEYCHAIN_FAILED, title, advice))


def encode(contents: Contents) -> Secret:
    """Write the record of an app, an account or an attempt.

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
    return _credentials(fields) if kind is ItemKind.ACCOUNT else _attempt(fields)


def decode_app(record: Secret) -> AppKeys:
    """Read the record of an app; raises RecordError as decode does."""
    return _app_keys(_parsed(record))


def decode_account(record: Secret) -> Credentials:
    """Read the record of an account; raises RecordError as decode does."""
    return _credentials(_parsed(record))


def decode_attempt(record: Secret) -> AttemptSecrets:
    """Read the record of an attempt; raises RecordError as decode does."""
    return _attempt(_parsed(record))


def _fields(contents: Contents) -> _Fields:
    if isinstance(contents, AppKeys):
        values = {name: getattr(contents, name) for name in _APP_FIELDS}
        return {name: value.reveal() for name, value in values.items() if value is not None}
    if isinstance(contents, Credentials):
        return {
            "access_token": contents.access_token.reveal(),
            "access_token_secret": contents.access_secret.reveal(),
        }
    request = contents.request
    fields: _Fields = {
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


def _parsed(record: Secret) -> _Fields:
    fields = _loaded(record)
    version = fields.get("v")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _damaged()
    if version > VERSION:
        raise RecordError(
            "A newer Twauth wrote these credentials.",
            f"They are kept in version {version}; this one reads up to {VERSION}. Nothing was"
            " changed. Start the newer Twauth.",
        )
    return fields


def _loaded(record: Secret) -> _Fields:
    try:
        fields = json.loads(record.reveal())
    except (ValueError, RecursionError):
        fields = None  # raised below: a JSONDecodeError holds the whole record
    return _object(fields)


def _object(value: object) -> _Fields:
    if not isinstance(value, dict):
        raise _damaged()
    return {str(name): field for name, field in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON


def _text(fields: _Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise _damaged()
    return value


def _secret(fields: _Fields, name: str) -> Secret:
    return Secret(_text(fields, name))


def _optional(fields: _Fields, name: str) -> Secret | None:
    return None if fields.get(name) is None else _secret(fields, name)


def _app_keys(fields: _Fields) -> AppKeys:
    return AppKeys(
        _secret(fields, "api_key"),
        _secret(fields, "api_secret"),
        _optional(fields, "bearer_token"),
        _optional(fields, "client_id"),
        _optional(fields, "client_secret"),
    )


def _credentials(fields: _Fields) -> Credentials:
    return Credentials(_secret(fields, "access_token"), _secret(fields, "access_token_secret"))


def _attempt(fields: _Fields) -> AttemptSecrets:
    request = _object(fields.get("request"))
    token = RequestToken(
        _secret(request, "token"), _secret(request, "secret"), _text(request, "callback")
    )
    if fields.get("grant") is None:
        return AttemptSecrets(token)
    grant = _object(fields["grant"])
    return AttemptSecrets(
        token,
        Grant(
            _secret(grant, "access_token"),
            _secret(grant, "access_token_secret"),
            _text(grant, "user_id"),
            _text(grant, "handle"),
        ),
    )


def _damaged() -> RecordError:
    return RecordError(
        "The item in the keychain is damaged.",
        "It is not what Twauth wrote there. It was left as it is. Sign in again, or enter the keys"
        " again, to replace it.",
    )
