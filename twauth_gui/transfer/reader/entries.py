"""Text to entries: which format a text has, by its content and its name, and what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from twauth_gui.transfer.reader.entry import MOST_ENTRIES, Entry
from twauth_gui.transfer.reader.line_formats import read_lines
from twauth_gui.transfer.reader.markup import parse_xml
from twauth_gui.transfer.reader.nested_values import ReadText, flatten, open_value
from twauth_gui.transfer.reader.source_code import MAX_TOKENS, read_source
from twauth_gui.transfer.reader.source_lexer import LANGUAGE_BY_EXTENSION
from twauth_gui.transfer.reader.structured import parse_json, parse_toml, parse_yaml
from twauth_gui.transfer.reader.tabular import read_table
from twauth_gui.transfer.reader.text_blocks import (
    cut_heredocs,
    decode_mail,
    read_copies,
    spell_out_lists,
)
from twauth_gui.transfer.reader.tree import Tree

__all__ = ["Entry", "read_entries"]

_FORMAT_BY_EXTENSION = {
    "env": "dotenv",
    "envrc": "shell",
    "sh": "shell",
    "bash": "shell",
    "zsh": "shell",
    "fish": "shell",
    "console": "shell",
    "shell": "shell",
    "bashrc": "shell",
    "zshrc": "shell",
    "profile": "shell",
    "bash_profile": "shell",
    "bat": "cmd",
    "cmd": "cmd",
    "sas": "cmd",
    "ini": "ini",
    "cfg": "ini",
    "service": "ini",
    "properties": "properties",
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "csv": "csv",
    "tsv": "csv",
    "tab": "csv",
    "md": "markdown",
    "markdown": "markdown",
    "rst": "markdown",
    "org": "markdown",
    "yaml": "yaml",
    "yml": "yaml",
    "eyaml": "yaml",
    "sls": "yaml",
    "toml": "toml",
    "json": "json5",
    "powershell": "powershell",
}
_SHORT_NAMES = {
    "python": "python", "python3": "python", "node": "javascript", "javascript": "javascript",
    "typescript": "javascript", "ruby": "ruby", "php": "php", "perl": "perl", "rscript": "r",
    "csharp": "csharp", "kotlin": "kotlin", "golang": "go", "rust": "rust", "elixir": "elixir",
}  # fmt: skip
_MAGIC = re.compile(r"^[ \t]{0,40}(?:%(?:env|set_env)|!export)[ \t]+", re.MULTILINE)
_SAMPLE_LINES = 400
_SAMPLE = 64 * 1024
_SECTION_LINE = re.compile(r"\[[^\[\]\"'{}]+\][ \t]*(?:[#;].*)?")
_ASSIGNED_LINE = re.compile(r"(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=(?![=>])")
_NAMED_LINE = re.compile(r"(?:-[ \t]+)?[\"']?[\w$][\w .$/@-]{0,80}[\"']?[ \t]*:(?:[ \t]|$)|---")
_NUMBERED_LINE = re.compile(r"\d{1,3}[.)][ \t]|\*[ \t]")
_DOCKER_LINE = re.compile(r"(?:ENV|ARG|RUN|CMD|COPY|ADD|WORKDIR|ENTRYPOINT)[ \t]")
_COMMAND_LINES = (
    ("cmd", re.compile(r"@echo off|rem[ \t]|setx?[ \t]+\"?\w+[ \t=]", re.IGNORECASE)),
    ("powershell", re.compile(r"\$env:\w|\[(?:System\.)?Environment\]::|Set-Item", re.IGNORECASE)),
    (
        "shell",
        re.compile(r"export[ \t]+\w+=|set[ \t]+-\w+[ \t]|#!.*sh\b|setenv[ \t]|heroku |docker "),
    ),
)
_CODE_LINES = (
    ("php", re.compile(r"<\?php|\$\w+[ \t]*=[^=]|\$\w+->\w|define\([\"']")),
    ("go", re.compile(r"package \w+$|func \w*\(|func \(|\w+ := ")),
    ("c", re.compile(r"#include|#define[ \t]|(?:static |const )*char[ \t*]|String \w+ = \"")),
    ("javascript", re.compile(
        r"(?:const|let|var)[ \t]+[\w{]|module\.exports|export default|import .* from [\"']"
        r"|require\(|function[ \t(]"
    )),
    ("java", re.compile(r"import [\w.]+;|(?:public|private|protected) |package [\w.]+;")),
    ("csharp", re.compile(r"using [\w.]+;|namespace ")),
    ("python", re.compile(r"import \w|from [\w.]+ import|def \w+\(|class \w+[(:]|print\(|@\w")),
    ("ruby", re.compile(r"require ['\"]|\w[\w.]* do \|\w+\||end$|ENV\[")),
    ("r", re.compile(r"library\(|[\w.]+[ \t]*<-[ \t]")),
    ("rust", re.compile(r"use \w+::|let (?:mut )?\w+|fn \w+")),
    ("swift", re.compile(r"import [A-Z]\w+$|let \w+ *(?::|=)|func \w+")),
    ("perl", re.compile(r"use strict|my [$@%]\w+")),
    ("clojure", re.compile(r"\((?:def|ns|setq|define|let)[ \t]")),
)  # fmt: skip
_CODE_SIGNS = re.compile(r"[\w\]\"']\(|[;{}(\[,]$|(?:=|:|<-|=>)[ \t]*@?[\"'`]|^[\])}]")
_LINE_NUMBER = re.compile(r"[ ]{0,8}([0-9]{1,6})(?:\t|[ ]{2})")
_LINE_FORMATS = frozenset({"dotenv", "shell", "cmd", "dockerfile", "properties"})
_MANY = 0.5
_MOST = 0.6
_MOST_DEPTHS = 4
MAX_VALUES = MOST_ENTRIES - 1  # the keys of 1,750 accounts, up to 110 µs each at 3 GHz
_MOST_TEXTS = 2_000  # a third of a millisecond each
_LINES_FOR_A_TEXT = 8  # lines of prose that take as long as one of these texts


def read_entries(text: str, file_name: str = "") -> tuple[list[Entry], bool]:
    """Return the values of a text with the names that lead to them, and whether it holds more.

    It never raises. The content says which format it is, and the file's name if the content leaves
    it open. Texts within values (JSON in JSON, base64 of Secrets, cells, notes) are followed into
    deeper paths; of very many the last stay unread.
    """
    reader = _TextReader()
    entries = reader.read(text, file_name, 0)
    return entries[:MAX_VALUES], reader.is_cut or len(entries) > MAX_VALUES


class _TextReader:
    """Reads a text and the texts within it, up to a number that no file of a person's has.

    is_cut: whether it has left texts unread.
    """

    def __init__(self) -> None:
        self._left = _MOST_TEXTS
        self.is_cut = False

    def read(self, text: str, file_name: str, depth: int) -> list[Entry]:
        self.is_cut = not self._left
        if self.is_cut:
            return []
        plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
        if not plain.strip():
            return []
        self._left -= 1
        if plain.lstrip()[0].isdecimal():
            plain = _without_numbers(plain)
        elif "ontent-" in plain[:_SAMPLE]:
            plain = decode_mail(plain)
        return _Detection(plain, file_name, depth, self).read()

    def spend(self, lines: int) -> None:
        """Count lines of prose: after many, fewer texts are opened."""
        self._left = max(0, self._left - lines // _LINES_FOR_A_TEXT)


class _Detection:
    """Tries the formats in turn; the first one that finds values in the text has it."""

    def __init__(self, text: str, file_name: str, depth: int, reader: _TextReader) -> None:
        self._text = text
        self._depth = depth
        self._reader = reader
        self._read_text: ReadText = reader.read
        self._hint = _format_of_name(file_name)
        lines = [line.strip() for line in text[:_SAMPLE].split("\n", _SAMPLE_LINES)]
        self._lines = [line for line in lines if line and not line.startswith(("#!", "//"))]
        self._shebang = lines[0] if lines[0].startswith("#!") else ""
        uncommented = [line for line in self._lines if not line.startswith(("#", ";"))]
        self._lines = uncommented or self._lines or [""]
        self._is_source = True

    def read(self) -> list[Entry]:
        for attempt in (
            self._read_by_start,
            self._read_by_name,
            self._read_by_lines,
        ):
            found = attempt()
            if found:
                return found
        self._reader.spend(self._text.count("\n"))
        return self._open_all(read_lines(self._text, "text", self._read_block))

    # The first signs of a text

    def _read_by_start(self) -> list[Entry]:
        start = self._text.lstrip()
        if start.startswith(("<?php", "<?=")) and self._hint != "markdown":
            return self._source("php")
        if start.startswith("<"):
            return self._flatten(parse_xml(self._text), "xml")
        found: list[Entry] = []
        if start.startswith(("{", "[")):
            found = self._flatten(parse_json(self._text), "json")
        if not found and self._is_loose_json(start) and not self._hint:
            found = self._source("json5")
        return found

    def _is_loose_json(self, start: str) -> bool:
        """Whether it is JSON with comments, single quotes or a piece missing."""
        if start.startswith("{"):
            return not start.startswith(("{{", "{%"))
        if start.startswith("["):
            return start[1:].lstrip()[:1] in {"{", "[", '"', "'"}
        return start.startswith('"') and '":' in start.split("\n", 1)[0]

    # The file's name

    def _read_by_name(self) -> list[Entry]:
        hint = self._hint
        readers: dict[str, Callable[[], list[Entry]]] = {
            "": list,
            "ini": list,
            "csv": lambda: self._open_all(read_table(self._text, is_certain=True)),
            "markdown": lambda: self._open_all(read_lines(self._text, hint, self._read_block)),
            "yaml": lambda: self._flatten(parse_yaml(self._text), hint),
            "toml": self._read_toml,
            "powershell": self._read_powershell,
            "python": self._read_python,
        }
        if hint in readers:
            return readers[hint]()
        if hint in _LINE_FORMATS:
            return self._open_all(read_lines(self._text, hint))
        return self._source(hint)

    def _read_powershell(self) -> list[Entry]:
        found = self._source("powershell")
        commands = [
            line if re.match(r"[ \t]*setx[ \t]", line, re.IGNORECASE) else ""
            for line in self._text.split("\n")
        ]
        return found + read_lines("\n".join(commands), "cmd")

    def _read_python(self) -> list[Entry]:
        """Read code with the commands that notebooks have among its lines."""
        if not _MAGIC.search(self._text):
            return self._source("python")
        lines = self._text.split("\n")
        commands = [_MAGIC.sub("setenv ", line) if _MAGIC.match(line) else "" for line in lines]
        code = ["" if command else line for line, command in zip(lines, commands, strict=True)]
        self._text = "\n".join(code)
        return self._source("python") + read_lines("\n".join(commands), "shell")

    # What most lines look like

    def _read_by_lines(self) -> list[Entry]:
        attempts: tuple[Callable[[], list[Entry]], ...] = (
            self._read_shebang,
            self._read_commands,
            self._read_code,
            self._read_sections,
            self._read_assignments,
            self._read_yaml,
            self._read_table,
            self._read_unknown_code,
        )
        for attempt in attempts:
            found = attempt()
            if found:
                return found
        return []

    def _share(self, pattern: re.Pattern[str]) -> float:
        return sum(pattern.match(line) is not None for line in self._lines) / len(self._lines)

    def _read_shebang(self) -> list[Entry]:
        for word, language in _SHORT_NAMES.items():
            if word in self._shebang:
                return self._source(language)
        if self._shebang:
            return self._open_all(read_lines(self._text, "shell"))
        return []

    def _read_commands(self) -> list[Entry]:
        if re.match(r"FROM[ \t]", self._lines[0]) and self._share(_DOCKER_LINE) > 0:
            return self._open_all(read_lines(self._text, "dockerfile"))
        for file_format, pattern in _COMMAND_LINES:
            if self._share(pattern) >= _MANY:
                if file_format == "powershell":
                    return self._read_powershell()
                return self._open_all(read_lines(self._text, file_format))
        return []

    def _read_code(self) -> list[Entry]:
        """Read source code that begins its lines with words of its language."""
        scores = [(self._share(pattern), language) for language, pattern in _CODE_LINES]
        best = max(scores)
        signs = sum(_CODE_SIGNS.search(line) is not None for line in self._lines)
        enough = best[0] > 0 and signs >= len(self._lines) * _MANY
        return self._source(best[1]) if enough else []

    def _read_sections(self) -> list[Entry]:
        if not (self._share(_SECTION_LINE) or self._hint in {"ini", "toml"}):
            return self._read_toml() if self._share(_ASSIGNED_LINE) == 1 else []
        if self._share(_SECTION_LINE) + self._share(_ASSIGNED_LINE) < _MANY:
            named = self._share(_NAMED_LINE)
            if self._share(_SECTION_LINE) + named < _MANY:
                return []
        return self._read_toml() or self._open_all(read_lines(self._text, "ini"))

    def _read_toml(self) -> list[Entry]:
        return self._flatten(parse_toml(self._text), "toml")

    def _read_assignments(self) -> list[Entry]:
        if self._share(_ASSIGNED_LINE) < _MOST:
            return []
        return self._open_all(read_lines(self._text, "dotenv"))

    def _read_yaml(self) -> list[Entry]:
        if self._share(_NAMED_LINE) < _MANY or self._share(_NUMBERED_LINE):
            return []
        return self._flatten(parse_yaml(self._text, is_strict=True), "yaml")

    def _read_table(self) -> list[Entry]:
        return self._open_all(read_table(self._text))

    def _read_unknown_code(self) -> list[Entry]:
        signs = sum(_CODE_SIGNS.search(line) is not None for line in self._lines)
        if signs < len(self._lines) * _MOST:
            return []
        return self._source("generic")

    def _source(self, language: str) -> list[Entry]:
        """Read source code; of a long text only if its beginning is some."""
        if not self._is_source:
            return []
        text, blocks = cut_heredocs(spell_out_lists(self._text, language), language)
        times = len(text) / _SAMPLE
        if times <= 1:
            found = read_source(text, language)
        else:
            found = read_source(text[:_SAMPLE], language, int(MAX_TOKENS / times))
            found = found and read_source(text, language)
        self._is_source = found is not None
        entries = self._open_all(found or [])
        for block, line in blocks:
            inner = self._read_block(block, "")
            entries += [entry._replace(line=entry.line + line) for entry in inner]
        return [*entries, *read_copies(self._text)] if language == "sql" else entries

    # What lies within

    def _flatten(self, trees: list[Tree], file_format: str) -> list[Entry]:
        return flatten(trees, file_format, self._read_text, self._depth)

    def _open_all(self, entries: list[Entry]) -> list[Entry]:
        lines = self._text.split("\n")
        opened: list[Entry] = []
        for entry in entries:
            line = entry.line if _goes_on(entry, lines) else 0
            opened += open_value(entry, self._read_text, self._depth, line)
        return opened

    def _read_block(self, code: str, file_name: str) -> list[Entry]:
        if self._depth >= _MOST_DEPTHS:
            return []
        return self._read_text(code, file_name, self._depth + 1)


def _goes_on(entry: Entry, lines: Sequence[str]) -> bool:
    """Whether the lines of a value are lines of the text too, and not written with escapes."""
    _, *more = entry.value.split("\n", 2)
    has_lines = entry.line + entry.value.count("\n") <= len(lines)
    return bool(more) and has_lines and more[0].strip() in lines[entry.line]


def _without_numbers(text: str) -> str:
    """Return a text without the numbers in front of its lines, as cat -n and history print them."""
    lines = text.split("\n")
    found = [_LINE_NUMBER.match(line) for line in lines if line.strip()]
    numbers = [int(match.group(1)) for match in found if match]
    is_counted = all(other - one == 1 for one, other in pairwise(numbers))
    if len(numbers) < len(found) or len(numbers) == 1 or not is_counted:
        return text
    return "\n".join(_LINE_NUMBER.sub("", line, count=1) for line in lines)


def _format_of_name(file_name: str) -> str:
    """Return the format or the language that a file's name stands for; "" if it is open."""
    name = re.split(r"[/\\]", file_name.lower())[-1]
    if name.startswith(".env") or name.endswith((".env", ".env.local", "environment")):
        return "dotenv"
    if name.startswith(("dockerfile", "containerfile")) or name.endswith("-dockerfile"):
        return "dockerfile"
    extension = name.rpartition(".")[2] if "." in name else ""
    if extension == "conf":
        return ""
    known = _FORMAT_BY_EXTENSION.get(extension) or LANGUAGE_BY_EXTENSION.get(extension)
    return known or _SHORT_NAMES.get(extension, "dotenv" if name.startswith("env.") else "")
