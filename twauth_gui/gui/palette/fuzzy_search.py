"""Fuzzy search over short texts: letters in order, better at the starts of words and in one piece.

A text is a line of one large string, which regular expressions scan without a call into Python for
each line: 10,000 texts take a few milliseconds.
"""

from __future__ import annotations

import re
import string
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

MAX_TERM = 40
"""Letters of one search word; the rest is ignored."""

_LEADS = "@#"
"""Signs before a handle and a tag, which count for nothing."""
_LINE, _WORD, _FIRST = "\n", "\x1f", "\x1e"
"""Marks before a text, before a word, and before the mark of a text's first word."""
_NUMBERS_AND_CAPITALS = re.compile(r"[0-9]+|[A-Z]+")


class MatchTier(IntEnum):
    """How well a text matches one search word, best first.

    INITIALS: in pieces that each begin at the start of a word. KEYWORD_…: not in the text itself
    but in one of its keywords. SCATTERED: every letter is there, in order.
    """

    PREFIX = 0
    WORD = 1
    INITIALS = 2
    INSIDE = 3
    KEYWORD_START = 4
    KEYWORD_INSIDE = 5
    SCATTERED = 6


@dataclass(frozen=True, slots=True)
class SearchText:
    """What is searched of one thing: its text, and keywords that count less."""

    text: str
    keywords: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that matches: its number in the index, and how well."""

    number: int
    tier: MatchTier


def fold_case(text: str) -> str:
    """Return the text without case and accents, letter by letter: its length stays the same."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_letter, text))


