"""Which values belong together: those of one section, object, row, prefix, suffix or number.

A pair is never made across groups. What a file leaves open is not guessed: the values come back as
unused, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, permutations
from typing import NamedTuple

from typing_extensions import override

from twauth_gui.transfer.credential_formats import Field, with_article
from twauth_gui.transfer.reader.field_names import is_index
from twauth_gui.transfer.reader.name_paths import GroupKey
from twauth_gui.transfer.reader.value_kinds import ValueKind, is_hexadecimal

APP = (Field.API_KEY, Field.API_SECRET)
ACCOUNT = (Field.ACCESS_TOKEN, Field.ACCESS_SECRET)
CLIENT = (Field.CLIENT_ID, Field.CLIENT_SECRET)
_PAIRS = (APP, ACCOUNT, CLIENT)
_PARTNERS = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
# Their content says what they are, whatever they are called.
_CERTAIN = frozenset(
    {Field.ACCESS_TOKEN, Field.BEARER_TOKEN, Field.CLIENT_ID}
    | {Field.OAUTH2_ACCESS, Field.OAUTH2_REFRESH, Field.OAUTH2_CODE}
)
_MOST_CHOICES = 50
_AMBIGUOUS = "There are several, and the file does not say which of them belong together."
_UNEQUAL = "Its list and the one that belongs to it have different lengths."
_TWICE = "Another value has a name that says more clearly that it is the {field}."
_UNDECIDED = "Its name does not say whether it belongs to the app or to the account."
_NOT_OF_X = "It does not have the format of X's keys, and the file does not say that it is X's."
_SAME = "The key and its secret have the same value."


class NamedValue(NamedTuple):
    """A value that can be a credential.

    fields: that its name means, or its format if it has none. order: its place among the values of
    the text. formats: the fields that the value fits, the likeliest first.
    """

    fields: tuple[Field, ...]
    value: str
    line: int
    order: int
    scope: GroupKey = GroupKey()
    formats: tuple[Field, ...] = (Field.UNKNOWN,)
    is_of_x: bool = False
    is_vague: bool = False
    is_bare: bool = False
    holders: tuple[str, ...] = ()
    name: str = ""

    @override
    def __repr__(self) -> str:
        return f"NamedValue({self.name!r})"


@dataclass(frozen=True, slots=True, repr=False)
class UnusedValue:
    """A value that belongs nowhere, and the sentence that says why."""

    value: NamedValue
    reason: str


@dataclass(slots=True, repr=False)
class CredentialSet:
    """Values that belong together, by their field. title: of the object that they stand in."""

    scope: GroupKey
    values: dict[Field, NamedValue] = field(default_factory=dict[Field, NamedValue])
    title: str = ""

    def has(self, pair: tuple[Field, Field]) -> bool:
        return pair[0] in self.values and pair[1] in self.values

    @property
    def first(self) -> NamedValue:
        return min(self.values.values(), key=lambda one: one.order)

    @property
    def last(self) -> NamedValue:
        return max(self.values.values(), key=lambda one: one.order)


@dataclass(slots=True, repr=False)
class Grouping:
    """The sets of a text in their order, and the values that are in none."""

    sets: list[CredentialSet] = field(default_factory=list[CredentialSet])
    unused: list[UnusedValue] = field(default_factory=list[UnusedValue])

    def drop(self, one: CredentialSet, fields: Iterable[Field], reason: str) -> None:
        for name in fields:
            if name in one.values:
                self.unused.append(UnusedValue(one.values.pop(name), reason))


def group_values(values: Iterable[NamedValue]) -> Grouping:
    """Return what belongs together; each value is in one set or unused, or a repetition."""
    grouping = Grouping()
    by_scope: dict[GroupKey, list[NamedValue]] = {}
    for value in values:
        by_scope.setdefault(value.scope, []).append(value)
    for scope, members in by_scope.items():
        for part in _split_by_name(_read_by_format(members), grouping):
            _add_run(scope, part, grouping)
    _drop_unequal_lists(grouping)
    grouping.sets = [one for one in grouping.sets if one.values]
    grouping.sets.sort(key=lambda one: one.first.order)
    return grouping


def _read_by_format(members: Iterable[NamedValue]) -> list[NamedValue]:
    """Correct "access_token", which several tools use for a bearer token and for OAuth 2.0 too.

    A bare secret below a bare client ID is the client's.
    """
    kept: list[NamedValue] = []
    for one in members:
        before = kept[-1].fields if kept and kept[-1].order + 1 == one.order else ()
        if one.is_bare and before == CLIENT[:1] and Field.CLIENT_SECRET in one.fields:
            kept.append(one._replace(fields=CLIENT[1:]))
            continue
        shape = one.formats[0]
        moved = shape in {Field.OAUTH2_ACCESS, Field.OAUTH2_REFRESH, Field.OAUTH2_CODE} or (
            shape is Field.BEARER_TOKEN and Field.ACCESS_TOKEN in one.fields
        )
        kept.append(one._replace(fields=(shape,)) if moved else one)
    return kept


def _split_by_name(members: list[NamedValue], grouping: Grouping) -> Iterable[list[NamedValue]]:
    """Keep the values that a file calls X's apart from those that contradict them."""
    kept = _drop_vague(members, grouping)
    of_x = _values_by_fields(one for one in kept if one.is_of_x)
    rest = [one for one in kept if not one.is_of_x]
    if not any(one.value not in of_x.get(one.fields, {one.value}) for one in rest):
        return [kept]
    return [[one for one in kept if one.is_of_x], rest]


