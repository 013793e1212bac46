"""Credentials that are not where a value is: a name, the query of an address, a longer text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from twauth_gui.transfer.reader.entry import Entry
from twauth_gui.transfer.reader.value_kinds import EXACT_LENGTHS, ReadValue, has_exact_format

_SHORTEST = 25
_LONGEST_TEXT = 16 * 1024
_LONGEST_ADDRESS = 4096
_QUERY = re.compile(r"[?&;]([A-Za-z_][\w.-]*+)=([^&;#\s]*+)", re.ASCII)
_WORD = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:[0-9]{1,20}-[A-Za-z0-9]{25,45}|[A-Za-z0-9]{25,50})(?![A-Za-z0-9+/=_-])"
)
# What tools call the place of a value that they have encrypted.
_CIPHER_HOLDERS = frozenset({"secure", "encrypteddata", "ciphertext", "encryptedvalue"})


def open_entries(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries, and instead of some the credentials that they hide.

    {token: secret} becomes a row of two cells, an address the members of its query.
    """
    for entry in entries:
        if entry.path and is_key_itself(entry.path[-1]):
            row = (*entry.path[:-1], f"row {entry.line}")
            yield Entry((*row, "[0]"), entry.path[-1], entry.line, format=entry.format)
            yield entry._replace(path=(*row, "[1]"))
        elif not _CIPHER_HOLDERS.isdisjoint(map(str.casefold, entry.path[-2:])):
            path = tuple(step for step in entry.path if step.casefold() not in _CIPHER_HOLDERS)
            yield entry._replace(path=path, value="encrypted:" if entry.value else "")
        elif entry.value.startswith("otpauth://"):
            continue  # of a code for signing in by hand
        elif "://" in entry.value[:_LONGEST_ADDRESS]:
            yield from _open_address(entry)
        else:
            yield entry


def is_key_itself(name: str) -> bool:
    """Whether a name is a credential: then it says nothing about its value."""
    if len(name) < _SHORTEST or "_" in name:
        return False
    return _is_exact(ReadValue.of(name))


def may_hide(text: str) -> bool:
    """Whether a word of a text is as long as a credential; find_hidden() says whether it is one."""
    return len(text) >= _SHORTEST and _WORD.search(text) is not None


def find_hidden(text: str) -> Sequence[ReadValue]:
    """Return the credentials within a longer text."""
    words = _WORD.findall(text[:_LONGEST_TEXT])
    found = (ReadValue.of(word) for word in words if "-" in word or len(word) in EXACT_LENGTHS)
    return list(filter(_is_exact, found))


def _is_exact(value: ReadValue) -> bool:
    """Whether a word is surely no name of a program, which may be as long as a key."""
    has_digit = any(map(str.isdigit, value.text))
    return has_digit and has_exact_format(value.text, value.formats)


def _open_address(entry: Entry) -> Iterator[Entry]:
    pairs = _QUERY.findall(entry.value[:_LONGEST_ADDRESS]) if entry.is_literal else []
    if not pairs:
        yield entry
    for name, value in pairs:
        yield entry._replace(path=(*entry.path, name), value=unquote(value))