def _fold_letter(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    folded = base.lower()
    return folded if len(folded) == 1 else base


def split_terms(query: str) -> list[str]:
    """Return the words of a search, folded and without repetition."""
    words = (word.lstrip(_LEADS)[:MAX_TERM] for word in fold_case(query).split())
    return list(dict.fromkeys(word for word in words if word))


class _FoldedLetters(dict[int, str]):
    """Letters by code point, each folded when it is first met; for str.translate()."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_letter(chr(code))
        return folded


class _TextLines:
    """Texts as lines of one string, folded, with a mark at each start of a word.

    inner_words: whether words also begin at a number and at a capital letter.
    """

    def __init__(self, texts: Iterable[str], *, inner_words: bool) -> None:
        start = f"{_LINE}{_FIRST}{_WORD}"
        content = "".join([start + " ".join(text.split()).lstrip(_LEADS) for text in texts])
        for separator in _find_separators(content):
            content = content.replace(separator, separator + _WORD)
        if inner_words:
            content = _NUMBERS_AND_CAPITALS.sub(lambda found: _WORD + found.group(), content)
            content = content.replace(_WORD + _WORD, _WORD)
        folded = content.lower() if content.isascii() else content.translate(_FoldedLetters())
        self.content = folded + _LINE
        self._offsets = [found.start() for found in re.finditer(_LINE, self.content)]

    def bounds(self, number: int) -> tuple[int, int]:
        return self._offsets[number], self._offsets[number + 1]

    def scan(self, pattern: re.Pattern[str]) -> Iterator[int]:
        """Yield the numbers of the lines that contain a match, in order."""
        at = 0
        while found := pattern.search(self.content, at):
            number = bisect_right(self._offsets, found.start()) - 1
            yield number
            at = self._offsets[number + 1]


class SearchIndex:
    """Texts that can be searched; among equally good ones the first in their order wins."""

    def __init__(self, entries: Iterable[SearchText]) -> None:
        known = list(entries)
        self._size = len(known)
        self._texts = _TextLines((one.text for one in known), inner_words=True)
        self._keywords = _TextLines((one.keywords for one in known), inner_words=False)

    def __len__(self) -> int:
        return self._size

    def search(self, query: str, limit: int) -> list[Hit]:
        """Return the best hits, at most so many; every word of the query has to match.

        Without a word all texts match. The rarest word decides how good a hit is.
        """
        terms = split_terms(query)
        if len(terms) > 1:
            terms.sort(key=self._count)
        if not terms:
            return [Hit(number, MatchTier.PREFIX) for number in range(min(limit, self._size))]
        main, *others = map(_make_patterns, terms)
        hits: dict[int, Hit] = {}
        for tier in MatchTier:
            lines = self._keywords if tier in _KEYWORD_TIERS else self._texts
            for number in lines.scan(main[tier]):
                if number not in hits and all(self._matches(one, number) for one in others):
                    hits[number] = Hit(number, tier)
                    if len(hits) >= limit:
                        return list(hits.values())
        return list(hits.values())

    def _count(self, term: str) -> int:
        return self._texts.content.count(term) + self._keywords.content.count(term)

    def _matches(self, patterns: _Patterns, number: int) -> bool:
        scattered = patterns[MatchTier.SCATTERED]
        if scattered.match(self._texts.content, *self._texts.bounds(number)):
            return True
        inside = patterns[MatchTier.KEYWORD_INSIDE]
        return inside.search(self._keywords.content, *self._keywords.bounds(number)) is not None


def _find_separators(content: str) -> list[str]:
    if content.isascii():
        found = {one for one in string.punctuation + " " if one in content}
    else:
        found = {one for one in set(content) if not one.isalnum()}
    return sorted(found - {_LINE, _WORD, _FIRST})


_KEYWORD_TIERS = frozenset({MatchTier.KEYWORD_START, MatchTier.KEYWORD_INSIDE})
_Patterns = dict[MatchTier, re.Pattern[str]]


@lru_cache(maxsize=64)
def _make_patterns(term: str) -> _Patterns:
    """Return a pattern for each tier. None of them backtracks: a text may be anyone's choice."""
    first, *rest = map(re.escape, term)
    whole = f"{_WORD}?".join([first, *rest])
    pieces = "".join(f"(?>{_WORD}?{one}|[^{_LINE}]*?{_WORD}{one})" for one in rest)
    scattered = "".join(f"[^{one}{_LINE}]*+{one}" for one in (first, *rest))
    sources = {
        MatchTier.PREFIX: f"{_FIRST}{_WORD}{whole}",
        MatchTier.WORD: f"{_WORD}{whole}",
        MatchTier.INITIALS: f"{_WORD}{first}{pieces}",
        MatchTier.INSIDE: whole,
        MatchTier.KEYWORD_START: f"{_WORD}{whole}",
        MatchTier.KEYWORD_INSIDE: whole,
        MatchTier.SCATTERED: f"{_LINE}{scattered}",
    }
    return {tier: re.compile(source) for tier, source in sources.items()}


def find_positions(query: str, text: str) -> frozenset[int]:
    """Return which letters of a text match the words of a query, to highlight them."""
    folded, starts = fold_case(text), find_word_starts(text)
    found = (locate_term(term, folded, starts) for term in split_terms(query))
    return frozenset(position for _, positions in found for position in positions)


def find_word_starts(text: str, *, inner_words: bool = True) -> list[int]:
    """Return where words begin; inner_words: also at a number and at a capital letter."""
    first = len(text) - len(text.lstrip(_LEADS))
    return [
        at
        for at in range(first, len(text))
        if at == first
        or not text[at - 1].isalnum()
        or (inner_words and _is_inner_start(text[at - 1], text[at]))
    ]


def _is_inner_start(before: str, letter: str) -> bool:
    if not letter.isascii():
        return False
    is_number = letter.isdigit() and not (before.isascii() and before.isdigit())
    return is_number or (letter.isupper() and not (before.isascii() and before.isupper()))


def locate_term(
    term: str, folded: str, starts: Collection[int]
) -> tuple[MatchTier | None, Collection[int]]:
    """Return the tier of a folded text for one word, and which letters match; None for none."""
    for start in starts:
        if folded.startswith(term, start):
            tier = MatchTier.PREFIX if start == next(iter(starts)) else MatchTier.WORD
            return tier, range(start, start + len(term))
    for start in starts:
        if pieces := _locate_pieces(term, folded, [at for at in starts if at >= start]):
            return MatchTier.INITIALS, pieces
    inside = folded.find(term)
    if inside >= 0:
        return MatchTier.INSIDE, range(inside, inside + len(term))
    scattered = _locate_scattered(term, folded)
    return (MatchTier.SCATTERED if scattered else None), scattered


def _locate_pieces(term: str, folded: str, starts: list[int]) -> list[int]:
    """Take each letter from the next place if it is there, else from the next start of a word."""
    found = starts[:1]
    if not folded.startswith(term[0], found[0]):
        return []
    for letter in term[1:]:
        ahead = [found[-1] + 1, *(at for at in starts if at > found[-1])]
        at = next((at for at in ahead if folded.startswith(letter, at)), None)
        if at is None:
            return []
        found.append(at)
    return found


def _locate_scattered(term: str, folded: str) -> list[int]:
    found = [-1]
    for letter in term:
        at = folded.find(letter, found[-1] + 1)
        if at < 0:
            return []
        found.append(at)
    return found[1:]
