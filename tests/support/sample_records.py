"""Invented apps, accounts, pending sign-ins and credentials, and a clock that a test sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from twauth_gui.domain.access import DEFAULT_SCOPES, OFFLINE_ACCESS
from twauth_gui.domain.accounts import Account, AccountId, Credentials, TokenMetadata
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.oauth2 import (
    AuthorizationRequest,
    OAuth2Grant,
    OAuth2PendingSecrets,
    TokenSet,
)
from twauth_gui.domain.placements import (
    FINGERPRINT_BYTES,
    Generations,
    Place,
    Placement,
    PlacementKind,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import (
    AccessGrant,
    PendingSecrets,
    PendingSignIn,
    PendingSignInId,
    PendingState,
    RequestToken,
    SignInMethod,
)
from twauth_gui.store.boot_clock import Uptime

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)

APP = App(AppId("app-1"), "Newsroom", NOON)
OLD_KEYS = AppKeys(Secret("old-key"), Secret("old-key-secret"))
NEW_KEYS = AppKeys(Secret("new-key"), Secret("new-key-secret"), bearer_token=Secret("new-bearer"))

OLD_CREDENTIALS = Credentials(Secret("7001-old"), Secret("old-secret"))
NEW_CREDENTIALS = Credentials(Secret("7001-new"), Secret("new-secret"))

REQUEST_TOKEN = RequestToken(Secret("request"), Secret("request-secret"), "oob")
WAITING_SECRETS = PendingSecrets(REQUEST_TOKEN)
GRANTED_SECRETS = PendingSecrets(
    REQUEST_TOKEN,
    AccessGrant(
        NEW_CREDENTIALS.access_token, NEW_CREDENTIALS.access_secret, "7001", "fernwick_news"
    ),
)


OAUTH2_TOKENS = TokenSet(
    Secret("access-1"),
    Secret("refresh-1"),
    NOON + timedelta(hours=2),
    ("users.read", OFFLINE_ACCESS),
)
NEXT_OAUTH2_TOKENS = TokenSet(
    Secret("access-2"),
    Secret("refresh-2"),
    NOON + timedelta(hours=4),
    ("users.read", OFFLINE_ACCESS),
)
OAUTH2_WAITING_SECRETS = OAuth2PendingSecrets(
    AuthorizationRequest(
        "", Secret("state"), Secret("verifier"), "http://127.0.0.1:1/c", DEFAULT_SCOPES
    )
)
OAUTH2_GRANTED_SECRETS = OAuth2PendingSecrets(None, OAuth2Grant(OAUTH2_TOKENS, ("tweet.write",)))
OAUTH2_KNOWN_SECRETS = OAuth2PendingSecrets(
    None, OAuth2Grant(OAUTH2_TOKENS, ("tweet.write",), "7001", "fernwick_news")
)


def make_token_metadata(tokens: TokenSet = OAUTH2_TOKENS) -> TokenMetadata:
    return TokenMetadata(tokens.scopes, tokens.expires_at, NOON, SignInMethod.BROWSER)


_FIRST_ACCOUNT = AccountId("account-1")
_TWICE_SIGNED_IN = Generations(app=1, oauth1=2)


def make_placement(
    account_id: AccountId | None = _FIRST_ACCOUNT,
    path: str = "/srv/bots/fernwick/.env",
    generations: Generations = _TWICE_SIGNED_IN,
) -> Placement:
    """A file with the four values of OAuth 1.0a."""
    return Placement(
        APP.id,
        account_id,
        Place(PlacementKind.FILE, path),
        NOON,
        preset="classic-bot",
        options='{"bearer":true}',
        fields=("api_key", "api_secret", "access_token", "access_secret"),
        generations=generations,
        fingerprint=bytes(range(FINGERPRINT_BYTES)),
    )


class FakeClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = NOON
        self.boot = 1
        self.ran = timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self.time += by
        self.ran += by

    def shift(self, by: timedelta) -> None:
        """Put the clock forward, or back; no time passes."""
        self.time += by

    def restart(self) -> None:
        """Start the computer again."""
        self.boot += 1
        self.ran = timedelta()

    def uptime(self) -> Uptime:
        """How long the computer has been running."""
        return Uptime(str(self.boot), self.ran.total_seconds())


def make_account(number: int = 1, user_id: str = "7001", handle: str = "fernwick_news") -> Account:
    return Account(AccountId(f"account-{number}"), APP.id, user_id, handle, NOON, SignInMethod.PIN)


def make_pending(number: int = 1, state: PendingState = PendingState.WAITING) -> PendingSignIn:
    return PendingSignIn(
        PendingSignInId(f"attempt-{number}"), APP.id, SignInMethod.PIN, NOON, state=state
    )


def make_pending_oauth2(
    number: int = 1, state: PendingState = PendingState.WAITING
) -> PendingSignIn:
    """A sign-in with OAuth 2.0."""
    return replace(
        make_pending(number, state), method=SignInMethod.BROWSER, kind=CredentialKind.OAUTH2
    )
