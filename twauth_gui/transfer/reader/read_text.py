"""Reading of any text: its entries, what each one means, and who belongs together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from twauth_gui.transfer.credential_formats import Field, read_token_user_id
from twauth_gui.transfer.found_credentials import (
    FoundCredentials,
    NotLoadedError,
    SkipKind,
    SkippedEntry,
)
from twauth_gui.transfer.reader.account_handles import HandleFinder
from twauth_gui.transfer.reader.entries import read_entries
from twauth_gui.transfer.reader.entry import Entry
from twauth_gui.transfer.reader.field_names import CLEAR_HANDLE, USER_ID, is_index, is_row
from twauth_gui.transfer.reader.grouping import (
    ACCOUNT,
    APP,
    AppIndex,
    CredentialSet,
    NamedValue,
    UnusedValue,
    group_values,
)
from twauth_gui.transfer.reader.hidden_values import find_hidden, open_entries
from twauth_gui.transfer.reader.name_paths import (
    GroupKey,
    PathMeaning,
    interpret_path,
    names_of_a_text,
    shown_name,
)
from twauth_gui.transfer.reader.owners import CommentHeadings, OwnerFinder
from twauth_gui.transfer.reader.reading_result import ReadingResult, unnamed_reason
from twauth_gui.transfer.reader.value_kinds import (
    ReadValue,
    ValueKind,
    could_be_key,
    has_exact_format,
    is_encrypted,
    split_values,
)

# In code a name around a value is seldom an account's.
_STRUCTURED = frozenset({"json", "yaml", "toml", "ini", "plist", "csv", "tsv"})
_LABELLED = frozenset({"xml", "text", "markdown"})
_COLLECTION = re.compile(r"(?:bot|account|user|profile|handle|screen_?name)s?$", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?|\n")
MAX_LINES = 10_000
"""The keys of 2,000 accounts, with a name or a blank line for each."""
_MOST_LOCKS = 20
_MOST_HIDDEN = 2_000  # more than are told of
_TOO_LONG = "It has far more entries than any file with keys."
_HISTORY = "History"
_OLD = "It is an older version, which the password manager keeps of an entry."
_OTHER_USER = "The user ID named beside it is not the one in the access token."
_LENGTH = "The {field} does not have a length that X uses."
_ONE_SIGN = "Its values look like placeholders: each repeats one character."
_SHORTEST_ID = 4
_WORD_END = re.compile(r"[\s,;\"'`<>(){}\[\]]+|(?<=[\w])[:=](?=\S)")
_HANDLE_CELL = re.compile(r"@?[A-Za-z_][A-Za-z0-9_]{2,14}")


@dataclass(frozen=True, slots=True, repr=False)
class _Left:
    """A value that is told of unless the same field is elsewhere in the text."""

    fields: tuple[Field, ...]
    entry: SkippedEntry


@dataclass(frozen=True, slots=True, repr=False)
class TextContent:
    """What a text holds, complete or not.

    sets: values that belong together, in their order. empty: fields that are named without a value.
    left: what is told of the rest, with the value if it is one. is_cut: whether the text was too
    long to be read to its end.
    """

    sets: tuple[CredentialSet, ...]
    empty: tuple[Field, ...]
    left: tuple[tuple[SkippedEntry, str], ...]
    is_cut: bool


@names_of_a_text()
def read_content(text: str) -> TextContent:
    """Return the credentials of a text, also those that lack their partner."""
    start = _read_start(text)
    entries, has_more = read_entries(start)
    reading = _read_all(entries, FoundCredentials())
    is_cut = has_more or len(start) < len(text)
    grouping = group_values(reading.values)
    try:
        reading.finish()
    except NotLoadedError:  # very many accounts
        is_cut = True
    return TextContent(
        tuple(grouping.sets), tuple(reading.empty), reading.result.left, is_cut=is_cut
    )


@names_of_a_text()
def read_text(text: str, file_name: str, result: FoundCredentials) -> None:
    """Take the accounts and apps of a text, and tell of every value that is not used.

    Raises:
        NotLoadedError: there are so many that it is no file of a person's.
        CancelledError: the user cancelled it.
    """
    start = _read_start(text)
    entries, has_more = read_entries(start, file_name)
    take_entries(entries, result, start)
    if has_more or len(start) < len(text):
        result.skip(SkippedEntry("the end of the file", _TOO_LONG, SkipKind.UNREADABLE))
    is_locked = is_encrypted(text) or any(map(_says_encrypted, entries[:_MOST_LOCKS]))
    if not (result.has_credentials or result.skipped) and is_locked:
        result.skip(SkippedEntry("the file", ValueKind.ENCRYPTED.value, SkipKind.NO_KEY))


def _says_encrypted(entry: Entry) -> bool:
    """Whether an export says of itself that it is encrypted."""
    return entry.path[-1:] == ("encrypted",) and entry.value == "true"


def _read_start(text: str) -> str:
    """Return the text up to a number of lines, which no file with keys has."""
    found = next(islice(_LINE_END.finditer(text), MAX_LINES - 1, None), None)
    return text[: found.end()] if found else text


def take_entries(entries: Iterable[Entry], result: FoundCredentials, text: str = "") -> None:
    """Take the accounts and apps of entries. text: where comments with handles are looked for."""
    _read_all(entries, result, text).finish()


def _read_all(found: Iterable[Entry], result: FoundCredentials, text: str = "") -> _Reading:
    entries = list(open_entries(found))
    owners, headings = OwnerFinder(entries), CommentHeadings(text)
    reading = _Reading(ReadingResult(result), HandleFinder(text), owners)
    values = [ReadValue.of(entry.value, is_literal=entry.is_literal) for entry in entries]
    mixed = _find_mixed_lists(zip(entries, values, strict=True))
    for entry, value in zip(entries, values, strict=True):
        meaning = interpret_path(entry.path, is_mixed=entry.path[:-1] in mixed)
        if entry.path in mixed and not meaning.fields:
            meaning = meaning._replace(is_bare=True, handle=0)
        meaning = headings.add_owner(entry.line, owners.add_owner(entry.path, meaning))
        reading.read(_Item(entry, value, meaning))
    return reading


@dataclass(frozen=True, slots=True, repr=False)
class _Item:
    """An entry with what its value is and what its path says."""

    entry: Entry
    value: ReadValue
    meaning: PathMeaning

    @property
    def name(self) -> str:
        return shown_name(self.entry.path)


@dataclass(slots=True, repr=False)
class _Reading:
    result: ReadingResult
    handles: HandleFinder
    owners: OwnerFinder
    values: list[NamedValue] = field(default_factory=list[NamedValue])
    left: list[_Left] = field(default_factory=list[_Left])
    empty: list[Field] = field(default_factory=list[Field])
    hidden: int = 0

    def read(self, item: _Item) -> None:
        """Keep an entry as what it is: a handle, a credential, or something to tell of."""
        meaning = item.meaning
        if self._read_beside(item):
            return
        if meaning.service:
            self._read_foreign(item)
        elif meaning.fields:
            self._read_field(item)
        elif item.value.kind is ValueKind.CREDENTIAL:
            self._read_unnamed(item)
        elif not (meaning.is_bare and self._read_list(item)):
            self._read_cell(item)
            self._tell_hidden(item)

    def _read_beside(self, item: _Item) -> bool:
        """Read what stands beside credentials; return False if the entry may be one itself."""
        meaning, entry = item.meaning, item.entry
        if entry.format == "xml" and _HISTORY in entry.path:
            if item.value.kind is ValueKind.CREDENTIAL:
                self._tell(item, _OLD, SkipKind.AMBIGUOUS)
        elif meaning.handle == USER_ID and not meaning.service:
            self.handles.add_user_id(meaning.scope, len(self.values), entry.value)
        elif meaning.handle and not could_be_key(item.value):
            if not self._read_list(item):
                self._read_handle(item)
        else:
            return False
        return True

    def finish(self) -> None:
        """Group the values, and hand on what they make."""
        grouping = group_values(self.values)
        for unused in grouping.unused:
            self._tell_unused(unused)
        self._add_titles(grouping.sets)
        self.handles.add_servers(one.first.holders for one in grouping.sets if one.has(ACCOUNT))
        apps, before = AppIndex(grouping.sets), dict[GroupKey, CredentialSet]()
        for one in grouping.sets:
            if _is_chance(one):
                for name, value in one.values.items():
                    self._tell_unused(UnusedValue(value, unnamed_reason(name)))
            else:
                last = before.get(one.scope)
                doubt = _find_doubt(one, self.handles.find_user_id(one, last))
                handle = self.handles.find(one, last) if one.has(ACCOUNT) else ""
                self.result.take(one, apps, handle, doubt)
            before[one.scope] = one
        known = {name for one in grouping.sets for name in one.values}
        for left in self.left:
            if not known & {*left.fields}:
                self.result.skip(left.entry)
        self.result.finish()

    def _add_titles(self, sets: Iterable[CredentialSet]) -> None:
        """Give each set with an app its title, unless the app is below several."""
        by_app: dict[str, list[CredentialSet]] = {}
        for one in sets:
            if one.has(APP):
                one.title = self.owners.find_title(one.scope.context)
                by_app.setdefault(one.values[APP[0]].value, []).append(one)
        for members in by_app.values():
            if len({one.title for one in members}) > 1:
                for one in members:
                    one.title = ""

    def _tell_unused(self, unused: UnusedValue) -> None:
        """Tell of a value, but not of every word of a text that could be one."""
        it = unused.value
        if not it.is_bare or has_exact_format(it.value, it.formats):
            entry = SkippedEntry(it.name, unused.reason, SkipKind.AMBIGUOUS, it.line)
            self.result.skip(entry, it.value)

    def _read_handle(self, item: _Item) -> None:
        entry, meaning = item.entry, item.meaning
        is_clear = meaning.handle >= CLEAR_HANDLE or meaning.is_of_x or entry.value.startswith("@")
        self._tell_hidden(item)
        is_user = entry.format in _LABELLED and meaning.handle > 1
        if entry.is_literal and (is_clear or is_user or entry.format in _STRUCTURED):
            self.handles.add(meaning.scope, len(self.values), entry.value, meaning.handle)

    def _tell_hidden(self, item: _Item) -> None:
        """Tell of credentials in a longer text, of which nothing says what they belong to."""
        if not item.entry.is_literal or self.hidden > _MOST_HIDDEN:
            return
        for value in find_hidden(item.entry.value):
            self.hidden += 1
            reason = unnamed_reason(value.formats[0])
            entry = SkippedEntry(item.name, reason, SkipKind.AMBIGUOUS, item.entry.line)
            self.result.skip(entry, value.text)

    def _read_cell(self, item: _Item) -> None:
        """Keep what may be a handle in a row without a header."""
        if not item.meaning.is_bare:
            return
        path, text = item.entry.path, item.entry.value.strip()
        if len(path) > 1 and _is_row_of_any(path[-2]) and _HANDLE_CELL.fullmatch(text):
            self.handles.add(item.meaning.scope, len(self.values), text)

    def _read_foreign(self, item: _Item) -> None:
        """Tell of another service's key; of its other settings there is nothing to tell."""
        value, is_field = item.value, bool(item.meaning.fields)
        is_key = is_field or has_exact_format(value.text, value.formats)
        if value.kind is ValueKind.CREDENTIAL and is_key:
            reason = f"It belongs to {item.meaning.service}, not to X."
            self._tell(item, reason, SkipKind.OTHER_SERVICE)

    def _read_field(self, item: _Item) -> None:
        kind, meaning = item.value.kind, item.meaning
        if kind is not ValueKind.CREDENTIAL and not meaning.is_vague:
            self.empty.append(meaning.fields[0])
        if kind is ValueKind.CREDENTIAL:
            if not meaning.is_vague or {*meaning.fields} & {*item.value.formats}:
                self._keep(item, item.value, meaning.scope)
            elif could_be_key(item.value):
                self._read_unnamed(item)
        elif kind is ValueKind.EMPTY or self._read_list(item):
            return
        elif meaning.is_vague:
            self._tell_hidden(item)
        else:
            self._tell_left(item)

    def _tell_left(self, item: _Item) -> None:
        reason = item.value.kind.value
        if item.entry.is_literal:
            self._tell(item, reason, SkipKind.NO_KEY)
        else:
            entry = SkippedEntry(item.name, reason, SkipKind.NO_KEY, item.entry.line)
            self.left.append(_Left(item.meaning.fields, entry))

    def _tell(self, item: _Item, reason: str, kind: SkipKind) -> None:
        entry = SkippedEntry(item.name, reason, kind, item.entry.line)
        self.result.skip(entry, item.value.text)

    def _read_unnamed(self, item: _Item) -> None:
        """Keep a bare value by its format; one with another name is only told of."""
        value = item.value
        if item.meaning.is_bare and could_be_key(value):
            self._keep(item, value, GroupKey(item.meaning.scope.context), is_bare=True)
        elif has_exact_format(value.text, value.formats):
            self._tell(item, unnamed_reason(value.formats[0]), SkipKind.AMBIGUOUS)

    def _read_list(self, item: _Item) -> bool:
        """Keep the values of a list in one variable, each in a group of its own place.

        A list of different fields, such as those of one account, is one group.
        """
        elements = split_values(item.entry.value) if item.entry.is_literal else ()
        if _is_one_set(elements):  # now of more than one value, which makes them bare
            elements = [[value for element in elements for value in element]]
        around = item.meaning.scope
        for at, element in enumerate(elements):
            place = (f"[{at}]",) if len(elements) > 1 else ()
            scope = GroupKey(around.context, (*around.labels, *place))
            is_bare = len(element) > 1 or not item.meaning.fields
            for value in element:
                self._keep(item, value, scope, is_bare=is_bare)
        return bool(elements)

    def _keep(
        self, item: _Item, value: ReadValue, scope: GroupKey, *, is_bare: bool = False
    ) -> None:
        meaning, entry = item.meaning, item.entry
        if is_bare and value.formats == (Field.UNKNOWN,):
            return  # beside a bare value that is one
        self.values.append(
            NamedValue(
                value.formats if is_bare else meaning.fields,
                value.text,
                entry.line,
                len(self.values),
                scope,
                formats=value.formats,
                is_of_x=meaning.is_of_x,
                is_vague=meaning.is_vague or is_bare,
                is_bare=is_bare,
                holders=_holders_of(entry, meaning.holders),
                name=item.name,
            )
        )


