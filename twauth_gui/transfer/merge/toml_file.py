"""Merge into TOML, keeping its tables, its order and everything else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from twauth_gui.transfer.export_syntaxes.quoting import quote_double
from twauth_gui.transfer.merge.text_edits import (
    MergeFormat,
    MergeRefusedError,
    NamePath,
    TextEdit,
    find_line_end,
    insert_lines,
)
from twauth_gui.transfer.merge.value_tree import flatten, show_leaves

_LONGEST = 256 * 1024
_MOST_DOTS = 100
_KEY_PART = re.compile(r"[ \t]*(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*(\.?)")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# Long strings first: each begins like a short one.
_VALUE_PART = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comment>\#[^\n]*)|(?P<end>\n)"
    r"|[^\"'\[\]{}\#\n]+",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A line NAME = VALUE. table: the level of its header, or None within an array of tables."""

    table: NamePath | None
    keys: NamePath
    start: int
    value_start: int
    value_end: int
    end: int

    @property
    def path(self) -> NamePath | None:
        return None if self.table is None else self.table + self.keys


@dataclass(slots=True)
class _TableLayout:
    """Where the pairs and the tables of a text are.

    tables: where the line of each header ends. arrays: the levels that are arrays of tables.
    """

    pairs: list[_Pair] = field(default_factory=list[_Pair])
    tables: dict[NamePath, int] = field(default_factory=dict[NamePath, int])
    arrays: list[NamePath] = field(default_factory=list[NamePath])
    first_header: int | None = None


class TomlFile(MergeFormat):
    """Files of TOML 1.0."""

    @override
    def read(self, text: str) -> dict[NamePath, str]:
        """Return the value of each name, as tomllib reads it."""
        return show_leaves(_flatten(text))

    @override
    def edit(self, text: str, rendered: str) -> list[TextEdit]:
        """Return edits: new values in the places of old ones, the others in their tables."""
        wanted = _flatten(rendered)
        old, new = self.read(text), self.read(rendered)
        layout = _scan(text)
        by_path = {one.path: one for one in layout.pairs if one.path is not None}
        edits: list[TextEdit] = []
        added: dict[NamePath, list[NamePath]] = {}
        for path, value in wanted.items():
            if path not in old:
                added.setdefault(path[:-1], []).append(path)
            elif old[path] != new[path]:
                if path not in by_path:
                    raise MergeRefusedError(
                        f"{'.'.join(path)} stands in an inline table in the file."
                    )
                edits.append(_replace(text, by_path[path], value))
        for level, paths in added.items():
            values = {path: wanted[path] for path in paths}
            edits.append(_add(text, layout, level, values))
        return edits


def _flatten(text: str) -> dict[NamePath, object]:
    if len(text) > _LONGEST or any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        raise MergeRefusedError("The file is too large for TOML, or has too many dots in a line.")
    try:
        root: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        where = f", in line {line[1]}" if line else ""
        raise MergeRefusedError(f"The file is no TOML{where}.") from None
    except (RecursionError, ValueError):
        raise MergeRefusedError("The file is no TOML that Twauth can read.") from None
    return flatten(root)


def _format(value: object) -> str:
    if not isinstance(value, str):
        raise MergeRefusedError("Several accounts as a list cannot be merged into a file.")
    return quote_double(value)


def _replace(text: str, pair: _Pair, value: object) -> TextEdit:
    old, quoted = text[pair.value_start : pair.value_end], _format(value)
    if old.startswith(('"""', "'''")) or "\n" in old:
        raise MergeRefusedError(f"{'.'.join(pair.keys)} in the file has a value of several lines.")
    if old.startswith("'") and quoted == f'"{value}"' and "'" not in quoted:
        quoted = f"'{value}'"
    return TextEdit(pair.value_start, pair.value_end, quoted)


