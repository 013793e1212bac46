"""Finds in a text whatever tells of a refusal: answers, statuses, X's words, exceptions, pages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase

from twauth_gui.xapi import posting_rules, rules
from twauth_gui.xapi.entry import ErrorTemplate
from twauth_gui.xapi.error_text.exception_words import EXCEPTIONS
from twauth_gui.xapi.error_text.printed_objects import read_objects
from twauth_gui.xapi.error_text.problem_types import TYPES
from twauth_gui.xapi.error_text.refusal_fields import Answer, answers_in

_MOST_EACH = 40
_MOST_ANSWERS = 200
_MOST_CLUES = 2000
"""Of more than these the last count: what stopped the bot stands at the end."""
_LONGEST_PAGE = 8 * 1024
_LONGEST_SENTENCE = 300
_BESIDE = 400  # characters: a number in front of X's words stands right below its status


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that was found, with its place.

    answer: known fields of X's answer. entry: what an exception of the bot's own side is, with its
    rank among those (the lowest is the most exact). page: a page of HTML.
    """

    start: int
    end: int
    status: int | None = None
    answer: Answer = field(default_factory=dict[str, object])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    entry: ErrorTemplate | None = None
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
"""Without the numbers that X has codes for."""

_STATUS_LINE = re.compile(r"^ {0,8}([45]\d\d)(?=:[a-z]| {0,4}\n[<{])", re.MULTILINE)
_LONE = re.compile(r"\W{0,9}(?:(?:x|http|error|status|code)\W{1,4}){0,3}([45]\d\d)\W{0,9}")
"""A person types no more than "403" or "error 403"."""

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

# Words that other services use too: they count only inside an answer in X's form.
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
    *((words,) for words in (*_ALWAYS, *(words for words, _name in TYPES))),
    *(parts for parts, _entry in (*posting_rules.TEXTS, *rules.TEXTS) if parts[0] not in _COMMON),
)


def find_clues(text: str) -> list[Clue]:
    """Return everything that was found, in the order of the text."""
    lower = text.translate(_LOWER)
    answers = list(deque(_answers(text), _MOST_ANSWERS))
    pages, statuses = list(_pages(text, lower)), sorted(_statuses(lower), key=_place)
    found = [*answers, *pages, *statuses, *_exceptions(lower), *_numbered(text, lower, statuses)]
    spans = [(clue.start, clue.end) for clue in (*answers, *pages)]
    found += [clue for clue in _phrases(text, lower) if not _inside(clue.start, spans)]
    if not found and (alone := _LONE.fullmatch(lower)) is not None:
        return [_status_of(alone)]
    return sorted(found, key=_place)[-_MOST_CLUES:]


def _place(clue: Clue) -> tuple[int, int]:
    return clue.start, clue.end


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _answers(text: str) -> Iterator[Clue]:
    for printed in read_objects(text):
        for found in answers_in(printed):
            yield Clue(found.start, found.end, found.status, found.answer, found.headers)


def _statuses(lower: str) -> Iterator[Clue]:
    for pattern in (_STATUS_BEFORE, _STATUS_LINE):
        for found in pattern.finditer(lower):
            yield _status_of(found)
    for found in _STATUS_AFTER.finditer(lower):
        if int(found.group(1)) in _STATUSES or found.group().startswith("http/"):
            yield _status_of(found)


def _status_of(found: re.Match[str]) -> Clue:
    return Clue(found.start(1), found.end(1), int(found.group(1)))


def _numbered(text: str, lower: str, statuses: Sequence[Clue]) -> Iterator[Clue]:
    """Find X's numbers where a library has put them in front of, or behind X's words."""
    ends = sorted(clue.end for clue in statuses)
    for found in _NUMBERED.finditer(text):
        before = bisect_right(ends, found.start(1))
        if before and found.start(1) - ends[before - 1] <= _BESIDE:
            yield _coded(found)
    for found in _TWEEPY.finditer(text):
        yield Clue(found.start(1), found.end(), answer={"detail": found.group(1)})
    for pattern, where in ((_CODED, lower), (_XML, lower)):
        for found in pattern.finditer(where):
            if int(found.group(1)) in _KNOWN_CODES:
                yield _coded(found)


_KNOWN_CODES = frozenset({*rules.CODES, *posting_rules.CODES, 32, 89})


def _coded(found: re.Match[str]) -> Clue:
    error = {"code": int(found.group(1)), "message": found.group(2).strip()}
    return Clue(found.start(1), found.end(), answer={"errors": [error]})


def _phrases(text: str, lower: str) -> Iterator[Clue]:
    for parts in PHRASES:
        for place in _places(lower, parts[0]):
            start, end = _sentence(lower, place, len(parts[0]))
            if all(part in lower[start:end] for part in parts):
                yield Clue(start, end, answer={"detail": text[start:end].strip()})


def _places(lower: str, words: str) -> Iterator[int]:
    place = len(lower)
    for _ in range(_MOST_EACH):
        place = lower.rfind(words, 0, place)
        if place < 0:
            return
        yield place


def _sentence(lower: str, place: int, length: int) -> tuple[int, int]:
    """Return where the words around a place begin and end; nothing else of the log is taken."""
    before = lower[max(0, place - _LONGEST_SENTENCE // 2) : place]
    cut = max((before.rfind(mark) + len(mark) for mark in _BEFORE if mark in before), default=0)
    after = _SENTENCE_END.search(lower, place + length, place + _LONGEST_SENTENCE)
    end = after.start() if after else min(len(lower), place + _LONGEST_SENTENCE)
    return place - len(before) + cut, max(end, place + length)


_BEFORE = ("\n", '"', "'", "{", "}", "<", ">", ": ", ". ", " - ", "\\n", "(")


def _exceptions(lower: str) -> Iterator[Clue]:
    for rank, (parts, entry) in enumerate(EXCEPTIONS):
        for place in _places(lower, parts[0]):
            behind = lower[place : place + _LONGEST_SENTENCE].partition("\n")[0]
            if all(part in behind for part in parts[1:]):
                yield Clue(place, place + len(parts[0]), entry=entry, rank=rank)


def _pages(text: str, lower: str) -> Iterator[Clue]:
    place = 0
    for _ in range(_MOST_EACH):
        found = _PAGE.search(lower, place)
        if found is None:
            return
        close = lower.find("</html>", found.start())
        end = len(text) if close < 0 else close + len("</html>")
        yield Clue(found.start(), end, page=text[found.start() : found.start() + _LONGEST_PAGE])
        place = end
