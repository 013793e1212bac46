"""Encoding of tokens in the form of X's, which contain their own grant."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import itertools
import re
import secrets
import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from twauth_gui.sandbox.accounts import SandboxAccount, account_for, account_with_id
from twauth_gui.sandbox.scopes import SCOPES, sort_scopes
from twauth_gui.sandbox.settings import LEVELS, Level

# The order of these and the widths are the tokens' format: tokens live in keychains.
_HANDLE_DIGITS: Final = string.digits + string.ascii_letters + "_"  # 1 to 63; 0 is "no character"
ALNUM: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_MAX_HANDLE_LENGTH: Final = 15
HANDLE_BITS: Final = _MAX_HANDLE_LENGTH * 6


def keyed_number(key: str, what: str, bits: int) -> int:
    """Return a number of that many bits, at most 512, that only the key's holder can compute."""
    digest = hmac.digest(key.encode("utf-8", "surrogatepass"), what.encode(), hashlib.sha512)
    return int.from_bytes(digest) >> (512 - bits)


def pack_handle(handle: str) -> int:
    """Return a handle as a number of HANDLE_BITS bits; unpack_handle reads it."""
    number = 0
    for character in handle.ljust(_MAX_HANDLE_LENGTH):
        number = (number << 6) | (_HANDLE_DIGITS.find(character) + 1)
    return number


def unpack_handle(number: int) -> str:
    """Return the handle that pack_handle has packed."""
    digits = [(number >> shift) & 63 for shift in range(HANDLE_BITS - 6, -1, -6)]
    return "".join(_HANDLE_DIGITS[digit - 1] for digit in digits if digit)


def to_base62(number: int, length: int) -> str:
    """Return a number as that many digits and letters."""
    digits: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(ALNUM[digit])
    return "".join(reversed(digits))


def from_base62(digits: str) -> int:
    """Return the number that to_base62 has written."""
    number = 0
    for digit in digits:
        number = number * 62 + ALNUM.index(digit)
    return number


_NONCE_BITS: Final = 32
_OAUTH1_PAYLOAD_BITS: Final = HANDLE_BITS + 2 + _NONCE_BITS
_OAUTH1_MAC_BITS: Final = 112  # payload and MAC together fit 40 characters of 62
_OAUTH1_FORM: Final = re.compile(r"([0-9]{1,20})-([0-9A-Za-z]{40})", re.ASCII)


@dataclass(frozen=True)
class TokenGrant:
    """What one account allowed the app; the nonce (32 bits) differs in every sign-in."""

    account: SandboxAccount
    level: Level
    nonce: int


@dataclass(frozen=True)
class OAuth1TokenCodec:
    """Codec for the access tokens of one app.

    Nothing is stored: handle, level and nonce are in the token, masked and authenticated with a
    key derived from the seed, so that tokens survive a restart of the server.
    """

    seed: str
    api_key: str

    def new_grant(self, account: SandboxAccount, level: Level) -> TokenGrant:
        return TokenGrant(account, level, secrets.randbits(_NONCE_BITS))

    def access_token(self, grant: TokenGrant) -> str:
        """Return the token of a grant: the user id, a dash, 40 letters and digits."""
        payload = _pack_oauth1_grant(grant)
        mac = self._number(f"mac:{grant.account.id}:{payload}", _OAUTH1_MAC_BITS)
        hidden = payload ^ self._number(f"mask:{mac}", _OAUTH1_PAYLOAD_BITS)
        return f"{grant.account.id}-{to_base62((hidden << _OAUTH1_MAC_BITS) | mac, 40)}"

    def read(self, token: str) -> TokenGrant | None:
        """Return the grant in a token; None if it was not made with this seed for this app."""
        found = _OAUTH1_FORM.fullmatch(token)
        if found is None:
            return None
        number = from_base62(found[2])
        mac = number & ((1 << _OAUTH1_MAC_BITS) - 1)
        hidden = number >> _OAUTH1_MAC_BITS
        if hidden >> _OAUTH1_PAYLOAD_BITS:
            return None
        grant = _unpack_oauth1_grant(
            found[1], hidden ^ self._number(f"mask:{mac}", _OAUTH1_PAYLOAD_BITS)
        )
        is_genuine = grant is not None and hmac.compare_digest(self.access_token(grant), token)
        return grant if is_genuine else None

    def access_secret(self, token: str) -> str:
        """Return the secret that belongs to a token, 45 letters and digits."""
        return to_base62(self._number(f"secret:{token}", 267), 45)

    def bearer_token(self, generation: int = 0) -> str:
        """Return the app's bearer token; it contains literal %2F and %3D, as X's do.

        The app gets the next generation once this one has been invalidated.
        """
        suffix = f":{generation}" if generation else ""
        first, last = (
            to_base62(self._number(f"bearer:{part}{suffix}", 240), 41) for part in (1, 2)
        )
        return f"AAAAAAAAAAAAAAAAAAAAA{first[:20]}%2F{first[20:]}%3D{last}"

    def _number(self, what: str, bits: int) -> int:
        return keyed_number(f"{self.seed}:{self.api_key}", what, bits)


