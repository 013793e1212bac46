"""What a renderer gets: the accounts of one text, with names and values in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import AccountGrouping, ExportPreset, FileSyntax

Tree = str | int | None | Sequence["Tree"] | Mapping[str, "Tree"]
"""What JSON, YAML and TOML have in common."""

_RESERVED = ("default",)  # configparser's section DEFAULT is not an account's


@dataclass(frozen=True, slots=True)
class AccountBlock:
    """One account of an export.

    handle: for an export of app keys alone, the app's label. stem: the handle as a part of names,
    unique within the text. head: comment lines, without their sign. rows: name and value, in the
    order of the text. values: the same secrets by field. expires_at: of the OAuth 2.0 access token,
    in seconds since 1970, as text. reference: what twauth run takes. api_url: of the app, or "" for
    X. file_name_parts: what the name of its file is made of.
    """

    handle: str
    user_id: str
    stem: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    values: Mapping[Field, str]
    expires_at: str
    reference: str
    api_url: str
    file_name_parts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ExportDocument:
    """The content of one file. top: comment lines above everything."""

    preset: ExportPreset
    blocks: tuple[AccountBlock, ...]
    options: Mapping[str, str]
    top: tuple[str, ...] = ()

    @property
    def is_grouped(self) -> bool:
        """Whether accounts are told apart."""
        return len(self.blocks) != 1 or self.preset.is_always_grouped

    @property
    def heads(self) -> tuple[str, ...]:
        """Comment lines for syntaxes in which they stand at the top.

        Several accounts are named where they are; a name at the top would seem to be that of all.
        """
        if len(self.blocks) == 1:
            return (*self.top, *self.blocks[0].head)
        hosts = (f"API of {one.stem}: {one.api_url}" for one in self.blocks if one.api_url)
        return (*self.top, *hosts)

    def rename(self, number: int, name: str) -> str:
        """Return a name of the preset as that of one account, which is counted from 0."""
        grouping = self.preset.grouping
        if not self.is_grouped or not grouping.is_by_name:
            return name
        if grouping is AccountGrouping.NUMBER:
            return f"{name}_{number + 1}"
        stem = self.blocks[number].stem
        stem = stem.upper() if name.isupper() else stem
        if grouping is AccountGrouping.SUFFIX:
            return f"{name}_{stem}"
        # No shell takes a name that begins with a digit.
        stem = f"_{stem}" if stem[:1].isdigit() else stem
        return f"{stem}{'.' if self.preset.syntax is FileSyntax.PROPERTIES else '_'}{name}"

    def named_rows(self) -> list[list[tuple[str, str]]]:
        """Return the rows of each account, with names that no other row has.

        Raises:
            ValueError: two rows would have the same name.
        """
        rows = [
            [(self.rename(number, name), value) for name, value in block.rows]
            for number, block in enumerate(self.blocks)
        ]
        names = [name for block in rows for name, _value in block]
        if self.preset.grouping.is_by_name and len(set(names)) != len(names):
            raise ValueError("Two values would have the same name.")
        return rows


def make_stems(handles: Iterable[str]) -> list[str]:
    """Return a part of a name for each handle, unique even if one is under two apps."""
    return make_unique(re.sub(r"[^A-Za-z0-9_]", "_", handle) or "_" for handle in handles)


def make_unique(stems: Iterable[str], joiner: str = "_") -> list[str]:
    """Return the texts with numbers behind those that are there already, ignoring case."""
    taken: set[str] = set(_RESERVED)
    found: list[str] = []
    for stem in stems:
        unique, number = stem, 2
        while unique.casefold() in taken:
            unique, number = f"{stem}{joiner}{number}", number + 1
        taken.add(unique.casefold())
        found.append(unique)
    return found


Renderer = Callable[[ExportDocument], str]


def comment_lines(lines: Iterable[str]) -> str:
    """Return comments, none of which ends in a backslash: systemd joins the next line to such."""
    return "".join("# " + line.rstrip(" \\") + "\n" for line in lines)


def build_object(rows: Iterable[tuple[str, str]]) -> dict[str, Tree]:
    """Return the rows as members; a dot in a name is a level.

    Raises:
        ValueError: a name is a member and a level at once.
    """
    root: dict[str, Tree] = {}
    for name, value in rows:
        *levels, last = name.split(".")
        node: dict[str, Tree] = root
        for level in levels:
            found = node.setdefault(level, {})
            # A text that is there already is no level: then the last name is refused.
            node = found if isinstance(found, dict) else {last: ""}
        if last in node:
            raise ValueError(f"{name} is there twice, or is a value and a level at once.")
        node[last] = value
    return root


def build_tree(document: ExportDocument) -> Tree:
    """Return the accounts as the preset groups them: one object, a list, or an object by handle."""
    objects = [build_object(block.rows) for block in document.blocks]
    grouping = document.preset.grouping
    if not document.is_grouped:
        return objects[0]
    if grouping is AccountGrouping.MAP:
        stems = (block.stem for block in document.blocks)
        return dict(zip(stems, objects, strict=True))
    if grouping is AccountGrouping.ARRAY:
        key = "app" if document.preset.is_of_app else "handle"
        return [
            {key: block.handle, **members}
            for block, members in zip(document.blocks, objects, strict=True)
        ]
    return build_object(row for rows in document.named_rows() for row in rows)
