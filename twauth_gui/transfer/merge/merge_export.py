"""Merge an export into the bytes of a file, checked by reading the result again."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from twauth_gui.transfer.export_presets import FileSyntax
from twauth_gui.transfer.merge.env_file import ENV_SYNTAXES, EnvFile
from twauth_gui.transfer.merge.properties_file import PropertiesFile
from twauth_gui.transfer.merge.text_edits import (
    EMPTY_LEVEL,
    ChangeKind,
    MergeFormat,
    MergeRefusedError,
    NameChange,
    NamePath,
    TextEdit,
    apply_edits,
    find_newline,
)

MAX_BYTES = 1024 * 1024
"""The largest file that is merged into."""

_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# The marks of SOPS, dotenvx, Ansible Vault, git-crypt, age and OpenPGP in the files they encrypt.
_CIPHERTEXT = re.compile(
    rb"ENC\[AES256_GCM,"
    rb"|^[ \t]*(?:export[ \t]+)?DOTENV_PUBLIC_KEY\w*[ \t]*="
    rb"|=[ \t]*[\"']?encrypted:[A-Za-z0-9+/]"
    rb"|^[ \t]*\$ANSIBLE_VAULT;"
    rb"|\A\0GITCRYPT\0"
    rb"|\Aage-encryption\.org/"
    rb"|-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)-----",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class MergedExport:
    """A file with an export in it."""

    content: bytes = field(repr=False)
    changes: tuple[NameChange, ...]


def can_merge(syntax: FileSyntax) -> bool:
    """Whether exports of a syntax can be merged into files."""
    return syntax in _LOADERS


def list_names(syntax: FileSyntax, rendered: str) -> tuple[str, ...]:
    """Return the names that a rendered export has; none for a syntax that is never merged."""
    if not can_merge(syntax):
        return ()
    try:
        return tuple(_LOADERS[syntax]().list_names(rendered))
    except MergeRefusedError:  # accounts in a list have no names of their own
        return ()


def merge_export(syntax: FileSyntax, old: bytes, rendered: str) -> MergedExport:
    """Return the bytes of a file with a rendered export in it.

    Names that are there get their new values in their places, others are added. Every other byte
    stays. The result is read with the reader of its format, which must find the export in it and
    everything else as before.

    Raises:
        MergeRefusedError: the file cannot be merged into.
    """
    if not can_merge(syntax):
        raise MergeRefusedError("A file of this format cannot be merged into, only replaced.")
    mark, text = _decode(syntax, old)
    format_ = _LOADERS[syntax]()
    wanted, names = _read_export(format_, rendered)
    is_empty = not text.strip()
    before = {} if is_empty else format_.read(text)
    _require_free_levels(before, wanted)
    edits = [_fill_empty(text, rendered)] if is_empty else format_.edit(text, rendered)
    merged = apply_edits(text, edits)
    _require_read_back(format_, merged, before, wanted)
    changes = tuple(
        NameChange(name, _compare(before.get(path), wanted[path]))
        for path, name in zip(wanted, names, strict=True)
    )
    return MergedExport(mark + merged.encode(_encoding(syntax)), changes)


def _fill_empty(text: str, rendered: str) -> TextEdit:
    """Add a whole export to a text that has nothing but blanks and line breaks."""
    newline, end = find_newline(text), len(text)
    lead = "" if text.endswith("\n") or not text else newline
    return TextEdit(end, end, lead + rendered.replace("\n", newline))


def _read_export(format_: MergeFormat, rendered: str) -> tuple[dict[NamePath, str], list[str]]:
    try:
        return format_.read(rendered), format_.list_names(rendered)
    except MergeRefusedError:
        raise MergeRefusedError(
            "Accounts in a list cannot be merged into a file. Tell them apart by their names, or as"
            " a map."
        ) from None


# Readers are loaded when a merge needs them.


def _load_json() -> MergeFormat:
    from twauth_gui.transfer.merge.json_file import JsonFile  # noqa: PLC0415 - see above

    return JsonFile()


def _load_yaml() -> MergeFormat:
    from twauth_gui.transfer.merge.yaml_file import YamlFile  # noqa: PLC0415 - see above

    return YamlFile()


def _load_toml() -> MergeFormat:
    from twauth_gui.transfer.merge.toml_file import TomlFile  # noqa: PLC0415 - see above

    return TomlFile()


def _load_ini() -> MergeFormat:
    from twauth_gui.transfer.merge.ini_file import IniFile  # noqa: PLC0415 - see above

    return IniFile()


_LOADERS: Mapping[FileSyntax, Callable[[], MergeFormat]] = {
    FileSyntax.JSON: _load_json,
    FileSyntax.MCP: _load_json,
    FileSyntax.MCP_RUN: _load_json,
    FileSyntax.YAML: _load_yaml,
    FileSyntax.TOML: _load_toml,
    FileSyntax.INI: _load_ini,
    FileSyntax.PROPERTIES: PropertiesFile,
    **{syntax: partial(EnvFile, syntax) for syntax in ENV_SYNTAXES},
}


def _encoding(syntax: FileSyntax) -> str:
    # java.util.Properties reads Latin-1. Any other encoding passes through it unchanged too.
    return "latin-1" if syntax is FileSyntax.PROPERTIES else "utf-8"


def _decode(syntax: FileSyntax, old: bytes) -> tuple[bytes, str]:
    """Return a file's byte order mark and its text."""
    if len(old) > MAX_BYTES:
        raise MergeRefusedError("The file is larger than 1 MiB.")
    if _CIPHERTEXT.search(old):
        raise MergeRefusedError(
            "The file is encrypted, in whole or in part. Change it with the program that did that."
        )
    if old.startswith(_WIDE):
        raise MergeRefusedError("The file is in UTF-16 or UTF-32. Save it as UTF-8 first.")
    if b"\0" in old:
        raise MergeRefusedError("The file is not a text.")
    mark = codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b""
    try:
        text = old.removeprefix(mark).decode(_encoding(syntax))
    except UnicodeDecodeError:
        raise MergeRefusedError("The file is not in UTF-8. Save it as UTF-8 first.") from None
    if re.search(r"\r(?!\n)", text):
        raise MergeRefusedError(
            "The file has a line ending of old Macs (CR alone), which readers take differently."
        )
    return mark, text


