"""Read a destination from TOML (docs/destinations.md has the keys).

A command is a list of words, never a line for a shell. Its placeholders are the target's fields and
the name of a secret; there is none for a value, and a file that names one does not load.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypeVar, cast

from twauth_gui.transfer.destinations.definition import (
    NAME,
    PLACEHOLDER,
    PREFIX,
    SIZE,
    CheckCommand,
    Destination,
    InputFormat,
    InputKind,
    ListCommand,
    ListFormat,
    NameRule,
    Shape,
    System,
    TargetField,
    VendorCommands,
    Words,
    WriteCommand,
)
from twauth_gui.transfer.preset_files import FIELD_KEYS, PRESET_ID

MAX_BYTES = 64 * 1024
FORMAT = 1
MAX_SECONDS = 600.0
_MAX_TEXT = 1000
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_RESERVED = frozenset({NAME, SIZE, "value", "values", "content", "secrets", *FIELD_KEYS})
_PROGRAM = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PREFIX_FIELD = TargetField(
    PREFIX,
    "Beginning of the names, if any",
    re.compile(r"[A-Za-z0-9_./-]*"),
    "letters, digits, and . _ - /",
    is_required=False,
)
_OF_DOCUMENT = frozenset(
    {InputFormat.JSON, InputFormat.TEXT, InputFormat.PLAIN, InputFormat.KUBERNETES}
)
_OF_ALL = frozenset({InputFormat.PLAIN, InputFormat.JSON})
_E = TypeVar("_E", Shape, InputFormat, InputKind, ListFormat, System)


class DestinationFileError(ValueError):
    """A file of a destination is not valid; the message names the file and the key."""


def read_destination(data: bytes, file_name: str, *, is_own: bool = False) -> Destination:
    """Return the destination of a file.

    Raises:
        DestinationFileError: it is too large, no TOML, or not valid.
    """
    if len(data) > MAX_BYTES:
        raise DestinationFileError(f"{file_name} is larger than {MAX_BYTES // 1024} KiB.")
    try:
        root = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise DestinationFileError(f"{file_name} is not UTF-8.") from error
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        raise DestinationFileError(f"{file_name} is no valid TOML: {error}.") from error
    except RecursionError as error:
        raise DestinationFileError(f"{file_name} is nested too deeply.") from error
    digest = hashlib.sha256(data).hexdigest() if is_own else ""
    return _read_root(_Table(root, file_name), digest)


class _Table:
    """One table of the file, whose keys are taken out one after the other."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = dict(values)
        self._where = where

    def error(self, key: str, text: str) -> DestinationFileError:
        place = f"{self._where}, {key}" if key else self._where
        return DestinationFileError(f"{place}: {text}")

    def has(self, key: str) -> bool:
        return key in self._values

    def finish(self) -> None:
        """Raise if a key is left, which is misspelled or of a later version."""
        for key in self._values:
            raise self.error(key, "There is no such key.")

    def table(self, key: str) -> _Table:
        value = self._values.pop(key, {})
        if not isinstance(value, dict):
            raise self.error(key, "It has to be a table.")
        return _Table(cast("dict[str, object]", value), f"{self._where}, [{key}]")

    def tables(self, key: str) -> dict[str, _Table]:
        inner = self.table(key)
        return {name: inner.table(name) for name in list(inner._values)}  # noqa: SLF001 - its own class

    def text(self, key: str, default: str | None = None) -> str:
        value = self._values.pop(key, default)
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            raise self.error(key, f"It has to be a text of at most {_MAX_TEXT} characters.")
        if not value.isprintable():
            raise self.error(key, "It contains a character that cannot be shown.")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._values.pop(key, default)
        if not isinstance(value, bool):
            raise self.error(key, "It has to be true or false.")
        return value

    def number(self, key: str, default: float) -> float:
        value = self._values.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, "It has to be a number.")
        try:
            return float(value)
        except OverflowError:
            raise self.error(key, "It is too large.") from None

    def choice(self, kind: type[_E], key: str, default: _E | None = None) -> _E:
        text = self.text(key, None if default is None else default.value)
        return self._find(kind, key, text)

    def choices(self, kind: type[_E], key: str) -> frozenset[_E]:
        texts = self.texts(key)
        return frozenset(self._find(kind, key, text) for text in texts) or frozenset(kind)

    def _find(self, kind: type[_E], key: str, text: str) -> _E:
        known = {one.value: one for one in kind}
        if text not in known:
            raise self.error(key, f"It has to be one of {', '.join(known)}.")
        return known[text]

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self._strings(key, self._values.pop(key, [])))

    def numbers(self, key: str) -> tuple[int, ...]:
        found = self._list(key, self._values.pop(key, []))
        numbers = [one for one in found if isinstance(one, int) and not isinstance(one, bool)]
        if len(numbers) != len(found):
            raise self.error(key, "It has to be a list of numbers.")
        return tuple(numbers)

    def pairs(self, key: str) -> dict[str, str]:
        inner = self.table(key)
        return {name: inner.text(name) for name in list(inner._values)}  # noqa: SLF001 - its own class

    def pattern(self, key: str) -> re.Pattern[str] | None:
        if not self.has(key):
            return None
        try:
            return re.compile(self.text(key))
        except (re.error, OverflowError, RecursionError) as error:
            raise self.error(key, f"It is no valid pattern: {error}.") from error

    def words(self, key: str) -> Words:
        words = self._list(key, self._values.pop(key, []))
        return tuple(
            one if isinstance(one, str) else tuple(self._strings(key, one)) for one in words
        )

    def _list(self, key: str, value: object) -> list[object]:
        if not isinstance(value, list):
            raise self.error(key, "It has to be a list.")
        return cast("list[object]", value)

    def _strings(self, key: str, value: object) -> list[str]:
        found = self._list(key, value)
        strings = [one for one in found if isinstance(one, str)]
        if len(strings) != len(found):
            raise self.error(key, "It has to be a list of texts.")
        return strings


