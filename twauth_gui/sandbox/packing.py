"""Numbers in letters and digits, for tokens that carry what they stand for."""

from __future__ import annotations

import hashlib
import hmac
import string
from typing import Final

# The order of these and the widths are the tokens' format: tokens live in keychains.
_HANDLE_DIGITS: Final = string.digits + string.ascii_letters + "_"  # 1 to 63; 0 is "no character"
ALNUM: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_LONGEST_HANDLE: Final = 15
HANDLE_BITS: Final = _LONGEST_HANDLE * 6


def keyed_number(key: str, what: str, bits: int) -> int:
    """A number of that many bits, at most 512, that only the key's holder can work out."""
    digest = hmac.digest(key.encode("utf-8", "surrogatepass"), what.encode(), hashlib.sha512)
    return int.from_bytes(digest) >> (512 - bits)


def pack_handle(handle: str) -> int:
    number = 0
    for place in handle.ljust(_LONGEST_HANDLE):
        number = (number << 6) | (_HANDLE_DIGITS.find(place) + 1)
    return number


def unpack_handle(number: int) -> str:
    digits = [(number >> shift) & 63 for shift in range(HANDLE_BITS - 6, -1, -6)]
    return "".join(_HANDLE_DIGITS[digit - 1] for digit in digits if digit)


def to_base62(number: int, length: int) -> str:
    digits: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(ALNUM[digit])
    return "".join(reversed(digits))


def from_base62(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * 62 + ALNUM.index(digit)
    return number
