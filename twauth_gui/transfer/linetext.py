"""Keys in lines: .env, shell, PowerShell, YAML, INI, properties, code, tables, labels."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice

from twauth_gui.transfer.credential_formats import Field, can_be_field, clean_value
from twauth_gui.transfer.names import Weight, handle_weight, meaning
from twauth_gui.transfer.reading import Reading, tidy

_Meaning = tuple[Field, Weight]

_VALUE = r"""(?P<value>"[^"]{0,512}"|'[^']{0,512}'|`[^`]{0,512}`|[^\s,;&"'`(){}\[\]]{1,512})"""
# Repeats that are bounded and give nothing back keep the work linear in the length of a line.
_PAIR = re.compile(
    r"""(?<![A-Za-z0-9_.])
    (?P<name>[A-Za-z_][A-Za-z0-9_.\-]{0,80}+(?:[ ][A-Za-z0-9_.()\-]{1,40}+){0,5}+)
    ["'`\])]{0,3}+[ \t]{0,40}+
    (?P<sep>:[ ]?(?:str|String|string)[ ]?=|=>|:=|=|:)[ \t]{0,40}"""
    + _VALUE,
    re.VERBOSE,
)
_OPTION = re.compile(r"--(?P<name>[A-Za-z][A-Za-z0-9_\-]{1,60}+)[ \t]++(?!-)" + _VALUE)
_NO_TEXT = re.compile(r"[\W_]*|```\w*")
_COMMENT = re.compile(r"\s*(?:\#|//|;|/\*|\*\s|--(?:\s|$)|<!--|rem\s)", re.IGNORECASE)
_OF_ACCOUNT = re.compile(r"\s{0,40}(?:\#|//|;)[ ]?@(?P<handle>\w{1,15})(?:,.*)?")
_SECTION = re.compile(r"\s*\[[\w .:@-]{0,60}\]\s*")
_HEADING = re.compile(r"\band\b|&", re.IGNORECASE)
_CELLS = re.compile(r"[,;\t|]|[ ]{2,8}")
_BARE = re.compile(r"[A-Za-z0-9%_\-+/=.~]+")
_LONGEST_NOTE = 1000  # characters of a line in which a handle is looked for
_MOST_STEPS = 10_000
"""Lines and names that are looked at: the keys of 2,000 bots, and a fifth of a second's work."""
_SHORTEST_BARE = 15
_SHORTEST_LABELLED = 12  # longer than "Regenerate" on the button beside a label


def read_lines(text: str) -> Reading:
    """Read every line; each is parsed by itself, except for a value below its label.

    A text with far more lines than any file of keys is not read to its end: is_cut.
    """
    reader = _Lines()
    for line in text.splitlines():
        if reader.is_tired:
            break
        reader.read(line)
    return reader.finish()