def _read_root(root: _Table, digest: str) -> Destination:
    if root.number("format", 0) != FORMAT:
        raise root.error("format", f"Only {FORMAT} is known.")
    identifier = root.text("id")
    if not PRESET_ID.fullmatch(identifier):
        raise root.error("id", "It has small letters, digits and single hyphens.")
    shape = root.choice(Shape, "shape", Shape.VALUES)
    commands = _read_commands(root, shape)
    listing = commands.listing
    destination = Destination(
        id=identifier,
        title=root.text("title"),
        preset=root.text("preset", "x"),
        shape=shape,
        target=_read_target(root, shape),
        names=_read_names(root.table("names")),
        document=root.text("document", ""),
        has_markers=listing is not None and listing.has_markers,
        is_marker_moved=root.flag("marker_moves"),
        can_delete=bool(commands.delete),
        systems=root.choices(System, "systems"),
        tried=root.text("tried", ""),
        is_untried=root.flag("untried"),
        note=root.text("note", ""),
        unblock=root.text("unblock", ""),
        digest=digest,
        commands=commands,
    )
    root.finish()
    _Checker(destination, commands, root).check()
    return destination


def _read_commands(root: _Table, shape: Shape) -> VendorCommands:
    create = _read_write(root, "create", shape, None)
    environment, check = root.table("environment"), root.table("check")
    commands = VendorCommands(
        write=_require_write(root, shape, create),
        listing=_read_listing(root, shape),
        create=create,
        delete=_read_delete(root),
        check=CheckCommand(check.words("run"), check.pattern("identity")),
        via=root.texts("via"),
        stdin_kind=root.choice(InputKind, "stdin_as", InputKind.PIPE),
        timeout=root.number("timeout", 60),
        environment=environment.pairs("set"),
        unset=frozenset(environment.texts("unset")),
        logged_out_exit=check.numbers("logged_out_exit"),
        logged_out_says=check.texts("logged_out_says"),
        login=check.text("login", ""),
        install=check.text("install", ""),
    )
    environment.finish()
    check.finish()
    return commands


def _read_target(root: _Table, shape: Shape) -> tuple[TargetField, ...]:
    fields = [_read_field(name, table, root) for name, table in root.tables("target").items()]
    if shape is Shape.VALUES and all(one.name != PREFIX for one in fields):
        fields.append(_PREFIX_FIELD)
    return tuple(fields)


def _read_field(name: str, table: _Table, root: _Table) -> TargetField:
    if not _FIELD_NAME.fullmatch(name) or name in _RESERVED:
        raise root.error(f"[target.{name}]", "A target's field cannot have this name.")
    pattern = table.pattern("pattern")
    if pattern is None:
        raise table.error("pattern", "It is missing.")
    field = TargetField(
        name,
        table.text("ask"),
        pattern,
        table.text("hint", ""),
        table.flag("required", default=True),
        table.flag("dns"),
    )
    table.finish()
    return field


def _read_names(table: _Table) -> NameRule:
    pattern = table.pattern("pattern") or re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
    fold = table.text("fold", "")
    if fold not in {"", "upper"}:
        raise table.error("fold", "It has to be upper.")
    rule = NameRule(pattern, table.text("hint", ""), is_upper=bool(fold))
    table.finish()
    return rule