def _drop_vague(members: list[NamedValue], grouping: Grouping) -> list[NamedValue]:
    """Drop each value with a vague name if another name says clearly that it is this field."""
    clear = _values_by_fields(one for one in members if not one.is_vague)
    kept: list[NamedValue] = []
    for one in members:
        if not one.is_vague or one.is_bare or one.fields not in clear:
            kept.append(one)
        elif one.value not in clear[one.fields]:
            reason = _TWICE.format(field=one.fields[0].value)
            grouping.unused.append(UnusedValue(one, reason))
    return kept


def _values_by_fields(members: Iterable[NamedValue]) -> dict[tuple[Field, ...], set[str]]:
    values: dict[tuple[Field, ...], set[str]] = {}
    for one in members:
        values.setdefault(one.fields, set()).add(one.value)
    return values


def _add_run(scope: GroupKey, members: Sequence[NamedValue], grouping: Grouping) -> None:
    """Make sets of the values of one scope: a field that comes again begins the next one."""
    run: list[CredentialSet] = []
    for part in _split_on_repeats(members):
        one = CredentialSet(scope)
        _resolve(one, part, grouping)
        _put_swapped_right(one)
        _drop_contradictions(one, grouping)
        run.append(one)
    for pair in _PAIRS:
        if _is_ambiguous(run, pair):
            for one in run:
                grouping.drop(one, pair, _AMBIGUOUS)
    for one in run:
        _drop_unproven(one, grouping)
    grouping.sets.extend(run)


def _split_on_repeats(members: Sequence[NamedValue]) -> list[list[NamedValue]]:
    parts: list[list[NamedValue]] = [[]]
    seen: dict[tuple[Field, ...], str] = {}
    for one in members:
        known = seen.get(one.fields)
        if known == one.value:
            continue
        if known is not None:
            parts.append([])
            seen = {}
        seen[one.fields] = one.value
        parts[-1].append(one)
    return parts


def _resolve(one: CredentialSet, members: Sequence[NamedValue], grouping: Grouping) -> None:
    """Give each value its field: first those with one meaning, then by what is beside them."""
    open_values = [value for value in members if len(value.fields) > 1]
    for value in members:
        if len(value.fields) == 1:
            one.values[value.fields[0]] = value
    for value in sorted(open_values, key=lambda value: value.fields[0] in _PARTNERS_SECOND):
        found = _choose(one, value)
        if found is None:
            grouping.unused.append(UnusedValue(value, _UNDECIDED))
        else:
            one.values[found] = value


_PARTNERS_SECOND = frozenset(other for _, other in _PAIRS)


def _choose(one: CredentialSet, value: NamedValue) -> Field | None:
    """Return the field that fits a value with several meanings: by its partner, then its format."""
    free = [name for name in value.fields if name not in one.values]
    if value.is_vague:
        free = [name for name in free if name in value.formats]
    beside = [name for name in free if _PARTNERS.get(name) in one.values]
    fitting = [name for name in beside or free if name in value.formats]
    if len(beside) == 1:
        return beside[0]
    if len(fitting) == 1 or (fitting and not beside):
        return fitting[0]
    if not fitting and Field.CLIENT_ID in free:
        return Field.CLIENT_ID
    near = [name for name in fitting if _follows(one, name, value)]
    return near[0] if len(near) == 1 else None


def _follows(one: CredentialSet, name: Field, value: NamedValue) -> bool:
    partner = one.values.get(_PARTNERS[name])
    return partner is not None and partner.order + 1 == value.order


def _put_swapped_right(one: CredentialSet) -> None:
    """Exchange values that have each other's format; nothing else is proof enough."""
    names = [name for name in (*APP, *ACCOUNT) if name in one.values]
    wrong = [name for name in names if name not in one.values[name].formats]
    values = [one.values[name] for name in wrong]
    fits = [
        order
        for order in permutations(values)
        if all(name in it.formats for name, it in zip(wrong, order, strict=True))
    ]
    if wrong and len(fits) == 1:
        one.values.update(zip(wrong, fits[0], strict=True))


