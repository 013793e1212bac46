"""Apps, accounts and sign-ins to keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from twauth_gui.domain.accounts import Account, AccountId, Credentials, TokenFacts
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.attempts import (
    AccessGrant,
    PendingSecrets,
    PendingSignIn,
    PendingSignInId,
    PendingState,
    RequestToken,
    SignInMethod,
)
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.oauth2 import AuthorizationRequest, CodeGrant, CodeSecrets, TokenSet
from twauth_gui.domain.scopes import OFFLINE, USUAL
from twauth_gui.domain.secret import Secret
from twauth_gui.store.waiting import Running

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)

APP = App(AppId("app-1"), "Newsroom", NOON)
OLD_KEYS = AppKeys(Secret("old-key"), Secret("old-key-secret"))
NEW_KEYS = AppKeys(Secret("new-key"), Secret("new-key-secret"), bearer_token=Secret("new-bearer"))

OLD = Credentials(Secret("7001-old"), Secret("old-secret"))
NEW = Credentials(Secret("7001-new"), Secret("new-secret"))

REQUEST = RequestToken(Secret("request"), Secret("request-secret"), "oob")
WAITING = PendingSecrets(REQUEST)
GRANTED = PendingSecrets(
    REQUEST, AccessGrant(NEW.access_token, NEW.access_secret, "7001", "fernwick_news")
)


PAIR = TokenSet(
    Secret("access-1"), Secret("refresh-1"), NOON + timedelta(hours=2), ("users.read", OFFLINE)
)
NEXT_PAIR = TokenSet(
    Secret("access-2"), Secret("refresh-2"), NOON + timedelta(hours=4), ("users.read", OFFLINE)
)
CODE_WAITING = CodeSecrets(
    AuthorizationRequest("", Secret("state"), Secret("verifier"), "http://127.0.0.1:1/c", USUAL)
)
CODE_GRANTED = CodeSecrets(None, CodeGrant(PAIR, ("tweet.write",)))
CODE_KNOWN = CodeSecrets(None, CodeGrant(PAIR, ("tweet.write",), "7001", "fernwick_news"))


def facts(tokens: TokenSet = PAIR) -> TokenFacts:
    return TokenFacts(tokens.scopes, tokens.expires_at, NOON, SignInMethod.BROWSER)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = NOON
        self.boot = 1
        self.ran = timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.time += by
        self.ran += by

    def set(self, by: timedelta) -> None:
        """Put the clock forward, or back; no time passes."""
        self.time += by

    def restart(self) -> None:
        """Start the computer again."""
        self.boot += 1
        self.ran = timedelta()

    def running(self) -> Running:
        """How long the computer has been running."""
        return Running(str(self.boot), self.ran.total_seconds())


def account(number: int = 1, user_id: str = "7001", handle: str = "fernwick_news") -> Account:
    return Account(AccountId(f"account-{number}"), APP.id, user_id, handle, NOON, SignInMethod.PIN)


def attempt(number: int = 1, state: PendingState = PendingState.WAITING) -> PendingSignIn:
    return PendingSignIn(
        PendingSignInId(f"attempt-{number}"), APP.id, SignInMethod.PIN, NOON, state=state
    )


def code_attempt(number: int = 1, state: PendingState = PendingState.WAITING) -> PendingSignIn:
    """A sign-in with OAuth 2.0."""
    return replace(attempt(number, state), method=SignInMethod.BROWSER, kind=CredentialKind.OAUTH2)
