"""Puts the clues of a text together into refusals, the last one first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from twauth_gui.xapi.entry import ErrorTemplate
from twauth_gui.xapi.error_text.clues import Clue, find_clues
from twauth_gui.xapi.error_text.places import (
    Named,
    Place,
    find_headers,
    find_hosts,
    find_places,
)
from twauth_gui.xapi.error_text.refusal_fields import Answer

T = TypeVar("T", Named, Place)

_NEAR = 8000
_NEAR_EXCEPTIONS = 3000
_NEAR_PLACE = 4000
_BEHIND = 600
_MOST = 200


@dataclass(frozen=True, slots=True)
class PrintedRefusal:
    """One refusal as a text tells it.

    status: None where it is not told. answer: the known fields of X's answer. entry: what it is
    where it needs no answer of X, as an exception of the network. page: a page in its place.
    endpoint: the path of the call. method: of the call, where told. host: who was asked, where
    told. start, end: its place in the text; line: where it ends, from 1.
    """

    start: int
    end: int
    line: int
    status: int | None = None
    answer: Answer = field(default_factory=dict[str, object])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    entry: ErrorTemplate | None = None
    page: str = ""
    endpoint: str = ""
    method: str = ""
    host: str = ""


def find_refusals(text: str) -> list[PrintedRefusal]:
    """Return what refused the bot, the last first. Never raises; linear in time."""
    groups: list[_Group] = []
    for clue in find_clues(text):
        if groups and groups[-1].takes(clue):
            groups[-1].add(clue)
        else:
            groups.append(_Group(clue))
    groups = groups[-_MOST:]
    surroundings = _Surroundings(text, groups)
    return [surroundings.refusal(number) for number in reversed(range(len(groups)))]


class _Group:
    """Clues of one refusal."""

    def __init__(self, clue: Clue) -> None:
        self.start, self.end = clue.start, clue.end
        self.status = clue.status
        self.answer = dict(clue.answer)
        self.headers = dict(clue.headers)
        self.entry, self.rank = clue.entry, clue.rank
        self.page = clue.page

    def takes(self, clue: Clue) -> bool:
        """Whether the clue is near and contradicts nothing."""
        apart = clue.start - self.end
        if apart > _NEAR:
            return False
        if self.entry is not None or clue.entry is not None:
            return self._takes_exception(clue, apart)
        if None not in {self.status, clue.status} and self.status != clue.status:
            return False
        if self.page and clue.page:
            return False
        return _agree(self.answer, clue.answer)

    def _takes_exception(self, clue: Clue, apart: int) -> bool:
        if self.entry is None or clue.entry is None:
            # A proxy's 407 stands in the exception about the proxy.
            bare = not (self.answer or clue.answer or self.page or clue.page)
            return bare and apart <= len("tunnel connection failed: ")
        return apart <= _NEAR_EXCEPTIONS

    def add(self, clue: Clue) -> None:
        self.end = max(self.end, clue.end)
        self.status = clue.status if self.status is None else self.status
        self.answer = _richer(self.answer, clue.answer)
        self.headers |= clue.headers
        self.page = self.page or clue.page
        if clue.entry is not None and (self.entry is None or clue.rank < self.rank):
            self.entry, self.rank = clue.entry, clue.rank


def _code(answer: Answer) -> object:
    errors = cast("list[Answer]", answer.get("errors") or [{}])
    return errors[0].get("code")


def _words(answer: Answer) -> str:
    errors = cast("list[Answer]", answer.get("errors") or [])
    texts = [answer.get(name) for name in ("title", "detail", "message", "error_description")]
    texts += [one.get("message") for one in errors]
    return " ".join(" ".join(str(text) for text in texts if text).lower().split()).strip(". ")


def _agree(one: Answer, other: Answer) -> bool:
    """Whether both can be the same answer: one says what the other says, or less."""
    if not one or not other:
        return True
    codes = {_code(one), _code(other)} - {None}
    if len(codes) > 1:
        return False
    first, second = _words(one), _words(other)
    return first in second or second in first


def _richer(one: Answer, other: Answer) -> Answer:
    return other if len(_words(other)) + len(other) > len(_words(one)) + len(one) else one


class _Surroundings:
    """Knows where in the text calls, servers and headers are named, and gives each its refusal."""

    def __init__(self, text: str, groups: Sequence[_Group]) -> None:
        self._groups = groups
        self._places = find_places(text)
        self._hosts = find_hosts(text)
        self._line_ends = [place for place, character in enumerate(text) if character == "\n"]
        self._headers: list[dict[str, str]] = [{} for _ in groups]
        for header in find_headers(text):
            number = self._nearest(header)
            if number is not None:
                self._headers[number][header.name] = header.value

    def refusal(self, number: int) -> PrintedRefusal:
        group = self._groups[number]
        place = self._place(number)
        host = self._host(number)
        return PrintedRefusal(
            start=group.start,
            end=group.end,
            line=bisect_right(self._line_ends, max(group.start, group.end - 1)) + 1,
            status=group.status,
            answer=group.answer,
            headers={**group.headers, **self._headers[number]},
            entry=group.entry,
            page=group.page,
            endpoint=place.path if place else "",
            method=place.method if place else "",
            host=host or (place.host if place else ""),
        )

    def _window(self, number: int) -> tuple[int, int]:
        """Return where what belongs to a refusal can stand: mostly before it, a little behind."""
        group = self._groups[number]
        first = self._groups[number - 1].end if number else 0
        last = number + 1 == len(self._groups)
        end = group.end + _BEHIND
        return (
            max(first, group.start - _NEAR_PLACE),
            end if last else min(end, self._groups[number + 1].start),
        )

    def _place(self, number: int) -> Place | None:
        start, end = self._window(number)
        near = self._between(self._places, start, end)
        chosen = [place for place in near if place.exact] or near
        return chosen[-1] if chosen else None

    def _host(self, number: int) -> str:
        near = self._between(self._hosts, *self._window(number))
        return near[-1].value if near else ""

    @staticmethod
    def _between(found: Sequence[T], start: int, end: int) -> Sequence[T]:
        first = bisect_right(found, start - 1, key=lambda one: one.at)
        return found[first : bisect_right(found, end, key=lambda one: one.at)]

    def _nearest(self, header: Named) -> int | None:
        """Return the refusal that a header is closest to."""
        behind = bisect_right(self._groups, header.at, key=lambda group: group.start)
        near = [number for number in (behind - 1, behind) if 0 <= number < len(self._groups)]
        apart = {number: self._apart(number, header.at) for number in near}
        best = min(apart, key=lambda number: apart[number], default=None)
        return best if best is not None and apart[best] <= _NEAR_PLACE else None

    def _apart(self, number: int, at: int) -> int:
        group = self._groups[number]
        return max(0, group.start - at, at - group.end)