def _add(
    text: str, layout: _TableLayout, level: NamePath, values: Mapping[NamePath, object]
) -> TextEdit:
    """Add names to a level: behind those that it has, else in its table, else in a new one."""
    siblings = [one for one in layout.pairs if one.path is not None and one.path[:-1] == level]
    if siblings:
        last = siblings[-1]
        above = last.keys[:-1]
        line = text[last.start : last.value_start]
        gap = line[len(line.rstrip(" \t=")) :]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        lines = [
            f"{indent}{_show_keys((*above, path[-1]))}{gap}{_format(value)}"
            for path, value in values.items()
        ]
        return insert_lines(text, last.end, lines)
    lines = [f"{_show_keys(path[-1:])} = {_format(value)}" for path, value in values.items()]
    if level in layout.tables:
        return insert_lines(text, layout.tables[level], lines)
    if not level:
        return _add_at_top(text, layout, lines)
    lead = [] if text.endswith(("\n\n", "\n\r\n")) else [""]
    return insert_lines(text, len(text), [*lead, f"[{_show_keys(level)}]", *lines])


def _add_at_top(text: str, layout: _TableLayout, lines: list[str]) -> TextEdit:
    """Add names without a table before the first table and the comments that stand at it."""
    if layout.first_header is None:
        return insert_lines(text, len(text), lines)
    at = layout.first_header
    while at > 0:
        above = text.rfind("\n", 0, at - 1) + 1
        if not text[above:at].lstrip().startswith("#"):
            break
        at = above
    return insert_lines(text, at, [*lines, ""])


def _show_keys(keys: NamePath) -> str:
    return ".".join(one if _BARE_KEY.fullmatch(one) else quote_double(one) for one in keys)


def _scan(text: str) -> _TableLayout:
    """Return the layout of a text that tomllib has read."""
    layout = _TableLayout()
    table: NamePath | None = ()
    at = 0
    while at < len(text):
        end = find_line_end(text, at)
        line = text[at:end].lstrip(" \t")
        if line.startswith("["):
            table = _take_header(layout, text, at, end)
        elif line.strip() and not line.startswith("#"):
            pair = _read_pair(text, table, at)
            layout.pairs.append(pair)
            end = pair.end
        at = end
    return layout


def _take_header(layout: _TableLayout, text: str, at: int, end: int) -> NamePath | None:
    """Note a table's header, and return its level; None for what is in an array of tables."""
    if layout.first_header is None:
        layout.first_header = at
    is_array = text[at:end].lstrip(" \t").startswith("[[")
    keys, _at = _read_keys(text, text.index("[", at) + (2 if is_array else 1))
    if is_array:
        layout.arrays.append(keys)
        return None
    if any(keys[: len(one)] == one for one in layout.arrays):
        return None
    layout.tables[keys] = end
    return keys


def _read_pair(text: str, table: NamePath | None, start: int) -> _Pair:
    keys, at = _read_keys(text, start)
    at = text.index("=", at) + 1
    while text[at] in " \t":
        at += 1
    value_start = value_end = at
    depth = 0
    for part in _VALUE_PART.finditer(text, at):
        if part.start() != at:
            raise MergeRefusedError("The file is TOML that Twauth cannot change.")
        depth += (part["open"] is not None) - (part["close"] is not None)
        if depth == 0 and (part["comment"] is not None or part["end"] is not None):
            break
        at = part.end()
        if part["comment"] is None and part["end"] is None and part[0].strip():
            value_end = part.end() - (len(part[0]) - len(part[0].rstrip()))
    return _Pair(table, keys, start, value_start, value_end, find_line_end(text, at))


def _read_keys(text: str, at: int) -> tuple[NamePath, int]:
    """Return a key with dots, and where it ends."""
    keys: list[str] = []
    while (part := _KEY_PART.match(text, at)) is not None:
        key, at = part[1], part.end()
        if key.startswith('"'):
            key = str(next(iter(tomllib.loads(f"{key} = 0"))))
        keys.append(key[1:-1] if key.startswith("'") else key)
        if not part[2]:
            break
    return tuple(keys), at
