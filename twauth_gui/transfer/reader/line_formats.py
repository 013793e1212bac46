"""Formats that are read line by line: .env, INI, properties, commands of shells, Markdown, notes.

One reader knows all of them, because files mix them: an INI with export, notes with commands. What
a format adds is which lines are comments and how a value is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from twauth_gui.transfer.credential_formats import Field, guess_fields
from twauth_gui.transfer.reader.commands import command_pairs
from twauth_gui.transfer.reader.entry import LONGEST_REFERENCE, MOST_ENTRIES, Entry, make_entry
from twauth_gui.transfer.reader.field_names import find_meaning, split_name
from twauth_gui.transfer.reader.hidden_values import may_hide
from twauth_gui.transfer.reader.line_pairs import (
    FEWEST_PARTS,
    LONGEST_ROW,
    SEPARATOR,
    find_named,
    split_parts,
    split_prose,
    split_remark,
)
from twauth_gui.transfer.reader.line_values import (
    clean_name,
    closing_quote,
    is_call,
    join_surrogates,
    looks_like_credential,
    starts_quoted,
    strip_marker,
    unquote,
)
from twauth_gui.transfer.reader.tabular import read_rows

ReadText = Callable[[str, str], list[Entry]]
"""Reads a block of code in Markdown: its text, and a file name of its language."""

_COMMENTS = {
    "ini": ("#", ";"),
    "properties": ("#", "!"),
    "cmd": ("rem ", "::", "@rem ", "#"),
    "markdown": ("<!--",),
    "text": ("//", "<!--"),
}
_SECTION = re.compile(r"\[{1,2}([^\[\]]{1,200})\]{1,2}[ \t]*(?:[#;].*)?")
_HEADING = re.compile(r"(#{1,6})[ \t]+([^\n]*)")
_RULED = re.compile(r"(?:={2,}|-{2,}|\*{2,}|~{2,})[ \t]*([^=~*\n]*?[^=~*\s-])[ \t]*(?:[=~*-]{2,})?")
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*([\w+.-]*)")
_TITLE_LEVEL = -20
_SECTION_LEVEL = -30
_MOST_QUOTED_LINES = 200
_LONGEST_LABEL = 60
_MOST_LABEL_WORDS = 7
_PROPERTY_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_PROPERTY_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
# Lines of tables that programs draw.
_BOXES = str.maketrans("\u2502\u2503\u2551\u2500\u2501\u2550", "|||---")
_CELLS = re.compile(r"[\s,;|:/]+")
_OBJECT = re.compile(r"[=:][ \t]*[\"'`]?(?:[{\[(<]|[A-Za-z_][\w.-]*+=)")
_REGISTRY = re.compile(r"REG_(?:EXPAND_)?SZ[ \t]+")
_TEMPLATES = ("{{", "{%", "<%")
_BLANK = re.compile(r"\s")
_SHORTEST_ROW = 36  # two values as short as keys are
_LONGEST_TITLE = 120
_ASSIGNMENT = re.compile(r"=>(?=[\s\"'])|:=(?=[\s\"'])|[=:]")
_DRAWER = re.compile(r"^:([A-Za-z][\w-]*+):[ \t]+")


def read_lines(text: str, file_format: str, read_text: ReadText | None = None) -> list[Entry]:
    """Return the values of a text that names them line by line.

    Args:
        text: with line feeds as the only line breaks.
        file_format: "dotenv", "ini", "properties", "shell", "cmd", "dockerfile", "markdown" or
            "text".
        read_text: for blocks of code in Markdown.
    """
    return _LineReader(text, file_format, read_text).read()


@dataclass(slots=True)
class _Block:
    """A section that lines belong to. is_flat: its lines are not indented further than its name."""

    level: int
    name: str
    is_flat: bool | None = None


@dataclass(slots=True)
class _Loose:
    """Lines that are no pairs: labels, and the values that came after them."""

    labels: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    values: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])


class _LineReader:
    """Goes through the lines once; knows the sections it is in and the labels that wait."""

    def __init__(self, text: str, file_format: str, read_text: ReadText | None) -> None:
        self._format = file_format
        self._read_text = read_text
        self._comments = _COMMENTS.get(file_format, ("#",))
        self._is_prose = file_format in {"markdown", "text"}
        self._lines = (text.translate(_BOXES) if self._is_prose else text).split("\n")
        self._blocks: list[_Block] = []
        self._loose = _Loose()
        self._entries: list[Entry] = []
        self._unnamed: list[Entry] = []
        self._no_quote_before = 0
        self._no_command_before = 0
        self._row = 0

    def read(self) -> list[Entry]:
        at = 0
        while at < len(self._lines):
            at = self._read_line(at)
        self._flush()
        # Without a name in it the text is of another format.
        return self._entries + self._unnamed if self._entries else []

    def _read_line(self, at: int) -> int:
        line = self._lines[at]
        stripped = line.strip()
        if not stripped:
            if self._loose.values:
                self._flush()
            return at + 1
        if self._is_prose and (stripped[0] in "|`~"):
            after = self._read_block(at, stripped)
            if after:
                return after
        if self._take_title(stripped):
            return at + 1
        if stripped.lower().startswith(self._comments) or stripped.startswith(_TEMPLATES):
            return at + 1
        return self._read_command(at) or self._read_content(at, line)

    # Sections

    def _take_title(self, line: str) -> bool:
        found = _SECTION.fullmatch(line)
        if found and not (self._is_prose and looks_like_credential(found.group(1))):
            self._enter(_SECTION_LEVEL, found.group(1).strip())
            return True
        if not self._is_prose:
            return False
        found = _HEADING.fullmatch(line)
        if found:
            name = found.group(2).strip(" #*")
            self._enter(_TITLE_LEVEL + len(found.group(1)), name)
            return True
        found = _RULED.fullmatch(line) if len(line) < _LONGEST_TITLE else None
        if found and not SEPARATOR.search(found.group(1)):
            self._enter(_TITLE_LEVEL, found.group(1))
            return True
        return False

    def _enter(self, level: int, name: str) -> None:
        self._flush()
        while self._blocks and self._blocks[-1].level >= level:
            self._blocks.pop()
        self._blocks.append(_Block(level, name, is_flat=level < 0 or None))

    def _path(self, indent: int) -> tuple[str, ...]:
        """Return the sections that a line with this indentation lies in."""
        while self._blocks and self._blocks[-1].level >= 0:
            block = self._blocks[-1]
            if block.is_flat is None:
                block.is_flat = indent <= block.level
            if indent > block.level or (indent == block.level and block.is_flat):
                break
            self._blocks.pop()
        return tuple(block.name for block in self._blocks if block.name)

    # Blocks of several lines

    def _read_block(self, at: int, line: str) -> int:
        """Read a table or a block of code; return the line after it, or 0 if it is neither."""
        if line.startswith("|"):
            return self._read_table(at)
        fence = _FENCE.match(line)
        if fence is None:
            return 0
        end = next(
            (
                number
                for number in range(at + 1, len(self._lines))
                if self._lines[number].strip().startswith(fence.group(1))
            ),
            len(self._lines),
        )
        self._flush()
        if self._read_text is not None:
            code = "\n".join(self._lines[at + 1 : end]) + "\n"
            path = self._path(0)
            for found in self._read_text(code, f"block.{fence.group(2).lower() or 'block'}"):
                self._entries.append(
                    Entry(
                        path + found.path,
                        found.value,
                        found.line + at + 1,
                        found.is_literal,
                        found.format,
                    )
                )
        return end + 1

    def _read_table(self, at: int) -> int:
        end = at
        rows: list[tuple[int, list[str]]] = []
        while end < len(self._lines) and self._lines[end].strip().startswith("|"):
            cells = self._lines[end].strip().strip("|").split("|", MOST_ENTRIES)
            rows.append((end + 1, [cell.strip().strip("`*").strip() for cell in cells]))
            end += 1
        self._flush()
        path = self._path(0)
        for found in read_rows(rows, self._format):
            self._entries.append(
                Entry(path + found.path, found.value, found.line, found.is_literal, self._format)
            )
        return end

    def _read_command(self, at: int) -> int:
        """Read a command with its continued lines; return the line after it, or 0 if it is none."""
        first = self._lines[at]
        end = at
        while (
            self._format != "properties"
            and at >= self._no_command_before
            and self._lines[end].rstrip().endswith(("\\", " ^", " `"))
            and end + 1 < len(self._lines)
            and end - at < _MOST_QUOTED_LINES
        ):
            end += 1
        whole = "\n".join(self._lines[at : end + 1]) if end > at else first
        pairs = command_pairs(whole, self._format)
        if not pairs:
            self._no_command_before = max(self._no_command_before, end)
            return 0
        self._flush()
        path = self._path(len(first) - len(first.lstrip()))
        for name, value, offset in pairs:
            line = at + 1 + whole.count("\n", 0, offset)
            self._entries.append(make_entry((*path, name), value, line, self._format))
        return end + 1

    # One line

    def _read_content(self, at: int, line: str) -> int:
        indent = len(line) - len(line.lstrip())
        text = strip_marker(line) if self._is_prose else line.strip()
        if text[:1] == ":" and self._is_prose:
            text = _DRAWER.sub(r"\1: ", text)
        if self._read_row(text, at) or self._read_parts(text, at, indent):
            return at + 1
        name, separator, value = split_remark(text) or self._split_pair(text)
        if name and (value or not self._is_prose):
            self._flush(heads=True)
            return self._add_pair(name, value, at, indent)
        if name and separator.strip() in {":", "="}:
            return self._take_label(name, at, indent)
        if looks_like_credential(text) or self._is_lone_value(text):
            self._loose.values.append((unquote(text.rstrip(",;")), at + 1))
        elif not self._take_label_below(text):
            self._take_text(text, at, indent)
        return at + 1

    def _take_text(self, text: str, at: int, indent: int) -> None:
        """Keep a line that names nothing as a label, or whole if a credential may be in it."""
        if self._loose.values:
            self._flush()
        label = clean_name(text.rstrip(":"))
        if may_hide(text):
            entry = make_entry(self._path(indent), text, at + 1, self._format)
            (self._entries if self._is_prose else self._unnamed).append(entry)
        elif label:
            self._loose.labels.append((label, at + 1))

    def _take_label_below(self, text: str) -> bool:
        """Read (API key) below a value; return False if it is no such label."""
        name = clean_name(text[1:-1]) if text.startswith("(") and text.endswith(")") else ""
        loose = self._loose
        if not name or len(loose.values) != 1 or find_meaning(split_name(name).core) is None:
            return False
        loose.labels = [(name, loose.values[0][1])]
        self._flush()
        return True

    def _is_lone_value(self, text: str) -> bool:
        return len(text.split()) == 1 and starts_quoted(text) and closing_quote(text) > 0

    def _read_row(self, text: str, at: int) -> bool:
        """Read values in a row, with whatever separates them."""
        if not _SHORTEST_ROW < len(text) < LONGEST_ROW or "=" in text.rstrip("="):
            return False
        if "://" in text:
            return False
        cells = [cell for cell in _CELLS.split(text) if cell]
        good = sum(map(looks_like_credential, cells))
        is_dense = good * 2 >= len(cells) or (good * 3 >= len(cells) and not _BLANK.search(text))
        if good < FEWEST_PARTS or not is_dense:
            return False
        self._flush()
        self._row += 1
        path = (*self._path(0), f"row {self._row}")
        for number, cell in enumerate(cells):
            value = unquote(cell.strip("\"'`"))
            self._entries.append(make_entry((*path, f"[{number}]"), value, at + 1, self._format))
        return True

    def _read_parts(self, text: str, at: int, indent: int) -> bool:
        """Read several name=value in one line, as in ck=…&cs=…, or in a connection string."""
        if "=" not in text and ":" not in text:
            return False
        pairs = split_parts(text) if len(text) < LONGEST_ROW else []
        if not pairs and not _OBJECT.search(text):
            pairs = find_named(text)
        if not pairs:
            return False
        self._flush(heads=True)
        path = self._path(indent)
        for name, value in pairs:
            self._entries.append(make_entry((*path, name), value, at + 1, self._format))
        return True

    def _split_pair(self, text: str) -> tuple[str, str, str]:
        """Return a line's name, its separator and its value; "" for the name if it has none."""
        if self._format == "properties":
            return _split_property(text)
        return split_prose(text) if self._is_prose else _split_assignment(text)

    def _take_label(self, name: str, at: int, indent: int) -> int:
        """Remember NAME: without a value; what follows tells whether it is a label or a section."""
        if self._loose.values:
            self._flush()
        following = next(
            (
                text
                for text in self._lines[at + 1 : at + 4]
                if text.strip() and not text.lstrip().startswith(_TEMPLATES)
            ),
            "",
        )  # the next one that says anything
        deeper = len(following) - len(following.lstrip()) > indent
        inner = self._split_pair(strip_marker(following))
        if deeper and inner[0] and inner[1].strip():
            _ = self._path(indent)
            self._flush()
            self._blocks.append(_Block(indent, name))
        else:
            self._loose.labels.append((name, at + 1))
        return at + 1

    def _add_pair(self, name: str, raw: str, at: int, indent: int) -> int:
        path = (*self._path(indent), _without_scope(name))
        if self._format == "properties":
            value, end = self._property_value(raw, at)
            self._entries.append(make_entry(path, value, at + 1, self._format))
            return end + 1
        if starts_quoted(raw) and raw[0] in "\"'`" and closing_quote(raw) < 0:
            end = self._find_quote_end(raw[0], at)
            if end:
                joined = "\n".join([raw, *self._lines[at + 1 : end + 1]])
                self._entries.append(make_entry(path, unquote(joined), at + 1, self._format))
                return end + 1
        value = unquote(_REGISTRY.sub("", raw))
        if self._format == "ini":  # as configparser writes a percent sign, which no key has twice
            value = value.replace("%%", "%")
        if self._is_prose and not starts_quoted(raw):
            value = value.strip("`*").rstrip(",;")
            if is_call(value):
                self._add_reference(path, value, at)
                return at + 1
        self._entries.append(make_entry(path, value, at + 1, self._format))
        return at + 1

    def _add_reference(self, path: tuple[str, ...], value: str, at: int) -> None:
        shown = value[:LONGEST_REFERENCE]
        self._entries.append(Entry(path, shown, at + 1, is_literal=False, format=self._format))

    def _find_quote_end(self, quote: str, at: int) -> int:
        """Return the line in which a quoted value ends that began in an earlier one; 0 if none."""
        if at < self._no_quote_before or self._is_prose:
            return 0
        for number in range(at + 1, min(at + _MOST_QUOTED_LINES, len(self._lines))):
            line = self._lines[number].rstrip()
            if closing_quote(quote + line) > 0:
                return number
        self._no_quote_before = at + _MOST_QUOTED_LINES
        return 0

    def _property_value(self, raw: str, at: int) -> tuple[str, int]:
        parts: list[str] = []
        while _continues(raw) and at + 1 < len(self._lines):
            parts.append(raw[:-1])
            at += 1
            raw = self._lines[at].strip()
        parts.append(raw)
        return join_surrogates(_PROPERTY_ESCAPE.sub(_unescape_property, "".join(parts))), at

    def _flush(self, *, heads: bool = False) -> None:
        """Give waiting labels to the values after them; heads: the last one names a section."""
        labels, values = self._loose.labels, self._loose.values
        self._loose = _Loose()
        if values:
            names = _names_of(labels, [value for value, _ in values])
            path = self._path(0)
            for name, (value, line) in zip(names, values, strict=True):
                self._entries.append(make_entry(path + name, value, line, self._format))
        elif heads and labels and self._is_prose:
            title = labels[-1][0]
            if len(title) <= _LONGEST_LABEL and len(title.split()) <= _MOST_LABEL_WORDS:
                self._enter(0, title)
                self._blocks[-1].is_flat = True