def _read_listing(root: _Table, shape: Shape) -> ListCommand | None:
    if not root.has("list"):
        return None
    table = root.table("list")
    listing = ListCommand(
        run=table.words("run"),
        reads=table.choice(ListFormat, "reads"),
        items=table.text("items", ""),
        name=table.text("name", ""),
        marker=table.text("marker", ""),
        strip=table.pattern("strip"),
        line=table.pattern("line"),
        blocked=table.text("blocked", ""),
        nothing_says=table.texts("nothing_says"),
        nothing_exit=table.numbers("nothing_exit"),
        absent_says=table.texts("absent_says"),
    )
    table.finish()
    is_lines = listing.reads is ListFormat.LINES
    needs = {"name"} if shape is Shape.VALUES else set[str]()
    if is_lines and (listing.line is None or needs - set(listing.line.groupindex)):
        raise table.error("line", 'A pattern with a group "name" is needed.')
    is_keys = listing.reads is ListFormat.JSON_KEYS
    if not is_lines and not is_keys and not listing.name and shape is Shape.VALUES:
        raise table.error("name", "It is missing.")
    return listing


def _read_write(
    root: _Table, key: str, shape: Shape, fallback: WriteCommand | None
) -> WriteCommand | None:
    if not root.has(key):
        return None
    table = root.table(key)
    per, first = table.text("per", "name"), table.text("first", "")
    command = WriteCommand(
        table.words("run") or (() if fallback is None else fallback.run),
        table.choice(InputFormat, "stdin"),
        is_for_all=per == "all",
        deletes_first=bool(first),
        each_says=table.text("each_says", ""),
    )
    table.finish()
    if per not in {"all", "name"} or first not in {"", "delete"}:
        raise table.error("", 'per has to be "all" or "name", and first "delete".')
    possible = _OF_DOCUMENT if shape is Shape.DOCUMENT else {InputFormat.VALUE}
    if shape is Shape.VALUES and command.is_for_all:
        possible = _OF_ALL
    if command.stdin not in possible:
        choices = ", ".join(one.value for one in InputFormat if one in possible)
        raise table.error("stdin", f"Here it can be {choices}.")
    return command


def _require_write(root: _Table, shape: Shape, create: WriteCommand | None) -> WriteCommand:
    found = _read_write(root, "set", shape, create)
    if found is None:
        raise root.error("[set]", "It is missing.")
    return found


def _read_delete(root: _Table) -> Words:
    table = root.table("delete")
    words = table.words("run")
    table.finish()
    return words


def _is_absolute(text: str) -> bool:
    return PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute()


class _Checker:
    """Checks what concerns several keys of a destination."""

    def __init__(self, destination: Destination, commands: VendorCommands, root: _Table) -> None:
        self._destination = destination
        self._commands = commands
        self._root = root
        self._fields = {one.name for one in destination.target}

    def check(self) -> None:
        one, commands = self._destination, self._commands
        if not 0 < commands.timeout <= MAX_SECONDS:
            raise self._root.error("timeout", f"It has to be 1 to {MAX_SECONDS:.0f} seconds.")
        if (one.shape is Shape.DOCUMENT) != bool(one.document):
            raise self._root.error("document", 'It belongs to shape = "document", and only there.')
        self._check_placeholders("document", (one.document,), self._fields)
        self._check_placeholders("via", commands.via, self._fields)
        for key, words in commands.list_runs():
            own = words[len(commands.via) :]
            may_name = key in {"create", "set", "delete"} or one.shape is Shape.DOCUMENT
            known = self._fields | {NAME} if may_name else self._fields
            known |= {SIZE} if key in {"create", "set"} else set()
            flat = [part for word in own for part in ([word] if isinstance(word, str) else word)]
            self._check_placeholders(f"[{key}]", flat, known)
            self._check_program(key, words[0])
        if commands.write.deletes_first and not commands.delete:
            raise self._root.error("[delete]", 'first = "delete" needs it.')
        if not commands.write.run:
            raise self._root.error("[set]", "run is missing.")
        self._check_environment()

    def _check_placeholders(self, key: str, words: Collection[str], known: Collection[str]) -> None:
        for word in words:
            for name in PLACEHOLDER.findall(word):
                if name not in known:
                    raise self._root.error(key, f"There is no placeholder {{{name}}}.")

    def _check_program(self, key: str, word: str | tuple[str, ...]) -> None:
        if not isinstance(word, str) or not (_PROGRAM.fullmatch(word) or _is_absolute(word)):
            raise self._root.error(
                f"[{key}]", "The first word has to be a program's name or its absolute path."
            )

    def _check_environment(self) -> None:
        one = self._commands
        for name in (*one.environment, *one.unset):
            if not _VARIABLE.fullmatch(name):
                raise self._root.error("[environment]", f"{name} is no name of a variable.")
        self._check_placeholders("[environment]", tuple(one.environment.values()), ())
