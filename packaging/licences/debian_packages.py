"""Ask dpkg which Debian package a file belongs to, and which licence that has."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import quote

from licences.components import BundleComponent, make_folder_name

_DETAILS = "${source:Package} ${source:Version}"


class DebianPackages:
    """The packages of a Debian system. root: its root folder, with dpkg's database in it."""

    def __init__(self, licences: Mapping[str, str], root: Path = Path("/")) -> None:
        self._licences = licences
        self._root = root

    def find_owners(self, paths: Iterable[Path]) -> dict[Path, str]:
        """Return the package of each of these files that has one."""
        spellings = {spelling: path for path in paths for spelling in _spell(path)}
        owners: dict[Path, str] = {}
        for line in self._query("--search", *spellings).splitlines():
            packages, _, name = line.partition(": ")
            if name in spellings and not packages.startswith("diversion by "):
                owners[spellings[name]] = packages.split(", ")[0].partition(":")[0]
        return owners

    def describe(self, package: str) -> BundleComponent:
        """Return the source package of a package, with the package's copyright file."""
        source, version = self._query("--show", f"--showformat={_DETAILS}", package).split()
        text = self._root / "usr/share/doc" / package / "copyright"
        system = platform.freedesktop_os_release()
        release, encoded = system.get("VERSION_CODENAME", "sid"), quote(version, safe=":~")
        return BundleComponent(
            name=source,
            version=version,
            licence=find_licence(self._licences, source, version),
            purl=f"pkg:deb/{system['ID']}/{source}@{encoded}?arch=source&distro={release}",
            source=f"the source package {source} {version} of {system['NAME']}",
            texts={f"{make_folder_name(source)}/copyright": text},
        )

    def _query(self, *arguments: str) -> str:
        """Return what dpkg says, which knows not every file; nothing if it is not there."""
        program = shutil.which("dpkg-query")
        if program is None:
            return ""
        command = [program, f"--admindir={self._root / 'var/lib/dpkg'}", *arguments]
        environment = os.environ | {"LC_ALL": "C"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        return done.stdout


def find_licence(licences: Mapping[str, str], source: str, version: str) -> str:
    """Return the SPDX expression of a source package, by the first pattern that fits; or ""."""
    names = (source, f"{source} {version}")
    fitting = (one for key, one in licences.items() if any(fnmatch(name, key) for name in names))
    return next(fitting, "")


def _spell(path: Path) -> Sequence[str]:
    """Return the names that a file can have in dpkg's database: with and without /usr in front."""
    names = dict.fromkeys((str(path), str(path.resolve())))
    return [
        *names,
        *(name.removeprefix("/usr") for name in names),
        *(f"/usr{name}" for name in names),
    ]