def _names_of(labels: Sequence[tuple[str, int]], values: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the names of values that stand below labels: one each, or all in a list of one."""
    last, count = labels[-1][0] if labels else "", len(values)
    formats = [guess_fields(value) for value in values]
    if count > 1 and (last.startswith("@") or (last and len({*formats}) == 1)):
        return [(last, f"[{number}]") for number in range(count)]
    if len(labels) == count and (count == 1 or all(map(_fits, labels, formats))):
        return [(label,) for label, _ in labels]
    first: list[tuple[str, ...]] = [(last,)] if last and count == 1 else [()]
    return [*first, *([()] * (count - 1))]


def _fits(label: tuple[str, int], formats: tuple[Field, ...]) -> bool:
    meaning = find_meaning(split_name(label[0]).core)
    return meaning is None or formats[0] is Field.UNKNOWN or bool({*meaning.fields} & {*formats})


def _without_scope(name: str) -> str:
    """Return a variable's name without export, $env: and the like in front of it."""
    words = name.split()
    if len(words) > 1 and words[0].lower() in {"export", "set", "let", "const", "var", "val", "my"}:
        name = words[-1]
    return re.sub(r"^\$(?:env:)?", "", name, count=1, flags=re.IGNORECASE)


def _split_assignment(text: str) -> tuple[str, str, str]:
    found = _ASSIGNMENT.search(text, 1)
    if found is None:
        return "", "", ""
    return clean_name(text[: found.start()]), text[found.start()], text[found.end() :].strip()


def _split_property(text: str) -> tuple[str, str, str]:
    at = 0
    while at < len(text) and text[at] not in "=: \t":
        at += 2 if text[at] == "\\" else 1
    name = _PROPERTY_ESCAPE.sub(_unescape_property, text[:at])
    rest = text[at:].lstrip(" \t")
    if rest[:1] in {"=", ":"}:
        rest = rest[1:].lstrip(" \t")
    return name, "=", rest


def _continues(raw: str) -> bool:
    return (len(raw) - len(raw.rstrip("\\"))) % 2 == 1


def _unescape_property(found: re.Match[str]) -> str:
    if found.group(1):
        return chr(int(found.group(1), 16))
    return _PROPERTY_ESCAPES.get(found.group(2), found.group(2))
