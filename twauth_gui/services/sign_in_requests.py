"""Requests, messages to owners, progress events and results of a sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from twauth_gui.domain.access import DEFAULT_SCOPES
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, SignInMethod, SignInOptions


def new_pending_id() -> PendingSignInId:
    """Return an id for a new sign-in."""
    import uuid  # noqa: PLC0415 - would slow the window's start, for a new sign-in only

    return PendingSignInId(uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """A request for a sign-in. An empty expected handle accepts any account that approves.

    scopes: for OAuth 2.0. pending_id: chosen here, so that the caller can discard the sign-in
    before begin() returns. If it is the id of a pending sign-in, that one gets a new link.
    """

    app_id: AppId
    method: SignInMethod
    expected_handle: str = ""
    options: SignInOptions = field(default_factory=SignInOptions)
    pending_id: PendingSignInId = field(default_factory=new_pending_id)
    kind: CredentialKind = CredentialKind.OAUTH1
    scopes: tuple[str, ...] = DEFAULT_SCOPES

    @property
    def can_use_pin(self) -> bool:
        """Whether a PIN can be used instead of the chosen method."""
        return self.kind is CredentialKind.OAUTH1 and self.method.uses_callback


def repeat_request(pending: PendingSignIn) -> SignInRequest:
    """Return a request for a new link with the same app, method, handle and options."""
    return SignInRequest(
        pending.app_id,
        pending.method,
        pending.expected_handle,
        pending.options,
        pending.id,
        pending.kind,
    )


@dataclass(frozen=True, slots=True)
class CompletedSignIn:
    """The credentials are saved. was_known: the account was here before.

    missing_scopes: requested and not granted.
    """

    account: Account
    was_known: bool
    missing_scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrongAccount:
    """Another account approved than the expected one; its grant is stored with the sign-in."""

    pending: PendingSignIn


SignInResult = CompletedSignIn | WrongAccount


class SignInStep(Enum):
    """The steps of a sign-in, in their order."""

    READ_KEYS = "read-keys"
    LISTEN = "listen"
    REQUEST_TOKEN = "request-token"  # noqa: S105 - the name of a step
    APPROVE = "approve"
    EXCHANGE = "exchange"
    SAVE = "save"
    COMPARE = "compare"

    @property
    def is_after_return(self) -> bool:
        """Whether the browser has come back, or the user has entered what it showed."""
        return self in {SignInStep.EXCHANGE, SignInStep.SAVE, SignInStep.COMPARE}


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step has started. callback: the address that Twauth listens on, once known."""

    step: SignInStep
    callback: str = ""


@dataclass(frozen=True, slots=True)
class AuthorizationLink:
    """The link that the user opens to approve.

    url contains the request token. That token alone signs nothing, but it is not logged either.
    """

    pending: PendingSignIn
    url: Secret
    callback: str


SignInEvent = StepStarted | AuthorizationLink


class SignInProgress(Protocol):
    """Passed to a sign-in: the token that cancels it, and the receiver of its events."""

    @property
    def cancel(self) -> CancelToken: ...

    def report(self, event: SignInEvent, /) -> None: ...


@dataclass(slots=True)
class NullProgress:
    """Ignores all events; the sign-in can still be cancelled."""

    cancel: CancelToken = field(default_factory=CancelToken)

    def report(self, event: SignInEvent, /) -> None:
        """Do nothing."""


LINK_PLACEHOLDER = "{link}"
"""Stands in place of the link, so that the message can be shown without it."""


def write_owner_message(handle: str, app_label: str) -> str:
    """Return a message that asks the owner to approve, and to send back what the page shows."""
    return (
        f"Open this link in a browser in which {_name_account(handle)} is signed in to X, and "
        f"allow {app_label}:\n{LINK_PLACEHOLDER}\n{_SEND_BACK}"
    )


def write_owner_reminder(handle: str, app_label: str) -> str:
    """Return a message that reminds the owner of a link that was sent before."""
    return (
        f"A reminder: {app_label} is still waiting for {_name_account(handle)}. Open this link in "
        f"a browser in which that account is signed in to X, and allow {app_label}:\n"
        f"{LINK_PLACEHOLDER}\n{_SEND_BACK} If the page says that the link is invalid, tell me, and "
        "I will send a new one."
    )


_SEND_BACK = "Then send me the 7 digits it shows, or the whole address of the page you end on."


def _name_account(handle: str) -> str:
    return f"@{handle}" if handle else "the account"
