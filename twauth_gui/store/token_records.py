"""The records of OAuth 2.0: an account's tokens, and a sign-in under way."""

from __future__ import annotations

from datetime import datetime

from twauth_gui.domain.oauth2 import AuthorizationRequest, CodeGrant, CodeSecrets, TokenSet
from twauth_gui.store.fields import Fields, an_object, damaged, optional, secret, text

# Scopes stand in one text, as X writes them: a list would cost three characters more for each.


def token_fields(tokens: TokenSet) -> Fields:
    fields: Fields = {
        "access_token": tokens.access.reveal(),
        "expires_at": tokens.expires_at.isoformat(),
        "scopes": " ".join(tokens.scopes),
    }
    if tokens.refresh is not None:
        fields["refresh_token"] = tokens.refresh.reveal()
    return fields


def tokens_of(fields: Fields) -> TokenSet:
    """Read an account's tokens; raises RecordError where they are none."""
    return TokenSet(
        secret(fields, "access_token"),
        optional(fields, "refresh_token"),
        _moment(fields, "expires_at"),
        tuple(text(fields, "scopes").split()),
    )


def code_fields(secrets: CodeSecrets) -> Fields:
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
            **token_fields(grant.tokens),
            "missing": " ".join(grant.missing),
            "user_id": grant.user_id,
            "handle": grant.handle,
        }
    return fields


def code_secrets_of(fields: Fields) -> CodeSecrets:
    """Read a sign-in under way; raises RecordError where it is none."""
    if "code" not in fields and "tokens" not in fields:
        raise damaged()
    request = _request(an_object(fields["code"])) if "code" in fields else None
    grant = _grant(an_object(fields["tokens"])) if "tokens" in fields else None
    return CodeSecrets(request, grant)


def _request(fields: Fields) -> AuthorizationRequest:
    return AuthorizationRequest(
        "",
        secret(fields, "state"),
        secret(fields, "verifier"),
        text(fields, "redirect_uri"),
        tuple(text(fields, "scopes").split()),
    )


def _grant(fields: Fields) -> CodeGrant:
    return CodeGrant(
        tokens_of(fields),
        tuple(text(fields, "missing").split()),
        text(fields, "user_id"),
        text(fields, "handle"),
    )


def _moment(fields: Fields, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text(fields, name))
    except ValueError:
        moment = None  # raised below: a ValueError quotes the text
    if moment is None or moment.tzinfo is None:
        raise damaged()
    return moment
