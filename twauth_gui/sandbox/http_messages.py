"""HTTP requests and responses, and how the bytes of a response are delivered.

Pure: what a piece waits for, or how a connection ends, is the socket's side (`wire`).
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

OVERSIZED_BYTES: Final = 32 * 1024 * 1024  # bytes; no answer of X comes near
_PIECE: Final = 64 * 1024


def declared_length(body: bytes, delivery: DeliveryMode) -> int:
    """The Content-Length that is announced, whatever comes then."""
    return OVERSIZED_BYTES if delivery == "oversized" else len(body)


def split_body(body: bytes, delivery: DeliveryMode) -> Iterator[bytes]:
    """What is sent of a body, one write after the other."""
    if delivery == "slow-drip":
        yield from (body[at : at + 1] for at in range(len(body)))
    elif delivery in {"truncated", "reset-after-headers"}:
        yield body[: len(body) // 2]
    else:
        yield body
    if delivery == "oversized":
        yield from _pad_body(OVERSIZED_BYTES - len(body))


def _pad_body(missing: int) -> Iterator[bytes]:
    # Spaces: a reader without a bound still finds good JSON, so that only a bound saves it.
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
_MOST_FIELDS: Final = 200


class UnreadableError(Exception):
    """A query or a form that cannot be taken apart."""


def parse_pairs(encoded: str) -> Pairs:
    """Take a query or form apart, keeping empty values, the order and repeated names.

    Raises:
        UnreadableError: more than 200 fields.
    """
    try:
        return tuple(parse_qsl(encoded, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise UnreadableError from error


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names are in lower case, the path is as it was sent."""

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
        """The first value of a query or form field, or an empty text."""
        return next((v for k, v in (*self.form_pairs, *self.query_pairs) if k == name), "")

    def get_cookie(self, name: str) -> str:
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return ""
        return found.value if found else ""


@dataclass(frozen=True)
class Response:
    """One HTTP answer, before the headers that every answer has.

    Attributes:
        delivery: how its bytes go out.
        delay: seconds before they do.
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
