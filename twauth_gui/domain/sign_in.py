"""Sign-in methods and options, and pending sign-ins, which outlive the process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NewType

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.display_text import make_fields_printable
from twauth_gui.domain.secret import Secret


class AuthorizationPage(Enum):
    """Which of X's two pages is opened (docs.x.com, OAuth 1.0a)."""

    AUTHORIZE = "authorize"
    AUTHENTICATE = "authenticate"

    @property
    def explanation(self) -> str:
        """One line on what speaks for it, or against it."""
        return {
            "authorize": (
                "Always asks, so it also gives an account what the app has been allowed since."
            ),
            "authenticate": (
                "Asks nothing where the app is allowed already: quick, but the access stays as it "
                "was, and direct messages are never included."
            ),
        }[self.value]


class RequestedAccess(Enum):
    """How much access is asked for (x_auth_access_type)."""

    APP_DEFAULT = ""
    READ = "read"
    WRITE = "write"

    @property
    def x_parameter(self) -> str | None:
        """What is sent to X; None for nothing."""
        return self.value or None


@dataclass(frozen=True, slots=True)
class SignInOptions:
    """The choices that have a good default.

    force_login: whether X asks for the password even where the browser is signed in, so that no
    other account approves by accident. fill_in: whether the expected handle is filled in there.
    """

    page: AuthorizationPage = AuthorizationPage.AUTHORIZE
    access: RequestedAccess = RequestedAccess.APP_DEFAULT
    force_login: bool = True
    prefill_handle: bool = True


PendingSignInId = NewType("PendingSignInId", str)


class SignInMethod(Enum):
    """The way the person approves and the answer returns."""

    BROWSER = "browser"
    EMBEDDED = "embedded"
    PIN = "pin"
    LINK = "link"
    ADDRESS = "address"
    IMPORTED = "brought-in"  # by another tool's sign-in: there was none here

    @property
    def uses_callback(self) -> bool:
        """Whether X redirects to a callback address (else it shows a PIN)."""
        return self in {SignInMethod.BROWSER, SignInMethod.EMBEDDED, SignInMethod.ADDRESS}

    @property
    def phrase(self) -> str:
        return {
            "browser": "in the browser",
            "embedded": "in this window",
            "pin": "with a PIN",
            "link": "by link",
            "address": "with a pasted address",
            "brought-in": "brought in from another tool",
        }[self.value]


class PendingState(Enum):
    WAITING = "waiting"  # the link is out, the answer is not in
    GRANTED = "granted"  # X has answered with an access token, which is kept with the attempt
    WRONG_ACCOUNT = "wrong-account"  # granted, but by another account than the expected one


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """What the index knows of a sign-in; its tokens are in the keychain.

    started_at: when X gave the link that is out now. cut_off_at: when X was asked to trade the
    answer, where nobody kept what came of it and nobody is at it now; X may have granted access.
    app_generation: of the app's keys that X was asked with, 0 where that is not known.
    """

    id: PendingSignInId
    app_id: AppId
    method: SignInMethod
    started_at: datetime
    expected_handle: str = ""
    state: PendingState = PendingState.WAITING
    granted_handle: str = ""
    generation: int = 1
    kind: CredentialKind = CredentialKind.OAUTH1
    options: SignInOptions = field(default_factory=SignInOptions)
    cut_off_at: datetime | None = None
    app_generation: int = 0

    def __post_init__(self) -> None:
        make_fields_printable(self, "expected_handle", "granted_handle")

    @property
    def is_possibly_granted(self) -> bool:
        """Whether X may have taken the answer, and given access that nobody kept."""
        return self.state is PendingState.WAITING and self.cut_off_at is not None

    @property
    def needs_attention(self) -> bool:
        """Whether it waits for the person here, not for the one who approves it."""
        return self.state is not PendingState.WAITING or self.is_possibly_granted


@dataclass(frozen=True, slots=True)
class RequestToken:
    """The temporary credentials (RFC 5849, section 2.1) and the callback they were asked with."""

    token: Secret
    secret: Secret
    callback: str


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """What X answers to the exchange (RFC 5849, section 2.3, with X's user_id and screen_name)."""

    access_token: Secret
    access_secret: Secret
    user_id: str
    handle: str

    def __post_init__(self) -> None:
        make_fields_printable(self, "handle")


@dataclass(frozen=True, slots=True)
class PendingSecrets:
    """The keychain record of an attempt."""

    request: RequestToken
    grant: AccessGrant | None = None
