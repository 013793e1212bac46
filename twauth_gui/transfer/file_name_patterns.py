"""Names of files for each account: {handle}, {app} and {tag} in them are filled in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePath

PLACEHOLDERS = ("{handle}", "{app}", "{tag}")
"""The account's handle, the label of its app, its first tag."""

_UNTAGGED = "untagged"
_UNSAFE = re.compile(r"[^\w-]+")
_LONGEST_PART = 40
"""Characters; together three parts stay below 255 bytes of UTF-8, which file systems allow."""


def is_file_name_pattern(name: str) -> bool:
    """Whether a name of a file makes one for each account."""
    return any(one in name for one in PLACEHOLDERS)


def fill_with(name: str, text: str) -> str:
    """Return a pattern with the same text in all places."""
    return fill_file_name(name, dict.fromkeys(PLACEHOLDERS, text))


def fill_file_name(name: str, parts: Mapping[str, str]) -> str:
    """Return a pattern with the parts in it, which file_name_parts() has made."""
    return re.sub("|".join(map(re.escape, PLACEHOLDERS)), lambda found: parts[found[0]], name)


def file_name_parts(handle: str, app_label: str, tag: str) -> dict[str, str]:
    """Return what stands for the placeholders, as parts of names that every file system takes.

    handle: as it is safe already. tag: the first tag, or "".
    """
    parts = (handle, _make_safe(app_label), _make_safe(tag) or _UNTAGGED)
    return dict(zip(PLACEHOLDERS, parts, strict=True))


def make_names_unique(names: Iterable[str]) -> list[str]:
    """Return the names with a number before the ending of those that are there already."""
    taken: set[str] = set()
    found: list[str] = []
    for name in names:
        path, unique, number = PurePath(name), name, 2
        while unique.casefold() in taken:
            unique = str(path.with_name(f"{path.stem}_{number}{path.suffix}"))
            number += 1
        taken.add(unique.casefold())
        found.append(unique)
    return found


def _make_safe(text: str) -> str:
    return _UNSAFE.sub("_", unicodedata.normalize("NFC", text))[:_LONGEST_PART].strip("_")
