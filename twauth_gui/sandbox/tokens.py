"""Tokens shaped like X's; an access token carries its own grant."""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from twauth_gui.sandbox.accounts import SandboxAccount, account_with_id
from twauth_gui.sandbox.packing import (
    ALNUM,
    HANDLE_BITS,
    from_base62,
    keyed_number,
    pack_handle,
    to_base62,
    unpack_handle,
)
from twauth_gui.sandbox.settings import LEVELS, Level

_NONCE_BITS: Final = 32
_PAYLOAD_BITS: Final = HANDLE_BITS + 2 + _NONCE_BITS
_MAC_BITS: Final = 112  # payload and MAC together fit 40 characters of 62
_SHAPE: Final = re.compile(r"([0-9]{1,20})-([0-9A-Za-z]{40})", re.ASCII)


@dataclass(frozen=True)
class TokenGrant:
    """What one account allowed the app; nonce (32 bits) tells one sign-in from the next."""

    account: SandboxAccount
    level: Level
    nonce: int


@dataclass(frozen=True)
class TokenMaker:
    """Makes and reads the access tokens of one app.

    Nothing is stored: handle, level and nonce are in the token, hidden and authenticated with a
    key derived from the seed, so that tokens outlive the server.
    """

    seed: str
    api_key: str

    def new_grant(self, account: SandboxAccount, level: Level) -> TokenGrant:
        return TokenGrant(account, level, secrets.randbits(_NONCE_BITS))

    def access_token(self, grant: TokenGrant) -> str:
        """The token of a grant: the user id, a dash, 40 letters and digits."""
        payload = _pack(grant)
        mac = self._number(f"mac:{grant.account.id}:{payload}", _MAC_BITS)
        hidden = payload ^ self._number(f"mask:{mac}", _PAYLOAD_BITS)
        return f"{grant.account.id}-{to_base62((hidden << _MAC_BITS) | mac, 40)}"

    def read(self, token: str) -> TokenGrant | None:
        """The grant in a token, or None where this seed did not make it for this app."""
        shape = _SHAPE.fullmatch(token)
        if shape is None:
            return None
        number = from_base62(shape[2])
        mac = number & ((1 << _MAC_BITS) - 1)
        hidden = number >> _MAC_BITS
        if hidden >> _PAYLOAD_BITS:
            return None
        grant = _unpack(shape[1], hidden ^ self._number(f"mask:{mac}", _PAYLOAD_BITS))
        same = grant is not None and hmac.compare_digest(self.access_token(grant), token)
        return grant if same else None

    def access_secret(self, token: str) -> str:
        """The secret that belongs to a token, 45 letters and digits."""
        return to_base62(self._number(f"secret:{token}", 267), 45)

    def bearer_token(self, generation: int = 0) -> str:
        """The app-only token; it holds literal %2F and %3D, as X's do.

        The next generation is what the app gets once this one has been invalidated.
        """
        age = f":{generation}" if generation else ""
        first, last = (to_base62(self._number(f"bearer:{part}{age}", 240), 41) for part in (1, 2))
        return f"AAAAAAAAAAAAAAAAAAAAA{first[:20]}%2F{first[20:]}%3D{last}"

    def _number(self, what: str, bits: int) -> int:
        return keyed_number(f"{self.seed}:{self.api_key}", what, bits)


def new_request_token() -> str:
    """27 characters, letters, digits, - or _, with the zero bytes X's have in the middle."""
    raw = secrets.token_bytes(5) + bytes(4) + secrets.token_bytes(11)
    return urlsafe_b64encode(raw).decode().rstrip("=")


def new_alnum(length: int) -> str:
    """Random letters and digits, as request token secrets and verifiers are."""
    return "".join(secrets.choice(ALNUM) for _ in range(length))


def new_pin() -> str:
    """Seven digits; the first may be 0."""
    return f"{secrets.randbelow(10**7):07d}"


def _pack(grant: TokenGrant) -> int:
    handle = pack_handle(grant.account.handle)
    return (((handle << 2) | LEVELS.index(grant.level)) << _NONCE_BITS) | grant.nonce


def _unpack(user_id: str, payload: int) -> TokenGrant | None:
    nonce = payload & ((1 << _NONCE_BITS) - 1)
    level = (payload >> _NONCE_BITS) & 3
    account = account_with_id(user_id, unpack_handle(payload >> (_NONCE_BITS + 2)))
    if account is None or level >= len(LEVELS):
        return None
    return TokenGrant(account, LEVELS[level], nonce)
