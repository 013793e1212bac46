"""What PyInstaller put into a bundle, and where it took it from."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from elf_files import is_elf
from licences.components import LicenceError

_FILE_KINDS = {"BINARY", "DATA", "EXECUTABLE", "EXTENSION"}
_MODULE_KINDS = {"EXECUTABLE", "PYMODULE", "PYSOURCE"}
CONTENTS = "_internal"
STANDARD_LIBRARY = "base_library.zip"


@dataclass(frozen=True, slots=True)
class BundledFile:
    """Something in a bundle. path: in the bundle; "" if it is inside the programs."""

    path: str
    source: Path

    @property
    def name(self) -> str:
        """Its name as PyInstaller knows it."""
        return self.path.removeprefix(f"{CONTENTS}/")


def read_bundled_files(work: Path) -> list[BundledFile]:
    """Read what PyInstaller's tables of contents in its work folder say.

    The archive of the standard library's modules is as if it came from the standard library.
    """
    found = {
        BundledFile(
            name if kind == "EXECUTABLE" else f"{CONTENTS}/{name}",
            Path(os.__file__ if name == STANDARD_LIBRARY else source),
        )
        for name, source, kind in _read_tables(work, "COLLECT-*.toc")
        if kind in _FILE_KINDS
    }
    for pattern in ("PYZ-*.toc", "EXE-*.toc"):
        found |= {
            BundledFile("", Path(source))
            for _, source, kind in _read_tables(work, pattern)
            if kind in _MODULE_KINDS and Path(source).is_absolute()
        }
    return sorted(found, key=lambda one: (one.path, one.source))


def _read_tables(work: Path, pattern: str) -> Iterator[tuple[str, str, str]]:
    for path in sorted(work.glob(pattern)):
        yield from _list_entries(ast.literal_eval(path.read_text(encoding="utf-8")))


def _list_entries(value: object) -> Iterator[tuple[str, str, str]]:
    """Find the entries in a table: name, source, kind, however deep they are."""
    if not isinstance(value, list | tuple):
        return
    match nested := cast("Sequence[object]", value):
        case (str(name), str(source), str(kind)):
            yield name, source, kind
        case _:
            for one in nested:
                yield from _list_entries(one)


def list_files(bundle: Path, known: list[BundledFile]) -> list[BundledFile]:
    """Return the known files that are in the bundle, and what is inside the programs.

    Raises:
        LicenceError: a file below _internal, or a program or library elsewhere, is not known.
    """
    sources = {one.path: one for one in known}
    found, unknown = [one for one in known if not one.path], list[str]()
    for path in sorted(bundle.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        place = path.relative_to(bundle).as_posix()
        if place in sources:
            found.append(sources[place])
        elif place.startswith(f"{CONTENTS}/") or is_elf(path):
            unknown.append(f"{place}: it has no owner, for PyInstaller did not put it there")
    if unknown:
        raise LicenceError(unknown)
    return found
