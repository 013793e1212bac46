"""What installed Python packages say about their licences, texts and what is built into them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, PackageMetadata
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

from licences.components import (
    BundleComponent,
    ComponentTable,
    ContainedPart,
    list_contained,
    locate_texts,
)
from twauth_gui.services.licences import find_source, list_licence_files

PROJECT = "twauth"
_CLASSIFIERS = {"License :: OSI Approved :: MIT License": "MIT"}


class PythonPackages:
    """The packages that are installed, by the files that they brought."""

    def __init__(self, table: ComponentTable, installed: Iterable[Distribution]) -> None:
        self._table = table
        self._packages = list(installed)
        self._owners: dict[Path, Distribution] = {}
        for one in self._packages:
            folder = os.path.realpath(str(one.locate_file("")))
            for file in one.files or ():
                self._owners[Path(os.path.normpath(f"{folder}/{file}"))] = one

    def find_owner(self, path: Path) -> Distribution | None:
        """Return the package that a file came with; None if it came with none."""
        return self._owners.get(path.parent.resolve() / path.name)

    def find_project(self) -> Distribution:
        """Return Twauth itself."""
        return next(one for one in self._packages if one.metadata["Name"] == PROJECT)

    def describe(self, package: Distribution) -> BundleComponent:
        """Return a package as a component, without its files."""
        name = canonicalize_name(package.metadata["Name"])
        entry = self._table.packages.get(name, {})
        texts = locate_texts(name, entry.get("texts", ())) or _find_texts(package, name)
        return BundleComponent(
            name=package.metadata["Name"],
            version=package.version,
            licence=entry.get("licence") or _read_licence(package.metadata),
            purl=f"pkg:pypi/{name}@{package.version}",
            source=find_source(package.metadata),
            texts=texts,
            parts=[*list_contained(entry), *_read_parts(package, entry.get("licences", {}))],
        )


def _read_licence(metadata: PackageMetadata) -> str:
    """Return the SPDX expression that the metadata have in one of three places; "" if none."""
    for value in metadata.get_all("License-Expression", []) + metadata.get_all("License", []):
        try:
            return canonicalize_license_expression(value)
        except InvalidLicenseExpression:
            continue
    classifiers = metadata.get_all("Classifier", [])
    return next((_CLASSIFIERS[one] for one in classifiers if one in _CLASSIFIERS), "")


def _find_texts(package: Distribution, folder: str) -> dict[str, Path]:
    """Return the licence texts of a package, by names with the folders of its source."""
    return {
        f"{folder}/{'-'.join(part for part in file.parts[1:] if part != 'licenses')}": Path(
            str(package.locate_file(file))
        )
        for file in list_licence_files(package)
    }


def _read_parts(package: Distribution, licences: Mapping[str, str]) -> Iterator[ContainedPart]:
    """Read what the package's own bills of materials (PEP 770) list.

    licences: of those parts that have none there.
    """
    for file in package.files or ():
        if file.parts[1:2] != ("sboms",):
            continue
        bill = json.loads(Path(str(package.locate_file(file))).read_text(encoding="utf-8"))
        for one in bill.get("components", ()):
            purl = one.get("purl", "").partition("?")[0]
            if "download_url=file:" in one.get("purl", ""):  # the package's own code
                continue
            yield ContainedPart(
                one["name"], one["version"], licences.get(one["name"]) or _read_bill(one), purl
            )


def _read_bill(component: Mapping[str, Any]) -> str:
    """Return the SPDX expression of a CycloneDX component; "" if it has none."""
    for one in component.get("licenses", ()):
        found = one.get("expression") or one.get("license", {}).get("id", "")
        if found:
            return canonicalize_license_expression(found)
    return ""
