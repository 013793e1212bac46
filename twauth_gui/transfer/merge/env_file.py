"""Merge into files of NAME=VALUE lines: .env, shell exports, systemd, Docker, .Renviron."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from typing_extensions import override

from twauth_gui.transfer.export_presets import FileSyntax
from twauth_gui.transfer.merge.text_edits import (
    MergeFormat,
    MergeRefusedError,
    NamePath,
    TextEdit,
    find_line_end,
    insert_lines,
    require_few_lines,
)

ENV_SYNTAXES = (
    FileSyntax.DOTENV,
    FileSyntax.DOCKER,
    FileSyntax.SHELL,
    FileSyntax.SYSTEMD,
    FileSyntax.RENVIRON,
)
_ASSIGNMENT = re.compile(
    r"(?P<lead>[ \t]*(?:export[ \t]+)?)(?P<name>[^\W\d][\w.-]*)(?P<gap>[ \t]*=[ \t]*)"
)
_NAMES_ALONE = re.compile(r"[ \t]*(?:export[ \t]+)?[^\W\d][\w.-]*[ \t]*(?:#.*)?")
_SHELL_OPTION = re.compile(r"[ \t]*set[ \t]+[-+](?:a|o[ \t]+allexport)[ \t]*(?:#.*)?")
# A value that ends in its line, whatever reads it, with nothing but a comment behind it.
_QUOTED = re.compile(r"(?P<value>'[^'\\]*'|\"(?:[^\"\\]|\\.)*\")(?:[ \t]+#.*)?[ \t]*")
_BARE = re.compile(r"(?P<value>[^\s'\"#](?:[^\s]|[ \t]+(?![#\s]))*)?(?:[ \t]+#.*)?[ \t]*")
_CLOSED = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_NOTHING_MORE = re.compile(r"(?:[ \t]+#.*)?[ \t]*\r?\n?")
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9_%+/=.@:-]*")


@dataclass(frozen=True, slots=True)
class _Assignment:
    """A line NAME=VALUE.

    start, end: of the line, with what it ends with. value_start, value_end: of the value with its
    quotes, without a comment. text: of that value. problem: why it is not changed, or "".
    """

    name: str
    start: int
    end: int
    value_start: int
    value_end: int
    text: str = field(repr=False)
    is_exported: bool
    problem: str = ""

    @property
    def value(self) -> str:
        """The value without quotes, if every reader takes it the same way; else as it stands."""
        inner = self.text[1:-1]
        if self.text[:1] == "'" or (self.text[:1] == '"' and not re.search(r"[\\$`]", inner)):
            return inner
        return self.text


@dataclass(frozen=True, slots=True)
class _AccountLines:
    """An account in a rendered export: its comment lines, its NAME=VALUE lines."""

    comments: tuple[str, ...]
    rows: Mapping[str, str] = field(repr=False)


class EnvFile(MergeFormat):
    """Files of NAME=VALUE lines, in one syntax of them."""

    def __init__(self, syntax: FileSyntax) -> None:
        self._is_docker = syntax is FileSyntax.DOCKER
        self._is_shell = syntax is FileSyntax.SHELL
        self._signs = "#;" if syntax is FileSyntax.SYSTEMD else "#"
        self._may_export = syntax in {FileSyntax.DOTENV, FileSyntax.SHELL}

    @override
    def read(self, text: str) -> dict[NamePath, str]:
        """Return the value of each name; of one that is there twice, the last."""
        return {(one.name,): repr(one.value) for one in self._scan(text)}

    @override
    def edit(self, text: str, rendered: str) -> list[TextEdit]:
        """Return edits: new values in the places of old ones, then what is added."""
        here = self._scan(text)
        by_name: dict[str, list[_Assignment]] = {}
        for one in here:
            by_name.setdefault(one.name, []).append(one)
        edits: list[TextEdit] = []
        end = text
        for block in self._list_blocks(rendered):
            added: list[str] = []
            last: _Assignment | None = None
            for name, line in block.rows.items():
                found = by_name.get(name, [])
                if found:
                    edits += self._replace(found, line)
                    last = found[0] if last is None or found[0].end > last.end else last
                else:
                    added.append(line)
            if added:
                added = self._match_export(added, here)
                if last is not None and not last.problem:
                    edits.append(insert_lines(text, last.end, added))
                else:
                    comments = [one for one in block.comments if one not in text]
                    edits.append(_append_lines(text, end, [*comments, *added]))
                    end = ""
        return edits

    def _replace(self, found: Sequence[_Assignment], line: str) -> list[TextEdit]:
        old = found[0]
        if len(found) > 1:
            raise MergeRefusedError(f"{old.name} stands in the file more than once.")
        if old.problem:
            raise MergeRefusedError(f"{old.name} in the file {old.problem}.")
        new = self._scan(line)[0]
        if new.value == old.value:
            return []
        quote = old.text[:1] if old.text[:1] in {"'", '"'} and not self._is_docker else ""
        text = new.text
        if quote and _PLAIN_TEXT.fullmatch(new.text):
            text = f"{quote}{new.text}{quote}"
        return [TextEdit(old.value_start, old.value_end, text)]

    def _match_export(self, lines: list[str], here: Sequence[_Assignment]) -> list[str]:
        """Write export before names if the file does so everywhere."""
        if not self._may_export or not here or not all(one.is_exported for one in here):
            return lines
        return [line if line.startswith("export ") else f"export {line}" for line in lines]

    def _list_blocks(self, rendered: str) -> list[_AccountLines]:
        blocks: list[_AccountLines] = []
        for part in re.split(r"\n{2,}", rendered.strip("\n")):
            lines = part.split("\n")
            comments = tuple(line for line in lines if line.startswith("#"))
            rows = {self._scan(line)[0].name: line for line in lines if not line.startswith("#")}
            blocks.append(_AccountLines(comments, rows))
        return blocks

    def _scan(self, text: str) -> list[_Assignment]:
        """Return the assignments of a text.

        Raises:
            MergeRefusedError: there is a line of which it is not known what readers make of it.
        """
        require_few_lines(text)
        found: list[_Assignment] = []
        at, number = 0, 1
        while at < len(text):
            end = find_line_end(text, at)
            one = self._scan_line(text, at, end, number)
            if one is not None:
                one = self._extend(text, one)
                end = one.end
                found.append(one)
            number += text.count("\n", at, end)
            at = end
        return found

    def _scan_line(self, text: str, at: int, end: int, number: int) -> _Assignment | None:
        line = text[at:end].rstrip("\r\n")
        if not line.strip() or line.lstrip(" \t").startswith(tuple(self._signs)):
            return None
        head = _ASSIGNMENT.match(line)
        if head is None or not self._is_assignment(head):
            if _NAMES_ALONE.fullmatch(line) or _SHELL_OPTION.fullmatch(line):
                return None
            raise MergeRefusedError(
                f"Line {number} of the file is neither a comment nor NAME=VALUE, so it is not known"
                " what it does."
            )
        # Docker takes blanks behind "=" for a part of the value; a shell takes them for its end.
        start = head.start("gap") + 1 if self._is_docker else head.end()
        body = line[start:]
        if self._is_docker:
            value_end, problem = len(line), ""
        else:
            value_end, problem = _measure(body, start)
        return _Assignment(
            head["name"],
            at,
            end,
            at + start,
            at + value_end,
            line[start:value_end],
            "export" in head["lead"],
            problem,
        )

    def _is_assignment(self, head: re.Match[str]) -> bool:
        if "export" in head["lead"] and not self._may_export:
            return False
        if self._is_docker:
            return head["gap"].startswith("=")
        return head["gap"] == "=" or not self._is_shell

    def _extend(self, text: str, one: _Assignment) -> _Assignment:
        """Return it with the following lines that its value goes on in."""
        if self._is_docker or one.problem != _OPEN:
            return one
        closed = _CLOSED.match(text, one.value_start)
        end = find_line_end(text, closed.end()) if closed else 0
        if closed is None or not _NOTHING_MORE.fullmatch(text, closed.end(), end):
            raise MergeRefusedError(
                f"The value of {one.name} in the file does not end in its line."
            )
        return replace(one, end=end, text=text[one.value_start : closed.end()])


def _append_lines(text: str, end: str, lines: Sequence[str]) -> TextEdit:
    """Add lines at the end, with a blank line before them unless there is one at `end`."""
    lead = [] if end.endswith(("\n\n", "\n\r\n")) else [""]
    return insert_lines(text, len(text), [*lead, *lines])


_OPEN = "has a value of several lines"
_UNSURE = "has a value that readers take differently"


def _measure(body: str, start: int) -> tuple[int, str]:
    """Return where a value ends in its line, and why it is not known, or ""."""
    match = (_QUOTED if body[:1] in {"'", '"'} else _BARE).fullmatch(body)
    if match is not None and not body.endswith("\\"):
        return start + len(match["value"] or ""), ""
    is_quoted = body[:1] in {"'", '"'}
    is_open = body.endswith("\\") or (is_quoted and _CLOSED.match(body) is None)
    return start + len(body.rstrip()), _OPEN if is_open else _UNSURE
