"""System libraries that Qt cannot find, with the command that installs them."""

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
    """Return the file name of the library that the loader did not find, if that is the error."""
    found = _NOT_FOUND.search(str(error))
    return found[1] if found else None


def find_missing_libraries(plugins: Iterable[Path]) -> list[str]:
    """Return the first missing library of each plug-in that cannot be loaded, each once.

    It loads the plug-ins into this process, so call it only before the process ends.
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
    """Return a message on which libraries are missing and what installs them.

    package_list: ``resources/apt-packages.txt``.
    """
    names = ", ".join(libraries)
    message = f"Twauth's window cannot start: this system lacks {names}, which Qt needs."
    packages = _missing_packages(package_list)
    if packages:
        command = f"sudo apt-get install --no-install-recommends {' '.join(packages)}"
        return f"{message}\nInstall what is missing, then try again:\n\n  {command}\n"
    return f"{message}\nInstall the package of your system that contains it, then try again.\n"


def _missing_packages(package_list: Path) -> list[str]:
    """Return the Debian packages of the program that are not installed; none on other systems."""
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        return []
    command = ["dpkg-query", "-W", "-f=${db:Status-Status} ${Package}\n"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    states = (line.split() for line in result.stdout.splitlines())
    installed = {words[1] for words in states if words[0] == "installed"}
    try:
        lines = package_list.read_text(encoding="utf-8").splitlines()
    except OSError:  # a Debian package may leave the list out
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
