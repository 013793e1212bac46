"""Read presets from TOML, and write them; a file has a table for each preset.

A key group in front of them is that of all.

    [newsletter]
    title = "Newsletter bot"
    syntax = "dotenv"
    file = ".env"

    [newsletter.names]
    api_key = "NEWS_KEY"
    access_token = "NEWS_TOKEN"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar, cast

from twauth_gui.transfer.credential_formats import Field, guess_fields
from twauth_gui.transfer.export_presets import (
    AccountDetail,
    AccountGrouping,
    ExportPreset,
    FileSyntax,
)
from twauth_gui.transfer.export_syntaxes.document import AccountBlock, ExportDocument
from twauth_gui.transfer.export_syntaxes.quoting import quote_double
from twauth_gui.transfer.export_syntaxes.table import OPTION_PATTERNS, SYNTAXES, SyntaxRules
from twauth_gui.transfer.file_name_patterns import fill_with

MAX_BYTES = 64 * 1024
MAX_PRESETS = 500
OWN_GROUP = "Own presets"
PRESET_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,20}")
FIELD_KEYS: Mapping[str, Field] = {
    "api_key": Field.API_KEY,
    "api_secret": Field.API_SECRET,
    "access_token": Field.ACCESS_TOKEN,
    "access_secret": Field.ACCESS_SECRET,
    "bearer_token": Field.BEARER_TOKEN,
    "client_id": Field.CLIENT_ID,
    "client_secret": Field.CLIENT_SECRET,
    "oauth2_access_token": Field.OAUTH2_ACCESS,
    "oauth2_refresh_token": Field.OAUTH2_REFRESH,
}
"""Keys of [ID.names]."""
_KEYS = frozenset(
    (
        *("title", "group", "file", "syntax", "several", "always_grouped", "either_kind"),
        *("comment", "note", "names", "details", "constants", "options"),
    )
)
_MAX_TEXT = 400
_FILE_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.-]{1,80}")
# Variables by which a program loads or runs something else: a preset from elsewhere could make the
# bot run it.
_STEERING_NAMES = re.compile(
    r"PATH|ENV|IFS|HOME|SHELL|PS4|PROMPT_COMMAND|EDITOR|VISUAL|PAGER|BROWSER|"
    r"JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|R_PROFILE\w*|R_ENVIRON\w*|R_LIBS\w*|"
    r"(?:LD|DYLD|PYTHON|NODE|NPM|PERL|PERL5|RUBY|BASH|GIT|SSH|DOTNET|COMPlus)_?[A-Z0-9_]*",
    re.IGNORECASE,
)
_E = TypeVar("_E", AccountGrouping, FileSyntax, AccountDetail)


class PresetFileError(ValueError):
    """A file of presets is not valid; the message names the file, the line and the key.

    key: of what is wrong, within its table, or "". reason: the sentence alone.
    """

    def __init__(self, message: str, *, key: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.key = key
        self.reason = reason or message


def read_presets(data: bytes, file_name: str, *, is_own: bool = False) -> tuple[ExportPreset, ...]:
    """Return the presets of a file, in its order.

    Raises:
        PresetFileError: it is too large, no TOML, or a preset in it is not valid.
    """
    return _PresetReader(data, file_name, is_own=is_own).read()


class _PresetReader:
    """Reads one file, and says of each error on which line it is."""

    def __init__(self, data: bytes, file_name: str, *, is_own: bool) -> None:
        self._data = data
        self._file_name = file_name
        self._is_own = is_own
        self._text = ""

    def read(self) -> tuple[ExportPreset, ...]:
        if len(self._data) > MAX_BYTES:
            raise self._error(f"It is larger than {MAX_BYTES // 1024} KiB.")
        try:
            self._text = self._data.decode("utf-8-sig").replace("\r\n", "\n")
            root = tomllib.loads(self._text)
        except UnicodeDecodeError as error:
            raise self._error("It is not UTF-8.") from error
        except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
            raise self._error(f"It is no valid TOML: {error}.") from error
        except RecursionError as error:
            raise self._error("Its values are nested too deeply.") from error
        group = self._text_of(root, "", "group", OWN_GROUP)
        _ = root.pop("group", None)
        if not root or len(root) > MAX_PRESETS:
            raise self._error(f"It has {len(root)} presets; 1 to {MAX_PRESETS} are possible.")
        return tuple(self._read_preset(key, table, group) for key, table in root.items())

    def _read_preset(self, preset_id: str, table: object, group: str) -> ExportPreset:
        if not PRESET_ID.fullmatch(preset_id):
            raise self._error("An id has small letters, digits and single hyphens.", preset_id)
        if not isinstance(table, dict):
            raise self._error("There is no table of this name.", preset_id)
        values = cast("dict[str, object]", table)
        for key in values:
            if key not in _KEYS:
                raise self._error("There is no such key.", preset_id, key)
        syntax = self._enum(FileSyntax, values, preset_id, "syntax")
        rules = SYNTAXES[syntax]
        several = rules.groupings[0]
        if "several" in values:
            several = self._enum(AccountGrouping, values, preset_id, "several")
        if several not in rules.groupings:
            choices = ", ".join(one.value for one in rules.groupings)
            raise self._error(f"{syntax.value} can have {choices}.", preset_id, "several")
        preset = ExportPreset(
            id=preset_id,
            title=self._text_of(values, preset_id, "title"),
            group=self._text_of(values, preset_id, "group", group),
            suggested_name=self._text_of(values, preset_id, "file", ".env"),
            syntax=syntax,
            names=self._read_names(values, preset_id, rules),
            details=self._read_details(values, preset_id, rules),
            constants=self._read_constants(values, preset_id, rules),
            is_either_kind=self._flag(values, preset_id, "either_kind"),
            grouping=several,
            is_always_grouped=self._flag(values, preset_id, "always_grouped"),
            options=self._read_options(values, preset_id, rules),
            comment=self._text_of(values, preset_id, "comment", ""),
            note=self._text_of(values, preset_id, "note", ""),
            is_own=self._is_own,
        )
        self._check(preset)
        return preset

    def _check(self, preset: ExportPreset) -> None:
        is_for_each = preset.grouping is AccountGrouping.FILE
        plain = fill_with(preset.suggested_name, "x" if is_for_each else "{")
        if not _FILE_NAME.fullmatch(plain):
            advice = 'Only with several = "file" it may contain {handle}, {app} or {tag}.'
            raise self._error(f"This is no plain file name. {advice}", preset.id, "file")
        rules = SYNTAXES[preset.syntax]
        missing = [
            key for key, field in FIELD_KEYS.items() if field in rules.needs - set(preset.names)
        ]
        if missing:
            raise self._error(
                f"{preset.syntax.value} needs {', '.join(missing)}.", preset.id, "names"
            )
        if not preset.names and preset.syntax is not FileSyntax.MCP_RUN:
            raise self._error("A preset needs at least one name.", preset.id, "names")
        names = [*preset.names.values(), *preset.details.values()]
        names += [name for name, _value in preset.constants]
        if len(set(names)) != len(names):
            raise self._error("A name is there twice.", preset.id, "names")
        try:
            _ = rules.render(_try_out(preset, rules))
        except ValueError as error:
            raise self._error(str(error), preset.id, "options") from error

    def _read_names(
        self, values: Mapping[str, object], preset_id: str, rules: SyntaxRules
    ) -> dict[Field, str]:
        names: dict[Field, str] = {}
        for key, name in self._table(values, preset_id, "names").items():
            if key not in FIELD_KEYS:
                choices = ", ".join(FIELD_KEYS)
                raise self._error(f"There is no such field, only {choices}.", preset_id, key)
            names[FIELD_KEYS[key]] = self._name(name, preset_id, key, rules)
        return names

    def _read_details(
        self, values: Mapping[str, object], preset_id: str, rules: SyntaxRules
    ) -> dict[AccountDetail, str]:
        known = {one.value: one for one in AccountDetail}
        details: dict[AccountDetail, str] = {}
        for key, name in self._table(values, preset_id, "details").items():
            if key not in known:
                raise self._error(
                    f"There is no such detail, only {', '.join(known)}.", preset_id, key
                )
            details[known[key]] = self._name(name, preset_id, key, rules)
        return details

    def _read_constants(
        self, values: Mapping[str, object], preset_id: str, rules: SyntaxRules
    ) -> tuple[tuple[str, str], ...]:
        constants: list[tuple[str, str]] = []
        for name, value in self._table(values, preset_id, "constants").items():
            text = self._line(value, preset_id, name)
            self._refuse_credential(text, preset_id, name)
            try:
                _ = rules.quote(text)
            except ValueError as error:
                raise self._error(str(error), preset_id, name) from error
            constants.append((self._name(name, preset_id, name, rules), text))
        return tuple(constants)

    def _read_options(
        self, values: Mapping[str, object], preset_id: str, rules: SyntaxRules
    ) -> dict[str, str]:
        options: dict[str, str] = {}
        for key, value in self._table(values, preset_id, "options").items():
            if key not in rules.options:
                known = ", ".join(rules.options) or "none"
                raise self._error(f"There is no such option; there are: {known}.", preset_id, key)
            options[key] = self._line(value, preset_id, key)
            pattern = OPTION_PATTERNS.get(key)
            if pattern and not pattern.fullmatch(options[key]):
                raise self._error("The syntax does not allow this name.", preset_id, key)
            self._refuse_credential(options[key], preset_id, key)
        return options

    def _table(self, values: Mapping[str, object], preset_id: str, key: str) -> dict[str, object]:
        table = values.get(key, {})
        if not isinstance(table, dict):
            raise self._error("A table is expected.", preset_id, key)
        return cast("dict[str, object]", table)

    def _name(self, value: object, preset_id: str, key: str, rules: SyntaxRules) -> str:
        text = self._line(value, preset_id, key)
        if not rules.name.fullmatch(text):
            raise self._error("This is no name that the syntax allows.", preset_id, key)
        if _STEERING_NAMES.fullmatch(text):
            raise self._error(f"{text} changes how programs run.", preset_id, key)
        return text

    def _refuse_credential(self, text: str, preset_id: str, key: str) -> None:
        if any(guess_fields(word)[0] is not Field.UNKNOWN for word in text.split()):
            raise self._error("This looks like a credential.", preset_id, key)

    def _text_of(
        self, values: Mapping[str, object], preset_id: str, key: str, usual: str | None = None
    ) -> str:
        if key not in values and usual is not None:
            return usual
        if key not in values:
            raise self._error(f"The key {key} is missing.", preset_id)
        return self._line(values[key], preset_id, key)

    def _line(self, value: object, preset_id: str, key: str) -> str:
        if not isinstance(value, str) or not value:
            raise self._error("A text is expected.", preset_id, key)
        if len(value) > _MAX_TEXT or not value.isprintable():
            raise self._error(
                f"One line of at most {_MAX_TEXT} characters is expected.", preset_id, key
            )
        return value

    def _flag(self, values: Mapping[str, object], preset_id: str, key: str) -> bool:
        value = values.get(key, False)
        if not isinstance(value, bool):
            raise self._error("true or false is expected.", preset_id, key)
        return value

    def _enum(self, kind: type[_E], values: Mapping[str, object], preset_id: str, key: str) -> _E:
        text = self._text_of(values, preset_id, key)
        for one in kind:
            if one.value == text:
                return one
        choices = ", ".join(one.value for one in kind)
        raise self._error(f"It is one of {choices}.", preset_id, key)

    def _error(self, reason: str, preset_id: str = "", key: str = "") -> PresetFileError:
        place = self._file_name
        if place and preset_id:
            place += f", line {self._find_line(preset_id, key)}"
        what = ".".join(filter(None, (preset_id, key)))
        message = ": ".join(filter(None, (place, what, reason)))
        return PresetFileError(message, key=key, reason=reason)

    def _find_line(self, preset_id: str, key: str) -> int:
        """Return the line of a key, or of its preset's first header if it is not found."""
        header, inside = 1, False
        for number, line in enumerate(self._text.split("\n"), 1):
            name = line.partition("=")[0].strip().strip("[]")
            first, _, last = name.partition(".") if "." in name else (name, "", name)
            if line.lstrip().startswith("[") and "=" not in line:
                inside = _bare(first) == preset_id
                header = number if inside and header == 1 else header
            found = _bare(last.rpartition(".")[2]) == key or f" {key} =" in line.replace("{", "{ ")
            if inside and key and found:
                return number
        return header


