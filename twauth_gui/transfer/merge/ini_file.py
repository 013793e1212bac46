"""Merge into INI files as Python's configparser reads them."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from twauth_gui.transfer.merge.text_edits import (
    MergeFormat,
    MergeRefusedError,
    NamePath,
    TextEdit,
    find_line_end,
    insert_lines,
    require_few_lines,
)

_SECTION = re.compile(r"\[(?P<name>.+)\]")
_OPTION = re.compile(r"(?P<name>[^=:\s]+(?:[ \t]+[^=:\s]+)*)(?P<gap>[ \t]*[=:][ \t]*)(?P<value>.*)")
_COMMENT_BEHIND = re.compile(r"[ \t][;#]")
# configparser's own pattern takes quadratic time for blanks within a line.
_LONG_GAP = re.compile(r"\s{100}")


@dataclass(frozen=True, slots=True)
class _IniOption:
    """A name with its value. end: of its last line, if the value goes on in further ones."""

    section: str
    name: str
    end: int
    value_start: int
    value_end: int
    gap: str
    text: str = field(repr=False)
    has_more_lines: bool


class IniFile(MergeFormat):
    """Files of sections with NAME = VALUE lines."""

    @override
    def read(self, text: str) -> dict[NamePath, str]:
        """Return the raw value of each option, by section and the name in small letters."""
        require_few_lines(text)
        if any(_LONG_GAP.search(line.strip()) for line in text.split("\n")):
            raise MergeRefusedError("The file has a line with more blanks than Twauth reads.")
        parser = configparser.RawConfigParser(allow_no_value=True, strict=True)
        try:
            parser.read_string(text)
        except configparser.DuplicateOptionError as error:
            raise MergeRefusedError(
                f"Line {error.lineno} of the file has a name that its section has already."
            ) from None
        except configparser.DuplicateSectionError as error:
            raise MergeRefusedError(
                f"Line {error.lineno} of the file begins a section that is there already."
            ) from None
        except (
            configparser.Error,
            ValueError,
            AttributeError,
        ):  # the last for a value with no name
            raise MergeRefusedError("configparser cannot read the file.") from None
        return {
            (section, name): repr(value)
            for section in (parser.default_section, *parser.sections())
            for name, value in _list_own(parser, section)
        }

    @override
    def list_names(self, rendered: str) -> list[str]:
        return [f"{one.section}.{one.name}" for one in _scan(rendered)[0]]

    @override
    def edit(self, text: str, rendered: str) -> list[TextEdit]:
        """Return edits: new values in the places of old ones, the others where they belong."""
        here, sections = _scan(text)
        by_path = {(one.section, one.name.lower()): one for one in here}
        edits: list[TextEdit] = []
        added: dict[str, list[_IniOption]] = {}
        for new in _scan(rendered)[0]:
            old = by_path.get((new.section, new.name.lower()))
            if old is None:
                added.setdefault(new.section, []).append(new)
            elif old.text != new.text:
                _require_one_line(old)
                edits.append(TextEdit(old.value_start, old.value_end, new.text))
        for section, options in added.items():
            there = [one for one in here if one.section == section]
            gap = there[-1].gap if there else " = "
            lines = [f"{one.name}{gap}{one.text}" for one in options]
            if there or section in sections:
                at = there[-1].end if there else sections[section]
                edits.append(insert_lines(text, at, lines))
            else:
                lead = [] if text.endswith(("\n\n", "\n\r\n")) and len(edits) == 0 else [""]
                edits.append(insert_lines(text, len(text), [*lead, f"[{section}]", *lines]))
        return edits


def _list_own(
    parser: configparser.RawConfigParser, section: str
) -> Iterator[tuple[str, str | None]]:
    """Yield a section's options, those of the default section only there."""
    defaults = parser.defaults()
    if section == parser.default_section:
        yield from defaults.items()
        return
    for name, value in parser.items(section):
        if name not in defaults or value != defaults[name]:
            yield name, value


def _require_one_line(option: _IniOption) -> None:
    if option.has_more_lines:
        raise MergeRefusedError(f"{option.name} in the file has a value of several lines.")
    if _COMMENT_BEHIND.search(option.text):
        raise MergeRefusedError(
            f"{option.name} in the file has something behind its value that may be a comment."
        )


def _scan(text: str) -> tuple[list[_IniOption], dict[str, int]]:
    """Return the options, and where the first line of each section begins."""
    found: list[_IniOption] = []
    sections: dict[str, int] = {}
    section, at = "", 0
    while at < len(text):
        end = find_line_end(text, at)
        line = text[at:end].strip()
        header = _SECTION.match(line)
        if not line or line.startswith(("#", ";")):
            pass
        elif text[at] in " \t" and found and found[-1].section == section:
            _extend_last(found, end)
        elif header is not None:
            section = header["name"]
            sections[section] = end
        else:
            found += _read_option(text, section, at, end)
        at = end
    return found, sections


def _extend_last(found: list[_IniOption], end: int) -> None:
    last = found.pop()
    found.append(
        _IniOption(
            last.section,
            last.name,
            end,
            last.value_start,
            last.value_end,
            last.gap,
            last.text,
            has_more_lines=True,
        )
    )


def _read_option(text: str, section: str, at: int, end: int) -> Sequence[_IniOption]:
    line = text[at:end].rstrip()
    match = _OPTION.match(line.lstrip())
    if match is None:
        return ()
    indent = len(line) - len(line.lstrip())
    start = at + indent + match.start("value")
    return (
        _IniOption(
            section,
            match["name"],
            end,
            start,
            at + len(line),
            match["gap"],
            match["value"],
            has_more_lines=False,
        ),
    )
