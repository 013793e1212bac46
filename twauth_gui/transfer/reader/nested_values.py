"""Trees to entries, and what values contain: JSON, base64 of Secrets, cells, .env texts."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator

from twauth_gui.transfer.reader.entry import (
    DEEPEST,
    LONGEST_REFERENCE,
    MOST_ENTRIES,
    Entry,
    make_entry,
)
from twauth_gui.transfer.reader.line_pairs import find_named
from twauth_gui.transfer.reader.tree import MOST_NODES, Items, Members, Scalar, Tree
from twauth_gui.transfer.reader.value_kinds import is_encrypted

ReadText = Callable[[str, str, int], list[Entry]]
"""Reads a text that lies in a value: its text, the name that it has, and how deep it lies."""

_MOST_DEPTHS = 4
_LONGEST_TEXT = 128 * 1024  # of a text in a value; a quarter of it for one that is in such a text
_NAME_KEYS = (
    "name",
    "label",
    "key",
    "field",
    "title",
    "fieldname",
    "designation",
    "id",
    "parametername",
)
_VALUE_KEYS = (
    "value",
    "val",
    "valuefrom",
    "secretvalue",
    "content",
    "defaultvalue",
    "currentvalue",
    "initialvalue",
    "text",
    "data",
)
_WRAPPED = ("concealed", "string", "text", "hidden", "content")
_TYPED = (["S"], ["stringValue"])  # of DynamoDB and Firestore
_NAMED_VALUE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*+=")
_QUOTED_PAIR = re.compile(r"([A-Za-z_]\w*+)=(\"[^\"]*+\"|'[^']*+')[,\s]*+")
_QUOTED_PAIRS = re.compile(rf"(?:{_QUOTED_PAIR.pattern})++")
_TEMPLATE = re.compile(r"\{\{[\w .|-]*+\}\}")
_SERIALIZED = re.compile(r"[as]:[0-9]++:")  # as PHP writes options
_SERIALIZED_TEXT = re.compile(r's:[0-9]++:"([^"]*+)";')
_TELLING = re.compile(r"key|token|secret", re.IGNORECASE)
_POSITION = re.compile(r"\[[0-9]++\]")
_JSON_IN_BASE64 = ("eyJ", "ewo", "ew0", "eyA", "W3s")
_SECRET_DATA = ("data", "binaryData")


def flatten(
    trees: Iterable[Tree], file_format: str, read_text: ReadText, depth: int
) -> list[Entry]:
    """Return an entry for each scalar of the trees, and for each in texts that scalars contain."""
    entries: list[Entry] = []
    documents = list(trees)
    for number, tree in enumerate(documents):
        start = (f"[{number}]",) if len(documents) > 1 else ()
        for path, scalar in _walk(tree, start):
            if len(entries) >= MOST_ENTRIES:
                return entries
            entry = _entry_of(path, scalar, file_format)
            entries.extend(open_value(entry, read_text, depth, scalar.text_line))
    return entries


def open_value(entry: Entry, read_text: ReadText, depth: int, text_line: int) -> list[Entry]:
    """Return the entries within a value; the entry alone if its value is nothing but a value.

    text_line: the line in which the value's text begins, if it has several lines in the file too.
    """
    value = entry.value
    if entry.format == "code:sql" and _SERIALIZED.match(value):
        value = value.replace('\\"', '"')
        entry = entry._replace(value=_SERIALIZED_TEXT.sub(r"\1", value))
    named = _named_pairs(entry)
    if named:
        return [
            make_entry((*path, name), found, entry.line, entry.format)
            for path, name, found in named
        ]
    if value.startswith(_JSON_IN_BASE64) and not is_encrypted(value):
        value = _decode_base64(value)
    is_too_long = len(value) > _LONGEST_TEXT >> 2 * depth
    is_text = (_is_text(value) or value.startswith("a:")) and not _TEMPLATE.fullmatch(value)
    if depth >= _MOST_DEPTHS or is_too_long or not is_text:
        return [entry]
    name = entry.path[-1] if entry.path else ""
    inner = read_text(value, name, depth + 1)
    if not any(found.path and found.value for found in inner):
        return [entry]
    return [
        Entry(
            (entry.path + found.path)[:DEEPEST],
            found.value,
            text_line + found.line - 1 if text_line else entry.line,
            found.is_literal,
            found.format,
        )
        for found in inner
    ]


def _named_pairs(entry: Entry) -> list[tuple[tuple[str, ...], str, str]]:
    """Return the path, name and value of each pair that a value is a list of."""
    if _QUOTED_PAIRS.fullmatch(entry.value):
        quoted = _QUOTED_PAIR.finditer(entry.value)
        return [(entry.path, pair.group(1), pair.group(2)[1:-1]) for pair in quoted]
    if not _is_list(entry):
        return []
    pairs = find_named(f"{entry.path[-1]}={entry.value}")
    return [(entry.path[:-1], name, value) for name, value in pairs]


def _is_list(entry: Entry) -> bool:
    """Whether a value may be a command or a list that names several values."""
    value = entry.value
    is_object = value.lstrip()[:1] in {"{", "[", "<"} or "\n" in value
    return bool(entry.path) and "=" in value and not is_object and "://" not in value


def _is_text(value: str) -> bool:
    start = value.lstrip()[:1]
    return bool(start) and (start in "{[" or "\n" in value.strip()) and len(value) > 2  # noqa: PLR2004


def _entry_of(path: tuple[str, ...], scalar: Scalar, file_format: str) -> Entry:
    value = scalar.value
    named = path and _POSITION.fullmatch(path[-1]) and _NAMED_VALUE.match(value)
    if named and "\n" not in value:
        name, _, value = value.partition("=")
        path = (*path[:-1], name)
    if not scalar.is_literal:
        return Entry(
            path, value[:LONGEST_REFERENCE], scalar.line, is_literal=False, format=file_format
        )
    if "\n" in value or (value.lstrip()[:1] in {"{", "["} and value[:2] != "{{"):
        return Entry(path, value, scalar.line, format=file_format)
    return make_entry(path, value, scalar.line, file_format)


def _walk(root: Tree, start: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    """Yield the scalars in their order; without recursion, and no more than a file can have."""
    waiting: list[tuple[tuple[str, ...], Tree]] = [(start, root)]
    visited = 0
    while waiting and visited < MOST_NODES:
        visited += 1
        path, node = waiting.pop()
        if isinstance(node, Scalar):
            yield path, node
        elif len(path) < DEEPEST:
            waiting.extend((path + more, child) for more, child in reversed(_children(node)))


def _children(node: Items | Members) -> list[tuple[tuple[str, ...], Tree]]:
    if isinstance(node, Items):
        if _is_list_of_pairs(node):
            return [pair for value in node.values for pair in _children(_as_members(value))]
        return [
            pair
            for number, value in enumerate(node.values)
            for pair in _element(value, f"[{number}]")
        ]
    if _is_secret(node):
        return [((name,), _without_base64(name, value)) for name, value in node.pairs]
    if isinstance(node.get("cells"), Items):
        return [((name,), _join_cells(value)) for name, value in node.pairs]
    return [pair for name, value in node.pairs for pair in _member(name, value)]


def _member(name: str, value: Tree) -> Iterator[tuple[tuple[str, ...], Tree]]:
    """Yield a member; an object that names a key within itself counts under that name."""
    found = _name_and_value(value) if isinstance(value, Members) else None
    if found and isinstance(value, Members) and not _TELLING.search(name):
        inner = value.text_of(found[0])
        if _TELLING.search(inner):
            yield (name, inner), value.get(found[1]) or Scalar("", 1)
            return
    if isinstance(value, Members) and [key for key, _ in value.pairs] in _TYPED:
        value = value.pairs[0][1]
    yield (name,), value


def _is_list_of_pairs(node: Items) -> bool:
    """Whether each element names one value and no two the same, as in "- API Key: …"."""
    names: set[str] = set()
    for value in node.values:
        pairs = value.pairs if isinstance(value, Members) else []
        if len(pairs) != 1 or not isinstance(pairs[0][1], Scalar):
            return False
        names.add(pairs[0][0])
    return len(names) == len(node.values) > 1


def _as_members(node: Tree) -> Members:
    return node if isinstance(node, Members) else Members()


def _element(value: Tree, position: str) -> Iterator[tuple[tuple[str, ...], Tree]]:
    """Yield an element of a list; {"name": N, "value": V} becomes V under the name N."""
    found = _name_and_value(value) if isinstance(value, Members) else None
    if found is None:
        yield (position,), value
        return
    name_key, value_key = found
    assert isinstance(value, Members)  # noqa: S101 - found is None otherwise
    yield (value.text_of(name_key),), _unwrap(value.get(value_key) or Scalar("", 1))


def _unwrap(node: Tree) -> Tree:
    """Return the value of {"concealed": value}, as password managers write it."""
    if isinstance(node, Members) and len(node.pairs) == 1 and node.pairs[0][0] in _WRAPPED:
        return node.pairs[0][1]
    return node


def _name_and_value(members: Members) -> tuple[str, str] | None:
    """Return the keys of an object that names a value, like the fields of password managers."""
    keys = {name.lower().removeprefix("parameter"): name for name, _ in members.pairs}
    value_key = next((keys[key] for key in _VALUE_KEYS if key in keys), None)
    if value_key is None:
        return None
    for key in _NAME_KEYS:
        known = keys.get(key)
        if known is not None and members.text_of(known):
            return known, value_key
    return None


def _is_secret(node: Members) -> bool:
    return node.text_of("kind") == "Secret"


def _without_base64(name: str, node: Tree) -> Tree:
    if name not in _SECRET_DATA or not isinstance(node, Members):
        return node
    return Members(
        [
            (key, Scalar(_decode_base64(value.value), value.line, value.is_literal))
            if isinstance(value, Scalar)
            else (key, value)
            for key, value in node.pairs
        ]
    )


def _decode_base64(value: str) -> str:
    """Return the text that base64 stands for; the value itself if it is none."""
    try:
        text = base64.b64decode("".join(value.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return value
    return text if all(sign.isprintable() or sign in "\r\n\t" for sign in text) else value


def _join_cells(node: Tree) -> Tree:
    """Return a notebook's cells with the lines of each source as one text."""
    if not isinstance(node, Items):
        return node
    return Items([_join_cell(cell) for cell in node.values])


def _join_cell(cell: Tree) -> Tree:
    if not isinstance(cell, Members):
        return cell
    kind = cell.text_of("cell_type")
    name = "cell.md" if kind in {"markdown", "raw"} else "cell.py"
    pairs: list[tuple[str, Tree]] = []
    for key, value in cell.pairs:
        if key == "source" and isinstance(value, Items):
            lines = [line for line in value.values if isinstance(line, Scalar)]
            joined = "".join(line.value for line in lines)
            start = lines[0].line if lines else 1
            pairs.append((name, Scalar(joined + "\n", start, text_line=start)))
        elif key == "source" and isinstance(value, Scalar):
            pairs.append((name, Scalar(value.value + "\n", value.line)))
        elif key == "outputs":
            pairs.append((key, value))
    return Members(pairs)
