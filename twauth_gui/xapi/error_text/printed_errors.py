"""Errors in a bot's output, the last one first, each with the call it belongs to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast
from urllib.parse import urlsplit

from twauth_gui.domain.hosts import is_loopback
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.error_text.clues import ErrorClue, find_clues
from twauth_gui.xapi.error_text.error_fields import ErrorFields
from twauth_gui.xapi.errors.error_template import ErrorTemplate

_API_HOSTS = frozenset({"api.x.com", "api.twitter.com", "upload.twitter.com", "upload.x.com"})
_X_DOMAINS = ("x.com", "twitter.com", "twimg.com")
_MAX_PATH_LENGTH = 100

_URL = re.compile(r"(?:\b(GET|POST|PUT|DELETE|PATCH) )?\bhttps?://[^\s\"'<>)\\},]{4,300}")
_REQUEST = re.compile(
    r"\b(GET|POST|PUT|DELETE|PATCH) (/(?:2|1\.1|oauth|oauth2)/[\w./?=&%-]{1,200})"
)
_PATH = re.compile(
    r"(?:url|path|endpoint)[\"']?: {0,2}[\"']?(/(?:2|1\.1|oauth|oauth2)/[\w./-]{1,200})"
)
# How libraries name the server they called.
_HOST = re.compile(
    r"(?:for url:? {0,2}|with url:? {0,2}|url=URL\([\"']|\burl[\"']?: {0,2}[\"'])"
    r"https?://([\w.-]{1,253})"
    r"|(?:host=[\"']|hostname: [\"']|\bhost: {1,2}[\"']?|[Cc]onnect(?:ed)? to "
    r"|getaddrinfo \w{4,12} )"
    r"([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
)
_HEADER = re.compile(
    r"(x-(?:rate-limit|user-limit-24hour|app-limit-24hour)-(?:limit|remaining|reset)"
    r"|x-transaction(?:-id)?|cf-ray)[\"']?(?: {0,2}[:=]| {0,2}=>) {0,3}[\"'\[]{0,2}([\w-]{1,64})",
    re.IGNORECASE,
)
_FUNCTION = re.compile(r"(?:\bin |\bat (?:async )?|\.)((?:\w{1,60}\.)?\w{3,60})(?=\(|\n|$| \()")

# Functions of tweepy, node-twitter-api-v2 and xdk, with the path that each calls.
_FUNCTIONS = {
    **dict.fromkeys(
        ("create_tweet", "createPost", "create_post", "tweetThread", "createTweet"), "/2/tweets"
    ),
    **dict.fromkeys(("TwitterApiv2ReadWrite.tweet", "v2.tweet", "v2.reply"), "/2/tweets"),
    **dict.fromkeys(("update_status", "v1.tweet"), "/1.1/statuses/update.json"),
    **dict.fromkeys(
        ("media_upload", "chunked_upload", "simple_upload", "v1.uploadMedia"),
        "/1.1/media/upload.json",
    ),
    **dict.fromkeys(("v2.uploadMedia", "upload_media"), "/2/media/upload"),
    **dict.fromkeys(
        ("get_authorization_url", "generateAuthLink", "fetch_request_token"),
        endpoints.REQUEST_TOKEN,
    ),
    **dict.fromkeys(("get_access_token", "fetch_access_token"), endpoints.ACCESS_TOKEN),
    **dict.fromkeys(
        ("refresh_token", "refreshOAuth2Token", "loginWithOAuth2", "fetch_token"),
        endpoints.OAUTH2_TOKEN,
    ),
    **dict.fromkeys(("get_me", "v2.me"), endpoints.USERS_ME),
    "verify_credentials": endpoints.VERIFY_CREDENTIALS,
}


@dataclass(frozen=True, slots=True)
class PrintedCall:
    """A call that a text names.

    is_exact: named by its address, not only by a function in a traceback.
    """

    at: int
    path: str
    method: str = ""
    host: str = ""
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class PrintedHeader:
    """A host that was called (name is ""), or a header of X's response, at its position."""

    at: int
    value: str
    name: str = ""


