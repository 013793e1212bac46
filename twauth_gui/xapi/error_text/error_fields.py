"""X's error responses among the objects of a text, with the status printed around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from twauth_gui.xapi.error_text.printed_objects import PrintedObject, PrintedValue, parse_objects

# Only these fields of a response are read and shown: no post, no name, no credential.
_KNOWN_FIELDS = (
    *("title", "detail", "type", "reason", "message", "error_description", "code", "status"),
    *("reset_date", "period", "product_name", "scope", "label", "name"),
)
_STATUS_NAMES = (
    *("status", "statusCode", "status_code", "http_status", "httpStatus", "Code", "code"),
)
_RATES = ("limit", "remaining", "reset")
_MAX_LENGTH = 1000
_MAX_ERRORS = 5
_STATUSES = frozenset(range(300, 600))
_CODES_END = 1000
_NO_CODES = frozenset({400, 401, 402, 403, 404, 409, 410, 413, 429, 500, 502, 503, 504})
"""Numbers that are always an HTTP status: X has no such codes."""
_MAX_OBJECTS = 20_000
_MAX_TEXT_DEPTH = 3

ErrorFields = dict[str, object]


@dataclass(frozen=True, slots=True)
class FoundErrorFields:
    """One printed error response, reduced to known fields.

    status: None if it is not printed.
    """

    start: int
    end: int
    fields: ErrorFields
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def find_error_fields(printed: PrintedObject) -> Iterator[FoundErrorFields]:
    """Yield the error responses in an object, in the order in which they were printed."""
    waiting = [(printed, _OuterContext())]
    for _ in range(_MAX_OBJECTS):
        if not waiting:
            return
        one, around = waiting.pop()
        around = around.with_fields_of(one)
        if (error_fields := _read_error_fields(one)) is not None:
            start, end = around.place or (one.start, one.end)
            yield FoundErrorFields(start, end, error_fields, around.status, around.headers)
            continue
        inner = [(child, around) for child in one.children]
        inner += [(child, around.inside(one)) for child in _parse_inner_texts(one, around.depth)]
        waiting += reversed(inner)


@dataclass(frozen=True, slots=True)
class _OuterContext:
    """What the objects around an error response say about it, as in Node's and axios' errors.

    place: start and end of the object whose text this was read from. depth: how many texts deep.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    place: tuple[int, int] | None = None
    depth: int = 0

    def with_fields_of(self, printed: PrintedObject) -> _OuterContext:
        status, rates = _read_status(printed), _read_rate_limits(printed)
        if status is None and not rates:
            return self
        return replace(
            self,
            status=self.status if status is None else status,
            headers={**self.headers, **rates},
        )

    def inside(self, printed: PrintedObject) -> _OuterContext:
        place = self.place or (printed.start, printed.end)
        return replace(self, place=place, depth=self.depth + 1)


def _read_rate_limits(printed: PrintedObject) -> dict[str, str]:
    """Return X's headers from what node-twitter-api-v2 makes of them: rateLimit, day, userDay."""
    rate = printed.fields.get("rateLimit")
    if not isinstance(rate, PrintedObject):
        return {}
    found = _read_rate_limit(rate, "x-rate-limit")
    for name, header in (("day", "x-app-limit-24hour"), ("userDay", "x-user-limit-24hour")):
        if isinstance(day := rate.fields.get(name), PrintedObject):
            found |= _read_rate_limit(day, header)
    return found


def _read_rate_limit(rate: PrintedObject, header: str) -> dict[str, str]:
    values = ((name, rate.fields.get(name)) for name in _RATES)
    return {f"{header}-{name}": value for name, value in values if isinstance(value, str)}


def _read_status(printed: PrintedObject) -> int | None:
    for name in _STATUS_NAMES:
        number = _parse_number(printed.fields.get(name))
        if number in _STATUSES and (name != "code" or number in _NO_CODES):
            return number
    return None


def _read_error_fields(printed: PrintedObject) -> ErrorFields | None:
    """Return the known fields of an error response in one of X's forms; None for others."""
    fields = printed.fields
    if printed.opened_by != "{" or not fields:
        return None
    errors = [known for one in _iter_errors(fields) if (known := _keep_known_fields(one))]
    error_fields = _keep_known_fields(fields)
    error = fields.get("error")
    if isinstance(error, str) and ("error_description" in fields or _is_oauth2_error(error)):
        error_fields["error"] = error[:_MAX_LENGTH]
    elif isinstance(error, str) and "request" in fields:
        error_fields["message"] = error[:_MAX_LENGTH]
    if not (
        errors or _is_problem(error_fields) or _is_numbered(error_fields) or "error" in error_fields
    ):
        return None if "message" not in error_fields or "request" not in fields else error_fields
    return _join_errors(error_fields, errors)


