"""What a sign-in asks X for, beside the account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class AuthorizationPage(Enum):
    """Which of X's two pages is opened (docs.x.com, OAuth 1.0a)."""

    AUTHORIZE = "authorize"
    AUTHENTICATE = "authenticate"

    @property
    def why(self) -> str:
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


class Wanted(Enum):
    """How much access is asked for (x_auth_access_type)."""

    AS_THE_APP = ""
    READ = "read"
    WRITE = "write"

    @property
    def asked(self) -> str | None:
        """What is sent to X; None for nothing."""
        return self.value or None


@dataclass(frozen=True, slots=True)
class SignInOptions:
    """The choices that have a good default.

    force_login: whether X asks for the password even where the browser is signed in, so that no
    other account approves by accident. fill_in: whether the expected handle is filled in there.
    """

    page: AuthorizationPage = AuthorizationPage.AUTHORIZE
    access: Wanted = Wanted.AS_THE_APP
    force_login: bool = True
    fill_in: bool = True
