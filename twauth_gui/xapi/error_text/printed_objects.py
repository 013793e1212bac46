r"""Parser for objects printed in a log: JSON, or as Python, Node, Ruby and Java print them.

A strict parser of each notation would fail at the first thing that a log adds or leaves out. This
one takes any token for what it most likely is, never goes back, and returns what it understood:

    {"errors":[{"code":187}]}              JSON, also inside a text: "{\"errors\": …}"
    {'errors': [{'code': 187}]}, b'{"…'    Python
    data: { title: 'Forbidden', … }        Node, with class names, [Object] and undefined
    {:code=>187}, {code=187}               Ruby, Java
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

_MAX_TOKENS = 60_000
_MAX_DEPTH = 60
_MAX_VALUE_LENGTH = 4000
_MAX_FIELDS = 400

_TOKEN = re.compile(
    r"(?P<space>[ \t]+)"
    r"|(?P<line>\n+[ \t]*)"
    r"|(?P<open>[{\[(])"
    r"|(?P<close>[}\])])"
    r"|(?P<colon>=>|[:=])"
    r"|(?P<comma>[,;])"
    r"|(?P<quote>(?<!\w)[bBuUrRfF]?\\{0,7}[\"'`])"
    r"|(?P<word>[^\s{}\[\]():=,;\"'`\\]+)"
    r"|(?P<other>.)"
)
_ENDS = {mark: re.compile(rf"(\\*){mark}|\n") for mark in "\"'`"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_BYTES = re.compile(r"[\x80-\x9f]")  # in no text: this is UTF-8 that repr wrote byte by byte
_PLAIN = {"n": "\n", "t": "\t", "r": "\n", "b": " ", "f": " ", "0": " "}
_PAIR = {"}": "{", "]": "[", ")": "("}
_STILL_INSIDE = frozenset("}])\"'`{[(,")


@dataclass(slots=True)
class PrintedObject:
    """One object or list: its fields by name, its items in order, its start and end."""

    start: int
    opened_by: str = "{"
    end: int = 0
    fields: dict[str, PrintedValue] = field(default_factory=dict[str, "PrintedValue"])
    items: list[PrintedValue] = field(default_factory=list["PrintedValue"])

    @property
    def children(self) -> Iterator[PrintedObject]:
        """The objects and lists directly inside this one."""
        for value in (*self.fields.values(), *self.items):
            if isinstance(value, PrintedObject):
                yield value


PrintedValue: TypeAlias = str | PrintedObject


def parse_objects(text: str, max_tokens: int = _MAX_TOKENS) -> Iterator[PrintedObject]:
    """Yield the outermost objects of a text, from the first. Never raises; linear in time.

    max_tokens: how many tokens to read at most.
    """
    parser = _ObjectParser(text, max_tokens)
    place = text.find("{")
    while place >= 0 and parser.tokens_left > 0:
        found = parser.read(place)
        yield found
        place = text.find("{", max(found.end, place + 1))


@dataclass(slots=True)
class _OpenObject:
    """An object that is being read: the key that awaits its value, and the value so far."""

    printed: PrintedObject
    key: str | None = None
    value: PrintedValue | None = None
    quoted: bool = False
    word: str = ""
    spaced: bool = False

    def take(self, kind: str, written: str) -> None:
        """Handle a token that neither opens nor closes an object or a quoted text."""
        if kind == "comma":
            self.settle()
        elif kind == "colon":
            self.add_colon(written)
        elif written != "+":  # Node prints it between the parts of a long text
            self.add_text(written, quoted=False)

    def add_text(self, text: str, *, quoted: bool) -> None:
        """Add a word or a quoted text to the value, which may turn out to be the next key."""
        self.word = text
        if self.value is None or (quoted and not self.quoted):
            self.value, self.quoted = text[:_MAX_VALUE_LENGTH], quoted
        elif isinstance(self.value, str) and quoted == self.quoted:
            gap = " " if self.spaced and not quoted else ""
            self.value = f"{self.value}{gap}{text}"[:_MAX_VALUE_LENGTH]
        self.spaced = False

    def add_colon(self, mark: str) -> None:
        """Make the last word the key; a second colon belongs to the value."""
        if self.key is not None or self.printed.opened_by != "{":
            if mark == ":" and not self.quoted and isinstance(self.value, str):
                self.value += mark
        elif self.word:
            self.key, self.value, self.quoted, self.word = self.word, None, False, ""

    def settle(self) -> None:
        """Store the value under its key or as an item, and get ready for the next."""
        value, key = self.value, self.key
        if value is not None:
            if key is None:
                if len(self.printed.items) < _MAX_FIELDS:
                    self.printed.items.append(value)
            elif len(self.printed.fields) < _MAX_FIELDS:
                _ = self.printed.fields.setdefault(key[:80], value)
        self.key, self.value, self.quoted, self.word, self.spaced = None, None, False, "", False


class _ObjectParser:
    def __init__(self, text: str, tokens: int) -> None:
        self._text = text
        self.tokens_left = tokens
        self._stack: list[_OpenObject] = []
        self._too_deep = 0

    def read(self, start: int) -> PrintedObject:
        """Read the object at start, to its end or to where it is cut off."""
        outermost = PrintedObject(start)
        self._stack = [_OpenObject(outermost)]
        self._too_deep = 0
        place = start + 1
        while self._stack and self.tokens_left > 0:
            found = _TOKEN.match(self._text, place)
            if found is None:
                break
            self.tokens_left -= 1
            place = self._take(found.lastgroup or "", found)
        self._close_all(place)
        return outermost

    def _take(self, kind: str, found: re.Match[str]) -> int:
        """Handle one token; return the position of the next."""
        written, end = found.group(), found.end()
        if kind == "quote":
            return self._take_text(written, end)
        if kind == "open":
            self._open(written, found.start())
        elif kind == "close":
            self._close(written, end)
        elif kind in {"line", "space"}:
            self._stack[-1].spaced = True
            if kind == "line" and self._is_over(end, written):
                self._close_all(found.start())
        else:
            self._stack[-1].take(kind, written)
        return end

    def _is_over(self, place: int, line: str) -> bool:
        """Whether a line that begins at the margin is the log again, not part of an object."""
        at_margin = line.endswith("\n") and place < len(self._text)
        return at_margin and self._text[place] not in _STILL_INSIDE

    def _take_text(self, opening: str, start: int) -> int:
        found = _read_quoted(self._text, opening, start)
        if found is None:
            self._stack[-1].add_text(opening, quoted=False)
            return start
        text, end = found
        self._stack[-1].add_text(text, quoted=True)
        return end

    def _open(self, mark: str, place: int) -> None:
        if len(self._stack) >= _MAX_DEPTH:
            self._too_deep += 1
            return
        frame, inner = self._stack[-1], PrintedObject(place, mark)
        if isinstance(frame.value, PrintedObject) and frame.key is None:
            frame.settle()
        frame.value, frame.quoted = inner, True
        self._stack.append(_OpenObject(inner))

    def _close(self, mark: str, end: int) -> None:
        if self._too_deep:
            self._too_deep -= 1
            return
        if all(frame.printed.opened_by != _PAIR[mark] for frame in self._stack[-4:]):
            return  # a stray bracket, or one whose beginning was cut off
        while self._stack:
            frame = self._stack.pop()
            frame.settle()
            frame.printed.end = end
            if frame.printed.opened_by == _PAIR[mark]:
                return

    def _close_all(self, end: int) -> None:
        while self._stack:
            frame = self._stack.pop()
            frame.settle()
            frame.printed.end = end


def _read_quoted(text: str, opening: str, start: int) -> tuple[str, int] | None:
    """Return a quoted text and the position after it; None if its line ends first."""
    level = _nesting_level(opening.count("\\"))
    if level is None:
        return None
    for found in _ENDS[opening[-1]].finditer(text, start):
        if found.group() == "\n":
            if opening[-1] != "`":
                return None
            continue
        slashes = len(found.group(1))
        if slashes < opening.count("\\"):
            return text[start : found.start()], found.start()  # the text around it ends here
        if _is_closing(slashes, level):
            inner = text[start : found.end() - 1 - opening.count("\\")]
            return _unescape_text(inner, level), found.end()
    return None


def _nesting_level(slashes: int) -> int | None:
    """Return how many quoted texts deep a quotation mark is, by the backslashes before it."""
    return {0: 0, 1: 1, 3: 2, 7: 3}.get(slashes)


def _is_closing(slashes: int, level: int) -> bool:
    for _ in range(level):
        if slashes % 2 == 0:
            return False
        slashes = (slashes - 1) // 2
    return slashes % 2 == 0


def _unescape_text(text: str, level: int) -> str:
    for _ in range(level + 1):
        if "\\" not in text:
            break
        text = _ESCAPE.sub(_unescape_match, text)
    if _BYTES.search(text):
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape_match(found: re.Match[str]) -> str:
    what = found.group(1)
    if len(what) > 1:
        return chr(int(what[1:], 16))
    return _PLAIN.get(what, what)
