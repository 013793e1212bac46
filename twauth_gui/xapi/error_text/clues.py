"""Clues to errors in a bot's output: X's responses, statuses, messages, exceptions, web pages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase

from twauth_gui.xapi.error_text.error_fields import PROBLEM_TYPES, ErrorFields, find_error_fields
from twauth_gui.xapi.error_text.printed_objects import parse_objects
from twauth_gui.xapi.errors import posting_rules, response_rules
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import bot_errors, certificate_errors, network_errors

# Lower case; all parts of a row must be in one line, in this order. Of one exception's text the
# first matching row counts: a proxy's time-out is about the proxy. From Python (requests, urllib3,
# httpx, aiohttp), Node (undici, axios), curl, Go, Ruby and Java.
PRINTED_EXCEPTIONS: tuple[tuple[tuple[str, ...], ErrorTemplate], ...] = (
    (("tunnel connection failed: 407",), network_errors.PROXY_SIGN_IN),
    (("proxy authentication required",), network_errors.PROXY_SIGN_IN),
    (("missing dependencies for socks support",), network_errors.SOCKS_MISSING),
    (("unable to connect to proxy",), network_errors.PROXY),
    (("cannot connect to proxy",), network_errors.PROXY),
    (("tunnel connection failed",), network_errors.PROXY),
    (("proxyerror",), network_errors.PROXY),
    (("could not resolve proxy",), network_errors.PROXY),
    (("certificate has expired",), certificate_errors.EXPIRED),
    (("certificate is not yet valid",), certificate_errors.EXPIRED),
    (("cert_has_expired",), certificate_errors.EXPIRED),
    (("hostname mismatch",), certificate_errors.WRONG_NAME),
    (("err_tls_cert_altname_invalid",), certificate_errors.WRONG_NAME),
    (("does not match certificate's altnames",), certificate_errors.WRONG_NAME),
    (("no alternative certificate subject name matches",), certificate_errors.WRONG_NAME),
    (("self-signed certificate",), certificate_errors.UNKNOWN_ISSUER),
    (("self signed certificate",), certificate_errors.UNKNOWN_ISSUER),
    (("self_signed_cert",), certificate_errors.UNKNOWN_ISSUER),
    (("unable to get local issuer certificate",), certificate_errors.UNKNOWN_ISSUER),
    (("unable_to_get_issuer_cert",), certificate_errors.UNKNOWN_ISSUER),
    (("unable_to_verify_leaf_signature",), certificate_errors.UNKNOWN_ISSUER),
    (("certificate signed by unknown authority",), certificate_errors.UNKNOWN_ISSUER),
    (("unable to find valid certification path",), certificate_errors.UNKNOWN_ISSUER),
    (("wrong_version_number",), network_errors.TLS_NOT_SPOKEN),
    (("wrong version number",), network_errors.TLS_NOT_SPOKEN),
    (("ca certificate bundle",), certificate_errors.UNUSABLE_FILE),
    (("error setting certificate verify locations",), certificate_errors.UNUSABLE_FILE),
    (("certificate_verify_failed",), certificate_errors.UNPROVEN),
    (("sslerror",), certificate_errors.UNPROVEN),
    (("name or service not known",), network_errors.NAME_UNKNOWN),
    (("temporary failure in name resolution",), network_errors.NAME_UNKNOWN),
    (("nodename nor servname",), network_errors.NAME_UNKNOWN),
    (("no address associated with hostname",), network_errors.NAME_UNKNOWN),
    (("getaddrinfo",), network_errors.NAME_UNKNOWN),
    (("nameresolutionerror",), network_errors.NAME_UNKNOWN),
    (("could not resolve host",), network_errors.NAME_UNKNOWN),
    (("no such host",), network_errors.NAME_UNKNOWN),
    (("network is unreachable",), network_errors.NO_NETWORK),
    (("no route to host",), network_errors.NO_NETWORK),
    (("enetunreach",), network_errors.NO_NETWORK),
    (("ehostunreach",), network_errors.NO_NETWORK),
    (("connection refused",), network_errors.REFUSED),
    (("connectionrefusederror",), network_errors.REFUSED),
    (("econnrefused",), network_errors.REFUSED),
    (("actively refused it",), network_errors.REFUSED),
    (("read timed out",), network_errors.TIMED_OUT),
    (("connecttimeout",), network_errors.TIMED_OUT),
    (("readtimeout",), network_errors.TIMED_OUT),
    (("connection timed out",), network_errors.TIMED_OUT),
    (("operation timed out",), network_errors.TIMED_OUT),
    (("request timed out",), network_errors.TIMED_OUT),
    (("timeouterror",), network_errors.TIMED_OUT),
    (("etimedout",), network_errors.TIMED_OUT),
    (("esockettimedout",), network_errors.TIMED_OUT),
    (("timeout of", "ms exceeded"), network_errors.TIMED_OUT),
    (("context deadline exceeded",), network_errors.TIMED_OUT),
    (("exceeded 30 redirects",), network_errors.REDIRECTED),
    (("toomanyredirects",), network_errors.REDIRECTED),
    (("connection aborted",), network_errors.BROKEN_OFF),
    (("connection reset",), network_errors.BROKEN_OFF),
    (("connectionreseterror",), network_errors.BROKEN_OFF),
    (("econnreset",), network_errors.BROKEN_OFF),
    (("remotedisconnected",), network_errors.BROKEN_OFF),
    (("remoteprotocolerror",), network_errors.BROKEN_OFF),
    (("serverdisconnectederror",), network_errors.BROKEN_OFF),
    (("incompleteread",), network_errors.BROKEN_OFF),
    (("socket hang up",), network_errors.BROKEN_OFF),
    (("empty reply from server",), network_errors.BROKEN_OFF),
    (("rate limit exceeded. sleeping for",), bot_errors.SLEEPING),
    (("expected token_type to equal",), bot_errors.NO_BEARER),
    (("consumer key must be string",), bot_errors.KEYS_NOT_SET),
    (("consumer secret must be string",), bot_errors.KEYS_NOT_SET),
    (("access token must be string",), bot_errors.KEYS_NOT_SET),
    (("access token secret must be string",), bot_errors.KEYS_NOT_SET),
    (("invalid consumer tokens",), bot_errors.KEYS_NOT_SET),
    (("keyerror: 'twitter_",), bot_errors.KEYS_NOT_SET),
    (("keyerror: 'x_api",), bot_errors.KEYS_NOT_SET),
    (("keyerror: 'x_access",), bot_errors.KEYS_NOT_SET),
    (("keyerror: 'consumer_key",), bot_errors.KEYS_NOT_SET),
    (("keyerror: 'api_key",), bot_errors.KEYS_NOT_SET),
    (("expecting value: line 1 column 1",), bot_errors.NOT_JSON),
    (("unexpected token", "json"), bot_errors.NOT_JSON),
)


_MAX_OF_EACH_KIND = 40
_MAX_RESPONSES = 200
_MAX_CLUES = 2000
"""If there are more, the last ones count: what stopped the bot is at the end."""
_MAX_PAGE_LENGTH = 8 * 1024
_MAX_SENTENCE_LENGTH = 300
_BESIDE = 400  # characters: a code in front of X's message is right below its status


@dataclass(frozen=True, slots=True)
class ErrorClue:
    """One clue in a text, from start to end.

    fields: known fields of X's response. template: the texts for an exception of the bot's own
    side, with its rank among those (the lowest is the most exact). page: the start of a web page.
    """

    start: int
    end: int
    status: int | None = None
    fields: ErrorFields = field(default_factory=dict[str, object])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    template: ErrorTemplate | None = None
    rank: int = 0
    page: str = ""


_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)

_REASONS = (
    *("bad request", "unauthorized", "authorization required", "payment required", "forbidden"),
    *("not found", "gone", "request timeout", "conflict", "payload too large", "too large"),
    *("request entity too large", "unprocessable", "too many requests", "internal server error"),
    *("bad gateway", "service unavailable", "gateway timeout", "method not allowed"),
    *("unsupported media type", "client error", "server error", "enhance your calm"),
)
_STATUS_BEFORE = re.compile(
    rf"(?<![\w.,:/#-])([345]\d\d)(?=[ :]{{1,3}}\(?(?:{'|'.join(_REASONS)})|, message=)"
)
_STATUS_AFTER = re.compile(
    r"(?:http/\d(?:\.\d)?\\{0,3}[\"']? {1,4}"
    r"|(?:status(?:[ _-]?code)?|statuscode|code|error|httperror|http|returned(?: a)?|responded with"
    r"|answered)[\"']?[ :=]{1,4}[\"'(<\[]{0,2}"
    r"|<response \[|\()"
    r"([345]\d\d)(?![\w.-])"
)
_STATUSES = frozenset(
    {*range(400, 407), *range(408, 415), 420, 422, 426, 429, 431, 451, *range(500, 505), 511}
)
"""HTTP statuses without those that are also codes of X."""

_STATUS_LINE = re.compile(r"^ {0,8}([45]\d\d)(?=:[a-z]| {0,4}\n[<{])", re.MULTILINE)
_STATUS_ALONE = re.compile(r"\W{0,9}(?:(?:x|http|error|status|code)\W{1,4}){0,3}([45]\d\d)\W{0,9}")
"""All that a user types may be "403" or "error 403"."""

_NUMBERED = re.compile(r"(?:\n|\\n|^) {0,8}(\d{1,3}) - ([^\n\"{}\\]{3,300})")
_CODED = re.compile(
    r"(?:twitter code|code -|twitter:|twitter error|error code:?) (\d{1,3})(?!\d)"
    r"([^\n\"{}\\]{0,200})"
)
_TWEEPY = re.compile(
    r"tweepy\.errors\.\w{3,40}: [345]\d\d [\w ]{2,40}(?:\n|\\n)"
    r"([A-Z][\w ,;()'@.-]{10,300}\.)(?=\n|\\n|[\"']|$)"
)
_XML = re.compile(r"<error code=[\"'](\d{1,3})[\"']>([^<]{0,300})")
_PAGE = re.compile(r"<(?:!doctype html|html[ >])")
_SENTENCE_END = re.compile(r"[\n\"{}<>\\]|'(?=[\s,)}\]]|$)")

# Phrases that other services use too: they count only inside a response in X's form.
_COMMON = frozenset(
    {
        *("temporarily unavailable", "internal error", "over capacity", "invalidmedia"),
        *("missing required parameter", "file size exceeds", "exceeds the maximum allowed size"),
        *("timestamp", "credits", "request token", "direct messages", "invalid request token"),
        *("daily limit for sending", "exceeds the maximum number of characters"),
    }
)
_ALWAYS = ("could not authenticate you", "invalid or expired token")
PHRASES: tuple[tuple[str, ...], ...] = (
    *((words,) for words in (*_ALWAYS, *(words for words, _name in PROBLEM_TYPES))),
    *(
        parts
        for parts, _entry in (*posting_rules.TEXTS, *response_rules.TEXTS)
        if parts[0] not in _COMMON
    ),
)


def find_clues(text: str) -> list[ErrorClue]:
    """Return the clues of a text, in its order."""
    lower = text.translate(_LOWER)
    responses = list(deque(_find_responses(text), _MAX_RESPONSES))
    pages, statuses = list(_find_pages(text, lower)), sorted(_find_statuses(lower), key=_position)
    found = [
        *responses,
        *pages,
        *statuses,
        *_find_exceptions(lower),
        *_find_codes(text, lower, statuses),
    ]
    spans = [(clue.start, clue.end) for clue in (*responses, *pages)]
    found += [clue for clue in _find_phrases(text, lower) if not _is_inside(clue.start, spans)]
    if not found and (alone := _STATUS_ALONE.fullmatch(lower)) is not None:
        return [_status_clue(alone)]
    return sorted(found, key=_position)[-_MAX_CLUES:]


def _position(clue: ErrorClue) -> tuple[int, int]:
    return clue.start, clue.end


def _is_inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _find_responses(text: str) -> Iterator[ErrorClue]:
    for printed in parse_objects(text):
        for found in find_error_fields(printed):
            yield ErrorClue(found.start, found.end, found.status, found.fields, found.headers)


def _find_statuses(lower: str) -> Iterator[ErrorClue]:
    for pattern in (_STATUS_BEFORE, _STATUS_LINE):
        for found in pattern.finditer(lower):
            yield _status_clue(found)
    for found in _STATUS_AFTER.finditer(lower):
        if int(found.group(1)) in _STATUSES or found.group().startswith("http/"):
            yield _status_clue(found)


def _status_clue(found: re.Match[str]) -> ErrorClue:
    return ErrorClue(found.start(1), found.end(1), int(found.group(1)))


def _find_codes(text: str, lower: str, statuses: Sequence[ErrorClue]) -> Iterator[ErrorClue]:
    """Yield X's codes that a library has printed before or after X's message."""
    ends = sorted(clue.end for clue in statuses)
    for found in _NUMBERED.finditer(text):
        before = bisect_right(ends, found.start(1))
        if before and found.start(1) - ends[before - 1] <= _BESIDE:
            yield _code_clue(found)
    for found in _TWEEPY.finditer(text):
        yield ErrorClue(found.start(1), found.end(), fields={"detail": found.group(1)})
    for pattern, where in ((_CODED, lower), (_XML, lower)):
        for found in pattern.finditer(where):
            if int(found.group(1)) in _KNOWN_CODES:
                yield _code_clue(found)


_KNOWN_CODES = frozenset({*response_rules.CODES, *posting_rules.CODES, 32, 89})


def _code_clue(found: re.Match[str]) -> ErrorClue:
    error = {"code": int(found.group(1)), "message": found.group(2).strip()}
    return ErrorClue(found.start(1), found.end(), fields={"errors": [error]})


def _find_phrases(text: str, lower: str) -> Iterator[ErrorClue]:
    for parts in PHRASES:
        for place in _iter_occurrences(lower, parts[0]):
            start, end = _sentence_bounds(lower, place, len(parts[0]))
            if all(part in lower[start:end] for part in parts):
                yield ErrorClue(start, end, fields={"detail": text[start:end].strip()})


def _iter_occurrences(lower: str, words: str) -> Iterator[int]:
    place = len(lower)
    for _ in range(_MAX_OF_EACH_KIND):
        place = lower.rfind(words, 0, place)
        if place < 0:
            return
        yield place


def _sentence_bounds(lower: str, place: int, length: int) -> tuple[int, int]:
    """Return start and end of the sentence around a phrase; nothing else of the log is taken."""
    before = lower[max(0, place - _MAX_SENTENCE_LENGTH // 2) : place]
    cut = max((before.rfind(mark) + len(mark) for mark in _BEFORE if mark in before), default=0)
    after = _SENTENCE_END.search(lower, place + length, place + _MAX_SENTENCE_LENGTH)
    end = after.start() if after else min(len(lower), place + _MAX_SENTENCE_LENGTH)
    return place - len(before) + cut, max(end, place + length)


_BEFORE = ("\n", '"', "'", "{", "}", "<", ">", ": ", ". ", " - ", "\\n", "(")


def _find_exceptions(lower: str) -> Iterator[ErrorClue]:
    for rank, (parts, template) in enumerate(PRINTED_EXCEPTIONS):
        for place in _iter_occurrences(lower, parts[0]):
            line = lower[place : place + _MAX_SENTENCE_LENGTH].partition("\n")[0]
            if all(part in line for part in parts[1:]):
                yield ErrorClue(place, place + len(parts[0]), template=template, rank=rank)


def _find_pages(text: str, lower: str) -> Iterator[ErrorClue]:
    place = 0
    for _ in range(_MAX_OF_EACH_KIND):
        found = _PAGE.search(lower, place)
        if found is None:
            return
        close = lower.find("</html>", found.start())
        end = len(text) if close < 0 else close + len("</html>")
        yield ErrorClue(
            found.start(), end, page=text[found.start() : found.start() + _MAX_PAGE_LENGTH]
        )
        place = end
