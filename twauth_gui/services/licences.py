"""Licences of everything that the program consists of, with their texts."""

from __future__ import annotations

import json
import platform
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.services.environment_report import read_licence

LICENCE_FOLDER = "licences"
SBOM = "twauth.cdx.json"
TEXT_PROPERTY, SOURCE_PROPERTY = "twauth:licence-text", "twauth:source"
"""The bill of materials in that folder, and what it has beyond CycloneDX; the build writes both."""
_TEXT_NAME = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_SOURCE_LABELS = ("repository", "source", "source code", "github", "code", "homepage", "home")
_PROJECT = "twauth"
_DAMAGES = (LookupError, TypeError, AttributeError, ValueError, RecursionError)
_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class LicensedWork:
    """A part of the program. licence: an SPDX expression, or as its package words it; "" unknown.

    source: where its source code is; "" unknown. texts: files with its licence.
    parts: what is built into it, one line each.
    """

    name: str
    version: str
    licence: str
    source: str = ""
    texts: tuple[Path, ...] = ()
    parts: tuple[str, ...] = ()


def find_licence_folder() -> Path | None:
    """Return the folder of licences that a bundle has beside its program; None elsewhere."""
    if not getattr(sys, "frozen", False):
        return None
    program = Path(sys.executable).resolve()
    places = (program.parent / LICENCE_FOLDER, program.parents[1] / "Resources" / LICENCE_FOLDER)
    return next((one for one in places if (one / SBOM).is_file()), None)


def list_licensed_works(folder: Path | None) -> list[LicensedWork]:
    """Return what the program consists of, Twauth first, then by name.

    folder: of the bundle's licences; if None, the installed packages are asked.

    Raises:
        OSError: the folder cannot be read.
        DiagnosedError: the bundle's list is damaged.
    """
    try:
        works = list(_read_bill(folder) if folder is not None else _read_packages())
        return sorted(works, key=lambda one: (one.name != _PROJECT, one.name.lower()))
    except _DAMAGES as error:
        title = "Twauth's list of licences is damaged."
        diagnosis = Diagnosis(ProblemKind.UNKNOWN, title, "Install Twauth again.")
        raise DiagnosedError(diagnosis) from error


def describe_works(works: Sequence[LicensedWork]) -> str:
    """Return a line for each work: name, version, licence."""
    return "\n".join(
        f"{one.name} {one.version}".rstrip() + f": {one.licence or 'see its text'}" for one in works
    )


def read_licence_text(work: LicensedWork) -> str:
    """Return all that is known about a work's licence as one text.

    Raises:
        OSError: a text cannot be read.
    """
    head = [f"{work.name} {work.version}".rstrip(), f"Licence: {work.licence or 'not named'}"]
    if work.source:
        head.append(f"Source: {work.source}")
    if not work.texts:
        head.append("Its package came without the text: https://spdx.org/licenses has it.")
    blocks = ["\n".join(head)]
    if work.parts:
        blocks.append("\n".join(["Contains:", *work.parts]))
    for path in work.texts:
        text = path.read_text(encoding="utf-8", errors="replace").strip("\n\f")
        blocks.append(f"{'─' * 40}\n{path.name}\n\n{text}")
    return "\n\n".join(blocks) + "\n"


def _read_bill(folder: Path) -> Iterator[LicensedWork]:
    bill = json.loads((folder / SBOM).read_text(encoding="utf-8"))
    for one in (bill["metadata"]["component"], *bill["components"]):
        said = [(item["name"], item["value"]) for item in one["properties"]]
        yield LicensedWork(
            name=one["name"],
            version=one.get("version", ""),
            licence=_read_expression(one),
            source=next((value for name, value in said if name == SOURCE_PROPERTY), ""),
            texts=tuple(folder / value for name, value in said if name == TEXT_PROPERTY),
            parts=tuple(
                f"{part['name']} {part.get('version', '')}".rstrip() + f": {_read_expression(part)}"
                for part in one["components"]
                if part["type"] == "library"
            ),
        )


def _read_expression(component: Mapping[str, Any]) -> str:
    return str(component["licenses"][0]["expression"])


def _read_packages() -> Iterator[LicensedWork]:
    library = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    python_texts = (library,) if library.is_file() else ()
    yield LicensedWork("Python", platform.python_version(), "PSF-2.0", texts=python_texts)
    for package in _list_installed(_PROJECT):
        yield LicensedWork(
            name=package.metadata["Name"],
            version=package.version,
            licence=read_licence(package.metadata),
            source=find_source(package.metadata),
            texts=tuple(Path(str(package.locate_file(one))) for one in list_licence_files(package)),
        )


def _list_installed(name: str) -> list[metadata.Distribution]:
    """Return an installed package with what it needs, and what is there of its extras."""
    found: dict[str, metadata.Distribution] = {}
    queue = [name]
    while queue:
        wanted = queue.pop()
        key = re.sub(r"[-_.]+", "-", wanted).lower()
        if key in found:
            continue
        try:
            package = metadata.distribution(wanted)
        except metadata.PackageNotFoundError:
            continue
        found[key] = package
        for requirement in package.requires or ():
            if key == name or "extra ==" not in requirement:
                queue += _REQUIREMENT.findall(requirement)[:1]
    return list(found.values())


def list_licence_files(package: metadata.Distribution) -> list[metadata.PackagePath]:
    """Return the licence texts among an installed package's metadata."""
    return [
        file
        for file in package.files or ()
        if file.parts[0].endswith(".dist-info") and _TEXT_NAME.match(file.name)
    ]


def find_source(package: metadata.PackageMetadata) -> str:
    """Return the address of the source code in metadata, else of the project; "" if none."""
    labels = {
        label.lower(): url
        for label, _, url in (one.partition(", ") for one in package.get_all("Project-URL", []))
    }
    known = [labels[one] for one in _SOURCE_LABELS if one in labels]
    return next(iter([*known, *package.get_all("Home-page", [])]), "")
