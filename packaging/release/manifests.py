"""Fill version, addresses and hashes into the manifests of the package managers.

python packaging/release/manifests.py REPOSITORY FILES TARGET

REPOSITORY: the address of the project's pages, below which its releases are.
FILES: a folder with the files of the release; their hashes also go to SHA256SUMS in it.
TARGET: a folder for the manifests; those whose file is not in the release are left out and named.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from versions import ROOT, read_releases, read_version

PACKAGING = ROOT / "packaging"
MANAGERS = ("aur", "flatpak", "homebrew", "winget")
"""The folders below packaging with templates."""
SUMS = "SHA256SUMS"

_HASH = re.compile(r"@SHA256\(([^()]+)\)@")
_PLACEHOLDER = re.compile(r"@[A-Z][A-Z0-9]*[@(]")


class MissingFileError(Exception):
    """A manifest names a file that the release does not have."""


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What the templates have gaps for.

    hashes: SHA-256 in hexadecimal, by file name.
    """

    version: str
    date: str
    repository: str
    hashes: dict[str, str]

    def fill(self, template: str) -> str:
        """Return a template's text with every gap filled.

        Raises:
            MissingFileError: it names a file that is not among the hashes.
            ValueError: it has a gap of another name.
        """
        download = f"{self.repository}/releases/download/v{self.version}"
        words = {"VERSION": self.version, "DATE": self.date, "REPOSITORY": self.repository}
        text = template
        for name, value in {**words, "DOWNLOAD": download}.items():
            text = text.replace(f"@{name}@", value)
        text = _HASH.sub(lambda found: self._find_hash(found[1]), text)
        left = _PLACEHOLDER.search(text)
        if left is not None:
            raise ValueError(f"Nothing is known for {left[0]}")
        return text

    def _find_hash(self, name: str) -> str:
        try:
            return self.hashes[name]
        except KeyError as error:
            raise MissingFileError(name) from error


def hash_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder but SHA256SUMS, sorted by name."""
    paths = (path for path in sorted(folder.iterdir()) if path.is_file() and path.name != SUMS)
    hashes: dict[str, str] = {}
    for path in paths:
        with path.open("rb") as file:
            hashes[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def iter_templates() -> Iterator[Path]:
    """Yield the templates, sorted within each manager's folder."""
    for manager in MANAGERS:
        yield from sorted(path for path in (PACKAGING / manager).iterdir() if path.is_file())


def write_sums(folder: Path, hashes: dict[str, str]) -> None:
    """Write the hashes beside the files, as 'sha256sum --check' reads them."""
    lines = (f"{digest}  {name}\n" for name, digest in hashes.items())
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def write_manifests(facts: ReleaseFacts, target: Path) -> list[str]:
    """Write every manifest below the folder; return what each that is missing lacks.

    Raises:
        ValueError: a template has a gap that nothing fills.
    """
    missing: list[str] = []
    for template in iter_templates():
        name = template.relative_to(PACKAGING)
        try:
            text = facts.fill(template.read_text(encoding="utf-8"))
        except MissingFileError as error:
            missing.append(f"{name.as_posix()} lacks {error}")
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    return missing


def main(arguments: Sequence[str]) -> int:
    """Write hashes and manifests; return the exit code."""
    if len(arguments) != 3:  # noqa: PLR2004 - the three of the docstring
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    repository, files, target = arguments[0].rstrip("/"), Path(arguments[1]), Path(arguments[2])
    hashes = hash_files(files)
    write_sums(files, hashes)
    facts = ReleaseFacts(read_version(), read_releases()[0].date, repository, hashes)
    for one in write_manifests(facts, target):
        print(one, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