class _Lines:
    def __init__(self) -> None:
        self._reading = Reading()
        self._labels: deque[_Meaning] = deque()
        self._header: list[_Meaning | None] = []
        self._handle_column = -1
        self._handle = ""
        self._steps = 0

    @property
    def is_tired(self) -> bool:
        """Whether so much was looked at that this is no file of keys."""
        return self._steps >= _MOST_STEPS

    def read(self, line: str) -> None:
        self._note_handle(line)
        if _NO_TEXT.fullmatch(line) or _COMMENT.match(line) or _SECTION.fullmatch(line):
            return
        self._steps += 1
        ways = (self._pairs, self._label, self._row, self._words, self._bare)
        if not any(way(line) for way in ways):
            self._reading.unread.append(line)

    def finish(self) -> Reading:
        self._reading.is_cut = self.is_tired
        self._reading.empty += [name for name, weight in self._labels if weight > Weight.WEAK]
        return self._reading

    def _note_handle(self, line: str) -> None:
        """Take "# @handle, app", as exports from here begin, or a name that means a handle.

        It is that of all keys below, down to an empty line.
        """
        comment = _OF_ACCOUNT.fullmatch(line)
        if not line.strip():
            self._handle = ""
        elif comment is not None:
            self._set_handle(comment["handle"])
        for found in () if _COMMENT.match(line) else _PAIR.finditer(line, 0, _LONGEST_NOTE):
            weight = handle_weight(found["name"].split()[-1])
            if weight is not None and weight > Weight.WEAK:
                self._set_handle(clean_value(found["value"]))

    def _set_handle(self, handle: str) -> None:
        self._handle = handle
        self._reading.handles.append(handle)

    def _add(self, found: _Meaning, value: str) -> None:
        self._reading.add(found, value, handle=self._handle)

    def _pairs(self, line: str) -> bool:
        """NAME=value in any of its forms; a line of foreign names counts as understood."""
        rest = _MOST_STEPS - self._steps
        named = list(islice(chain(_options(line), _assignments(line)), rest))
        self._steps += len(named)
        known = [(found, value) for found, value in named if found is not None]
        for found, value in known:
            self._add(found, value)
        # A bearer token can have a "=" inside and still stand alone.
        return bool(known) or (bool(named) and can_be_field(Field.UNKNOWN, line))

    def _label(self, line: str) -> bool:
        label = line.strip().rstrip(":=").strip()
        found = None if _CELLS.search(label) else _phrase_meaning(label)
        if found is None:
            return False
        repeated = bool(self._labels) and self._labels[-1][0] is found[0]
        if not repeated and not _HEADING.search(label):
            self._labels.append(found)
        return True

    def _row(self, line: str) -> bool:
        parts = _CELLS.split(line, maxsplit=max(1, _MOST_STEPS - self._steps))
        cells = [cell for cell in map(clean_value, parts) if cell]
        self._steps += len(cells) - 1
        meanings = [meaning(cell) for cell in cells]
        if len([found for found in meanings if found]) > 1:
            self._header = meanings
            weights = [handle_weight(cell) for cell in cells]
            self._handle_column = next((at for at, one in enumerate(weights) if one), -1)
            return True
        if len(cells) > 1 and meanings[0] is not None and _BARE.fullmatch(cells[1]):
            self._add(meanings[0], cells[1])
            return True
        return self._under_header(cells)

    def _under_header(self, cells: list[str]) -> bool:
        if not self._header or len(cells) != len(self._header):
            return False
        if self._handle_column >= 0:
            self._set_handle(cells[self._handle_column])
        for found, value in zip(self._header, cells, strict=True):
            if found is not None:
                self._add(found, value)
        return True

    def _words(self, line: str) -> bool:
        """Take "API key abc…", setx NAME value, set -x NAME value."""
        phrase, _, last = line.strip().rpartition(" ")
        value = tidy(last)
        found = _phrase_meaning(phrase) if len(value) >= _SHORTEST_BARE else None
        if found is not None:
            self._add(found, value)
        return found is not None

    def _bare(self, line: str) -> bool:
        value = tidy(line)
        if not _BARE.fullmatch(value):
            return False
        while self._labels and len(value) >= _SHORTEST_LABELLED:
            found = self._labels.popleft()
            if found[1] > Weight.WEAK or can_be_field(found[0], value):
                self._add(found, value)
                return True
        if len(value) < _SHORTEST_BARE:
            return False
        self._reading.bare.append(value)
        return True


def _options(line: str) -> Iterator[tuple[_Meaning | None, str]]:
    return ((meaning(found["name"]), found["value"]) for found in _OPTION.finditer(line))


def _assignments(line: str) -> Iterator[tuple[_Meaning | None, str]]:
    """Yield every meaning with its value; after an unknown name, look inside its value."""
    at = 0
    while found := _PAIR.search(line, at):
        known = _phrase_meaning(found["name"])
        at = found.end() if known else found.end("sep")
        yield known, found["value"]


def _phrase_meaning(phrase: str) -> _Meaning | None:
    """Take the longest end of the phrase that means something, best a name known as a whole."""
    words = phrase.split()[-6:]
    ends = [" ".join(words[start:]) for start in range(len(words))]
    if words and "." in words[-1]:
        parts = words[-1].split(".")[-3:]
        ends += [".".join(parts[start:]) for start in range(1, len(parts))]
    found = [known for known in map(meaning, ends) if known is not None]
    return max(found, key=lambda known: known[1], default=None)
