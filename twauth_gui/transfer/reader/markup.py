"""XML to trees of texts with their lines: App.config, Android, property lists, KeePass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from xml.parsers import expat

from twauth_gui.transfer.reader.field_names import find_meaning, split_name
from twauth_gui.transfer.reader.tree import MOST_NODES, Items, Members, Scalar, Tree

_DEEPEST = 60
_NAME_ATTRIBUTES = ("name", "key", "id", "var", "Name", "Key", "Include")
_VALUE_ATTRIBUTES = ("value", "Value", "val", "serializeAs")
_NAME_ELEMENTS = ("key", "name", "label")
_LEAF_PAIR = 2
_PAGE = re.compile(r"<(?:!doctype html|html|head|body|div|table|ul|dl|form|p)\b", re.IGNORECASE)
_SAMPLE = 4096
_TAG = re.compile(
    r"<(/?)([A-Za-z][\w:-]{0,40})((?:[^<>\"']|\"[^\"<>]{0,8000}\"|'[^'<>]{0,8000}')*+)>", re.ASCII
)
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w:-]*+)\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++)", re.ASCII)
_HTML_PAIRS = frozenset({"tr", "li", "div", "p", "section"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


class _RefusedError(Exception):
    """The text declares entities, or is nested too deeply, or has no end."""


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str]
    line: int
    children: list[_Element] = field(default_factory=list["_Element"])
    texts: list[str] = field(default_factory=list[str])
    text_line: int = 0

    @property
    def text(self) -> str:
        return "".join(self.texts).strip()


def parse_xml(text: str) -> list[Tree]:
    """Return the root element as the only tree; [] if it is no XML or declares entities.

    An element is named by its attribute name or key if it has one, otherwise by its tag. In a
    property list the element key names the one that follows it. A page in HTML need not be XML.
    """
    try:
        root: _Element | None = _XmlBuilder().parse(text)
    except (expat.ExpatError, _RefusedError, ValueError, RecursionError):
        root = _parse_page(text) if _PAGE.search(text[:_SAMPLE]) else None
    if root is None:
        return []
    if root.tag == "plist":
        return [_from_plist(child) for child in root.children]
    return [Members([(root.tag, _from_element(root))])]


def _parse_page(text: str) -> _Element | None:
    """Return the elements of a page, in which no tag has to be closed; None if it has too many."""
    root = _Element("html", {}, 1)
    stack = [root]
    text = _without_comments(text)
    at, line = 0, 1
    for number, found in enumerate(_TAG.finditer(text)):
        if number > MOST_NODES:
            return None
        _add_page_text(stack[-1], text[at : found.start()], line)
        line += text.count("\n", at, found.end())
        at = found.end()
        _add_tag(stack, found, line)
    _add_page_text(stack[-1], text[at:], line)
    return root


def _add_tag(stack: list[_Element], found: re.Match[str], line: int) -> None:
    tag = found[2].lower()
    if found[1]:
        tags = [element.tag for element in stack]
        if tag in tags[1:]:
            del stack[len(tags) - 1 - tags[::-1].index(tag) :]
        return
    given = _ATTRIBUTE.findall(found[3])
    values = {name.lower(): unescape(value.strip("\"'")) for name, value in given}
    element = _Element(tag, values, line)
    stack[-1].children.append(element)
    if tag not in _VOID and len(stack) < _DEEPEST:
        stack.append(element)


def _add_page_text(element: _Element, text: str, line: int) -> None:
    if text.strip():
        blank = len(text) - len(text.lstrip())
        element.text_line = element.text_line or line + text.count("\n", 0, blank)
    element.texts.append(text if element.tag == "script" else unescape(text))


def _without_comments(text: str) -> str:
    parts: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        if end < 0:
            break
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join((*parts, text[at:]))


class _XmlBuilder:
    """Builds elements while expat reads; entities are refused, so nothing can multiply."""

    def __init__(self) -> None:
        self._root = _Element("", {}, 1)
        self._stack = [self._root]
        self._count = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add_text
        self._parser.EntityDeclHandler = self._refuse
        self._parser.buffer_text = True

    def parse(self, text: str) -> _Element:
        # The declaration names the encoding of the file, and this is text already.
        body = text.lstrip()
        skipped = text[: len(text) - len(body)].count("\n")
        if body.startswith("<?xml"):
            head, _, body = body.partition("?>")
            skipped += head.count("\n")
        self._first = skipped
        _ = self._parser.Parse(body.encode("utf-8", "replace"), True)  # noqa: FBT003
        if not self._root.children:
            raise _RefusedError
        return self._root.children[0]

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._stack) > _DEEPEST or self._count > MOST_NODES:
            raise _RefusedError
        named = {
            name if name.startswith("xmlns") else name.rpartition(":")[2]: value
            for name, value in attributes.items()
        }
        element = _Element(tag, named, self._parser.CurrentLineNumber + self._first)
        self._stack[-1].children.append(element)
        self._stack.append(element)

    def _end(self, _: str) -> None:
        self._stack.pop()

    def _add_text(self, text: str) -> None:
        element = self._stack[-1]
        element.texts.append(text)
        if not element.text_line and text.strip():
            blank = len(text) - len(text.lstrip())
            element.text_line = element.line + text[:blank].count("\n")

    def _refuse(self, *_: object) -> None:
        raise _RefusedError


def _text_of(element: _Element) -> Scalar:
    line = element.text_line or element.line
    return Scalar(element.text, line, text_line=line if "\n" in element.text else 0)


def _from_element(element: _Element) -> Tree:
    pair = _as_pair(element)
    if pair:
        return Members([pair])
    rows = _rows_of_table(element) if element.tag == "table" else None
    return _from_children(element) if rows is None else rows


def _from_children(element: _Element) -> Tree:
    members = Members(list(_attribute_values(element)))
    counts = Counter(child.tag for child in element.children)
    lists: dict[str, Items] = {}
    for child in element.children:
        name, value = _named_child(child)
        if isinstance(value, Members) and not name:
            members.pairs.extend(value.pairs)
        elif counts[name] > 1 and isinstance(value, Members) and len(value.pairs) > 1:
            if name not in lists:
                lists[name] = Items()
                members.pairs.append((name, lists[name]))
            lists[name].values.append(value)
        else:
            members.pairs.append((name, value))
    if element.text:
        own = _text_of(element)
        if not members.pairs:
            return own
        members.pairs.append(("text", own))
    return members if members.pairs else Scalar("", element.line)


def _named_child(child: _Element) -> tuple[str, Tree]:
    """Return a child under the name that it has, or under none if its members name themselves."""
    given = next((child.attributes[key] for key in _NAME_ATTRIBUTES if key in child.attributes), "")
    for key in _VALUE_ATTRIBUTES[:-1]:
        if given and key in child.attributes:
            return given, Scalar(child.attributes[key], child.line)
    if given and len(child.children) == 1 and child.children[0].tag.lower() == "value":
        inner = child.children[0]
        return given, _text_of(inner)
    if given and not child.children and (child.text or not any(_attribute_values(child))):
        return given, _text_of(child)
    if _as_pair(child):
        return "", _from_element(child)
    return given or child.tag, _from_element(child)


def _as_pair(element: _Element) -> tuple[str, Tree] | None:
    """Return what an element like <String><Key>…</Key><Value>…</Value></String> names."""
    if len(element.children) != _LEAF_PAIR:
        return None
    first, second = element.children
    if element.tag == "tr" and not (first.children or second.children):
        return first.text, _text_of(second)
    if first.tag.lower() in _NAME_ELEMENTS and second.tag.lower() in {"value", "val"}:
        return first.text, _text_of(second)
    label = first.text.strip(": ")
    if element.tag in _HTML_PAIRS and label and find_meaning(split_name(label).core):
        inner = second.children[0] if len(second.children) == 1 else second
        value = _text_of(inner)
        return label, value if value.value else Scalar(
            inner.attributes.get("value", ""), inner.line
        )
    return None


def _rows_of_table(element: _Element) -> Items | None:
    """Return the rows of a table under the names in its first one; None if it has no such row."""
    parts = [part for part in element.children if part.tag in {"thead", "tbody", "tfoot"}]
    rows = [row for part in parts or [element] for row in part.children if row.tag == "tr"]
    header = [cell.text for cell in rows[0].children] if rows else []
    telling = sum(find_meaning(split_name(name).core) is not None for name in header)
    if telling < _LEAF_PAIR:
        return None
    return Items(
        [
            Members(
                [(name, _text_of(cell)) for name, cell in zip(header, row.children, strict=False)]
            )
            for row in rows[1:]
        ]
    )


def _attribute_values(element: _Element) -> Iterator[tuple[str, Tree]]:
    for name, value in element.attributes.items():
        if not name.startswith("xmlns") and name not in {*_NAME_ATTRIBUTES, "serializeAs"}:
            yield name, Scalar(value, element.line)


def _from_plist(element: _Element) -> Tree:
    if element.tag == "dict":
        members, name = Members(), ""
        for child in element.children:
            if child.tag == "key":
                name = child.text
            else:
                members.pairs.append((name, _from_plist(child)))
        return members
    if element.tag == "array":
        return Items([_from_plist(child) for child in element.children])
    if element.tag in {"true", "false"}:
        return Scalar(element.tag, element.line)
    return _text_of(element)
