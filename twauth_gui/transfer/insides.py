"""What is written inside a value of X: the app, the account, the kind.

None of it is secret by itself. The layouts come from the samples in X's documentation, so each
reader answers None for anything else and judges nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote

_LONGEST = 512
_ACCESS_TOKEN = re.compile(r"([0-9]{1,20})-[A-Za-z0-9]{25,45}")
_CLIENT_ID = re.compile(rb"[!-~]{10,40}:1:ci")
_OAUTH2 = re.compile(rb"[!-~]{10,80}:[0-9]{13}(?::[0-9]+)*:(at|rt|ac)(?::[0-9]+)?")
_BEARER_HEAD = 60  # characters of base64 for the 44 bytes below
_BEARER_ZEROS = 16
_BEARER_APP_END = 24


def bearer_app_id(value: str) -> str | None:
    """Read the app's id out of a bearer token, URL-encoded or not.

    Base64 of 16 zero bytes, the id (8 bytes, little endian), 20 more bytes; then a tail of
    letters and digits.
    """
    if len(value) > _LONGEST:
        return None
    plain = unquote(value)
    head = plain[:_BEARER_HEAD]
    if len(plain) <= _BEARER_HEAD or not head.endswith("="):
        return None
    raw = _decoded(head)
    if raw is None or len(raw) < _BEARER_APP_END or any(raw[:_BEARER_ZEROS]):
        return None
    return str(int.from_bytes(raw[_BEARER_ZEROS:_BEARER_APP_END], "little"))


def token_user_id(value: str) -> str | None:
    """Read the numeric user id in front of an OAuth 1.0a access token."""
    found = _ACCESS_TOKEN.fullmatch(value)
    return found.group(1) if found else None


def oauth2_kind(value: str) -> str | None:
    """Read what an OAuth 2.0 value is: "at" access token, "rt" refresh token, "ac" code."""
    found = _OAUTH2.fullmatch(_decoded(value) or b"")
    return found.group(1).decode() if found else None


def is_client_id(value: str) -> bool:
    """Whether the value decodes to the form of an OAuth 2.0 client id."""
    return _CLIENT_ID.fullmatch(_decoded(value) or b"") is not None


def _decoded(text: str) -> bytes | None:
    if not text.isascii() or len(text) > _LONGEST:
        return None
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        return None
