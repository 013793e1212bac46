"""The text of keychain items.

A record is compact JSON in ASCII with a version, at most limits.MAX_UNITS long. Its field names are
published: bots read their own item with keyring or secret-tool.
"""

from __future__ import annotations

import json
from datetime import datetime

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.oauth2 import (
    AuthorizationRequest,
    OAuth2Grant,
    OAuth2PendingSecrets,
    TokenSet,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import AccessGrant, PendingSecrets, RequestToken
from twauth_gui.store.vault import ItemKind, require_fit

Fields = dict[str, object]


class RecordError(DiagnosedError):
    """The item is there, but this program cannot read it; nothing was changed."""

    def __init__(self, title: str, advice: str) -> None:
        super().__init__(Diagnosis(ProblemKind.KEYCHAIN_FAILED, title, advice))


def parse_record_json(record: Secret) -> Fields:
    """Read the JSON object of a record.

    Raises:
        RecordError: it is none.
    """
    try:
        fields = json.loads(record.reveal())
    except (ValueError, RecursionError):
        fields = None  # raised below: a JSONDecodeError holds the whole record
    return require_object(fields)


def require_object(value: object) -> Fields:
    if not isinstance(value, dict):
        raise damaged_record_error()
    return {str(name): field for name, field in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON


def require_text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise damaged_record_error()
    return value


def require_secret(fields: Fields, name: str) -> Secret:
    return Secret(require_text(fields, name))


def optional_secret(fields: Fields, name: str) -> Secret | None:
    return None if fields.get(name) is None else require_secret(fields, name)


def damaged_record_error() -> RecordError:
    return RecordError(
        "The item in the keychain is damaged.",
        "It is not what Twauth wrote there. It was left as it is. Sign in again, or enter the keys"
        " again, to replace it.",
    )


# Scopes stand in one text, as X writes them: a list would cost three characters more for each.


def encode_tokens(tokens: TokenSet) -> Fields:
    fields: Fields = {
        "access_token": tokens.access_token.reveal(),
        "expires_at": tokens.expires_at.isoformat(),
        "scopes": " ".join(tokens.scopes),
    }
    if tokens.refresh_token is not None:
        fields["refresh_token"] = tokens.refresh_token.reveal()
    return fields


def decode_token_fields(fields: Fields) -> TokenSet:
    """Read an account's tokens; raises RecordError where they are none."""
    return TokenSet(
        require_secret(fields, "access_token"),
        optional_secret(fields, "refresh_token"),
        _decode_time(fields, "expires_at"),
        tuple(require_text(fields, "scopes").split()),
    )


def encode_code_secrets(secrets: OAuth2PendingSecrets) -> Fields:
    fields: Fields = {}
    request, grant = secrets.request, secrets.grant
    if request is not None:
        fields["code"] = {
            "state": request.state.reveal(),
            "verifier": request.code_verifier.reveal(),
            "redirect_uri": request.redirect_uri,
            "scopes": " ".join(request.scopes),
        }
    if grant is not None:
        fields["tokens"] = {
            **encode_tokens(grant.tokens),
            "missing": " ".join(grant.missing_scopes),
            "user_id": grant.user_id,
            "handle": grant.handle,
        }
    return fields


def decode_code_secrets(fields: Fields) -> OAuth2PendingSecrets:
    """Read a sign-in under way; raises RecordError where it is none."""
    if "code" not in fields and "tokens" not in fields:
        raise damaged_record_error()
    request = _decode_request(require_object(fields["code"])) if "code" in fields else None
    grant = _decode_grant(require_object(fields["tokens"])) if "tokens" in fields else None
    return OAuth2PendingSecrets(request, grant)


def _decode_request(fields: Fields) -> AuthorizationRequest:
    return AuthorizationRequest(
        "",
        require_secret(fields, "state"),
        require_secret(fields, "verifier"),
        require_text(fields, "redirect_uri"),
        tuple(require_text(fields, "scopes").split()),
    )


def _decode_grant(fields: Fields) -> OAuth2Grant:
    return OAuth2Grant(
        decode_token_fields(fields),
        tuple(require_text(fields, "missing").split()),
        require_text(fields, "user_id"),
        require_text(fields, "handle"),
    )


def _decode_time(fields: Fields, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(require_text(fields, name))
    except ValueError:
        moment = None  # raised below: a ValueError quotes the text
    if moment is None or moment.tzinfo is None:
        raise damaged_record_error()
    return moment


VERSION = 1

Contents = AppKeys | Credentials | PendingSecrets | TokenSet | OAuth2PendingSecrets


def encode(contents: Contents) -> Secret:
    """Write the record of an app, an account, its tokens, or an attempt.

    Raises:
        RecordTooLargeError: it does not fit into the smallest keychain.
    """
    record = Secret(json.dumps({"v": VERSION, **_encode_fields(contents)}, separators=(",", ":")))
    require_fit(record)
    return record


def decode(kind: ItemKind, record: Secret) -> Contents:
    """Read a record; fields it does not know are passed over.

    Raises:
        RecordError: it is damaged, or a newer Twauth wrote it.
    """
    fields = _parse_fields(record)
    if kind is ItemKind.APP:
        return _decode_app_keys(fields)
    if kind is ItemKind.PENDING_SIGN_IN:
        return _decode_pending(fields)
    return _decode_credentials(fields) if kind is ItemKind.ACCOUNT else decode_token_fields(fields)


def decode_app(record: Secret) -> AppKeys:
    """Read the record of an app; raises RecordError as decode does."""
    return _decode_app_keys(_parse_fields(record))


def decode_account(record: Secret) -> Credentials:
    """Read the record of an account; raises RecordError as decode does."""
    return _decode_credentials(_parse_fields(record))


def decode_tokens(record: Secret) -> TokenSet:
    """Read the record of an account's tokens; raises RecordError as decode does."""
    return decode_token_fields(_parse_fields(record))


def decode_pending_sign_in(record: Secret) -> PendingSecrets | OAuth2PendingSecrets:
    """Read the record of an attempt; raises RecordError as decode does."""
    return _decode_pending(_parse_fields(record))


def _encode_fields(contents: Contents) -> Fields:
    if isinstance(contents, TokenSet):
        return encode_tokens(contents)
    if isinstance(contents, OAuth2PendingSecrets):
        return encode_code_secrets(contents)
    if isinstance(contents, AppKeys):
        values = {name: getattr(contents, name) for name in _APP_KEY_FIELDS}
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


_APP_KEY_FIELDS = ("api_key", "api_secret", "bearer_token", "client_id", "client_secret")


def _parse_fields(record: Secret) -> Fields:
    fields = parse_record_json(record)
    version = fields.get("v")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise damaged_record_error()
    if version > VERSION:
        raise RecordError(
            "A newer Twauth wrote these credentials.",
            f"They are kept in version {version}; this one reads up to {VERSION}. Nothing was"
            " changed. Start the newer Twauth.",
        )
    return fields


def _decode_app_keys(fields: Fields) -> AppKeys:
    return AppKeys(
        require_secret(fields, "api_key"),
        require_secret(fields, "api_secret"),
        optional_secret(fields, "bearer_token"),
        optional_secret(fields, "client_id"),
        optional_secret(fields, "client_secret"),
    )


def _decode_credentials(fields: Fields) -> Credentials:
    return Credentials(
        require_secret(fields, "access_token"), require_secret(fields, "access_token_secret")
    )


def _decode_pending(fields: Fields) -> PendingSecrets | OAuth2PendingSecrets:
    if "request" not in fields:
        return decode_code_secrets(fields)
    request = require_object(fields.get("request"))
    token = RequestToken(
        require_secret(request, "token"),
        require_secret(request, "secret"),
        require_text(request, "callback"),
    )
    if fields.get("grant") is None:
        return PendingSecrets(token)
    grant = require_object(fields["grant"])
    return PendingSecrets(
        token,
        AccessGrant(
            require_secret(grant, "access_token"),
            require_secret(grant, "access_token_secret"),
            require_text(grant, "user_id"),
            require_text(grant, "handle"),
        ),
    )
