"""Find the owner of everything in a bundle."""

from __future__ import annotations

import platform
import sys
import sysconfig
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from licences.bundled_files import BundledFile
from licences.components import (
    ROOT,
    BundleComponent,
    ComponentTable,
    ContainedPart,
    LicenceError,
    list_contained,
    locate_texts,
    make_folder_name,
)
from licences.debian_packages import DebianPackages, find_licence
from licences.python_packages import PythonPackages

_QT = "PySide6/Qt/"
_RUNTIME = "type2-runtime"


class Inventory:
    """The components of a bundle, found one file after the other.

    versions: of parts that only the part itself knows, by name.
    """

    def __init__(
        self,
        table: ComponentTable,
        packages: PythonPackages,
        debian: DebianPackages,
        *,
        project: Path = ROOT,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        self._table = table
        self._packages = packages
        self._debian = debian
        self._describe_package = cache(packages.describe)
        self._describe_debian = cache(debian.describe)
        self._project = project
        self._project_package = packages.find_project()
        self._versions = versions or {}
        self._found: dict[str, BundleComponent] = {}

    def collect(self, files: Sequence[BundledFile]) -> list[BundleComponent]:
        """Return all components, sorted by name.

        Raises:
            LicenceError: a file has no owner, or an owner no licence or text; all are named.
        """
        debian_owners = self._debian.find_owners({one.source for one in files})
        problems: list[str] = []
        for file in files:
            component = self._find(file, debian_owners.get(file.source))
            if component is None:
                problems.append(f"{file.path or file.source}: it has no owner (from {file.source})")
            elif file.path:
                component.files.append(file.path)
        components = sorted(self._found.values(), key=lambda one: one.name.lower())
        problems += [problem for one in components for problem in one.find_problems()]
        if problems:
            raise LicenceError(problems)
        return components

    def _find(self, file: BundledFile, debian_package: str | None) -> BundleComponent | None:
        package = self._packages.find_owner(file.source)
        entry = next((one for one in self._table.parts if _matches(file.name, one["files"])), None)
        component = None
        if entry is not None:
            component = self._describe_part(entry, package.version if package else "")
        elif package is not None:
            # A library of Qt is owned by its module, which components.toml must name.
            component = None if file.name.startswith(_QT) else self._describe_package(package)
        elif debian_package is not None:
            component = self._describe_debian(debian_package)
        elif sys.base_prefix != "/usr" and file.source.is_relative_to(sys.base_prefix):
            component = self._describe_python()
        elif self._is_ours(file.source):
            component = self._describe_package(self._project_package)
        return component and self._found.setdefault(component.name, component)

    def _is_ours(self, source: Path) -> bool:
        return source.is_relative_to(self._project) and not source.is_relative_to(sys.prefix)

    def _describe_part(self, entry: Mapping[str, Any], wheel_version: str) -> BundleComponent:
        name, version = entry["name"], entry.get("version", wheel_version)
        minor = ".".join(version.split(".")[:2])
        return BundleComponent(
            name=name,
            version=version,
            licence=entry["licence"],
            purl=f"pkg:generic/{make_folder_name(name)}" + (f"@{version}" if version else ""),
            source=entry["source"].format(version=version, minor=minor),
            texts=locate_texts(make_folder_name(name), entry["texts"]),
            parts=list_contained(entry, self._versions),
        )

    def _describe_python(self) -> BundleComponent:
        entry, version = self._table.python, platform.python_version()
        library = Path(sysconfig.get_path("stdlib"))
        on_windows = Path(sys.base_prefix) / "LICENSE.txt"
        text = on_windows if on_windows.exists() else library / "LICENSE.txt"
        return BundleComponent(
            name="Python",
            version=version,
            licence=entry["licence"],
            purl=f"pkg:generic/python@{version}",
            source=entry["source"],
            texts={"python/LICENSE.txt": text, **locate_texts("python", entry["texts"])},
        )


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def describe_appimage_runtime(texts: Path) -> BundleComponent:
    """Describe the runtime that an AppImage begins with.

    texts: the folder of licences that appimage-runtime wrote; a file is called SOURCE_VERSION.
    """
    table = ComponentTable().debian
    names = sorted(one.name for one in texts.iterdir())
    works = dict(name.split("_", 1) for name in names)
    return BundleComponent(
        name="AppImage runtime",
        version=works.pop(_RUNTIME),
        licence="MIT",
        purl=f"pkg:github/appimage/{_RUNTIME}",
        source=f"https://github.com/AppImage/{_RUNTIME}",
        texts={f"appimage-runtime/{name}": texts / name for name in names},
        parts=[
            ContainedPart(
                source,
                version,
                find_licence(table, source, version),
                source=f"the source package {source} {version} of Debian",
            )
            for source, version in works.items()
        ],
    )
