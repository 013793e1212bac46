"""What a destination is: where its secrets are, and the vendor's commands for them, as data.

``destination_files`` reads destinations from TOML, ``catalog`` lists the program's.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

Words = tuple[str | tuple[str, ...], ...]
"""A command: words, and groups of words that are left out if one of their fields has no value."""

PLACEHOLDER = re.compile(r"(?<!\{)\{([A-Za-z_][A-Za-z0-9_]*)\}(?!\})")
NAME = "name"
"""The placeholder for the name of one secret. There is none for its value."""
SIZE = "size"
"""The placeholder for the number of bytes that a command is given, so that it can miss none."""
PREFIX = "prefix"
"""The target field that the names of a destination with one secret for each value begin with."""
HANDLE = "{handle}"
"""What a target's field may contain: it becomes the account's handle."""


class Shape(Enum):
    """What one secret holds: a value, or all values of an account."""

    VALUES = "values"
    DOCUMENT = "document"


class InputFormat(Enum):
    """What a command reads from standard input.

    PLAIN: NAME=VALUE lines without quotes. JSON: an object by name. VALUE: one value as it is.
    TEXT: the text of the preset. KUBERNETES: a Secret, in JSON.
    """

    PLAIN = "plain"
    JSON = "json"
    VALUE = "value"
    TEXT = "text"
    KUBERNETES = "kubernetes-secret"


class InputKind(Enum):
    """What standard input is: a pipe, or a file in memory, for programs that read it twice."""

    PIPE = "pipe"
    MEMORY = "memory"


class ListFormat(Enum):
    """What the command that lists the names writes; JSON_KEYS: an object whose keys they are."""

    JSON = "json"
    JSON_LINES = "json-lines"
    JSON_KEYS = "json-keys"
    LINES = "lines"


class System(Enum):
    """An operating system."""

    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"

    @classmethod
    def current(cls) -> System:
        """Return the one that this runs on; every other Unix counts as Linux."""
        if sys.platform == "win32":
            return cls.WINDOWS
        return cls.MACOS if sys.platform == "darwin" else cls.LINUX


@dataclass(frozen=True, slots=True)
class TargetField:
    """One thing to say of the target, such as a repository.

    ask: what to ask. pattern: what the whole text has to match. hint: what the pattern allows.
    is_dns: whether a handle in it becomes a part of a host name: small letters and hyphens.
    """

    name: str
    ask: str
    pattern: re.Pattern[str]
    hint: str = ""
    is_required: bool = True
    is_dns: bool = False


@dataclass(frozen=True, slots=True)
class NameRule:
    """What the vendor allows as the name of a secret. is_upper: names are stored in capitals."""

    pattern: re.Pattern[str]
    hint: str = ""
    is_upper: bool = False


@dataclass(frozen=True, slots=True)
class CheckCommand:
    """Asks whether the person is logged in. identity: matches who that is, in its first group."""

    run: Words = ()
    identity: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class ListCommand:
    """Lists the names that are there.

    items: the key of the list within the object, or "". name, marker: keys of an item; strip is
    taken away from a name. line: matches a line, with the groups name and marker. blocked: key of
    an item that cannot be written although its name is taken. nothing_says, nothing_exit: how it
    tells, with an error, that there is nothing. absent_says: what it says if there is no such
    project.
    """

    run: Words
    reads: ListFormat
    items: str = ""
    name: str = ""
    marker: str = ""
    strip: re.Pattern[str] | None = None
    line: re.Pattern[str] | None = None
    blocked: str = ""
    nothing_says: tuple[str, ...] = ()
    nothing_exit: tuple[int, ...] = ()
    absent_says: tuple[str, ...] = ()

    @property
    def has_markers(self) -> bool:
        """Whether it shows that a secret was written."""
        return bool(self.marker) or (self.line is not None and "marker" in self.line.groupindex)


@dataclass(frozen=True, slots=True)
class WriteCommand:
    """Writes secrets.

    is_for_all: whether one call writes all names. deletes_first: whether an old one has to be
    deleted before. each_says: what the output has to contain for each name, with {name}.
    """

    run: Words
    stdin: InputFormat
    is_for_all: bool = False
    deletes_first: bool = False
    each_says: str = ""


@dataclass(frozen=True, slots=True)
class VendorCommands:
    """How a destination is reached through the vendor's own command.

    via: words in front of every command, which becomes one word behind them. environment: what is
    set for the commands; unset: what is removed. timeout: seconds for each. logged_out_exit,
    logged_out_says: how any command tells that nobody is logged in; login: the command that logs
    in. install: where the program is to be had.
    """

    write: WriteCommand
    listing: ListCommand | None = None
    create: WriteCommand | None = None
    delete: Words = ()
    check: CheckCommand = CheckCommand()
    via: tuple[str, ...] = ()
    stdin_kind: InputKind = InputKind.PIPE
    timeout: float = 60.0
    environment: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    unset: frozenset[str] = frozenset()
    logged_out_exit: tuple[int, ...] = ()
    logged_out_says: tuple[str, ...] = ()
    login: str = ""
    install: str = ""

    def list_runs(self) -> tuple[tuple[str, Words], ...]:
        """Return every command, with what it is for, as a person should see them before use."""
        found = [
            ("check", self.check.run),
            ("list", () if self.listing is None else self.listing.run),
            ("create", () if self.create is None else self.create.run),
            ("set", self.write.run),
            ("delete", self.delete),
        ]
        return tuple((name, (*self.via, *words)) for name, words in found if words)


@dataclass(frozen=True, slots=True)
class Destination:
    """A kind of place for secrets.

    id: stable, for scripts. preset: the export preset that fits best. shape: what one secret holds;
    document: the name of the secret that holds an account, from fields of the target. has_markers:
    whether a change by somebody else can be seen; is_marker_moved: whether every write changes it.
    can_delete: whether it can delete what it wrote. tried: how far it was tried, as a sentence;
    is_untried: whether that is not at all. note: what to know about it. digest: of the person's own
    file; "" for one of the program's.
    commands: None for a plug-in.
    """

    id: str
    title: str
    preset: str
    shape: Shape
    target: tuple[TargetField, ...]
    names: NameRule
    document: str = ""
    has_markers: bool = False
    is_marker_moved: bool = False
    can_delete: bool = False
    systems: frozenset[System] = frozenset(System)
    tried: str = ""
    is_untried: bool = False
    note: str = ""
    unblock: str = ""
    digest: str = ""
    commands: VendorCommands | None = None

    def describe_target(self, target: Mapping[str, str]) -> str:
        """Return a target in words: "acme/bots, production"."""
        fields = [one.name for one in self.target if one.name != PREFIX]
        return ", ".join(target[name] for name in fields if target.get(name))

    @property
    def is_own(self) -> bool:
        """Whether the person made it."""
        return bool(self.digest)

    @property
    def is_plugin(self) -> bool:
        """Whether a package that is installed beside Twauth brings it."""
        return self.commands is None


class TargetError(ValueError):
    """A target is not valid; the message says which field, and what it has to be."""


def fill_words(words: Words, values: Mapping[str, str]) -> list[str]:
    """Return a command with its placeholders filled; a group without all values is left out.

    Raises:
        TargetError: a filled word would be read as an option.
    """
    filled: list[str] = []
    for word in words:
        group = (word,) if isinstance(word, str) else word
        fields = {name for one in group for name in PLACEHOLDER.findall(one)}
        if isinstance(word, str) or all(values.get(name) for name in fields):
            filled += [_fill_word(one, values) for one in group]
    return filled


def _fill_word(word: str, values: Mapping[str, str]) -> str:
    filled = PLACEHOLDER.sub(lambda found: values.get(found[1], ""), word)
    if filled.startswith("-") and not word.startswith("-"):
        raise TargetError(f"{filled} begins with a hyphen, so the command would take it otherwise.")
    return filled


def join_remote(words: Sequence[str]) -> str:
    """Return a command as one word, as the shell at the other end of ssh takes it."""
    return shlex.join(words)


def fill_text(template: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), template)
