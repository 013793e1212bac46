"""What is asked of a sign-in, and what comes out of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId, SignInMethod
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.scopes import USUAL
from twauth_gui.domain.sign_in_options import SignInOptions


def new_attempt_id() -> PendingSignInId:
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
    attempt_id: PendingSignInId = field(default_factory=new_attempt_id)
    kind: CredentialKind = CredentialKind.OAUTH1
    scopes: tuple[str, ...] = USUAL

    @property
    def could_use_pin(self) -> bool:
        """Whether there is the way with a PIN beside the one that was chosen."""
        return self.kind is CredentialKind.OAUTH1 and self.method.returns_by_callback


def request_of(attempt: PendingSignIn) -> SignInRequest:
    """Ask for the same once more: app, way, handle and choices."""
    return SignInRequest(
        attempt.app_id,
        attempt.method,
        attempt.expected_handle,
        attempt.options,
        attempt.id,
        attempt.kind,
    )


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The credential is kept; again tells that the account was known before.

    missing: the scopes that were asked for and not granted.
    """

    account: Account
    again: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrongAccount:
    """Another account approved than the expected one; its credential is held with the attempt."""

    attempt: PendingSignIn


Outcome = SignedIn | WrongAccount
