"""What a merge is made of: edits of a text, the names that they change, the reason for none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

NamePath = tuple[str, ...]
"""A name with the levels above it."""


_MOST_LINES = 50_000

EMPTY_LEVEL = "{}"
"""What a format's read() gives for a level without names."""


class MergeRefusedError(ValueError):
    """The text cannot be merged into; args: a sentence that says why, without any value."""


class ChangeKind(Enum):
    """What a merge does to one name."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class NameChange:
    """A name of the export, with dots between its levels, and what becomes of it."""

    name: str
    change: ChangeKind


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A replacement of text[start:end]."""

    start: int
    end: int
    text: str = field(repr=False)


class MergeFormat(ABC):
    """One format of files. Its methods raise MergeRefusedError."""

    @abstractmethod
    def read(self, text: str) -> dict[NamePath, str]:
        """Return what the format's reader finds: for each name a text that tells its value."""

    @abstractmethod
    def edit(self, text: str, rendered: str) -> list[TextEdit]:
        """Return the edits that bring a rendered export into a text."""

    def list_names(self, rendered: str) -> list[str]:
        """Return the names of a rendered export as they are shown, in the order of read()."""
        return [".".join(path) for path in self.read(rendered)]


def require_few_lines(text: str) -> None:
    """Refuse a text that would take seconds to read line by line."""
    if text.count("\n") > _MOST_LINES:
        raise MergeRefusedError(f"The file has more than {_MOST_LINES:,} lines.")


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """Return the text with the edits, which do not overlap; those at one place keep their order."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: one.start):
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join([*parts, text[at:]])


def find_newline(text: str) -> str:
    """Return the line ending that most lines of a text have."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def insert_lines(text: str, at: int, lines: Iterable[str]) -> TextEdit:
    """Insert lines at the start of a line, or at the end of a text, also if that is within a line.

    A text without a line break at its end has none afterwards either.
    """
    newline = find_newline(text)
    added = newline.join(lines)
    if at == len(text) and text and not text.endswith("\n"):
        return TextEdit(at, at, newline + added)
    return TextEdit(at, at, added + newline)


def find_line_end(text: str, at: int) -> int:
    """Return where the next line begins, or the end of the text."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def build_subtree(rest: Mapping[NamePath, object]) -> dict[str, object]:
    """Return values by path as nested objects."""
    root: dict[str, object] = {}
    levels: dict[NamePath, dict[str, object]] = {(): root}
    for path, value in rest.items():
        for depth in range(1, len(path)):
            if path[:depth] not in levels:
                levels[path[:depth]] = {}
                levels[path[: depth - 1]][path[depth - 1]] = levels[path[:depth]]
        levels[path[:-1]][path[-1]] = value
    return root


def group_additions(
    wanted: Mapping[NamePath, object], places: Sequence[tuple[NamePath, NamePath]]
) -> dict[NamePath, dict[str, object]]:
    """Return what is added to each level that is there.

    places: each path that is to be added, with the deepest level above it that is there.
    """
    rests: dict[NamePath, dict[NamePath, object]] = {}
    for path, level in places:
        rests.setdefault(level, {})[path[len(level) :]] = wanted[path]
    return {level: build_subtree(rest) for level, rest in rests.items()}