def find_calls(text: str) -> list[PrintedCall]:
    """Return the calls to X's API that a text names."""
    found = [*_find_addresses(text)]
    for pattern in (_REQUEST, _PATH):
        for hit in pattern.finditer(text):
            method = hit.group(1) if pattern is _REQUEST else ""
            found.append(_make_call(hit.start(), method, hit.group(hit.lastindex or 1)))
    for hit in _FUNCTION.finditer(text):
        name = hit.group(1)
        path = _FUNCTIONS.get(name) or _FUNCTIONS.get(name.rpartition(".")[2])
        if path is not None:
            found.append(PrintedCall(hit.start(), path, is_exact=False))
    return sorted(found, key=lambda call: call.at)


def _find_addresses(text: str) -> Iterator[PrintedCall]:
    for hit in _URL.finditer(text):
        try:
            parts = urlsplit(hit.group().removeprefix(f"{hit.group(1)} "))
            host = parts.hostname or ""
        except ValueError:
            continue
        is_api = host in _API_HOSTS or is_loopback(host)
        if is_api and "/problems/" not in parts.path and len(parts.path) > 1:
            yield _make_call(hit.start(), hit.group(1) or "", f"{parts.path}?{parts.query}", host)


def _make_call(at: int, method: str, address: str, host: str = "") -> PrintedCall:
    """Leave out the query, which may contain tokens; a call with a query only reads."""
    path, _, query = address.partition("?")
    reads = bool(query) and not method
    return PrintedCall(at, path[:_MAX_PATH_LENGTH], "GET" if reads else method, host)


def find_hosts(text: str) -> list[PrintedHeader]:
    """Return the servers that a library says it called."""
    hits = _HOST.finditer(text)
    return [
        PrintedHeader(hit.start(), (hit.group(1) or hit.group(2)).lower().strip("."))
        for hit in hits
    ]


def find_headers(text: str) -> list[PrintedHeader]:
    """Return X's headers about limits, and those with X's id of a call."""
    hits = _HEADER.finditer(text)
    return [PrintedHeader(hit.start(), hit.group(2), hit.group(1).lower()) for hit in hits]


def is_foreign_host(host: str) -> bool:
    """Whether this is neither X nor this computer."""
    if not host or is_loopback(host):
        return False
    return not any(host == one or host.endswith(f".{one}") for one in _X_DOMAINS)


T = TypeVar("T", PrintedHeader, PrintedCall)

_NEAR = 8000
_NEAR_EXCEPTIONS = 3000
_NEAR_PLACE = 4000
_BEHIND = 600
_MAX_ERRORS = 200


@dataclass(frozen=True, slots=True)
class PrintedError:
    """One error in a text, from start to end.

    line: the line it ends in, from 1. status: None if it is not printed. fields: the known fields
    of X's response. template: the texts for an error without a response, such as a network
    exception. page: the start of a web page that came instead. endpoint: the path of the call.
    method, host: those of the call, "" if they are not printed.
    """

    start: int
    end: int
    line: int
    status: int | None = None
    fields: ErrorFields = field(default_factory=dict[str, object])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    template: ErrorTemplate | None = None
    page: str = ""
    endpoint: str = ""
    method: str = ""
    host: str = ""


def find_printed_errors(text: str) -> list[PrintedError]:
    """Return the errors in a text, the last first. Never raises; linear in time."""
    groups: list[_ClueGroup] = []
    for clue in find_clues(text):
        if groups and groups[-1].is_compatible(clue):
            groups[-1].add(clue)
        else:
            groups.append(_ClueGroup(clue))
    groups = groups[-_MAX_ERRORS:]
    surroundings = _ErrorContext(text, groups)
    return [surroundings.build_error(number) for number in reversed(range(len(groups)))]


class _ClueGroup:
    """Clues to the same error."""

    def __init__(self, clue: ErrorClue) -> None:
        self.start, self.end = clue.start, clue.end
        self.status = clue.status
        self.fields = dict(clue.fields)
        self.headers = dict(clue.headers)
        self.template, self.rank = clue.template, clue.rank
        self.page = clue.page

    def is_compatible(self, clue: ErrorClue) -> bool:
        """Whether the clue is near and contradicts nothing."""
        apart = clue.start - self.end
        if apart > _NEAR:
            return False
        if self.template is not None or clue.template is not None:
            return self._is_same_exception(clue, apart)
        if None not in {self.status, clue.status} and self.status != clue.status:
            return False
        if self.page and clue.page:
            return False
        return _is_same_response(self.fields, clue.fields)

    def _is_same_exception(self, clue: ErrorClue, apart: int) -> bool:
        if self.template is None or clue.template is None:
            # A proxy's 407 is inside the exception about the proxy.
            bare = not (self.fields or clue.fields or self.page or clue.page)
            return bare and apart <= len("tunnel connection failed: ")
        return apart <= _NEAR_EXCEPTIONS

    def add(self, clue: ErrorClue) -> None:
        self.end = max(self.end, clue.end)
        self.status = clue.status if self.status is None else self.status
        self.fields = _choose_richer(self.fields, clue.fields)
        self.headers |= clue.headers
        self.page = self.page or clue.page
        if clue.template is not None and (self.template is None or clue.rank < self.rank):
            self.template, self.rank = clue.template, clue.rank