def _is_row_of_any(step: str) -> bool:
    """Whether a step is a row of a table, a list in a list, or a row of SQL."""
    return is_row(step) or is_index(step) or step.casefold() == "values()"


def _holders_of(entry: Entry, holders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that may be an account's: in code those in a collection of accounts."""
    if entry.format in _STRUCTURED:
        return holders
    at = next((at for at, name in enumerate(holders) if _COLLECTION.search(name)), len(holders))
    return holders[at + 1 :] or tuple(
        name for name in holders if name.startswith("@") or " @" in name
    )


def _find_mixed_lists(values: Iterable[tuple[Entry, ReadValue]]) -> set[tuple[str, ...]]:
    """Return the paths of lists whose values are different fields, as those of one account are.

    A name that comes again and again is a list too.
    """
    fields: dict[tuple[str, ...], set[tuple[Field, ...]]] = {}
    for entry, value in values:
        if entry.path and is_index(entry.path[-1]):
            fields.setdefault(entry.path[:-1], set()).add(value.formats)
        elif value.formats != (Field.UNKNOWN,):
            fields.setdefault(entry.path, set()).add(value.formats)
    return {path for path, formats in fields.items() if len(formats) > 1}


def _is_chance(one: CredentialSet) -> bool:
    """Whether a set is made of words that have the format of a key, but no pair."""
    return all(it.is_bare for it in one.values.values()) and not (one.has(APP) or one.has(ACCOUNT))


def _is_one_set(elements: Sequence[Sequence[ReadValue]]) -> bool:
    """Whether the elements of a list are different fields, those of one account."""
    if any(len(element) > 1 for element in elements):
        return False
    formats = [element[0].formats for element in elements]
    return len(formats) > 1 and len({*formats}) == len(formats) and (Field.UNKNOWN,) not in formats


def _find_doubt(one: CredentialSet, user_id: str) -> str:
    """Return why an account may not be what it seems, as a sentence; "" if nothing says so.

    user_id: that is named beside it, or "".
    """
    if not one.has(ACCOUNT):
        return ""
    own_id = read_token_user_id(one.values[ACCOUNT[0]].value) or ""
    is_id = user_id.isascii() and user_id.isdecimal() and len(user_id) >= _SHORTEST_ID
    if own_id and is_id and user_id != own_id:
        return _OTHER_USER
    values = [(name, one.values[name]) for name in (*APP, *ACCOUNT) if name in one.values]
    if all(len(set(it.value.rpartition("-")[2])) == 1 for _, it in values):
        return _ONE_SIGN
    odd = (name for name, it in values if name not in it.formats and not it.is_of_x)
    return next((_LENGTH.format(field=name.value) for name in odd), "")


def holds_credential(text: str) -> bool:
    """Whether a short text of the user's holds what looks like a credential, named or not."""
    words = [word.strip(".!?") for word in _WORD_END.split(text) if word]
    return any(could_be_key(ReadValue.of(word)) for word in words) or bool(read_content(text).sets)
