"""Clients, authorization requests and tokens of OAuth 2.0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from twauth_gui.domain.display_text import make_fields_printable
from twauth_gui.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class OAuth2Client:
    """An app as OAuth 2.0 knows it (RFC 6749, section 2.1).

    secret: None for a public client, which X's console calls Native App or Single page App.
    """

    id: Secret
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """An authorization request (RFC 6749, section 4.1.1). Its url is private: the state is in it.

    code_verifier: proves at the exchange that this program made the request (RFC 7636).
    """

    url: str
    state: Secret
    code_verifier: Secret
    redirect_uri: str
    scopes: tuple[str, ...]


class TokenTypeHint(Enum):
    """Which of the two tokens is to be revoked (RFC 7009, section 2.1); X requires it."""

    ACCESS = "access_token"
    REFRESH = "refresh_token"


@dataclass(frozen=True, slots=True)
class TokenSet:
    """The tokens that a sign-in or a renewal returns.

    refresh_token: None without the scope offline.access. expires_at: of the access token, by this
    computer's clock. scopes: what was granted, in X's order.
    """

    access_token: Secret
    refresh_token: Secret | None
    expires_at: datetime
    scopes: tuple[str, ...]

    def missing_scopes(self, requested: tuple[str, ...]) -> tuple[str, ...]:
        """Return the scopes that were requested and not granted."""
        return tuple(scope for scope in requested if scope not in self.scopes)

    def expires_within(self, seconds: float, now: datetime) -> bool:
        return self.expires_at - now <= timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class OAuth2Grant:
    """Tokens from an exchange. X says only when asked with them which account they belong to.

    missing_scopes: requested and not granted. user_id, handle: "" until X has said them.
    """

    tokens: TokenSet
    missing_scopes: tuple[str, ...] = ()
    user_id: str = ""
    handle: str = ""

    def __post_init__(self) -> None:
        make_fields_printable(self, "handle")


@dataclass(frozen=True, slots=True)
class OAuth2PendingSecrets:
    """The keychain record of a pending sign-in with OAuth 2.0.

    request: without its url, which follows from the rest; None once the code was exchanged.
    """

    request: AuthorizationRequest | None
    grant: OAuth2Grant | None = None
