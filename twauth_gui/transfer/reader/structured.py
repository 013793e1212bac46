"""JSON, YAML and TOML to trees of texts with their lines; XML is in markup.py."""

from __future__ import annotations

import json
import re
import tomllib
from collections import deque
from collections.abc import Iterator
from typing import cast

import yaml

from twauth_gui.transfer.reader.tree import MOST_NODES, Items, Members, Scalar, Tree

_DEEPEST = 60
_LONGEST_TOML = 512 * 1024
_LONGEST_SLOW_YAML = 64 * 1024  # without libyaml
_JSON_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"|\n', re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n,;\x1e]*+")
# tomllib takes quadratic time for keys of very many parts.
_MOST_DOTS = 60
_LOOK_AHEAD = 40
_MULTILINE = '"""'
_MERGE = "<<"
_NULLS = frozenset({"~", "null", "Null", "NULL"})


def parse_json(text: str) -> list[Tree]:
    """Return the documents of a text, one below the other or one a line; [] if it is no JSON."""
    decoder = json.JSONDecoder(
        object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number, parse_constant=_Number
    )
    builder = _JsonBuilder(_string_lines(text))
    trees: list[Tree] = []
    at = _skip_blanks(text, 0)
    try:
        while at < len(text):
            if text[at] not in "{[":
                return []
            root, at = cast("tuple[object, int]", decoder.raw_decode(text, at))
            trees.append(builder.build(root, 0))
            at = _skip_blanks(text, at)
    except (ValueError, RecursionError):
        return []
    return trees


class _Pairs(list[tuple[str, object]]):
    """The members of an object, in their order and with names that come twice."""


class _Number(str):
    """A number as the file spells it: a user id must not lose its last digits."""

    __slots__ = ()


def _skip_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _string_lines(text: str) -> Iterator[int]:
    """Yield the line of each string of a JSON text, names included, in their order."""
    line = 1
    for found in _JSON_STRING.finditer(text):
        if found.group() == "\n":
            line += 1
        else:
            yield line


class _JsonBuilder:
    """Builds trees in the order of the text, so that each string takes the next line."""

    def __init__(self, lines: Iterator[int]) -> None:
        self._lines = lines
        self._line = 1

    def build(self, node: object, depth: int) -> Tree:
        if depth > _DEEPEST:
            raise ValueError("nested too deeply")
        if isinstance(node, _Pairs):
            return self._build_members(node, depth)
        if isinstance(node, list):
            return Items([self.build(value, depth + 1) for value in cast("list[object]", node)])
        if isinstance(node, _Number):
            return Scalar(str(node), self._line)
        if isinstance(node, str):
            self._line = next(self._lines, self._line)
            return Scalar(node, self._line)
        return Scalar("" if node is None else str(node).lower(), self._line)

    def _build_members(self, node: _Pairs, depth: int) -> Members:
        members = Members()
        for name, value in node:
            self._line = next(self._lines, self._line)
            members.pairs.append((name, self.build(value, depth + 1)))
        return members


def parse_yaml(text: str, *, is_strict: bool = False) -> list[Tree]:
    """Return the documents of a YAML text; [] if it is none, or if nothing in it has a name.

    is_strict: a text in which a value without quotes goes on in the next line is none either.

    Every scalar stays the text it is: a key of digits, or one like 1e5, would come back as another
    number. Aliases stand for what they name; no tag makes an object of anything.
    """
    fast = getattr(yaml, "CBaseLoader", None)
    if fast is None and len(text) > _LONGEST_SLOW_YAML:
        return []
    builder = _YamlBuilder(is_strict=is_strict)
    try:
        event: object
        for event in yaml.parse(text, fast or yaml.BaseLoader):
            builder.take(event)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    return [tree for tree in builder.documents if not isinstance(tree, Scalar)]