def _drop_contradictions(one: CredentialSet, grouping: Grouping) -> None:
    """Drop values whose content says that they are something else."""
    for name, value in list(one.values.items()):
        shape = value.formats[0]
        if shape in _CERTAIN and shape is not name:
            grouping.drop(one, (name,), f"It looks like {with_article(shape)}.")
    for pair in _PAIRS:
        if one.has(pair) and one.values[pair[0]].value == one.values[pair[1]].value:
            grouping.drop(one, pair, _SAME)


def _is_ambiguous(run: Sequence[CredentialSet], pair: tuple[Field, Field]) -> bool:
    """Whether halves of pairs stand so that another order would pair them differently."""
    if len(run) == 1:
        return False
    halves = [[name in one.values for name in pair] for one in run]
    lone_first, lone_second = [True, False] in halves, [False, True] in halves
    orders = {one.values[pair[0]].order < one.values[pair[1]].order for one in run if one.has(pair)}
    if lone_first and lone_second:
        return True
    return (lone_first or lone_second) and len(orders) > 1


def _drop_unequal_lists(grouping: Grouping) -> None:
    """Drop the pairs of two lists of which one is longer: a value in the middle may be missing."""
    lists: dict[GroupKey, list[CredentialSet]] = {}
    for one in grouping.sets:
        labels = tuple(label for label in one.scope.labels if not is_index(label))
        if labels != one.scope.labels:
            lists.setdefault(GroupKey(one.scope.context, labels), []).append(one)
    for members in lists.values():
        for pair in _PAIRS:
            counts = [sum(name in one.values for one in members) for name in pair]
            if counts[0] != counts[1] and all(counts):
                for one in members:
                    grouping.drop(one, pair, _UNEQUAL)


def _drop_unproven(one: CredentialSet, grouping: Grouping) -> None:
    """Drop pairs that nothing shows to be X's."""
    token = one.values.get(Field.ACCESS_TOKEN)
    has_token = token is not None and Field.ACCESS_TOKEN in token.formats
    for pair in (APP, ACCOUNT):
        values = [one.values[name] for name in pair if name in one.values]
        fits = all(name in one.values[name].formats for name in pair if name in one.values)
        is_named = any(value.is_of_x and not value.is_vague for value in values)
        if any(is_hexadecimal(value.value) for value in values):
            grouping.drop(one, pair, ValueKind.OTHER.value)
        elif values and not (fits or is_named or has_token):
            grouping.drop(one, pair, _NOT_OF_X)
    _drop_foreign_client(one, grouping)


def _drop_foreign_client(one: CredentialSet, grouping: Grouping) -> None:
    client = one.values.get(Field.CLIENT_ID)
    if client is None or client.is_of_x or Field.CLIENT_ID in client.formats:
        return
    grouping.drop(one, CLIENT, _NOT_OF_X)


class AppIndex:
    """The apps of a text, to find the one of an account that has none beside it."""

    def __init__(self, sets: Iterable[CredentialSet]) -> None:
        self._by_scope: dict[GroupKey, dict[tuple[str, ...], CredentialSet]] = {}
        self._by_value: dict[tuple[Field, str], dict[tuple[str, ...], CredentialSet]] = {}
        self._alone: dict[tuple[str, ...], CredentialSet] = {}
        self._every: dict[tuple[str, ...], CredentialSet] = {}
        for one in sets:
            if not one.has(APP):
                continue
            key = tuple(one.values[name].value for name in APP)
            _ = self._every.setdefault(key, one)
            _ = self._by_scope.setdefault(one.scope, {}).setdefault(key, one)
            for name in APP:
                _ = self._by_value.setdefault((name, one.values[name].value), {})
                _ = self._by_value[name, one.values[name].value].setdefault(key, one)
            if not one.has(ACCOUNT):
                _ = self._alone.setdefault(key, one)

    def find_for(self, one: CredentialSet) -> CredentialSet | None:
        """Return the app of an account: the nearest one around it, or the only one of the text.

        Half of an app's keys beside it says which one. None if there is none, or if it could be
        several, or if the set is no account.
        """
        if not one.has(ACCOUNT):
            return None
        found = self._find_choices(one)
        is_sure = any(name in one.values for name in APP) or found is not self._every
        if not is_sure and len(self._every) != len(self._alone):
            return None
        return next(iter(found.values())) if len(found) == 1 else None

    def choices_for(self, one: CredentialSet) -> Sequence[CredentialSet]:
        """Return the apps of which one may be that of an account."""
        if not one.has(ACCOUNT):
            return ()
        return tuple(islice(self._find_choices(one).values(), _MOST_CHOICES))

    def _find_choices(self, one: CredentialSet) -> dict[tuple[str, ...], CredentialSet]:
        for name in APP:
            if name in one.values:
                return self._by_value.get((name, one.values[name].value), {})
        scopes = (self._by_scope.get(around) for around in one.scope.enclosing())
        return next(filter(None, scopes), self._every)
