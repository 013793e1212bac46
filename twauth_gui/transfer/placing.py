"""Assignment of each value that was read to a field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations

from twauth_gui.transfer.credential_formats import Field, can_be_field, guess_fields
from twauth_gui.transfer.names import Weight
from twauth_gui.transfer.reading import Pair, Reading

# As X's console shows them after an app is made: the app's keys, then the account's.
_ORDER = {
    2: (Field.API_KEY, Field.API_SECRET),
    3: (Field.API_KEY, Field.API_SECRET, Field.BEARER_TOKEN),
    4: (Field.API_KEY, Field.API_SECRET, Field.ACCESS_TOKEN, Field.ACCESS_SECRET),
}
_FULL_ORDER = (
    Field.API_KEY,
    Field.API_SECRET,
    Field.BEARER_TOKEN,
    Field.ACCESS_TOKEN,
    Field.ACCESS_SECRET,
    Field.CLIENT_ID,
    Field.CLIENT_SECRET,
)
_COUPLES = (
    (Field.API_KEY, Field.API_SECRET),
    (Field.ACCESS_TOKEN, Field.ACCESS_SECRET),
    (Field.CLIENT_ID, Field.CLIENT_SECRET),
)
_LONG_WORD = re.compile(r"[A-Za-z0-9%_\-+/=.~]{15,}")
_OAUTH2 = frozenset({Field.OAUTH2_ACCESS, Field.OAUTH2_REFRESH, Field.OAUTH2_CODE})


@dataclass(slots=True, repr=False)
class Placed:
    """The values by field, with what had to be decided. unread: lines without a use."""

    values: dict[Field, str] = field(default_factory=dict[Field, str])
    swapped: list[tuple[Field, Field]] = field(default_factory=list[tuple[Field, Field]])
    second_set: bool = False
    oauth2_left_out: bool = False
    unread: int = 0


def place(reading: Reading) -> Placed:
    """Assign each value to a field: by name, then by format, then by the order of X's console."""
    placed = Placed()
    _take_named(placed, reading.pairs)
    _put_swapped_right(placed)
    _take_bare(placed, reading.bare)
    placed.unread += sum(1 for line in reading.unread if _could_hold_key(placed, line))
    return placed


def _could_hold_key(placed: Placed, line: str) -> bool:
    """Whether the line holds something like a key which is not one of those placed."""
    known = any(value in line for value in placed.values.values())
    return not known and any(re.search("[0-9]", word) for word in _LONG_WORD.findall(line))


def _take_named(placed: Placed, pairs: Iterable[Pair]) -> None:
    """Take the first set of keys; a set that contradicts it belongs to another account."""
    for group in _groups(_without_others(_by_shape(placed, pairs))):
        if all(placed.values.get(name, value) == value for name, value in group.items()):
            placed.values.update(group)
        else:
            placed.second_set = True


def _by_shape(placed: Placed, pairs: Iterable[Pair]) -> list[Pair]:
    """Correct "access_token", which several tools use for the tokens of OAuth 2.0 too."""
    kept: list[Pair] = []
    for pair in pairs:
        shape = guess_fields(pair.value)[0]
        if shape in _OAUTH2:
            placed.oauth2_left_out = True
        elif pair.field is Field.ACCESS_TOKEN and shape is Field.BEARER_TOKEN:
            kept.append(replace(pair, field=shape))
        elif pair.weight > Weight.WEAK or can_be_field(pair.field, pair.value):
            kept.append(pair)
    return kept


def _without_others(pairs: list[Pair]) -> list[Pair]:
    """Leave out API_KEY where TWITTER_API_KEY is there: it is some other service's."""
    best: dict[Field, Weight] = {}
    for pair in pairs:
        best[pair.field] = max(pair.weight, best.get(pair.field, Weight.WEAK))
    return [pair for pair in pairs if pair.weight is best[pair.field]]


def _groups(pairs: list[Pair]) -> list[dict[Field, str]]:
    groups: list[dict[Field, str]] = [{}]
    block = 0
    for pair in pairs:
        if pair.block != block or groups[-1].get(pair.field, pair.value) != pair.value:
            groups.append({})
        groups[-1][pair.field] = pair.value
        block = pair.block
    return groups


def _put_swapped_right(placed: Placed) -> None:
    values = placed.values
    for one, other in combinations(_FULL_ORDER, 2):
        if one not in values or other not in values:
            continue
        as_named = can_be_field(one, values[one]) or can_be_field(other, values[other])
        if not as_named and can_be_field(one, values[other]) and can_be_field(other, values[one]):
            values[one], values[other] = values[other], values[one]
            placed.swapped.append((one, other))


def _take_bare(placed: Placed, bare: list[str]) -> None:
    spots: dict[int, Field] = {}
    fresh = [value for value in dict.fromkeys(bare) if value not in placed.values.values()]
    order = _ORDER.get(len(fresh), _FULL_ORDER)
    for at, value in enumerate(fresh):
        guesses = guess_fields(value)
        if guesses[0] in _OAUTH2:
            placed.oauth2_left_out = True
            continue
        before = spots.get(at - 1)
        wanted = [other for one, other in _COUPLES if one is before and other in guesses]
        if guesses == (Field.UNKNOWN,) and len(fresh) > 1 and at < len(order):
            wanted = [order[at]]
        spot = next((name for name in [*wanted, *guesses] if _is_free(placed, name)), None)
        if spot is None:
            placed.unread += 1
        else:
            spots[at] = spot
            placed.values[spot] = value
    placed.swapped.extend(_reversed_couples(spots))


def _is_free(placed: Placed, name: Field) -> bool:
    return name is not Field.UNKNOWN and name not in placed.values


def _reversed_couples(spots: dict[int, Field]) -> list[tuple[Field, Field]]:
    at = {name: line for line, name in spots.items()}
    return [
        (one, other)
        for one, other in _COUPLES
        if one in at and other in at and at[one] == at[other] + 1
    ]
