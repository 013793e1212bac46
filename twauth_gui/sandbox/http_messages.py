"""HTTP requests and responses, with the ways to deliver a response's bytes.

Pure: pauses between pieces and the end of a connection are left to http_server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Final, Literal
from urllib.parse import parse_qsl

DeliveryMode = Literal[
    "whole",
    "never",
    "reset-before-headers",
    "reset-after-headers",
    "slow-drip",
    "truncated",
    "oversized",
]

OVERSIZED_BYTES: Final = 32 * 1024 * 1024  # far more than any response of X
_PIECE: Final = 64 * 1024


def declared_length(body: bytes, delivery: DeliveryMode) -> int:
    """Return the Content-Length to announce, whatever is sent then."""
    return OVERSIZED_BYTES if delivery == "oversized" else len(body)


def split_body(body: bytes, delivery: DeliveryMode) -> Iterator[bytes]:
    """Yield the pieces of a body that are sent, one for each write."""
    if delivery == "slow-drip":
        yield from (body[at : at + 1] for at in range(len(body)))
    elif delivery in {"truncated", "reset-after-headers"}:
        yield body[: len(body) // 2]
    else:
        yield body
    if delivery == "oversized":
        yield from _pad_body(OVERSIZED_BYTES - len(body))


def _pad_body(missing: int) -> Iterator[bytes]:
    # Spaces keep the JSON valid, so that only a client's own size limit can stop it.
    for _ in range(missing // _PIECE):
        yield b" " * _PIECE
    yield b" " * (missing % _PIECE)


Pairs = tuple[tuple[str, str], ...]

JSON: Final = "application/json; charset=utf-8"
PROBLEM: Final = "application/problem+json; charset=utf-8"
PLAIN: Final = "text/plain; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
XML: Final = "application/xml; charset=utf-8"
FORM: Final = "application/x-www-form-urlencoded"
_MAX_FIELDS: Final = 200


class UnreadableError(Exception):
    """A query or a form that cannot be parsed."""


def parse_pairs(encoded: str) -> Pairs:
    """Parse a query or form, keeping empty values, the order and repeated names.

    Raises:
        UnreadableError: more than 200 fields.
    """
    try:
        return tuple(parse_qsl(encoded, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError as error:
        raise UnreadableError from error


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names are in lower case, the path is not decoded."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    captures: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_form(self) -> bool:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM

    @cached_property
    def query_pairs(self) -> Pairs:
        return parse_pairs(self.query)

    @cached_property
    def form_pairs(self) -> Pairs:
        return parse_pairs(self.body.decode("utf-8", "replace")) if self.is_form else ()

    def get_field(self, name: str) -> str:
        """Return the first value of a form or query field, or ""."""
        return next((v for k, v in (*self.form_pairs, *self.query_pairs) if k == name), "")

    def get_cookie(self, name: str) -> str:
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return ""
        return found.value if found else ""


@dataclass(frozen=True)
class Response:
    """One HTTP response, without the headers that every response has.

    Attributes:
        delivery: how its bytes are sent.
        delay: seconds before they are sent.
    """

    status: int
    body: bytes
    content_type: str
    headers: Pairs = ()
    delivery: DeliveryMode = "whole"
    delay: float = 0

    def with_headers(self, *headers: tuple[str, str]) -> Response:
        return replace(self, headers=(*self.headers, *headers))


def text_response(status: int, body: str, content_type: str = HTML) -> Response:
    return Response(status, body.encode("utf-8", "replace"), content_type)


def json_response(status: int, value: object, content_type: str = JSON) -> Response:
    return text_response(status, json.dumps(value, separators=(",", ":")), content_type)


def redirect_response(status: int, url: str) -> Response:
    return text_response(status, "").with_headers(("location", url))
