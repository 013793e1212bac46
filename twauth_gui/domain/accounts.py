"""An X account authorized under one app, and the events of its history."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType

from typing_extensions import override

from twauth_gui.domain.access import OFFLINE_ACCESS, AccessLevel
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.display_text import (
    make_fields_printable,
    to_printable_line,
    to_printable_text,
)
from twauth_gui.domain.health import Health
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import SignInMethod

AccountId = NewType("AccountId", str)


_REFRESH_LIFETIME = timedelta(days=180)
_STAND_IN = "0"  # what no number of X's begins with
_STAND_IN_DIGITS = 11


@dataclass(frozen=True, slots=True)
class Account:
    """One account. Its identity is (app, numeric user id): a handle can change.

    user_id: a stand-in for it until X tells the user of a token that does not name one. handle: the
    user id until X has told the handle. generation: of the keychain item with the OAuth
    1.0a credentials; 0 if there are none.
    """

    id: AccountId
    app_id: AppId
    user_id: str
    handle: str
    signed_in_at: datetime
    method: SignInMethod
    name: str = ""
    access: AccessLevel | None = None
    health: Health = field(default_factory=Health)
    note: str = ""
    tags: tuple[str, ...] = ()
    is_favourite: bool = False
    generation: int = 1

    def __post_init__(self) -> None:
        make_fields_printable(self, "handle", "name")
        if self.tags:
            object.__setattr__(self, "tags", tuple(map(to_printable_line, self.tags)))
        if self.note:
            object.__setattr__(self, "note", to_printable_text(self.note))

    @property
    def known_user_id(self) -> str:
        """The user id; "" as long as a stand-in is in its place."""
        return "" if self.user_id.startswith(_STAND_IN) else self.user_id

    @property
    def is_handle_known(self) -> bool:
        """Whether X has told the handle; no handle equals the account's own user id."""
        return self.handle != self.user_id

    @property
    def at_handle(self) -> str:
        """The name to show: @handle, or the bare user id while the handle is unknown."""
        return f"@{self.handle}" if self.is_handle_known else self.user_id

    @property
    def has_oauth1(self) -> bool:
        """Whether it has OAuth 1.0a credentials; if not, it has OAuth 2.0 tokens alone."""
        return self.generation > 0


@dataclass(frozen=True, slots=True)
class Credentials:
    """The OAuth 1.0a access token and its secret (RFC 5849, section 2.3)."""

    access_token: Secret
    access_secret: Secret


def make_stand_in_id(access_token: Secret) -> str:
    """Return a number in place of a user id: the same for the same token, and no user's.

    It says a few bits of a digest of the token, which help nobody to guess it.
    """
    digest = hashlib.sha256(access_token.reveal().encode()).digest()
    number = int.from_bytes(digest, "big") % 10**_STAND_IN_DIGITS
    return f"{_STAND_IN}{number:0{_STAND_IN_DIGITS}}"


@dataclass(frozen=True, slots=True)
class TokenMetadata:
    """What the index knows of an account's OAuth 2.0 tokens, without reading them.

    renewing_at: when a renewal began whose outcome was never stored; None if there is none.
    """

    scopes: tuple[str, ...]
    expires_at: datetime
    signed_in_at: datetime
    method: SignInMethod
    renewing_at: datetime | None = None
    generation: int = field(default=1, compare=False)

    @property
    def is_renewable(self) -> bool:
        return OFFLINE_ACCESS in self.scopes

    @property
    def ends_at(self) -> datetime:
        """When nothing of them works any more: six months after the last renewal, at the latest.

        X staff say six months for a refresh token (devcommunity.x.com); it comes with an access
        token of two hours.
        """
        return self.expires_at + _REFRESH_LIFETIME if self.is_renewable else self.expires_at


class AccountEventKind(Enum):
    """What an event in an account's history is about; the values are stored."""

    SIGNED_IN = "signed-in"
    SIGNED_IN_AGAIN = "signed-in-again"
    IMPORTED = "imported"
    CHECKED = "checked"
    REVEALED = "revealed"
    COPIED = "copied"
    EXPORTED = "exported"
    REVOKED = "revoked"
    RENEWED = "renewed"
    CHANGED = "changed"

    @classmethod
    @override
    def _missing_(cls, value: object) -> AccountEventKind | None:
        """Understand the value that the first index had."""
        return cls.IMPORTED if value == "brought-in" else None


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """One entry of an account's history; its text holds no secret."""

    account_id: AccountId
    kind: AccountEventKind
    at: datetime
    text: str