def _iter_errors(fields: Mapping[str, PrintedValue]) -> Iterator[Mapping[str, PrintedValue]]:
    """Yield the entries of "errors", or an "error" that is an object, as of failed processing."""
    for name in ("errors", "error"):
        value = fields.get(name)
        if isinstance(value, PrintedObject):
            listed = value.items if value.opened_by == "[" else [value]
            for one in listed[:_MAX_ERRORS]:
                if isinstance(one, PrintedObject) and _is_error(one.fields):
                    yield one.fields
                elif isinstance(one, str) and " " in one:
                    yield {"message": one}


def _is_error(fields: Mapping[str, PrintedValue]) -> bool:
    known = _keep_known_fields(fields)
    if "code" in known:
        return "message" in known or "name" in known
    return "message" in known or "detail" in known


def _keep_known_fields(fields: Mapping[str, PrintedValue]) -> ErrorFields:
    known: ErrorFields = {}
    for name in _KNOWN_FIELDS:
        value = fields.get(name)
        if not isinstance(value, str) or not value:
            continue
        number = _parse_number(value)
        if name in {"code", "status"}:
            if number is not None and number < _CODES_END:
                known[name] = number
        else:
            known[name] = value[:_MAX_LENGTH]
    return known


def _is_problem(error_fields: ErrorFields) -> bool:
    kind = str(error_fields.get("type", ""))
    if "/problems/" in kind or kind == "about:blank":
        return True
    return (
        "title" in error_fields
        and ("detail" in error_fields or "reason" in error_fields)
        and bool(kind)
    )


def _is_numbered(error_fields: ErrorFields) -> bool:
    return "message" in error_fields and error_fields.get("code", 400) not in _NO_CODES


def _is_oauth2_error(error: str) -> bool:
    """Whether this is an OAuth 2.0 error (RFC 6749, section 5.2), such as "invalid_request"."""
    parts = error.split("_")
    return len(parts) > 1 and all(part.isascii() and part.islower() for part in parts)


def _join_errors(error_fields: ErrorFields, errors: list[ErrorFields]) -> ErrorFields:
    """Merge the entries' messages into the outer detail: X gives the reason in either."""
    if not errors:
        if _is_numbered(error_fields):
            return {"errors": [error_fields]}
        return error_fields
    inner = " ".join(
        str(one[name]) for one in errors for name in ("name", "message") if name in one
    )
    if "detail" in error_fields and inner:
        error_fields["detail"] = f"{error_fields['detail']} {inner}"[:_MAX_LENGTH]
    for name in ("code", "message"):
        error_fields.pop(name, None)
    return {**error_fields, "errors": [{"message": inner, **errors[0]}, *errors[1:]]}


def _parse_inner_texts(printed: PrintedObject, depth: int) -> Iterator[PrintedObject]:
    """Yield the objects in an object's texts, such as a body inside an error inside a log."""
    if depth >= _MAX_TEXT_DEPTH:
        return
    for value in (*printed.fields.values(), *printed.items):
        if isinstance(value, str) and "{" in value:
            yield from parse_objects(value, len(value))


def _parse_number(value: PrintedValue | None) -> int | None:
    digits = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 7  # noqa: PLR2004 - no code or status has more
    return int(value) if digits and isinstance(value, str) else None


# Phrases of X's problems in "detail", in lower case, with the last part of their type.
PROBLEM_TYPES: tuple[tuple[str, str], ...] = (
    ("appropriate oauth1 app permissions", "oauth1-permissions"),
    ("app that is attached to a project", "client-not-enrolled"),
    ("supported authentication types are", "unsupported-authentication"),
)
_PROBLEM_BASE = "https://api.x.com/2/problems/"


def add_problem_type(error_fields: ErrorFields) -> ErrorFields:
    """Return the response with the type that its detail belongs to, if it has none."""
    if "type" in error_fields or "errors" in error_fields:
        return error_fields
    words = str(error_fields.get("detail", "")).lower()
    return next(
        (
            {**error_fields, "type": f"{_PROBLEM_BASE}{name}"}
            for part, name in PROBLEM_TYPES
            if part in words
        ),
        error_fields,
    )
