"""Check that everything that names a version names the same one.

python packaging/release/versions.py          end with 1 if two of them differ
python packaging/release/versions.py TAG      … or if they are not ready to be released as TAG
python packaging/release/versions.py --print  print the version
"""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_METAINFO = "packaging/linux/dev.twauth.Twauth.metainfo.xml"
_VERSION_LINE = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_SECTION = re.compile(r"^## \[(\d[^\]]*)\] - (\d{4}-\d\d-\d\d)$", re.MULTILINE)
_MAN_TITLE = re.compile(r'^\.TH \S+ 1 "" "Twauth ([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Release:
    """A version with its date, as CHANGELOG.md or the AppStream metadata name it."""

    version: str
    date: str
    is_development: bool = False


def read_version(root: Path = ROOT) -> str:
    """Return the version of the source: that of twauth_gui, from which pyproject.toml takes it.

    Raises:
        ValueError: there is no such line.
    """
    text = (root / "twauth_gui" / "__init__.py").read_text(encoding="utf-8")
    found = _VERSION_LINE.search(text)
    if found is None:
        raise ValueError("twauth_gui/__init__.py names no version")
    return found[1]


def read_releases(root: Path = ROOT) -> list[Release]:
    """Return the releases of the AppStream metadata, newest first."""
    tree = ET.parse(root / _METAINFO)  # noqa: S314 - a file of this project
    return [
        Release(one.get("version", ""), one.get("date", ""), one.get("type") == "development")
        for one in tree.iterfind("releases/release")
    ]


def read_sections(root: Path = ROOT) -> list[Release]:
    """Return the releases that CHANGELOG.md has a section for, newest first."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    return [Release(version, date) for version, date in _SECTION.findall(text)]


def find_problems(root: Path = ROOT, tag: str | None = None) -> Iterator[str]:
    """Yield a sentence for each disagreement.

    Before the release of a version the metadata calls it a development one, and CHANGELOG.md has no
    section for it. With a tag both must be ready.
    """
    version = read_version(root)
    releases, sections = read_releases(root), read_sections(root)
    newest = releases[0] if releases else Release("", "")
    if newest.version != version:
        yield f"The AppStream metadata begins with {newest.version or 'nothing'}, not {version}."
    title = _MAN_TITLE.search((root / "docs" / "twauth.1").read_text(encoding="utf-8"))
    if title is None or title[1] != version:
        yield f"docs/twauth.1 is of {title[1] if title else 'no version'}: run 'make docs'."
    published = [Release(one.version, one.date) for one in releases if not one.is_development]
    if published != sections:
        yield (
            "CHANGELOG.md and the AppStream metadata have other releases: "
            f"{_name_all(sections)}; {_name_all(published)}."
        )
    if tag is None:
        return
    if tag != f"v{version}":
        yield f"The tag {tag} is not v{version}."
    if newest.is_development:
        yield f"The AppStream metadata calls {newest.version} a development version."


def _name_all(releases: Sequence[Release]) -> str:
    return ", ".join(f"{one.version} of {one.date}" for one in releases) or "none"


def main(arguments: Sequence[str]) -> int:
    """Print the problems, or the version; return the exit code."""
    if len(arguments) > 1:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    if arguments == ["--print"]:
        print(read_version())
        return 0
    problems = list(find_problems(tag=arguments[0] if arguments else None))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
