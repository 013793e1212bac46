"""Merge into YAML, keeping its comments, its quotes and everything else.

The places of names come from PyYAML's events, so that nothing of the text is written anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import yaml
from typing_extensions import override

from twauth_gui.transfer.export_syntaxes.document import Tree
from twauth_gui.transfer.export_syntaxes.quoting import quote_double
from twauth_gui.transfer.export_syntaxes.structured import format_yaml
from twauth_gui.transfer.merge.text_edits import (
    EMPTY_LEVEL,
    MergeFormat,
    MergeRefusedError,
    NamePath,
    TextEdit,
    find_line_end,
    group_additions,
    insert_lines,
)

_DEEPEST = 100
_MOST_NODES = 100_000
_LONGEST_SLOWLY_READ = 64 * 1024  # without libyaml
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9_%+/=.@:-]+")
_MERGE_KEY = "<<"
_NOTHING = "plain &  ''"
_MARK = "\0"  # no name has it: what is known of a level besides its names


@dataclass(slots=True)
class _Node:
    """A node of the document. start, end: in the text. column: of a collection's first item."""

    start: int
    end: int
    column: int
    anchor: str
    tag: str


@dataclass(slots=True)
class _ScalarNode(_Node):
    value: str = field(repr=False)
    style: str


@dataclass(slots=True)
class _AliasNode(_Node):
    pass


@dataclass(slots=True)
class _CollectionNode(_Node):
    """A mapping, whose items are key, value, key, value …, or a list."""

    is_mapping: bool
    is_flow: bool
    items: list[_Node] = field(default_factory=list[_Node])

    def find(self, name: str) -> _Node | None:
        pairs = zip(self.items[::2], self.items[1::2], strict=True)
        return next((value for key, value in pairs if _name(key) == name), None)


class YamlFile(MergeFormat):
    """Files with one document of YAML."""

    @override
    def read(self, text: str) -> dict[NamePath, str]:
        """Return the value of each name with its kind, as PyYAML's parser reports it."""
        root = _compose(text)
        return {} if root is None else dict(_list_leaves(root, ()))

    @override
    def edit(self, text: str, rendered: str) -> list[TextEdit]:
        """Return edits: new values in the places of old ones, the others where they belong."""
        root, new = _compose(text), _compose(rendered)
        wanted = dict(_list_values(new, ())) if new else {}
        if root is None:
            lines = format_yaml(_as_tree(group_additions(wanted, [(p, ()) for p in wanted])[()]))
            return [insert_lines(text, len(text), lines.splitlines())]
        edits: list[TextEdit] = []
        places: list[tuple[NamePath, NamePath]] = []
        levels: dict[NamePath, _CollectionNode] = {}
        for path, value in wanted.items():
            depth, node = _walk(root, path, levels)
            if depth < len(path):
                places.append((path, path[:depth]))
            elif isinstance(node, _ScalarNode) and (node.value != value or not node.style):
                edits += _replace(text, path, node, value)
        for level, members in group_additions(wanted, places).items():
            edits.append(_add(text, levels[level], members))
        return edits


def _walk(
    root: _Node, path: NamePath, levels: dict[NamePath, _CollectionNode]
) -> tuple[int, _Node]:
    """Return how much of a path is there, and its last node; note the levels on the way.

    Raises:
        MergeRefusedError: a node on the way stands for something else too.
    """
    node = root
    for depth, name in enumerate(path):
        shown = ".".join(path[:depth]) or "The document"
        if not isinstance(node, _CollectionNode) or not node.is_mapping:
            raise MergeRefusedError(f"{shown} in the file is no mapping of names.")
        if node.anchor or node.tag or node.find(_MERGE_KEY) is not None:
            raise MergeRefusedError(
                f"{shown} in the file has an anchor, a tag or a merge key, so that a change of it"
                " would change more."
            )
        levels[path[:depth]] = node
        below = node.find(name)
        if below is None:
            return depth, node
        node = below
    return len(path), node


def _replace(text: str, path: NamePath, node: _ScalarNode, value: object) -> list[TextEdit]:
    name = ".".join(path)
    if node.anchor or node.tag:
        raise MergeRefusedError(f"{name} in the file has an anchor or a tag.")
    if node.style in {"|", ">"} or "\n" in text[node.start : node.end]:
        raise MergeRefusedError(f"{name} in the file has a value of several lines.")
    if not isinstance(value, str):
        raise MergeRefusedError(f"{name} would become something other than a text.")
    quoted = quote_double(value)
    if node.style == "'" and _PLAIN_TEXT.fullmatch(value):
        quoted = f"'{value}'"
    lead = " " if node.start == node.end and text[node.start - 1 : node.start] == ":" else ""
    return [TextEdit(node.start, node.end, lead + quoted)]


def _add(text: str, level: _CollectionNode, members: Mapping[str, object]) -> TextEdit:
    if level.is_flow:
        pairs = json.dumps(members, ensure_ascii=False)
        if not level.items:
            return TextEdit(level.start, level.end, pairs)
        at = _find_last_end(level.items[-1])
        return TextEdit(at, at, f", {pairs[1:-1]}")
    at = _find_last_end(level)
    if text[at - 1 : at] != "\n":
        at = find_line_end(text, at)
    lines = format_yaml(_as_tree(members)).splitlines()
    return insert_lines(text, at, [" " * level.column + line for line in lines])


