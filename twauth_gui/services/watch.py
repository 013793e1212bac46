"""How a job tells the person who waits for it what is going on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from twauth_gui.domain.attempts import PendingSignIn
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.secret import Secret


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

    attempt: PendingSignIn
    url: Secret
    callback: str


SignInEvent = StepStarted | AuthorizationLink


class SignInProgress(Protocol):
    """Given to a job: the flag that ends it, and the way to say where it stands."""

    @property
    def cancel(self) -> CancelToken: ...

    def report(self, news: SignInEvent) -> None: ...


@dataclass(slots=True)
class NullProgress:
    """A watch for jobs nobody looks at; it can still be cancelled."""

    cancel: CancelToken = field(default_factory=CancelToken)

    def report(self, news: SignInEvent) -> None:
        """Nobody looks."""
