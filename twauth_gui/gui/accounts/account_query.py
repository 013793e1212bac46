"""What a search asks for: words, and operators such as tag:daily or is:broken.

A word is looked for in everything a row can be found by. An operator compares one property:
app:news finds the apps whose names begin so, app:"News" the app of exactly this name. What is no
known operator, or no value that it can have, is a word like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.display_text import HEALTH_LABELS
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.accounts.account_row import AccountRow

# Within quotes, two stand for one.
_TOKEN = re.compile(
    r'(?:(?P<name>[A-Za-z]+):)?(?:"(?P<quoted>(?:[^"]|"")*)(?P<end>"|$)|(?P<plain>\S+))'
)
_UNFINISHED = re.compile(r'(?:^|\s)(?P<name>[A-Za-z]+):(?:"(?P<quoted>[^"]*)|(?P<plain>[^\s"]*))$')


class QueryOperator(StrEnum):
    """The properties that a search can compare."""

    APP = "app"
    TAG = "tag"
    IS = "is"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One operator with its value, as typed. is_exact: the value was quoted, so it is all of it."""

    operator: QueryOperator
    value: str
    is_exact: bool = False

    @override
    def __str__(self) -> str:
        value = _quote(self.value) if self.is_exact else self.value
        return f"{self.operator}:{value}"

    def select(self, rows: Sequence[AccountRow]) -> list[AccountRow]:
        """Return the rows that have this property, in their order."""
        return _SELECTORS[self.operator](self, rows)

    def make_text_test(self) -> Callable[[str], bool]:
        """Return a test of a row's text: is it the value or, unless that is exact, begins so."""
        wanted = self.value.casefold()
        if self.is_exact:
            return lambda text: text.casefold() == wanted
        return lambda text: text.casefold().startswith(wanted)


@dataclass(frozen=True, slots=True)
class AccountQuery:
    """Words, case-folded, and terms; a row has to match each of them."""

    words: tuple[str, ...] = ()
    terms: tuple[QueryTerm, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.terms)

    @override
    def __str__(self) -> str:
        return " ".join([*map(str, self.terms), *map(_quote_word, self.words)])

    def select(self, rows: Iterable[AccountRow]) -> list[AccountRow]:
        """Return the rows that match, in their order; one pass over them for each part."""
        found = list(rows)
        for word in self.words:
            found = [row for row in found if word in row.search_text]
        for term in self.terms:
            found = term.select(found)
        return found

    def joined_with(self, other: AccountQuery) -> AccountQuery:
        """Return the query for the rows that match both."""
        return AccountQuery(
            tuple(dict.fromkeys(self.words + other.words)),
            tuple(dict.fromkeys(self.terms + other.terms)),
        )


@dataclass(frozen=True, slots=True)
class QueryToken:
    """A part of the typed text: a term or, if that is None, a word. end: where the part ends."""

    term: QueryTerm | None
    word: str
    start: int
    end: int
    is_closed: bool = True


def parse_query(text: str) -> AccountQuery:
    """Return what a typed text asks for. A quote that is not closed yet ends with the text."""
    tokens = split_query(text)
    words = (token.word.casefold() for token in tokens if token.term is None and token.word)
    terms = (token.term for token in tokens if token.term is not None)
    return AccountQuery(tuple(dict.fromkeys(words)), tuple(dict.fromkeys(terms)))


def split_query(text: str) -> list[QueryToken]:
    """Return the parts of a typed text, from left to right."""
    return [_read_token(match) for match in _TOKEN.finditer(text)]


def take_complete_terms(text: str, cursor: int) -> tuple[list[QueryTerm], str]:
    """Return the terms that are typed to their end, and the text without them.

    A term is at its end if a blank follows, or with its closing quote. One that ends at the cursor
    may still grow.
    """
    taken: list[QueryTerm] = []
    rest = text
    for token in reversed(split_query(text)):
        ends = token.end < len(text) and token.end != cursor and text[token.end].isspace()
        if token.term is not None and (ends or (token.term.is_exact and token.is_closed)):
            taken.insert(0, token.term)
            rest = rest[: token.start] + rest[token.end :].lstrip()
    return taken, rest


def find_unfinished(text: str) -> tuple[QueryOperator, str, int] | None:
    """Return the operator whose value is typed at the end of a text, the value, where it begins.

    text: up to the cursor.
    """
    match = _UNFINISHED.search(text)
    operator = _OPERATORS.get(match["name"].lower()) if match is not None else None
    if match is None or operator is None:
        return None
    return operator, match["quoted"] or match["plain"] or "", match.start("name")


