"""Requests as they came, answers as they go out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl

from twauth_gui.sandbox.delivery import Delivery

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


def pairs(encoded: str) -> Pairs:
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
        return pairs(self.query)

    @cached_property
    def form_pairs(self) -> Pairs:
        return pairs(self.body.decode("utf-8", "replace")) if self.is_form else ()

    def asked(self, name: str) -> str:
        """The first value of a query or form field, or an empty text."""
        return next((v for k, v in (*self.form_pairs, *self.query_pairs) if k == name), "")

    def cookie(self, name: str) -> str:
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
    delivery: Delivery = "whole"
    delay: float = 0

    def plus(self, *headers: tuple[str, str]) -> Response:
        return replace(self, headers=(*self.headers, *headers))


def text(status: int, body: str, content_type: str = HTML) -> Response:
    return Response(status, body.encode("utf-8", "replace"), content_type)


def as_json(status: int, value: object, content_type: str = JSON) -> Response:
    return text(status, json.dumps(value, separators=(",", ":")), content_type)


def redirect(status: int, url: str) -> Response:
    return text(status, "").plus(("location", url))
