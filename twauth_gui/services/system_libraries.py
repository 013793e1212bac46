"""Names the system libraries that Qt cannot find, and the command that installs them."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

_NOT_FOUND = re.compile(r"(\S+\.so[.\d]*): cannot open shared object file")
"""The words of glibc's dynamic loader (dl-load.c)."""


def find_missing_library(error: ImportError | OSError) -> str | None:
    """Return the file name of the library that the loader looked for in vain, if it was that."""
    found = _NOT_FOUND.search(str(error))
    return found[1] if found else None


def find_missing_libraries(plugins: Iterable[Path]) -> list[str]:
    """Return the first missing library of each plug-in that cannot be loaded, each once.

    It loads the plug-ins into this process, so it is for one that is about to end.
    """
    missing: dict[str, None] = {}
    for plugin in plugins:
        try:
            _ = ctypes.CDLL(str(plugin))
        except OSError as error:
            if name := find_missing_library(error):
                missing[name] = None
    return list(missing)


def explain_missing_libraries(libraries: Sequence[str], package_list: Path) -> str:
    """Say which libraries are missing and what installs them.

    package_list: ``resources/apt-packages.txt``.
    """
    some = ", ".join(libraries)
    said = f"Twauth's window cannot start: this system lacks {some}, which Qt needs."
    packages = _missing_packages(package_list)
    if packages:
        return f"{said}\nInstall what is missing, then try again:\n\n  {_apt_line(packages)}\n"
    return f"{said}\nInstall the package of your system that contains it, then try again.\n"


def _apt_line(packages: Iterable[str]) -> str:
    return f"sudo apt-get install --no-install-recommends {' '.join(packages)}"


def _missing_packages(package_list: Path) -> list[str]:
    """Return the Debian packages of the program that are not installed; none on other systems."""
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        return []
    command = ["dpkg-query", "-W", "-f=${db:Status-Status} ${Package}\n"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    states = (line.split() for line in answer.stdout.splitlines())
    installed = {words[1] for words in states if words[0] == "installed"}
    try:
        lines = package_list.read_text(encoding="utf-8").splitlines()
    except OSError:  # a package of Debian's own may leave the list out
        return []
    return [name for line in lines if (name := _package_to_install(line, installed))]


def _package_to_install(line: str, installed: Collection[str]) -> str | None:
    """Return the package's name on this system, if a line of the list names a missing one.

    Debian 13 and Ubuntu 24.04 added the suffix t64 to some names; as soon as one such package is
    installed, the others have it too.
    """
    words = line.partition("#")[0].split()
    if not words or words[0] != "app" or {words[1], f"{words[1]}t64"} & set(installed):
        return None
    renamed = words[2:] == ["t64"] and any(name.endswith("t64") for name in installed)
    return f"{words[1]}t64" if renamed else words[1]
