"""OAuth 2.0 tokens shaped like X's; each carries its own grant."""

from __future__ import annotations

import binascii
import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final, Literal

from twauth_gui.sandbox.accounts import SandboxAccount, account_for
from twauth_gui.sandbox.packing import (
    from_base62,
    keyed_number,
    pack_handle,
    to_base62,
    unpack_handle,
)
from twauth_gui.sandbox.scopes import SCOPES, ordered
from twauth_gui.sandbox.tokens import new_alnum

Kind = Literal["access", "refresh"]

# X's tokens are base 64 of text like "Tcbo…wgq:1622160825825:1:1:at:1".
_MARKS: Final[dict[Kind, str]] = {"access": "1:1:at:1", "refresh": "1:0:rt:1"}
_SHAPE: Final = re.compile(r"([0-9A-Za-z]{45}):([0-9]{1,14}):.+", re.ASCII)
_LONGEST: Final = 200
# The widths are the tokens' format: tokens live in keychains. 267 bits fit 45 characters of 62.
_SCOPE_BITS: Final = 32
_FAMILY_BITS: Final = 32
_SERIAL_BITS: Final = 20
_MAC_BITS: Final = 93
_PAYLOAD_BITS: Final = 90 + _SCOPE_BITS + _FAMILY_BITS + _SERIAL_BITS


@dataclass(frozen=True)
class UserGrant:
    """What one account allowed; all tokens that come of one consent have its family (32 bits)."""

    account: SandboxAccount
    scopes: tuple[str, ...]
    family: int


@dataclass(frozen=True)
class Issued:
    """A token read back; made_at is in seconds of the server's own clock, without its offset."""

    grant: UserGrant
    made_at: float


@dataclass(frozen=True)
class OAuth2TokenMaker:
    """Makes and reads one app's OAuth 2.0 tokens. Nothing is stored: they outlive the server."""

    seed: str
    client_id: str

    def new_grant(self, account: SandboxAccount, scopes: tuple[str, ...]) -> UserGrant:
        return UserGrant(account, ordered(scopes), secrets.randbits(_FAMILY_BITS))

    def make(self, kind: Kind, grant: UserGrant, now: float) -> str:
        """A token of a grant; no two are the same."""
        return self._token(kind, grant, int(now * 1000), secrets.randbits(_SERIAL_BITS))

    def read(self, kind: Kind, token: str) -> Issued | None:
        """The grant in a token, or None where this seed did not make it for this app."""
        found = _SHAPE.fullmatch(_plain(token))
        if found is None:
            return None
        number, milliseconds = from_base62(found[1]), int(found[2])
        mac, hidden = number & ((1 << _MAC_BITS) - 1), number >> _MAC_BITS
        payload = hidden ^ self._number(f"{kind}:mask:{mac}", _PAYLOAD_BITS)
        grant = _unpack(payload)
        if grant is None:
            return None
        again = self._token(kind, grant, milliseconds, payload & ((1 << _SERIAL_BITS) - 1))
        same = hmac.compare_digest(again, token)
        return Issued(grant, milliseconds / 1000) if same else None

    def _token(self, kind: Kind, grant: UserGrant, milliseconds: int, serial: int) -> str:
        payload = (_pack(grant) << _SERIAL_BITS) | serial
        mac = self._number(f"{kind}:mac:{milliseconds}:{payload}", _MAC_BITS)
        hidden = payload ^ self._number(f"{kind}:mask:{mac}", _PAYLOAD_BITS)
        number = to_base62((hidden << _MAC_BITS) | mac, 45)
        return _encoded(f"{number}:{milliseconds}:{_MARKS[kind]}")

    def _number(self, what: str, bits: int) -> int:
        return keyed_number(f"{self.seed}:{self.client_id}", what, bits)


def new_code(now: float) -> str:
    """An authorization code; what it stands for is remembered, not carried."""
    return _encoded(f"{new_alnum(45)}:{int(now * 1000)}:1:1:ac:1")


def _encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(token: str) -> str:
    if len(token) > _LONGEST or not token.isascii():
        return ""
    try:
        return urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _pack(grant: UserGrant) -> int:
    scopes = sum(1 << SCOPES.index(scope) for scope in grant.scopes)
    handle = pack_handle(grant.account.handle)
    return (((handle << _SCOPE_BITS) | scopes) << _FAMILY_BITS) | grant.family


def _unpack(payload: int) -> UserGrant | None:
    family = (payload >> _SERIAL_BITS) & ((1 << _FAMILY_BITS) - 1)
    marked = payload >> (_SERIAL_BITS + _FAMILY_BITS)
    handle = marked >> _SCOPE_BITS
    account = account_for(unpack_handle(handle)) if not handle >> 90 else None
    if account is None:
        return None
    scopes = tuple(scope for bit, scope in enumerate(SCOPES) if marked >> bit & 1)
    return UserGrant(account, scopes, family)
