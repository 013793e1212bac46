"""Records: the text of keychain items.

A record is compact JSON in ASCII with a version, at most vault.MAX_UNITS long. Its field names are
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

VERSION = 1
_APP_KEY_FIELDS = ("api_key", "api_secret", "bearer_token", "client_id", "client_secret")
Fields = dict[str, object]
Contents = AppKeys | Credentials | PendingSecrets | TokenSet | OAuth2PendingSecrets


class RecordError(DiagnosedError):
    """The item is there, but this version cannot read it; nothing was changed."""

    def __init__(self, title: str, advice: str) -> None:
        super().__init__(Diagnosis(ProblemKind.KEYCHAIN_FAILED, title, advice))


def damaged_record_error() -> RecordError:
    """Return the error for an item that is not a record of Twauth."""
    return RecordError(
        "The item in the keychain is damaged.",
        "It is not what Twauth wrote there. It was left as it is. Sign in again, or enter the keys"
        " again, to replace it.",
    )


def encode(contents: Contents) -> Secret:
    """Return the record of an app, an account, its tokens, or a pending sign-in.

    Raises:
        RecordTooLargeError: the record does not fit into every keychain.
    """
    record = Secret(json.dumps({"v": VERSION, **_encode_fields(contents)}, separators=(",", ":")))
    require_fit(record)
    return record


def decode(kind: ItemKind, record: Secret) -> Contents:
    """Read a record; unknown fields are ignored.

    Raises:
        RecordError: the record is damaged, or a newer Twauth wrote it.
    """
    fields = _parse_fields(record)
    if kind is ItemKind.APP:
        return _decode_app_keys(fields)
    if kind is ItemKind.PENDING_SIGN_IN:
        return _decode_pending(fields)
    return _decode_credentials(fields) if kind is ItemKind.ACCOUNT else _decode_token_fields(fields)


def decode_app(record: Secret) -> AppKeys:
    """Read the record of an app; raises RecordError as decode does."""
    return _decode_app_keys(_parse_fields(record))


def decode_account(record: Secret) -> Credentials:
    """Read the record of an account; raises RecordError as decode does."""
    return _decode_credentials(_parse_fields(record))


def decode_tokens(record: Secret) -> TokenSet:
    """Read the record of an account's tokens; raises RecordError as decode does."""
    return _decode_token_fields(_parse_fields(record))


def decode_pending_sign_in(record: Secret) -> PendingSecrets | OAuth2PendingSecrets:
    """Read the record of a pending sign-in; raises RecordError as decode does."""
    return _decode_pending(_parse_fields(record))


def parse_record_json(record: Secret) -> Fields:
    """Parse the JSON object of a record.

    Raises:
        RecordError: the record is not a JSON object.
    """
    try:
        fields = json.loads(record.reveal())
    except (ValueError, RecursionError):
        fields = None  # raised below: a JSONDecodeError holds the whole record
    return _require_object(fields)


def _encode_fields(contents: Contents) -> Fields:
    if isinstance(contents, TokenSet):
        return _encode_tokens(contents)
    if isinstance(contents, OAuth2PendingSecrets):
        return _encode_code_secrets(contents)
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


def _encode_tokens(tokens: TokenSet) -> Fields:
    # Scopes are one text, as X writes them: a list would take three more characters for each.
    fields: Fields = {
        "access_token": tokens.access_token.reveal(),
        "expires_at": tokens.expires_at.isoformat(),
        "scopes": " ".join(tokens.scopes),
    }
    if tokens.refresh_token is not None:
        fields["refresh_token"] = tokens.refresh_token.reveal()
    return fields


def _encode_code_secrets(secrets: OAuth2PendingSecrets) -> Fields:
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
            **_encode_tokens(grant.tokens),
            "missing": " ".join(grant.missing_scopes),
            "user_id": grant.user_id,
            "handle": grant.handle,
        }
    return fields


def _parse_fields(record: Secret) -> Fields:
    fields = parse_record_json(record)
    version = fields.get("v")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise damaged_record_error()
    if version > VERSION:
        raise RecordError(
            "A newer Twauth wrote these credentials.",
            f"They have version {version}; this one reads up to {VERSION}. Nothing was"
            " changed. Start the newer Twauth.",
        )
    return fields


def _decode_app_keys(fields: Fields) -> AppKeys:
    return AppKeys(
        _require_secret(fields, "api_key"),
        _require_secret(fields, "api_secret"),
        _optional_secret(fields, "bearer_token"),
        _optional_secret(fields, "client_id"),
        _optional_secret(fields, "client_secret"),
    )


def _decode_credentials(fields: Fields) -> Credentials:
    return Credentials(
        _require_secret(fields, "access_token"), _require_secret(fields, "access_token_secret")
    )


def _decode_token_fields(fields: Fields) -> TokenSet:
    """Read OAuth 2.0 tokens; raises RecordError for anything else."""
    return TokenSet(
        _require_secret(fields, "access_token"),
        _optional_secret(fields, "refresh_token"),
        _decode_time(fields, "expires_at"),
        tuple(_require_text(fields, "scopes").split()),
    )


def _decode_pending(fields: Fields) -> PendingSecrets | OAuth2PendingSecrets:
    if "request" not in fields:
        return _decode_code_secrets(fields)
    request = _require_object(fields.get("request"))
    token = RequestToken(
        _require_secret(request, "token"),
        _require_secret(request, "secret"),
        _require_text(request, "callback"),
    )
    if fields.get("grant") is None:
        return PendingSecrets(token)
    grant = _require_object(fields["grant"])
    return PendingSecrets(
        token,
        AccessGrant(
            _require_secret(grant, "access_token"),
            _require_secret(grant, "access_token_secret"),
            _require_text(grant, "user_id"),
            _require_text(grant, "handle"),
        ),
    )


def _decode_code_secrets(fields: Fields) -> OAuth2PendingSecrets:
    """Read the secrets of an OAuth 2.0 sign-in; raises RecordError for anything else."""
    if "code" not in fields and "tokens" not in fields:
        raise damaged_record_error()
    request = _decode_request(_require_object(fields["code"])) if "code" in fields else None
    grant = _decode_grant(_require_object(fields["tokens"])) if "tokens" in fields else None
    return OAuth2PendingSecrets(request, grant)


def _decode_request(fields: Fields) -> AuthorizationRequest:
    return AuthorizationRequest(
        "",
        _require_secret(fields, "state"),
        _require_secret(fields, "verifier"),
        _require_text(fields, "redirect_uri"),
        tuple(_require_text(fields, "scopes").split()),
    )


def _decode_grant(fields: Fields) -> OAuth2Grant:
    return OAuth2Grant(
        _decode_token_fields(fields),
        tuple(_require_text(fields, "missing").split()),
        _require_text(fields, "user_id"),
        _require_text(fields, "handle"),
    )


def _decode_time(fields: Fields, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_require_text(fields, name))
    except ValueError:
        moment = None  # raised below: a ValueError quotes the text
    if moment is None or moment.tzinfo is None:
        raise damaged_record_error()
    return moment


def _require_object(value: object) -> Fields:
    if not isinstance(value, dict):
        raise damaged_record_error()
    return {str(name): field for name, field in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON


def _require_text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise damaged_record_error()
    return value


def _require_secret(fields: Fields, name: str) -> Secret:
    return Secret(_require_text(fields, name))


def _optional_secret(fields: Fields, name: str) -> Secret | None:
    return None if fields.get(name) is None else _require_secret(fields, name)