def new_request_token() -> str:
    """Return 27 letters, digits, - or _, with zero bytes in the middle, as X's tokens have."""
    raw = secrets.token_bytes(5) + bytes(4) + secrets.token_bytes(11)
    return urlsafe_b64encode(raw).decode().rstrip("=")


def new_alnum(length: int) -> str:
    """Return random letters and digits, as in request token secrets and verifiers."""
    return "".join(secrets.choice(ALNUM) for _ in range(length))


def new_pin() -> str:
    """Return seven digits; the first may be 0."""
    return f"{secrets.randbelow(10**7):07d}"


def _pack_oauth1_grant(grant: TokenGrant) -> int:
    handle = pack_handle(grant.account.handle)
    return (((handle << 2) | LEVELS.index(grant.level)) << _NONCE_BITS) | grant.nonce


def _unpack_oauth1_grant(user_id: str, payload: int) -> TokenGrant | None:
    nonce = payload & ((1 << _NONCE_BITS) - 1)
    level = (payload >> _NONCE_BITS) & 3
    account = account_with_id(user_id, unpack_handle(payload >> (_NONCE_BITS + 2)))
    if account is None or level >= len(LEVELS):
        return None
    return TokenGrant(account, LEVELS[level], nonce)


OAuth2TokenKind = Literal["access", "refresh"]

# X's tokens are base 64 of text like "Tcbo…wgq:1622160825825:1:1:at:1".
_OAUTH2_MARKS: Final[dict[OAuth2TokenKind, str]] = {"access": "1:1:at:1", "refresh": "1:0:rt:1"}
_OAUTH2_FORM: Final = re.compile(r"([0-9A-Za-z]{45}):([0-9]{1,14}):.+", re.ASCII)
_MAX_OAUTH2_TOKEN_LENGTH: Final = 200
# The widths are the tokens' format: tokens live in keychains. 267 bits fit 45 characters of 62.
_SCOPE_BITS: Final = 32
_FAMILY_BITS: Final = 32
_SERIAL_BITS: Final = 20
_OAUTH2_MAC_BITS: Final = 93
_OAUTH2_PAYLOAD_BITS: Final = 90 + _SCOPE_BITS + _FAMILY_BITS + _SERIAL_BITS


@dataclass(frozen=True)
class UserGrant:
    """What one account allowed; all tokens of one consent have the same family (32 bits)."""

    account: SandboxAccount
    scopes: tuple[str, ...]
    family: int


@dataclass(frozen=True)
class IssuedToken:
    """A decoded token; issued_at is in seconds of the server's clock, without its offset."""

    grant: UserGrant
    issued_at: float


