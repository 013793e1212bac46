"""Parse X's error responses, in every form that X gives them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

_MAX_BODY_LENGTH = 8 * 1024
_MAX_TEXT_LENGTH = 1000
_XML_ERROR = re.compile(
    r"<error(?:\s+code\s*=\s*[\"'](\d{1,6})[\"'])?\s*>(.*?)</error>", re.DOTALL | re.IGNORECASE
)
_XML_START = re.compile(r"(?:<\?xml|<errors|<hash|<error)\b", re.IGNORECASE)
_HTML_START = re.compile(
    r"<(?:!doctype\s+html|!--|html|head|body|title|meta|h1|p|div|center|script)", re.IGNORECASE
)
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|x[0-9a-f]{7,});?", re.IGNORECASE)
"""A reference far above Unicode: html.unescape raises at one of thousands of digits."""
_OAUTH2_ERROR = re.compile(r"[a-z]+(?:_[a-z]+)+|server_error")
_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_TRANSACTION = re.compile(r"[0-9A-Za-z-]{1,64}")

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An error response, reduced to the fields that its classification goes by.

    code: X's number (errors[].code). type_segment: the last path segment of a problem's type, as
    both api.twitter.com and api.x.com occur before it. title: a problem's title. reason: its
    reason, or the OAuth 2.0 error. text: the message in words. reset_date: when a spending limit
    ends, as X writes it. html: whether the body is a web page. body: the whole body.
    """

    status: int
    code: int | None = None
    type_segment: str = ""
    title: str = ""
    reason: str = ""
    text: str = ""
    reset_date: str = ""
    html: bool = False
    transaction_id: str = ""
    endpoint: str = ""
    body: str = ""


def parse_error_response(
    status: int, headers: Mapping[str, str], body: bytes, endpoint: str
) -> ErrorResponse:
    """Parse a body of any form. Never raises: an unknown form is taken as plain text."""
    whole = body.decode("utf-8", "replace").lstrip("\ufeff").strip()
    text = whole[:_MAX_BODY_LENGTH]
    blank = ErrorResponse(
        status, endpoint=endpoint, transaction_id=read_transaction_id(headers), body=whole
    )
    if text[:1] in {"{", "[", '"'}:
        return _parse_json(blank)
    if _HTML_START.match(text):
        return replace(blank, html=True, text=strip_tags(text)[:_MAX_TEXT_LENGTH])
    if _XML_START.match(text):
        return _parse_xml(blank, text)
    return replace(blank, text=text[:_MAX_TEXT_LENGTH])


def strip_tags(text: str) -> str:
    """Return the text of an HTML page as a reader sees it."""
    bare = html.unescape(_NO_CHARACTER.sub(" ", _TAG.sub(" ", _UNSEEN.sub(" ", text))))
    return " ".join(bare.split())


def read_transaction_id(headers: Mapping[str, str]) -> str:
    """Return the id that X's support finds the call by; "" if no header has it."""
    lower = {name.lower(): value for name, value in headers.items()}
    for name in ("x-transaction-id", "x-transaction", "cf-ray"):
        if _TRANSACTION.fullmatch(value := lower.get(name, "").strip()):
            return value
    return ""


def _parse_xml(blank: ErrorResponse, text: str) -> ErrorResponse:
    # Two known shapes: a pattern is enough, and no entity of a document is ever expanded.
    found = _XML_ERROR.search(text)
    if not found:
        return replace(blank, text=strip_tags(text)[:_MAX_TEXT_LENGTH])
    code, words = found.groups()
    message = strip_tags(words)[:_MAX_TEXT_LENGTH]
    return replace(blank, code=int(code) if code else None, text=message)


def _parse_json(blank: ErrorResponse) -> ErrorResponse:
    try:
        value: object = json.loads(blank.body)
    except (ValueError, RecursionError):
        return replace(blank, text=blank.body[:_MAX_TEXT_LENGTH])
    outer = _fields(cast("object", value)) if isinstance(value, dict) else {"errors": value}
    inner = _first(outer.get("errors")) or _first(outer.get("error"))
    oauth2 = _oauth2_error(outer)
    return replace(
        blank,
        code=_code(inner) if _code(inner) is not None else _code(outer),
        type_segment=_segment(_text(outer, "type") or _text(inner, "type")),
        reason=_text(outer, "reason") or _text(inner, "reason") or oauth2,
        title=_text(outer, "title") or _text(inner, "title"),
        text=_text(outer, "error_description", "detail")
        or _text(inner, "message", "detail")
        or _text(outer, "message", "title"),
        reset_date=_text(outer, "reset_date") or _text(inner, "reset_date"),
    )


def find_date(text: str) -> date | None:
    """Return the first date in a text that is written as YYYY-MM-DD."""
    for found in _DAY.findall(text):
        with suppress(ValueError):
            return date.fromisoformat(found)
    return None


def _oauth2_error(outer: Fields) -> str:
    error = _text(outer, "error")
    known = "error_description" in outer or _OAUTH2_ERROR.fullmatch(error)
    return error if known else ""


def _first(errors: object) -> Fields:
    """Return the first entry of "errors", which may be a list, one object or one text."""
    items = cast("list[object]", errors) if isinstance(errors, list) else [errors]
    for item in items:
        if isinstance(item, dict):
            return _fields(cast("object", item))
        if isinstance(item, str) and item:
            return {"message": item}
    return {}


def _fields(value: object) -> Fields:
    return cast("Fields", value)


def _text(fields: Fields, *names: str) -> str:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()[:_MAX_TEXT_LENGTH]
    return ""


def _code(fields: Fields) -> int | None:
    value = fields.get("code")
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    digits = str(value) if isinstance(value, str) or abs(value) < _CODES_END else ""
    return int(digits) if re.fullmatch(r"[0-9]{1,6}", digits) else None


_CODES_END = 10**6


def _segment(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[-1]
