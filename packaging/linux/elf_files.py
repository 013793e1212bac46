"""Programs and libraries of a bundle: strip them, and find the oldest glibc that they run on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

GLIBC_FLOOR = (2, 35)
"""The newest glibc that a bundle may need: that of Ubuntu 22.04, older than Debian 12's 2.36."""

_MAGIC = b"\x7fELF"
_NEEDED_GLIBC = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


def is_elf(path: Path) -> bool:
    """Whether a file is a program or library of Linux."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def list_elf_files(folder: Path) -> Iterator[Path]:
    """Yield the programs and libraries below a folder, sorted; links are left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and is_elf(path):
            yield path


def strip_files(paths: Iterable[Path]) -> None:
    """Remove symbols and debug sections that loading does not need, with binutils' strip."""
    for path in paths:
        subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


def find_needed_glibc(path: Path) -> tuple[int, int]:
    """Return the newest glibc whose symbols a file needs, as binutils' objdump reads them."""
    command = ["objdump", "--private-headers", str(path)]
    headers = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, _, needed = headers.partition("Version References:")
    return max(((int(a), int(b)) for a, b in _NEEDED_GLIBC.findall(needed)), default=(0, 0))


def require_glibc_floor(
    folder: Path, floor: tuple[int, int] = GLIBC_FLOOR
) -> tuple[tuple[int, int], Path]:
    """Return the newest glibc that a file in the folder needs, with that file.

    Raises:
        SystemExit: it is newer than the floor; the message names every such file.
    """
    needed = {path: find_needed_glibc(path) for path in list_elf_files(folder)}
    above = [f"{path} needs {_dotted(found)}" for path, found in needed.items() if found > floor]
    if above:
        title = f"This bundle needs a glibc above {_dotted(floor)}. Build it on an older system."
        raise SystemExit("\n".join([title, *above]))
    path = max(needed, key=lambda one: needed[one])
    return needed[path], path


def parse_version(text: str) -> tuple[int, int]:
    """Read a version of glibc, such as 2.35.

    Raises:
        ValueError: it is none.
    """
    major, minor = map(int, text.split("."))
    return major, minor


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
