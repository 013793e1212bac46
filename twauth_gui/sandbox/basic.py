"""Name and secret in an HTTP Basic header."""

from __future__ import annotations

import binascii
from base64 import b64decode
from hmac import compare_digest
from urllib.parse import unquote_plus

from twauth_gui.sandbox.messages import Request


def carries(request: Request, name: str, secret: str) -> bool:
    """Whether the request authenticates with this pair, both form-encoded (RFC 6749, 2.3.1)."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    first, _, second = (unquote_plus(part) for part in decoded.partition(":"))
    given = f"{first}:{second}".encode("utf-8", "replace")
    return scheme.lower() == "basic" and compare_digest(given, f"{name}:{secret}".encode())
