"""Merge into files of java.util.Properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from typing_extensions import override

from twauth_gui.transfer.merge.text_edits import (
    MergeFormat,
    MergeRefusedError,
    NamePath,
    TextEdit,
    find_line_end,
    insert_lines,
    require_few_lines,
)

# Of java.util.Properties.load: a name ends at the first "=", ":" or blank that has no backslash.
_LINE = re.compile(
    r"[ \t\f]*(?P<name>(?:[^\\=: \t\f]|\\.)+)(?P<gap>[ \t\f]*[=:]?[ \t\f]*)(?P<value>.*)", re.DOTALL
)
_COMMENT = re.compile(r"[ \t\f]*[#!]")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_INCLUDES = frozenset({"include", "includeoptional"})  # of Apache Commons Configuration


@dataclass(frozen=True, slots=True)
class _Property:
    """One name with its value, which may go on in further lines."""

    name: str
    end: int
    value_start: int
    value_end: int
    text: str = field(repr=False)
    gap: str

    @property
    def value(self) -> str:
        return _unescape(re.sub(r"\\\r?\n[ \t\f]*", "", self.text))


class PropertiesFile(MergeFormat):
    """Files of java.util.Properties."""

    @override
    def read(self, text: str) -> dict[NamePath, str]:
        """Return the value of each name; of one that is there twice, the last."""
        return {(one.name,): repr(one.value) for one in _scan(text)}

    @override
    def edit(self, text: str, rendered: str) -> list[TextEdit]:
        """Return edits: new values in the places of old ones, the others at the end."""
        here = list(_scan(text))
        edits: list[TextEdit] = []
        added: list[str] = []
        gap = here[-1].gap if here and here[-1].gap.strip() else "="
        last: _Property | None = None
        for new in _scan(rendered):
            old = _find_one(here, new.name)
            if old is None:
                added.append(f"{new.name}{gap}{new.text}")
            else:
                last = old
                edits += _replace(old, new)
        if added and last is not None:
            edits.append(insert_lines(text, last.end, added))
        elif added:
            lead = [] if text.endswith(("\n\n", "\n\r\n")) else [""]
            edits.append(insert_lines(text, len(text), [*lead, *added]))
        return edits


def _find_one(here: Iterable[_Property], name: str) -> _Property | None:
    found = [one for one in here if one.name == name]
    if len(found) > 1:
        raise MergeRefusedError(f"{name} stands in the file more than once.")
    if found and "\n" in found[0].text:
        raise MergeRefusedError(f"{name} in the file has a value of several lines.")
    return found[0] if found else None


def _replace(old: _Property, new: _Property) -> list[TextEdit]:
    if new.value == old.value:
        return []
    if not old.gap.strip():  # a blank alone, or nothing
        return [TextEdit(old.value_start - len(old.gap), old.value_end, f"={new.text}")]
    return [TextEdit(old.value_start, old.value_end, new.text)]


def _scan(text: str) -> Iterator[_Property]:
    require_few_lines(text)
    at = 0
    while at < len(text):
        end = _find_logical_end(text, at)
        line = text[at:end].rstrip("\r\n")
        head = _LINE.match(line)
        if line.lstrip(" \t\f")[:1] not in {"", "#", "!"} and head is not None:
            name = _unescape(head["name"])
            if name.lower() in _INCLUDES:
                raise MergeRefusedError("The file includes another one.")
            start = at + head.start("value")
            yield _Property(name, end, start, at + len(line), head["value"], head["gap"])
        at = end


def _find_logical_end(text: str, at: int) -> int:
    """Return where the next line begins, after those that a backslash continues."""
    is_comment = _COMMENT.match(text, at) is not None
    while True:
        end = find_line_end(text, at)
        line = text[at:end].rstrip("\r\n")
        slashes = len(line) - len(line.rstrip("\\"))
        if is_comment or slashes % 2 == 0 or end == len(text):
            return end
        at = end


def _unescape(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            return chr(int(code[1:], 16))
        return _CONTROLS.get(code, code)

    return _ESCAPE.sub(replace, text)
