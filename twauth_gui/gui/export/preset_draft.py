"""A preset while it is edited: what is wrong with which field, ids, names to choose from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from twauth_gui.transfer.credential_formats import Field, guess_fields
from twauth_gui.transfer.export_presets import AccountGrouping, ExportPreset, FileSyntax
from twauth_gui.transfer.export_syntaxes.table import SYNTAXES
from twauth_gui.transfer.preset_catalog import builtin_presets
from twauth_gui.transfer.preset_files import (
    FIELD_KEYS,
    OWN_GROUP,
    PresetFileError,
    format_preset,
    read_presets,
)

_ID = "draft"
_MAX_ID = 40
_CONFIGURATION = "Configuration files"
_VARIABLE_GROUPS = frozenset({"Environment", "App keys alone"})
_KEY_GROUPS = frozenset({"JSON", _CONFIGURATION, "App keys alone"})
_KEYS_OF_FIELDS = {field: key for key, field in FIELD_KEYS.items()}
_TWICE = "This name is there twice."

SYNTAX_TITLES: Mapping[str, Mapping[FileSyntax, str]] = {
    "Environment files": {
        FileSyntax.DOTENV: ".env",
        FileSyntax.DOCKER: "Docker --env-file",
        FileSyntax.SYSTEMD: "systemd EnvironmentFile",
        FileSyntax.RENVIRON: ".Renviron of R",
    },
    "Shells": {
        FileSyntax.SHELL: "export, for sh, bash and zsh",
        FileSyntax.FISH: "fish",
        FileSyntax.POWERSHELL: "PowerShell",
    },
    _CONFIGURATION: {
        FileSyntax.JSON: "JSON",
        FileSyntax.YAML: "YAML",
        FileSyntax.TOML: "TOML",
        FileSyntax.INI: "INI",
        FileSyntax.CSV: "CSV",
        FileSyntax.PROPERTIES: "Java properties",
        FileSyntax.PYTHON: "Python module",
        FileSyntax.CONFIGOBJ: "ConfigObj, as of twarc 2",
        FileSyntax.DJANGO_FIXTURE: "Django fixture",
    },
    "Servers and containers": {
        FileSyntax.COMPOSE: "Docker Compose",
        FileSyntax.KUBERNETES: "Kubernetes Secret",
        FileSyntax.CREDENTIALS: "systemd LoadCredential, a folder",
        FileSyntax.TFVARS: "Terraform tfvars",
        FileSyntax.WORKFLOW: "GitHub workflow, names only",
    },
    "Files of other tools": {
        FileSyntax.TWURL: ".twurlrc of twurl and t",
        FileSyntax.XURL: "auth.yml of xurl",
        FileSyntax.MCP: "MCP servers, with values",
        FileSyntax.MCP_RUN: "MCP servers, through twauth run",
    },
}
"""Every syntax by its group, with its title."""

GROUPING_TITLES: Mapping[AccountGrouping, str] = {
    AccountGrouping.PREFIX: "Handle in front of each name",
    AccountGrouping.SUFFIX: "Handle at the end of each name",
    AccountGrouping.NUMBER: "Number at the end of each name",
    AccountGrouping.FILE: "A file for each account",
    AccountGrouping.ARRAY: "A list of accounts",
    AccountGrouping.MAP: "A part for each account, by its handle",
}


@dataclass(frozen=True, slots=True)
class NameFamily:
    """Names that belong together, from a preset of the program."""

    title: str
    subtitle: str
    names: Mapping[Field, str]


def new_draft() -> ExportPreset:
    """Return the preset that a new one begins with: the names of the first family."""
    names = next(iter(find_families(FileSyntax.DOTENV))).names
    return ExportPreset(_ID, "", OWN_GROUP, ".env", FileSyntax.DOTENV, names, is_own=True)


def find_families(syntax: FileSyntax) -> Iterator[NameFamily]:
    """Return the families that programs have in this kind of syntax, each once."""
    groups = _KEY_GROUPS if syntax in SYNTAX_TITLES[_CONFIGURATION] else _VARIABLE_GROUPS
    pattern = SYNTAXES[syntax].name
    seen: set[tuple[tuple[Field, str], ...]] = set()
    for preset in builtin_presets():
        names = tuple(preset.names.items())
        fits = names and all(pattern.fullmatch(name) for _field, name in names)
        if preset.group in groups and fits and names not in seen:
            seen.add(names)
            yield NameFamily(preset.title, preset.subtitle, preset.names)


def common_names(field: Field) -> list[str]:
    """Return the names that the program's presets have for a field, in their order."""
    names = (preset.names.get(field, "") for preset in builtin_presets())
    return list(dict.fromkeys(filter(None, names)))


