"""Requests, progress events and results of a sign-in."""

from __future__ import annotations

import uuid
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
    """Give a name to a sign-in that has not begun."""
    return PendingSignInId(uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """What a person asks for. An empty expected handle accepts whichever account approves.

    kind: which credentials. scopes: what those of OAuth 2.0 are to be good for.
    attempt_id: named here, so that whoever asks can end the sign-in before hearing of it. Where it
    is the one of a sign-in that waits, that sign-in gets a new link.
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
        """Whether there is the way with a PIN beside the one that was chosen."""
        return self.kind is CredentialKind.OAUTH1 and self.method.uses_callback


def repeat_request(pending: PendingSignIn) -> SignInRequest:
    """Ask for the same once more: app, way, handle and choices."""
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
    """The credential is kept; again tells that the account was known before.

    missing: the scopes that were asked for and not granted.
    """

    account: Account
    was_known: bool
    missing_scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrongAccount:
    """Another account approved than the expected one; its credential is held with the attempt."""

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


@dataclass(frozen=True, slots=True)
class StepStarted:
    """callback: the address that is listened at, once that is certain."""

    step: SignInStep
    callback: str = ""


@dataclass(frozen=True, slots=True)
class AuthorizationLink:
    """What the person needs in order to approve.

    url holds the request token. That token alone signs nothing, but it is not logged either.
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
