"""Sign-in methods and options, and pending sign-ins, which outlive the process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NewType

from typing_extensions import override

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
        """One line on its advantages and drawbacks."""
        return {
            "authorize": (
                "Always asks, so the account also gets access that the app was allowed since."
            ),
            "authenticate": (
                "Does not ask if the app is already allowed: quick, but the access stays as it "
                "was, and direct messages are never included."
            ),
        }[self.value]


class RequestedAccess(Enum):
    """How much access to request (x_auth_access_type)."""

    APP_DEFAULT = ""
    READ = "read"
    WRITE = "write"

    @property
    def x_parameter(self) -> str | None:
        """The value to send to X; None to send none."""
        return self.value or None


@dataclass(frozen=True, slots=True)
class SignInOptions:
    """Options of a sign-in, each with a good default.

    force_login: whether X asks for the password even if the browser is signed in, so that no other
    account approves by accident. prefill_handle: whether X's page is filled in with the expected
    handle.
    """

    page: AuthorizationPage = AuthorizationPage.AUTHORIZE
    access: RequestedAccess = RequestedAccess.APP_DEFAULT
    force_login: bool = True
    prefill_handle: bool = True


PendingSignInId = NewType("PendingSignInId", str)


class SignInMethod(Enum):
    """How the user approves, and how the response gets back to Twauth."""

    BROWSER = "browser"
    EMBEDDED = "embedded"
    PIN = "pin"
    LINK = "link"
    ADDRESS = "address"
    IMPORTED = "imported"  # another tool signed it in

    @classmethod
    @override
    def _missing_(cls, value: object) -> SignInMethod | None:
        """Understand the value that the first index had."""
        return cls.IMPORTED if value == "brought-in" else None

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
            "imported": "imported from another tool",
        }[self.value]


class PendingState(Enum):
    """How far a pending sign-in has come; the values are stored."""

    WAITING = "waiting"  # there is a link, and no response to it yet
    GRANTED = "granted"  # X has granted access; it is stored with the pending sign-in
    WRONG_ACCOUNT = "wrong-account"  # granted, but by another account than the expected one


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in that is not finished, as the index has it; its tokens are in the keychain.

    started_at: when X issued the current link. interrupted_at: when an exchange began that no
    process finished; X may have granted access then. app_generation: of the app's keys that X was
    asked with; 0 if unknown.
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
    interrupted_at: datetime | None = None
    app_generation: int = 0

    def __post_init__(self) -> None:
        make_fields_printable(self, "expected_handle", "granted_handle")

    @property
    def is_possibly_granted(self) -> bool:
        """Whether X may have granted access that was never stored."""
        return self.state is PendingState.WAITING and self.interrupted_at is not None

    @property
    def needs_attention(self) -> bool:
        """Whether it waits for the user of Twauth, not for the account's owner."""
        return self.state is not PendingState.WAITING or self.is_possibly_granted


@dataclass(frozen=True, slots=True)
class RequestToken:
    """Temporary credentials (RFC 5849, section 2.1), with the callback of their request."""

    token: Secret
    secret: Secret
    callback: str


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """The token credentials of an exchange (RFC 5849, section 2.3), with whose they are."""

    access_token: Secret
    access_secret: Secret
    user_id: str
    handle: str

    def __post_init__(self) -> None:
        make_fields_printable(self, "handle")


@dataclass(frozen=True, slots=True)
class PendingSecrets:
    """The keychain record of a pending sign-in with OAuth 1.0a."""

    request: RequestToken
    grant: AccessGrant | None = None