def _compare(before: str | None, after: str) -> ChangeKind:
    if before is None:
        return ChangeKind.ADDED
    return ChangeKind.SAME if before == after else ChangeKind.CHANGED


def _show_path(path: NamePath) -> str:
    return ".".join(path)


def _require_free_levels(before: Mapping[NamePath, str], wanted: Iterable[NamePath]) -> None:
    """Refuse a value in the place of a level with other names, and the other way round."""
    levels = {path[:depth] for path in before for depth in range(1, len(path))}
    levels |= {path for path, value in before.items() if value == EMPTY_LEVEL}
    for path in wanted:
        if path in levels:
            raise MergeRefusedError(f"{_show_path(path)} has other names below it in the file.")
        above = (path[:depth] for depth in range(1, len(path)))
        for level in above:
            if before.get(level, EMPTY_LEVEL) != EMPTY_LEVEL:
                raise MergeRefusedError(f"{_show_path(level)} is a single value in the file.")


def _require_read_back(
    format_: MergeFormat,
    merged: str,
    before: Mapping[NamePath, str],
    wanted: Mapping[NamePath, str],
) -> None:
    """Require that a reader finds the export, and everything else as before, in the same order."""
    filled = {path[:depth] for path in wanted for depth in range(1, len(path))}
    kept = {path: value for path, value in before.items() if path not in filled}
    try:
        after = format_.read(merged)
    except MergeRefusedError:
        after = {}
    others = [(path, value) for path, value in after.items() if path not in wanted]
    expected = [(path, value) for path, value in kept.items() if path not in wanted]
    found = {path: after.get(path) for path in wanted}
    if others != expected or found != dict(wanted):
        raise MergeRefusedError(
            "The result could not be read back as it should be, so nothing was written. Add the"
            " names by hand, or choose another file."
        )
