"""Merge into JSON, keeping its indentation, its order and everything else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from typing_extensions import override

from twauth_gui.transfer.merge.text_edits import (
    MergeFormat,
    MergeRefusedError,
    NamePath,
    TextEdit,
    find_newline,
    group_additions,
)
from twauth_gui.transfer.merge.value_tree import flatten, show_leaves

_BLANKS = re.compile(r"[ \t\r\n]*")
_SCANNER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class _Member:
    """A member of an object, as places in the text."""

    start: int
    key_end: int
    value_start: int
    value_end: int


@dataclass(frozen=True, slots=True)
class _Object:
    """An object: from its brace to the one that closes it."""

    start: int
    end: int
    members: tuple[_Member, ...]


class JsonFile(MergeFormat):
    """Files of JSON (RFC 8259), without comments."""

    @override
    def read(self, text: str) -> dict[NamePath, str]:
        """Return the value of each name."""
        return show_leaves(_flatten(text))

    @override
    def edit(self, text: str, rendered: str) -> list[TextEdit]:
        """Return edits: new values in the places of old ones, the others at an object's end."""
        wanted = _flatten(rendered)
        layout = _ObjectLayout(text, wanted)
        old = show_leaves(_flatten(text))
        new = show_leaves(wanted)
        edits: list[TextEdit] = []
        places: list[tuple[NamePath, NamePath]] = []
        for path, value in wanted.items():
            if path not in layout.values:
                depth = max(d for d in range(len(path)) if path[:d] in layout.objects)
                places.append((path, path[:depth]))
            elif old[path] != new[path]:
                start, end = layout.values[path]
                edits.append(TextEdit(start, end, layout.format(value, start)))
        for level, members in group_additions(wanted, places).items():
            edits.append(layout.add(level, members))
        return edits


def _flatten(text: str) -> dict[NamePath, object]:
    try:
        root: object = json.loads(text, object_pairs_hook=_build_object)
    except RecursionError:
        raise MergeRefusedError("The file has too many levels.") from None
    except MergeRefusedError:
        raise
    except ValueError as error:
        raise MergeRefusedError(_explain(text, error)) from None
    return flatten(root)


def _explain(text: str, error: ValueError) -> str:
    if re.search(r"^\s*(?://|/\*)|[,{\[]\s*(?://|/\*)", text):
        return "The file is JSON with comments, which JSON does not have."
    line = f", in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return f"The file is no JSON{line}."


def _build_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MergeRefusedError("An object in the file has the same name twice.")
    return found


class _ObjectLayout:
    """Where the objects and values on the way to some names are, and how the text is laid out."""

    def __init__(self, text: str, wanted: Mapping[NamePath, object]) -> None:
        self._text = text
        self._newline = find_newline(text)
        self._levels = {path[:depth] for path in wanted for depth in range(len(path))}
        self._wanted = frozenset(wanted)
        self.objects: dict[NamePath, _Object] = {}
        self.values: dict[NamePath, tuple[int, int]] = {}
        start = _skip_blanks(text, 0)
        self._scan_object(start, ())
        root = self.objects[()]
        first = root.members[0].start if root.members else start
        self._is_in_lines = not root.members or "\n" in text[start:first]
        self._unit = self._find_indent(first) or "  "
        is_tight = bool(root.members) and text[root.members[0].key_end + 1] not in " \t\r\n"
        self._separators = (",", ":") if is_tight else (", ", ": ")

    def _scan_object(self, start: int, path: NamePath) -> None:
        text, members = self._text, list[_Member]()
        at = _skip_blanks(text, start + 1)
        while text[at] == '"':
            key, key_end = cast("tuple[str, int]", _SCANNER.raw_decode(text, at))
            value_start = _skip_blanks(text, _skip_blanks(text, key_end) + 1)
            _value, value_end = cast("tuple[object, int]", _SCANNER.raw_decode(text, value_start))
            members.append(_Member(at, key_end, value_start, value_end))
            below = (*path, key)
            if below in self._wanted:
                self.values[below] = (value_start, value_end)
            if below in self._levels and text[value_start] == "{":
                self._scan_object(value_start, below)
            at = _skip_blanks(text, value_end)
            if text[at] == ",":
                at = _skip_blanks(text, at + 1)
        self.objects[path] = _Object(start, at, tuple(members))

    def add(self, path: NamePath, members: Mapping[str, object]) -> TextEdit:
        """Add members at the end of an object, laid out as those that it has."""
        there = self.objects[path]
        if not there.members:
            return TextEdit(there.start, there.end + 1, self.format(members, there.start))
        first, at = there.members[0], there.members[-1].value_end
        colon = self._text[first.key_end : first.value_start]
        colon = ": " if "\n" in colon else colon
        between = self._separators[0]
        if "\n" in self._text[there.start : first.start]:
            between = f",{self._newline}{self._find_indent(first.start)}"
        texts = (
            f"{between}{json.dumps(name, ensure_ascii=False)}{colon}"
            f"{self.format(value, first.start)}"
            for name, value in members.items()
        )
        return TextEdit(at, at, "".join(texts))

    def format(self, value: object, at: int) -> str:
        """Return a value for a place of the text, on lines of its own if others are."""
        if not self._is_in_lines or not isinstance(value, list | Mapping):
            return json.dumps(value, ensure_ascii=False, separators=self._separators)
        lines = json.dumps(value, ensure_ascii=False, indent=self._unit).split("\n")
        return f"{self._newline}{self._find_indent(at)}".join(lines)

    def _find_indent(self, at: int) -> str:
        """Return the blanks that the line of a place begins with."""
        line_start = self._text.rfind("\n", 0, at) + 1
        return self._text[line_start : _skip_blanks(self._text, line_start)]


def _skip_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