class _YamlBuilder:
    """Builds trees from the events of a parser, which reads no further than it has to."""

    def __init__(self, *, is_strict: bool) -> None:
        self._is_strict = is_strict
        self.documents: list[Tree] = []
        self._stack: list[Items | Members] = []
        self._key: str | None = None
        self._anchors: dict[str, Tree] = {}
        self._nodes = 0

    def take(self, event: object) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(Members(), event.anchor)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(Items(), event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()
            self._key = None
        elif isinstance(event, yaml.AliasEvent):
            self._place(self._anchors.get(str(cast("object", event.anchor)), Scalar("", 1)))

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        value: str = event.value
        style: str | None = event.style
        start, end = event.start_mark, event.end_mark
        line = start.line + 1 if start else 1
        if self._is_strict and not style and end and end.line + 1 != line:
            raise ValueError("prose")
        if self._key is None and self._stack and isinstance(self._stack[-1], Members):
            self._key = value
            return
        tag: str = event.tag or ""
        known = not tag or tag == "!" or tag.startswith("tag:yaml.org,2002:")
        scalar = Scalar("" if not style and value in _NULLS else value, line, is_literal=known)
        if "\n" in value:
            scalar.text_line = line + (style in {"|", ">"})
        self._remember(scalar, event.anchor)
        self._place(scalar)

    def _open(self, node: Items | Members, anchor: object) -> None:
        if len(self._stack) > _DEEPEST:
            raise ValueError("nested too deeply")
        self._remember(node, anchor)
        self._place(node)
        self._stack.append(node)
        self._key = None

    def _remember(self, node: Tree, anchor: object) -> None:
        if anchor:
            self._anchors[str(anchor)] = node

    def _place(self, node: Tree) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise ValueError("too many values")
        if not self._stack:
            self.documents.append(node)
            return
        parent = self._stack[-1]
        if isinstance(parent, Items):
            parent.values.append(node)
        elif self._key is None:  # a key that is no scalar
            self._key = "?"
            return
        elif self._key == _MERGE and isinstance(node, Members):
            parent.pairs.extend(node.pairs[:_DEEPEST])
        else:
            parent.pairs.append((self._key, node))
        self._key = None


def parse_toml(text: str) -> list[Tree]:
    """Return the root table of a TOML text as the only tree; [] if it is no TOML."""
    if len(text) > _LONGEST_TOML or any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        return []
    try:
        root = tomllib.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return []
    return [_TomlBuilder(text).build(root, "")] if root else []


class _TomlBuilder:
    """Builds a tree whose lines come from a search for each name: tomllib knows no lines."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._by_name: dict[str, deque[int]] = {}
        for number, line in enumerate(self._lines, 1):
            head, equals, _ = line.partition("=")
            if equals:
                name = head.rpartition(".")[2].strip(" \t\"'{")
                self._by_name.setdefault(name, deque()).append(number)
        self._line = 1

    def build(self, node: object, name: str) -> Tree:
        if isinstance(node, dict):
            pairs = cast("dict[str, object]", node).items()
            return Members([(key, self.build(value, key)) for key, value in pairs])
        if isinstance(node, list):
            return Items([self.build(value, name) for value in cast("list[object]", node)])
        if isinstance(node, bool):
            return Scalar(str(node).lower(), self._find(name, ""))
        text = str(node)
        found = self._find(name, _MULTILINE if "\n" in text else text)
        line = self._lines[found - 1] if "\n" in text else ""
        starts_below = line.rstrip().endswith(('"""', "'''"))
        return Scalar(text, found, text_line=found + starts_below if line else 0)

    def _find(self, name: str, value: str) -> int:
        """Return the first line not yet taken that has the name before = and begins the value."""
        numbers = self._by_name.get(name, deque())
        for at, number in zip(range(_LOOK_AHEAD), numbers, strict=False):
            line = self._lines[number - 1]
            if value[:20] in line or (value == _MULTILINE and "'''" in line):
                del numbers[at]
                self._line = number
                break
        return self._line