def _as_tree(members: Mapping[str, object]) -> dict[str, Tree]:
    return cast("dict[str, Tree]", members)


def _find_last_end(node: _Node) -> int:
    """Return where the last value of a node ends; the end of a block is that of what follows."""
    while isinstance(node, _CollectionNode) and node.items and not node.is_flow:
        node = node.items[-1]
    return node.end


def _name(key: _Node) -> str | None:
    return key.value if isinstance(key, _ScalarNode) else None


# -- values by path --------------------------------------------------------------------------------


def _list_leaves(node: _Node, path: NamePath) -> Iterator[tuple[NamePath, str]]:
    if not isinstance(node, _CollectionNode) or not node.is_mapping:
        yield path, _describe(node)
        return
    if node.anchor or node.tag:
        yield (*path, _MARK), f"&{node.anchor} {node.tag}"
    if not node.items:
        yield path, EMPTY_LEVEL
    for key, value in zip(node.items[::2], node.items[1::2], strict=True):
        name = _name(key)
        yield from _list_leaves(value, (*path, _MARK + _describe(key) if name is None else name))


def _describe(node: _Node) -> str:
    """Return a text that tells a node from every other one; quoted or not is no difference."""
    if isinstance(node, _ScalarNode):
        is_text = bool(node.style) and not node.tag
        return f"{'text' if is_text else 'plain'} &{node.anchor} {node.tag} {node.value!r}"
    if isinstance(node, _AliasNode):
        return f"*{node.anchor}"
    inner = ", ".join(_describe(one) for one in cast("_CollectionNode", node).items)
    return f"&{node.anchor} {node.tag} [{inner}]"


def _list_values(node: _Node, path: NamePath) -> Iterator[tuple[NamePath, object]]:
    """Yield the values of an export, which has texts alone."""
    if isinstance(node, _CollectionNode) and node.is_mapping:
        for key, value in zip(node.items[::2], node.items[1::2], strict=True):
            yield from _list_values(value, (*path, _name(key) or ""))
    elif isinstance(node, _ScalarNode) and path:
        yield path, node.value
    else:
        raise MergeRefusedError("Several accounts as a list cannot be merged into a file.")


# -- parsing ---------------------------------------------------------------------------------------


def _compose(text: str) -> _Node | None:
    """Return the root of the only document, or None if there is none or nothing in it."""
    fast = getattr(yaml, "CBaseLoader", None)
    if fast is None and len(text) > _LONGEST_SLOWLY_READ:
        raise MergeRefusedError("The file is too large for the YAML reader of this computer.")
    composer = _Composer()
    try:
        for event in yaml.parse(text, fast or yaml.BaseLoader):
            composer.take(cast("object", event))
    except (yaml.YAMLError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f", in line {line + 1}" if isinstance(line, int) else ""
        raise MergeRefusedError(f"The file is no YAML that can be read{where}.") from None
    if len(composer.roots) > 1:
        raise MergeRefusedError("The file has several documents.")
    root = composer.roots[0] if composer.roots else None
    is_empty = isinstance(root, _ScalarNode) and _describe(root) == _NOTHING  # "---" alone
    return None if is_empty else root


class _Composer:
    """Builds nodes from events, with their places."""

    def __init__(self) -> None:
        self.roots: list[_Node] = []
        self._open: list[_CollectionNode] = []
        self._names: list[set[str]] = []
        self._count = 0

    def take(self, event: object) -> None:
        if isinstance(event, yaml.CollectionEndEvent):
            closed = self._open.pop()
            _ = self._names.pop()
            closed.end = _index(event.end_mark)
        elif isinstance(event, yaml.NodeEvent):
            self._place(_build_node(event))
            self._count += 1
        if self._count > _MOST_NODES or len(self._open) > _DEEPEST:
            raise MergeRefusedError("The file has too many values or levels.")

    def _place(self, node: _Node) -> None:
        if not self._open:
            self.roots.append(node)
        else:
            parent = self._open[-1]
            if parent.is_mapping and len(parent.items) % 2 == 0:
                self._note_name(node)
            parent.items.append(node)
        if isinstance(node, _CollectionNode):
            self._open.append(node)
            self._names.append(set())

    def _note_name(self, key: _Node) -> None:
        name = _name(key)
        if name is None:
            return
        if name in self._names[-1] and name != _MERGE_KEY:
            raise MergeRefusedError("A mapping in the file has the same name twice.")
        self._names[-1].add(name)


def _build_node(event: yaml.NodeEvent) -> _Node:
    start, end = _index(event.start_mark), _index(event.end_mark)
    column = event.start_mark.column if event.start_mark else 0
    anchor = str(cast("object", event.anchor) or "")
    if isinstance(event, yaml.AliasEvent):
        return _AliasNode(start, end, column, anchor, "")
    tag = str(cast("object", getattr(event, "tag", None)) or "")
    if isinstance(event, yaml.ScalarEvent):
        value, style = str(cast("object", event.value)), str(cast("object", event.style) or "")
        return _ScalarNode(start, end, column, anchor, tag, value, style)
    is_mapping = isinstance(event, yaml.MappingStartEvent)
    is_flow = bool(cast("object", getattr(event, "flow_style", False)))
    return _CollectionNode(start, end, column, anchor, tag, is_mapping, is_flow)


def _index(mark: object) -> int:
    """Return the place of a mark, which libyaml and PyYAML have a class each for."""
    return int(getattr(mark, "index", 0))
