"""What a bundle is made of: components, each with its licence, its texts and its files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class LicenceError(Exception):
    """Files without an owner, or owners without a licence or a text; one line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class ContainedPart:
    """Work of others that is built into a component's files, and has no text of its own here."""

    name: str
    version: str
    licence: str
    purl: str = ""
    source: str = ""


@dataclass(slots=True)
class BundleComponent:
    """One owner of files.

    licence: an SPDX expression. purl: its package URL. source: where its source code is.
    texts: where each licence text comes from, by its name in the folder of texts.
    files: their paths in the bundle; none if it is only inside the programs.
    """

    name: str
    version: str
    licence: str
    purl: str
    source: str
    texts: Mapping[str, Path]
    parts: Sequence[ContainedPart] = ()
    files: list[str] = field(default_factory=list)

    def find_problems(self) -> list[str]:
        """Return what is missing, a line each; nothing if licence and texts are there."""
        found = [] if self.texts else [f"{self.name}: no licence text"]
        missing = [path for path in self.texts.values() if not path.is_file()]
        found += [f"{self.name}: no text {path}" for path in missing]
        found += _check_licence(self.name, self.licence)
        for part in self.parts:
            found += _check_licence(f"{part.name} (in {self.name})", part.licence)
        return found


def _check_licence(name: str, licence: str) -> list[str]:
    if not licence:
        return [f"{name}: no licence is named"]
    try:
        canonicalize_license_expression(licence)
    except InvalidLicenseExpression:
        return [f"{name}: {licence!r} is no SPDX expression"]
    return []


class ComponentTable:
    """What components.toml says about owners that do not say it themselves.

    Attributes:
        parts: of wheels and of our own files, in the order in which they are tried.
        packages: Python packages by their normalized names.
        python: a Python that is no Debian package.
        debian: SPDX expressions by patterns of Debian's source packages, with a version or without.
    """

    def __init__(self) -> None:
        text = (HERE / "components.toml").read_text(encoding="utf-8")
        tables: dict[str, Any] = tomllib.loads(text)
        self.parts: list[dict[str, Any]] = tables["part"]
        self.packages: dict[str, dict[str, Any]] = tables["package"]
        self.python: dict[str, Any] = tables["python"]
        self.debian: dict[str, str] = tables["debian"]


def locate_texts(folder: str, names: Sequence[str]) -> dict[str, Path]:
    """Return texts of the table by their names in the folder of texts; notices are shared."""
    texts = dict[str, Path]()
    for name in names:
        is_shared = name.startswith(("common/", "notices/"))
        texts[name if is_shared else f"{folder}/{Path(name).name}"] = (
            HERE if is_shared else ROOT
        ) / name
    return texts


def list_contained(
    entry: Mapping[str, Any], versions: Mapping[str, str] | None = None
) -> list[ContainedPart]:
    """Return the parts that the table names for an owner. versions: of some, by name."""
    return [
        ContainedPart(
            one["name"],
            (versions or {}).get(one["name"], ""),
            one["licence"],
            source=one["source"],
        )
        for one in entry.get("contains", ())
    ]


def make_folder_name(name: str) -> str:
    """Return a component's name as that of a folder."""
    return name.replace(" ", "-").lower()