def count_serials() -> Iterator[int]:
    """Count from a random number on: no two tokens of one moment get the same serial."""
    return itertools.count(secrets.randbits(_SERIAL_BITS))


@dataclass(frozen=True)
class OAuth2TokenCodec:
    """Codec for one app's OAuth 2.0 tokens, which survive a restart, as nothing is stored.

    serials: of the tokens that it makes; several codecs of one app share them.
    """

    seed: str
    client_id: str
    serials: Iterator[int] = field(default_factory=count_serials, repr=False, compare=False)

    def new_grant(self, account: SandboxAccount, scopes: tuple[str, ...]) -> UserGrant:
        return UserGrant(account, sort_scopes(scopes), secrets.randbits(_FAMILY_BITS))

    def make(self, kind: OAuth2TokenKind, grant: UserGrant, now: float) -> str:
        """Return a new token of a grant; no two are the same."""
        serial = next(self.serials) & ((1 << _SERIAL_BITS) - 1)
        return self._token(kind, grant, int(now * 1000), serial)

    def read(self, kind: OAuth2TokenKind, token: str) -> IssuedToken | None:
        """Return what a token contains; None if it was not made with this seed for this app."""
        found = _OAUTH2_FORM.fullmatch(_decode_base64(token))
        if found is None:
            return None
        number, milliseconds = from_base62(found[1]), int(found[2])
        mac, hidden = number & ((1 << _OAUTH2_MAC_BITS) - 1), number >> _OAUTH2_MAC_BITS
        payload = hidden ^ self._number(f"{kind}:mask:{mac}", _OAUTH2_PAYLOAD_BITS)
        grant = _unpack_oauth2_grant(payload)
        if grant is None:
            return None
        again = self._token(kind, grant, milliseconds, payload & ((1 << _SERIAL_BITS) - 1))
        is_genuine = hmac.compare_digest(again, token)
        return IssuedToken(grant, milliseconds / 1000) if is_genuine else None

    def _token(
        self, kind: OAuth2TokenKind, grant: UserGrant, milliseconds: int, serial: int
    ) -> str:
        payload = (_pack_oauth2_grant(grant) << _SERIAL_BITS) | serial
        mac = self._number(f"{kind}:mac:{milliseconds}:{payload}", _OAUTH2_MAC_BITS)
        hidden = payload ^ self._number(f"{kind}:mask:{mac}", _OAUTH2_PAYLOAD_BITS)
        number = to_base62((hidden << _OAUTH2_MAC_BITS) | mac, 45)
        return _encode_base64(f"{number}:{milliseconds}:{_OAUTH2_MARKS[kind]}")

    def _number(self, what: str, bits: int) -> int:
        return keyed_number(f"{self.seed}:{self.client_id}", what, bits)


def new_code(now: float) -> str:
    """Return an authorization code; what it stands for is in OAuth2State."""
    return _encode_base64(f"{new_alnum(45)}:{int(now * 1000)}:1:1:ac:1")


def _encode_base64(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode_base64(token: str) -> str:
    if len(token) > _MAX_OAUTH2_TOKEN_LENGTH or not token.isascii():
        return ""
    try:
        return urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _pack_oauth2_grant(grant: UserGrant) -> int:
    scopes = sum(1 << SCOPES.index(scope) for scope in grant.scopes)
    handle = pack_handle(grant.account.handle)
    return (((handle << _SCOPE_BITS) | scopes) << _FAMILY_BITS) | grant.family


def _unpack_oauth2_grant(payload: int) -> UserGrant | None:
    family = (payload >> _SERIAL_BITS) & ((1 << _FAMILY_BITS) - 1)
    rest = payload >> (_SERIAL_BITS + _FAMILY_BITS)
    handle = rest >> _SCOPE_BITS
    account = account_for(unpack_handle(handle)) if not handle >> 90 else None
    if account is None:
        return None
    scopes = tuple(scope for bit, scope in enumerate(SCOPES) if rest >> bit & 1)
    return UserGrant(account, scopes, family)
