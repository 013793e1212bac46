"""What is asked of a sign-in, and what comes out of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import Attempt, AttemptId, Method


def new_attempt_id() -> AttemptId:
    """Give a name to a sign-in that has not begun."""
    return AttemptId(uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """What a person asks for. An empty expected handle accepts whichever account approves.

    access: "read" or "write" to ask for less than the app has; None for all it has.
    attempt_id: named here, so that whoever asks can end the sign-in before hearing of it.
    """

    app_id: AppId
    method: Method
    expected_handle: str = ""
    access: str | None = None
    attempt_id: AttemptId = field(default_factory=new_attempt_id)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The credential is kept; again tells that the account was known before."""

    account: Account
    again: bool


@dataclass(frozen=True, slots=True)
class WrongAccount:
    """Another account approved than the expected one; its credential is held with the attempt."""

    attempt: Attempt


Outcome = SignedIn | WrongAccount
