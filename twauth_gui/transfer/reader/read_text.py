"""Reading of any text: its entries, what each one means, and who belongs together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from twauth_gui.transfer.credential_formats import Field, can_be_field, guess_fields
from twauth_gui.transfer.reader.account_handles import HandleFinder
from twauth_gui.transfer.reader.entries import read_entries
from twauth_gui.transfer.reader.entry import Entry
from twauth_gui.transfer.reader.field_names import is_index, is_row
from twauth_gui.transfer.reader.grouping import (
    ACCOUNT,
    APP,
    AppIndex,
    CredentialSet,
    NamedValue,
    UnusedValue,
    group_values,
)
from twauth_gui.transfer.reader.name_paths import PathMeaning, Scope, interpret_path, shown_name
from twauth_gui.transfer.reader.owners import OwnerFinder
from twauth_gui.transfer.reader.reading_result import ReadingResult, unnamed_reason
from twauth_gui.transfer.reader.value_kinds import (
    ValueKind,
    classify,
    clean_credential,
    could_be_key,
    has_exact_format,
    is_encrypted,
    split_values,
)
from twauth_gui.transfer.tools.found_credentials import FoundCredentials

# In code a name around a value is seldom an account's.
_STRUCTURED = frozenset({"json", "yaml", "toml", "ini", "plist", "csv", "tsv"})
_HANDLE_CELL = re.compile(r"@?[A-Za-z_][A-Za-z0-9_]{2,14}")


@dataclass(frozen=True, slots=True, repr=False)
class _Left:
    """A value that is told of unless the same field is elsewhere in the text."""

    fields: tuple[Field, ...]
    name: str
    line: int
    reason: str


def read_text(text: str, file_name: str, result: FoundCredentials) -> None:
    """Take the accounts and apps of a text, and tell of every value that is not used.

    Raises:
        NotLoadedError: there are so many that it is no file of a person's.
        CancelledError: the user cancelled it.
    """
    take_entries(read_entries(text, file_name), result, text)
    if not (result.accounts or result.apps or result.skipped) and is_encrypted(text):
        result.skip("the file", ValueKind.ENCRYPTED.value)


def take_entries(entries: Iterable[Entry], result: FoundCredentials, text: str = "") -> None:
    """Take the accounts and apps of entries. text: where comments with handles are looked for."""
    entries = list(entries)
    reading = _Reading(ReadingResult(result), HandleFinder(text), OwnerFinder(entries))
    mixed = _find_mixed_lists(entries)
    for entry in entries:
        meaning = interpret_path(entry.path, is_mixed=entry.path[:-1] in mixed)
        if entry.path in mixed and not meaning.fields:
            meaning = replace(meaning, is_bare=True, handle=0)
        reading.read(entry, meaning)
    reading.finish()


@dataclass(slots=True, repr=False)
class _Reading:
    result: ReadingResult
    handles: HandleFinder
    owners: OwnerFinder
    values: list[NamedValue] = field(default_factory=list[NamedValue])
    left: list[_Left] = field(default_factory=list[_Left])

    def read(self, entry: Entry, meaning: PathMeaning) -> None:
        """Keep an entry as what it is: a handle, a credential, or something to tell of."""
        meaning = self.owners.add_owner(entry.path, meaning)
        kind = classify(entry.value, is_literal=entry.is_literal)
        if meaning.handle and not could_be_key(clean_credential(entry.value)):
            self._read_handle(entry, meaning)
        elif meaning.service:
            self._read_foreign(entry, meaning, kind)
        elif meaning.fields:
            self._read_field(entry, meaning, kind)
        elif kind is ValueKind.CREDENTIAL:
            self._read_unnamed(entry, meaning)
        elif meaning.is_bare and not self._read_list(entry, meaning):
            self._read_cell(entry, meaning)

    def finish(self) -> None:
        """Group the values, and hand on what they make."""
        grouping = group_values(self.values)
        for unused in grouping.unused:
            self._tell_unused(unused)
        apps, before = AppIndex(grouping.sets), dict[Scope, CredentialSet]()
        for one in grouping.sets:
            if _is_chance(one):
                for name, value in one.values.items():
                    self._tell_unused(UnusedValue(value, unnamed_reason(name)))
            else:
                self.result.take(one, apps, self.handles.find(one, before.get(one.scope)))
            before[one.scope] = one
        known = {name for one in grouping.sets for name in one.values}
        for left in self.left:
            if not known & {*left.fields}:
                self.result.skip(left.name, left.line, left.reason)
        self.result.finish()

    def _tell_unused(self, unused: UnusedValue) -> None:
        """Tell of a value, but not of every word of a text that could be one."""
        it = unused.value
        if not it.is_bare or has_exact_format(it.value):
            self.result.skip(it.name, it.line, unused.reason, it.value)

    def _read_handle(self, entry: Entry, meaning: PathMeaning) -> None:
        is_clear = meaning.handle > 1 or meaning.is_of_x or entry.value.startswith("@")
        if entry.is_literal and (is_clear or entry.format in _STRUCTURED):
            self.handles.add(meaning.scope, len(self.values), entry.value)

    def _read_cell(self, entry: Entry, meaning: PathMeaning) -> None:
        """Keep what may be a handle in a row without a header."""
        is_in_row = len(entry.path) > 1 and is_row(entry.path[-2])
        if is_in_row and _HANDLE_CELL.fullmatch(entry.value.strip()):
            self.handles.add(meaning.scope, len(self.values), entry.value)

    def _read_foreign(self, entry: Entry, meaning: PathMeaning, kind: ValueKind) -> None:
        """Tell of another service's key; of its other settings there is nothing to tell."""
        if kind is ValueKind.CREDENTIAL and (meaning.fields or has_exact_format(entry.value)):
            reason = f"It belongs to {meaning.service}, not to X."
            self.result.skip(shown_name(entry.path), entry.line, reason)

    def _read_field(self, entry: Entry, meaning: PathMeaning, kind: ValueKind) -> None:
        if kind is ValueKind.CREDENTIAL:
            self._add(entry, meaning, clean_credential(entry.value))
        elif kind is not ValueKind.EMPTY and not (
            self._read_list(entry, meaning) or meaning.is_vague
        ):
            self._tell_left(entry, meaning, kind)

    def _tell_left(self, entry: Entry, meaning: PathMeaning, kind: ValueKind) -> None:
        name = shown_name(entry.path)
        if entry.is_literal:
            self.result.skip(name, entry.line, kind.value)
        else:
            self.left.append(_Left(meaning.fields, name, entry.line, kind.value))

    def _add(self, entry: Entry, meaning: PathMeaning, value: str) -> None:
        fits = any(can_be_field(name, value) for name in meaning.fields)
        if not meaning.is_vague or fits:
            self._keep(entry, meaning, value, meaning.fields, meaning.scope)
        elif could_be_key(value):
            self._read_unnamed(entry, meaning)

    def _read_unnamed(self, entry: Entry, meaning: PathMeaning) -> None:
        """Keep a bare value by its format; one with another name is only told of."""
        value = clean_credential(entry.value)
        guesses = guess_fields(value)
        if meaning.is_bare and could_be_key(value):
            scope = Scope(meaning.scope.context)
            self._keep(entry, meaning, value, guesses, scope, is_bare=True)
        elif has_exact_format(value):
            reason = unnamed_reason(guesses[0])
            self.result.skip(shown_name(entry.path), entry.line, reason, value)

    def _read_list(self, entry: Entry, meaning: PathMeaning) -> bool:
        """Keep the values of a list in one variable, each in a group of its own place.

        A list of different fields, such as those of one account, is one group.
        """
        elements = split_values(entry.value) if entry.is_literal else ()
        if _is_one_set(elements):
            elements = [[value for element in elements for value in element]]
        for at, element in enumerate(elements):
            place = (f"[{at}]",) if len(elements) > 1 else ()
            scope = Scope(meaning.scope.context, (*meaning.scope.labels, *place))
            for value in element:
                fields = meaning.fields if len(element) == 1 else ()
                fields, is_bare = (fields, False) if fields else (guess_fields(value), True)
                self._keep(entry, meaning, value, fields, scope, is_bare=is_bare)
        return bool(elements)

    def _keep(  # noqa: PLR0917
        self,
        entry: Entry,
        meaning: PathMeaning,
        value: str,
        fields: tuple[Field, ...],
        scope: Scope,
        *,
        is_bare: bool = False,
    ) -> None:
        self.values.append(
            NamedValue(
                fields,
                value,
                entry.line,
                len(self.values),
                scope,
                is_of_x=meaning.is_of_x,
                is_vague=meaning.is_vague or is_bare,
                is_bare=is_bare,
                holders=meaning.holders if entry.format in _STRUCTURED else (),
                name=shown_name(entry.path),
            )
        )


def _find_mixed_lists(entries: Iterable[Entry]) -> set[tuple[str, ...]]:
    """Return the paths of lists whose values are different fields, as those of one account are.

    A name that comes again and again is a list too.
    """
    fields: dict[tuple[str, ...], set[tuple[Field, ...]]] = {}
    for entry in entries:
        guesses = guess_fields(clean_credential(entry.value))
        if entry.path and is_index(entry.path[-1]):
            fields.setdefault(entry.path[:-1], set()).add(guesses)
        elif guesses != (Field.UNKNOWN,):
            fields.setdefault(entry.path, set()).add(guesses)
    return {path for path, guesses in fields.items() if len(guesses) > 1}


def _is_chance(one: CredentialSet) -> bool:
    """Whether a set is made of words that have the format of a key, but no pair."""
    return all(it.is_bare for it in one.values.values()) and not (one.has(APP) or one.has(ACCOUNT))


def _is_one_set(elements: Sequence[Sequence[str]]) -> bool:
    """Whether the elements of a list are different fields: those of one account."""
    if any(len(element) > 1 for element in elements):
        return False
    fields = [guess_fields(element[0]) for element in elements]
    return len(elements) > 1 and len(set(fields)) == len(fields) and (Field.UNKNOWN,) not in fields