def make_preset_id(title: str, number: int = 1) -> str:
    """Return an id for a preset of this title; number: of the attempt, if ids are taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    stem = "-".join(words)[:_MAX_ID].strip("-") or "preset"
    return stem if number == 1 else f"{stem}-{number}"


def looks_like_value(text: str) -> bool:
    """Whether a text looks like a credential, where only its name belongs."""
    has_digit = any(sign.isdigit() for sign in text)
    return has_digit and guess_fields(text)[0] is not Field.UNKNOWN


def find_draft_errors(draft: ExportPreset) -> dict[str, str]:
    """Return a sentence for each field that is wrong: by its key, with its table in front.

    The keys are those of a preset's file: "title", "names.api_key", "options.section"; "names" and
    "options" stand for what no single field is to blame for.
    """
    errors = dict(_find_simple_errors(draft))
    # One table after the other: a key such as "name" is in several.
    for table, stage in (
        ("names", replace(draft, constants=(), options={})),
        ("constants", replace(draft, options={})),
        ("options", draft),
    ):
        while (error := _find_refusal(leave_out_wrong(stage, errors))) is not None:
            key = _place_error(table, error.key, draft)
            if key in errors or (key in {"names", "options"} and _has_error_in(errors, table)):
                return errors  # it follows from those
            errors[key] = error.reason
    return errors


def _find_simple_errors(draft: ExportPreset) -> Iterator[tuple[str, str]]:
    if not draft.title.strip():
        yield "title", "A preset needs a title."
    if not draft.suggested_name:
        yield "file", "The file needs a name."
    for field, key in _KEYS_OF_FIELDS.items():
        if field in SYNTAXES[draft.syntax].needs and not draft.names.get(field):
            yield f"names.{key}", "This syntax needs a name here."
    named = [(f"names.{_KEYS_OF_FIELDS[field]}", name) for field, name in draft.names.items()]
    named += [(f"details.{detail.value}", name) for detail, name in draft.details.items()]
    constants = [name for name, _value in draft.constants]
    for key, name in named:
        if sum(other == name for _key, other in named) + constants.count(name) > 1:
            yield key, _TWICE
    if len(set(constants)) < len(constants):
        yield "constants", _TWICE


def _find_refusal(preset: ExportPreset) -> PresetFileError | None:
    try:
        _ = read_presets(format_preset(preset).encode("utf-8", "replace"), "", is_own=True)
    except PresetFileError as error:
        return error
    return None


def leave_out_wrong(draft: ExportPreset, errors: Mapping[str, str]) -> ExportPreset:
    """Return the draft with something harmless in the place of what is wrong."""
    texts = {"title": "Title", "file": ".env", "comment": "", "note": ""}
    names = {
        field: name
        for field, name in draft.names.items()
        if f"names.{_KEYS_OF_FIELDS[field]}" not in errors
    }
    return replace(
        draft,
        id=_ID,
        title=texts["title"] if "title" in errors else draft.title,
        suggested_name=texts["file"] if "file" in errors else draft.suggested_name,
        comment="" if "comment" in errors else draft.comment,
        note="" if "note" in errors else draft.note,
        names=names,
        details={
            detail: name
            for detail, name in draft.details.items()
            if f"details.{detail.value}" not in errors
        },
        constants=() if "constants" in errors else draft.constants,
        options={
            name: value for name, value in draft.options.items() if f"options.{name}" not in errors
        },
    )


def _place_error(table: str, key: str, draft: ExportPreset) -> str:
    """Return the field that an error of the reader belongs to."""
    if table == "names":
        if key in FIELD_KEYS:
            return f"names.{key}"
        if key in {detail.value for detail in draft.details}:
            return f"details.{key}"
        return key if key in {"title", "file", "several", "comment", "note"} else "names"
    if table == "options" and key in draft.options:
        return f"options.{key}"
    return table


def _has_error_in(errors: Iterable[str], table: str) -> bool:
    tables = {"names": ("names.", "details.")}.get(table, (f"{table}.",))
    return any(key.startswith(tables) for key in errors)