def _try_out(preset: ExportPreset, rules: SyntaxRules) -> ExportDocument:
    """Return an export without an account of anyone, to see whether the preset can be rendered."""
    rows = (*((name, "x") for name in preset.all_names),)
    values = dict.fromkeys(preset.names, "x")
    block = AccountBlock("x", "1", "x", (), rows, values, "0", "@x", "")
    return ExportDocument(preset, (block,), {**rules.options, **preset.options})


def _bare(name: str) -> str:
    return name.strip().strip("\"'")


def format_preset(preset: ExportPreset) -> str:
    """Return a preset as TOML, which read_presets() reads back."""
    lines = [f"[{preset.id}]", f"title = {quote_double(preset.title)}"]
    if preset.group != OWN_GROUP:
        lines.append(f"group = {quote_double(preset.group)}")
    lines.append(f"file = {quote_double(preset.suggested_name)}")
    lines.append(f"syntax = {quote_double(preset.syntax.value)}")
    if preset.grouping is not SYNTAXES[preset.syntax].groupings[0]:
        lines.append(f"several = {quote_double(preset.grouping.value)}")
    for key, is_set in (
        ("always_grouped", preset.is_always_grouped),
        ("either_kind", preset.is_either_kind),
    ):
        if is_set:
            lines.append(f"{key} = true")
    for key, text in (("comment", preset.comment), ("note", preset.note)):
        if text:
            lines.append(f"{key} = {quote_double(text)}")
    keys = {field: key for key, field in FIELD_KEYS.items()}
    tables: tuple[tuple[str, Iterable[tuple[str, str]]], ...] = (
        ("names", ((keys[field], name) for field, name in preset.names.items())),
        ("details", ((detail.value, name) for detail, name in preset.details.items())),
        ("constants", preset.constants),
        ("options", preset.options.items()),
    )
    for table, pairs in tables:
        rows = [f"{_key(name)} = {quote_double(value)}" for name, value in pairs]
        lines += ["", f"[{preset.id}.{table}]", *rows] if rows else []
    return "\n".join([*lines, ""])


def customize_preset(preset: ExportPreset, settings: Mapping[str, str]) -> ExportPreset:
    """Return a preset with other options and names; an empty text takes a name away.

    settings: by option, by field as in a file of presets, or by detail.

    Raises:
        ValueError: the preset has no such setting, or its syntax does not allow the value.
    """
    options, names, details = dict(preset.options), dict(preset.names), dict(preset.details)
    known = {one.value: one for one in AccountDetail}
    for key, value in settings.items():
        if key in SYNTAXES[preset.syntax].options:
            options[key] = value
        elif key in FIELD_KEYS:
            names[FIELD_KEYS[key]] = value
        elif key in known:
            details[known[key]] = value
        else:
            choices = ", ".join((*SYNTAXES[preset.syntax].options, *FIELD_KEYS, *known))
            raise ValueError(f"There is no setting {key}. There are: {choices}.")
    changed = replace(
        preset,
        options=options,
        names={field: name for field, name in names.items() if name},
        details={detail: name for detail, name in details.items() if name},
    )
    # Read back, so that the same rules hold as for a file.
    _ = read_presets(format_preset(changed).encode(), "")
    return changed


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else quote_double(name)
