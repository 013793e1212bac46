"""OAuth 1.0a signatures: parsing and verification (RFC 5849, sections 3.4 and 3.5).

Pure functions; what a key or token stands for is decided in authentication.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from twauth_gui.sandbox.http_messages import Pairs, Request, UnreadableError

_ITEM: Final = re.compile(r'\s*([^=\s",]+)\s*=\s*"([^"]*)"\s*')
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class MalformedSignatureError(Exception):
    """The request's OAuth parameters cannot be parsed."""


@dataclass(frozen=True)
class SignedRequest:
    """A request with its OAuth parameters.

    Attributes:
        oauth: the `oauth_…` parameters by name, decoded, from header, form and query.
        parameters: every parameter that the signature covers, decoded.
    """

    method: str
    oauth: dict[str, str]
    parameters: Pairs


def is_signed(request: Request) -> bool:
    """Whether the Authorization header claims OAuth 1.0a."""
    return request.headers.get("authorization", "")[:6].lower() == "oauth "


def parse_signed_request(request: Request) -> SignedRequest:
    """Collect the parameters of a signed request from header, form and query (RFC 5849, 3.5).

    `oauth_verifier` and `oauth_callback` may be apart from the rest, as in X's documented example.

    Raises:
        MalformedSignatureError: a malformed header, or an `oauth_…` parameter that occurs twice.
    """
    header = _header_pairs(request.headers["authorization"]) if is_signed(request) else ()
    try:
        everything = (*header, *request.form_pairs, *request.query_pairs)
    except UnreadableError as error:
        raise MalformedSignatureError from error
    protocol = [(name, value) for name, value in everything if name.startswith("oauth_")]
    oauth = dict(protocol)
    if len(oauth) != len(protocol):
        raise MalformedSignatureError("an OAuth parameter occurs twice")
    signed = tuple(pair for pair in everything if pair[0] not in {"oauth_signature", "realm"})
    realm = tuple(p for p in (*request.form_pairs, *request.query_pairs) if p[0] == "realm")
    return SignedRequest(request.method, oauth, (*signed, *realm))


def base_string(method: str, uri: str, params: Pairs) -> str:
    """Return the signature base string (RFC 5849, 3.4.1); params are decoded."""
    encoded = sorted((_escape(name), _escape(value)) for name, value in params)
    normalized = "&".join(f"{name}={value}" for name, value in encoded)
    return "&".join((_escape(method.upper()), _escape(base_uri(uri)), _escape(normalized)))


def base_uri(uri: str) -> str:
    """Return the base string URI: the port only if it is not the default (RFC 5849, 3.4.1.2)."""
    parts = urlsplit(uri)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    suffix = "" if port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f":{port}"
    return f"{parts.scheme.lower()}://{host}{suffix}{parts.path or '/'}"


def hmac_sha1(base: str, consumer_secret: str, token_secret: str) -> str:
    """Return the HMAC-SHA1 signature of a base string, in base 64 (RFC 5849, 3.4.2)."""
    key = f"{_escape(consumer_secret)}&{_escape(token_secret)}".encode()
    return b64encode(hmac.digest(key, base.encode(), hashlib.sha1)).decode()


def is_valid_signature(
    signed: SignedRequest, uri: str, consumer_secret: str, token_secret: str
) -> bool:
    """Whether the signature was made with these secrets for this public address."""
    expected = hmac_sha1(
        base_string(signed.method, uri, signed.parameters), consumer_secret, token_secret
    )
    actual = signed.oauth.get("oauth_signature", "")
    return hmac.compare_digest(expected.encode(), actual.encode("utf-8", "replace"))


def _header_pairs(header: str) -> Pairs:
    found: list[tuple[str, str]] = []
    for item in header[6:].split(","):
        match = _ITEM.fullmatch(item)
        if match:
            found.append((unquote(match[1]), unquote(match[2])))
        elif item.strip():
            raise MalformedSignatureError("the Authorization header is malformed")
    return tuple(found)


def _escape(text: str) -> str:
    return quote(text, safe="~", errors="replace")
