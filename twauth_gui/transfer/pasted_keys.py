"""Keys of X in a pasted text of any format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field, clean_value
from twauth_gui.transfer.found_credentials import SkipKind, SkippedEntry
from twauth_gui.transfer.reader.grouping import ACCOUNT, APP, CLIENT, CredentialSet
from twauth_gui.transfer.reader.read_text import TextContent, read_content
from twauth_gui.transfer.reader.reading_result import without_key
from twauth_gui.transfer.reader.value_kinds import ReadValue, ValueKind

MAX_BYTES = 256 * 1024
_NAMED = re.compile(r"[=:]")
_MOST_UNUSED = 500
_OTHER_SET = "It belongs to another set of keys; only the first one is used."
_PAIRS = (APP, ACCOUNT, CLIENT)
_OAUTH2 = frozenset({Field.OAUTH2_ACCESS, Field.OAUTH2_REFRESH, Field.OAUTH2_CODE})


@dataclass(frozen=True, slots=True)
class PastedKeys:
    """The keys of a text.

    notes: sentences about all of it. unused: each value that is not among the keys, by its line.
    Neither contains a value.
    """

    api_key: Secret | None = None
    api_secret: Secret | None = None
    bearer_token: Secret | None = None
    client_id: Secret | None = None
    client_secret: Secret | None = None
    access_token: Secret | None = None
    access_secret: Secret | None = None
    notes: tuple[str, ...] = ()
    unused: tuple[SkippedEntry, ...] = ()

    @property
    def is_empty(self) -> bool:
        app = (self.api_key, self.api_secret, self.bearer_token)
        rest = (self.client_id, self.client_secret, self.access_token, self.access_secret)
        return not any((*app, *rest))

    @property
    def has_app(self) -> bool:
        return self.app_keys is not None

    @property
    def app_keys(self) -> AppKeys | None:
        """The keys of an app; None unless both the API key and the API secret are there."""
        if self.api_key is None or self.api_secret is None:
            return None
        return AppKeys(
            self.api_key, self.api_secret, self.bearer_token, self.client_id, self.client_secret
        )


def parse_keys(text: str) -> PastedKeys:
    """Return all keys of the text. Any text is accepted; nothing is raised.

    It is read as a file is; bare lines of unknown formats too, in the order of X's console.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return PastedKeys(
            notes=("The text is longer than 256 KiB. Paste only the part with the keys.",)
        )
    if not text.strip():
        return PastedKeys()
    content = read_content(text)
    keys = _merge_sets(content) if content.sets else _in_console_order(text)
    secrets = {name: Secret(value) for name, value in keys.values.items()}
    return PastedKeys(
        api_key=secrets.get(Field.API_KEY),
        api_secret=secrets.get(Field.API_SECRET),
        bearer_token=secrets.get(Field.BEARER_TOKEN),
        client_id=secrets.get(Field.CLIENT_ID),
        client_secret=secrets.get(Field.CLIENT_SECRET),
        access_token=secrets.get(Field.ACCESS_TOKEN),
        access_secret=secrets.get(Field.ACCESS_SECRET),
        notes=_notes(content, keys),
        unused=tuple(_unused(content, keys)),
    )


@dataclass(slots=True, repr=False)
class _MergedKeys:
    """The values of the first set of keys, with what had to be decided."""

    values: dict[Field, str] = field(default_factory=dict[Field, str])
    swapped: list[tuple[Field, Field]] = field(default_factory=list[tuple[Field, Field]])
    has_second_set: bool = False
    has_oauth2: bool = False


def _merge_sets(content: TextContent) -> _MergedKeys:
    """Merge all sets that do not contradict each other, those with a whole pair first."""
    merged = _MergedKeys()
    for one in sorted(content.sets, key=lambda one: not (one.has(APP) or one.has(ACCOUNT))):
        values = {name: it.value for name, it in one.values.items() if name not in _OAUTH2}
        merged.has_oauth2 |= len(values) < len(one.values)
        if all(merged.values.get(name, value) == value for name, value in values.items()):
            merged.values |= values
            merged.swapped += [pair for pair in _PAIRS if one.has(pair) and _is_swapped(one, pair)]
        else:
            merged.has_second_set = True
    return merged


def _is_swapped(one: CredentialSet, pair: tuple[Field, Field]) -> bool:
    """Whether the two have each other's names, or stand in each other's place without names."""
    first, second = (one.values[name] for name in pair)
    if first.is_bare and second.is_bare:
        return second.order + 1 == first.order
    return pair[0] not in first.fields and pair[1] not in second.fields


def _in_console_order(text: str) -> _MergedKeys:
    """Take two or four lines of no known format as keys, in the order in which X shows them."""
    lines = [clean_value(line) for line in text.splitlines() if line.strip()]
    fields = {2: APP, 4: (*APP, *ACCOUNT)}.get(len(lines), ())
    are_values = all(
        ReadValue.of(line).kind is ValueKind.CREDENTIAL and not _NAMED.search(line)
        for line in lines
    )
    return _MergedKeys(dict(zip(fields, lines, strict=False)) if are_values else {})


def _notes(content: TextContent, keys: _MergedKeys) -> tuple[str, ...]:
    notes = [
        f"The {one.value} and the {other.value} were swapped; this is corrected."
        for one, other in keys.swapped
    ]
    if keys.has_second_set:
        notes.append("There is more than one set of keys; Twauth uses the first one.")
    if keys.has_oauth2:
        notes.append("An OAuth 2.0 token was skipped: signing in with OAuth 1.0a does not use it.")
    if content.is_cut:
        notes.append("The text is too long to read completely. Paste only the part with the keys.")
    if not keys.values:
        notes.append("There is no X key in this text.")
    empty = [name for name in dict.fromkeys(content.empty) if name not in keys.values]
    notes += [f"The {name.value} has no value here." for name in empty]
    return tuple(notes)


def _unused(content: TextContent, keys: _MergedKeys) -> Iterable[SkippedEntry]:
    """Return what is not among the keys, in the order of the lines."""
    used = {*keys.values.values()}
    left = {entry: None for entry, value in content.left if not value or value not in used}
    told = {entry.line for entry in left}
    for one in content.sets:
        for it in one.values.values():
            if it.value not in used and it.line not in told:
                entry = SkippedEntry(it.name, _OTHER_SET, SkipKind.AMBIGUOUS, it.line)
                left[without_key(entry)] = None
    return sorted(islice(left, _MOST_UNUSED), key=lambda entry: entry.line)