def _code(error_fields: ErrorFields) -> object:
    errors = cast("list[ErrorFields]", error_fields.get("errors") or [{}])
    return errors[0].get("code")


def _words(error_fields: ErrorFields) -> str:
    errors = cast("list[ErrorFields]", error_fields.get("errors") or [])
    texts = [error_fields.get(name) for name in ("title", "detail", "message", "error_description")]
    texts += [one.get("message") for one in errors]
    return " ".join(" ".join(str(text) for text in texts if text).lower().split()).strip(". ")


def _is_same_response(one: ErrorFields, other: ErrorFields) -> bool:
    """Whether both can be the same response: one says what the other says, or less."""
    if not one or not other:
        return True
    codes = {_code(one), _code(other)} - {None}
    if len(codes) > 1:
        return False
    first, second = _words(one), _words(other)
    return first in second or second in first


def _choose_richer(one: ErrorFields, other: ErrorFields) -> ErrorFields:
    return other if len(_words(other)) + len(other) > len(_words(one)) + len(one) else one


class _ErrorContext:
    """Assigns the calls, servers and headers that a text names to the errors they belong to."""

    def __init__(self, text: str, groups: Sequence[_ClueGroup]) -> None:
        self._groups = groups
        self._calls = find_calls(text)
        self._hosts = find_hosts(text)
        self._line_ends = [place for place, character in enumerate(text) if character == "\n"]
        self._headers: list[dict[str, str]] = [{} for _ in groups]
        for header in find_headers(text):
            number = self._nearest(header)
            if number is not None:
                self._headers[number][header.name] = header.value

    def build_error(self, number: int) -> PrintedError:
        group = self._groups[number]
        call = self._find_call(number)
        host = self._find_host(number)
        return PrintedError(
            start=group.start,
            end=group.end,
            line=bisect_right(self._line_ends, max(group.start, group.end - 1)) + 1,
            status=group.status,
            fields=group.fields,
            headers={**group.headers, **self._headers[number]},
            template=group.template,
            page=group.page,
            endpoint=call.path if call else "",
            method=call.method if call else "",
            host=host or (call.host if call else ""),
        )

    def _window(self, number: int) -> tuple[int, int]:
        """Return where the call of an error can be named: mostly before it, shortly after it."""
        group = self._groups[number]
        first = self._groups[number - 1].end if number else 0
        last = number + 1 == len(self._groups)
        end = group.end + _BEHIND
        return (
            max(first, group.start - _NEAR_PLACE),
            end if last else min(end, self._groups[number + 1].start),
        )

    def _find_call(self, number: int) -> PrintedCall | None:
        start, end = self._window(number)
        near = self._between(self._calls, start, end)
        chosen = [call for call in near if call.is_exact] or near
        return chosen[-1] if chosen else None

    def _find_host(self, number: int) -> str:
        near = self._between(self._hosts, *self._window(number))
        return near[-1].value if near else ""

    @staticmethod
    def _between(found: Sequence[T], start: int, end: int) -> Sequence[T]:
        first = bisect_right(found, start - 1, key=lambda one: one.at)
        return found[first : bisect_right(found, end, key=lambda one: one.at)]

    def _nearest(self, header: PrintedHeader) -> int | None:
        """Return the number of the error that a header is closest to."""
        behind = bisect_right(self._groups, header.at, key=lambda group: group.start)
        near = [number for number in (behind - 1, behind) if 0 <= number < len(self._groups)]
        apart = {number: self._apart(number, header.at) for number in near}
        best = min(apart, key=lambda number: apart[number], default=None)
        return best if best is not None and apart[best] <= _NEAR_PLACE else None

    def _apart(self, number: int, at: int) -> int:
        group = self._groups[number]
        return max(0, group.start - at, at - group.end)
