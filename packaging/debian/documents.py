"""Write what every Debian package says of itself: copyright, changelog."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

from debian.layout import HERE, Package, compress
from linux.build import APP_ID, ROOT
from linux.build import HERE as LINUX

REVISION = 1
"""Raised when the packages change and Twauth does not."""


def debian_version(version: str) -> str:
    """Return a version of Twauth as Debian writes it."""
    return f"{version}-{REVISION}"


def maintainer() -> str:
    """Return the name and address that the control file gives."""
    lines = (HERE / "control").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("Maintainer: ")).partition(": ")[2]


def make_changelog(metainfo: Path = LINUX / f"{APP_ID}.metainfo.xml") -> str:
    """Return Debian's changelog, one entry for each release that the AppStream metadata list."""
    releases = ET.parse(metainfo).findall("releases/release")  # noqa: S314 - a file of this project
    return "\n".join(_make_entry(one.attrib["version"], one.attrib["date"]) for one in releases)


def _make_entry(version: str, date: str) -> str:
    day = datetime.fromisoformat(date).replace(tzinfo=UTC)
    return (
        f"twauth ({debian_version(version)}) unstable; urgency=medium\n\n"
        "  * New release; changelog.gz beside this file says what is new.\n\n"
        f" -- {maintainer()}  {day:%a, %d %b %Y %H:%M:%S} +0000\n"
    )


def make_copyright() -> str:
    """Return Debian's machine-readable copyright file."""
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").strip().splitlines()[2:]
    body = "\n".join(f" {line}" if line.strip() else " ." for line in licence[2:])
    owner = licence[0].removeprefix("Copyright (c) ")
    header = (HERE / "copyright").read_text(encoding="utf-8")
    return f"{header}\nFiles: *\nCopyright: {owner}\nLicense: Expat\n{body}\n"


def add_documents(package: Package) -> None:
    """Put copyright, changelogs and licence texts into a package."""
    folder = package.documents
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "copyright").write_text(make_copyright(), encoding="utf-8")
    (folder / "changelog.Debian").write_text(make_changelog(), encoding="utf-8")
    shutil.copyfile(ROOT / "CHANGELOG.md", folder / "changelog")
    compress(folder / "changelog.Debian")
    compress(folder / "changelog")
