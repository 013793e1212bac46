"""Which libraries take part, in which versions, under which licences."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

NEEDED = (
    *("click", "cryptography", "keyring", "oauthlib", "platformdirs", "PySide6-Essentials"),
    *("PyYAML", "requests", "requests-oauthlib", "tweepy", "urllib3"),
)
EXTRAS = ("jeepney", "PySide6-Addons", "PySide6-WebEngine", "PySocks", "pyrage", "SecretStorage")
_MISSING = "missing"


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """licence: as the library's own metadata names it; "" where they do not."""

    name: str
    version: str
    licence: str


def version_of(name: str) -> str:
    """Give the version of an installed library."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _MISSING


def libraries() -> list[LibraryInfo]:
    """Look each up in what is installed; an extra that is not is left out."""
    extras = [one for one in map(_library, EXTRAS) if one.version != _MISSING]
    return [*map(_library, NEEDED), *extras]


def _library(name: str) -> LibraryInfo:
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return LibraryInfo(name, _MISSING, "")
    return LibraryInfo(name, told["Version"], _licence(told))


def _licence(told: metadata.PackageMetadata) -> str:
    """Look in the three places where metadata name a licence, the newest first."""
    named = [*told.get_all("License-Expression", []), *told.get_all("License", [])]
    classified = [one for one in told.get_all("Classifier", []) if one.startswith("License ::")]
    named += [one.rpartition(" :: ")[2] for one in classified]
    return named[0].partition("\n")[0] if named else ""