def list_values(operator: QueryOperator, rows: Iterable[AccountRow]) -> list[str]:
    """Return the values of an operator that find something among rows, or can at any time."""
    if operator is QueryOperator.IS:
        return list(IS_VALUES)
    if operator is QueryOperator.ACCESS:
        return list(ACCESS_VALUES)
    if operator is QueryOperator.APP:
        found = {row.app_label for row in rows if row.app_label}
    else:
        found = {tag for row in rows for tag in row.tags}
    spellings = {value.casefold(): value for value in sorted(found, reverse=True)}
    return [spellings[key] for key in sorted(spellings)]


def name_value(operator: QueryOperator, value: str) -> str:
    """Return a value as a menu has it."""
    if operator is QueryOperator.IS:
        return HEALTH_LABELS.get(value) or _MARK_LABELS[value]
    levels = {level.badge.casefold(): level.label for level in AccessLevel}
    return levels[value].capitalize() if operator is QueryOperator.ACCESS else value


def make_exact_term(operator: QueryOperator, value: str) -> QueryTerm:
    """Return the term for one known value, quoted where it could mean several."""
    is_name = operator in {QueryOperator.APP, QueryOperator.TAG}
    return QueryTerm(operator, value, is_exact=is_name)


def _read_token(match: re.Match[str]) -> QueryToken:
    name, quoted, plain = match.group("name", "quoted", "plain")
    is_closed = match["end"] == '"' or quoted is None
    value = plain if quoted is None else quoted.replace('""', '"')
    operator = _OPERATORS.get((name or "").lower())
    term = None
    if operator is not None:
        term = QueryTerm(operator, value, is_exact=quoted is not None and is_closed)
        term = term if _is_possible(term) else None
    word = value if name is None else f"{name}:{value}"
    if word.endswith(":") and word[:-1].lower() in _OPERATORS:
        word = ""  # its value is still to come
    return QueryToken(term, word, match.start(), match.end(), is_closed)


def _is_possible(term: QueryTerm) -> bool:
    """Whether an operator can have a value; app and tag may have any that is not empty."""
    known = {QueryOperator.IS: IS_VALUES, QueryOperator.ACCESS: ACCESS_VALUES}
    values = known.get(term.operator, (term.value,))
    return bool(term.value.strip()) and any(map(term.make_text_test(), values))


def _quote_word(word: str) -> str:
    """Return a word as it is typed: quoted, if it would else be split or mean an operator."""
    tokens = split_query(word)
    is_plain = len(tokens) == 1 and tokens[0].term is None and tokens[0].word == word
    return word if is_plain else _quote(word)


def _quote(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


IS_VALUES = (
    "broken",
    "attention",
    *(state.value for state in HealthState),
    "signing-in",
    "active",
    "favourite",
    "check-failed",
)
_MARK_LABELS = {
    "broken": "Broken",
    "attention": "Needs attention",
    "signing-in": "Signing in",
    "active": "Active account",
    "favourite": "Favourite",
    "check-failed": "Last check failed",
}
ACCESS_VALUES = tuple(level.badge.casefold() for level in AccessLevel)
_OPERATORS = {operator.value: operator for operator in QueryOperator}


# Each tests the few values that there are, and then looks the rows up: there may be 10,000.


def _select_app(term: QueryTerm, rows: Sequence[AccountRow]) -> list[AccountRow]:
    labels = set(filter(term.make_text_test(), {row.app_label for row in rows}))
    return [row for row in rows if row.app_label in labels]


def _select_tag(term: QueryTerm, rows: Sequence[AccountRow]) -> list[AccountRow]:
    tags = set(filter(term.make_text_test(), {tag for row in rows for tag in row.tags}))
    return [row for row in rows if not tags.isdisjoint(row.tags)]


def _select_state(term: QueryTerm, rows: Sequence[AccountRow]) -> list[AccountRow]:
    names = set(filter(term.make_text_test(), IS_VALUES))
    return [row for row in rows if not names.isdisjoint(row.states)]


def _select_access(term: QueryTerm, rows: Sequence[AccountRow]) -> list[AccountRow]:
    # R begins the other levels too, so that a level that is typed in full means itself alone.
    typed = term.value.casefold()
    is_exact = term.is_exact or typed in ACCESS_VALUES
    test = QueryTerm(term.operator, typed, is_exact).make_text_test()
    levels = {level for level in AccessLevel if test(level.badge)}
    return [row for row in rows if row.access in levels]


_SELECTORS: dict[QueryOperator, Callable[[QueryTerm, Sequence[AccountRow]], list[AccountRow]]] = {
    QueryOperator.APP: _select_app,
    QueryOperator.TAG: _select_tag,
    QueryOperator.IS: _select_state,
    QueryOperator.ACCESS: _select_access,
}
