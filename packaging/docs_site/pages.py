"""Pages of the site: which documents they are, their links, and what they load from elsewhere.

docs/README.md is the site's first page and its navigation: its sections are those of the
sidebar.
"""

from __future__ import annotations

import os.path
import re
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

NAVIGATION = PurePosixPath("docs/README.md")
_OUTSIDE_DOCS = {
    PurePosixPath("ARCHITECTURE.md"): PurePosixPath("architecture.md"),
    PurePosixPath("CHANGELOG.md"): PurePosixPath("changelog.md"),
    PurePosixPath("CONTRIBUTING.md"): PurePosixPath("contributing.md"),
    PurePosixPath("tests/README.md"): PurePosixPath("tests.md"),
}
_LINK = re.compile(r"\]\((?!\w+:|#)(?P<path>[^)#\s]+)(?P<anchor>#[\w-]*)?\)")
_ENTRY = re.compile(r"^- \[[^\]]+\]\((?P<path>[^)#\s]+)\)", re.MULTILINE)
_SECTION = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
_LOADS = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\ssrc=["'](?:https?:)?//[^"']+"""
    r"""|<link\b[^>]*rel=["'](?:stylesheet|preload|icon|preconnect)["'][^>]*href=["'](?:https?:)?//[^"']+"""
    r"""|(?:@import\s|url\()["']?(?:https?:)?//[^"')]+"""
)


class NoPageError(ValueError):
    """A document links to something that the site does not have."""


def list_pages(root: Path) -> dict[PurePosixPath, PurePosixPath]:
    """Return the documents of a source tree, each with its place in the site's source."""
    pages = dict(_OUTSIDE_DOCS)
    for path in sorted((root / "docs").rglob("*.md")):
        document = PurePosixPath(path.relative_to(root).as_posix())
        place = document.relative_to("docs")
        pages[document] = place.with_name("index.md") if place.name == "README.md" else place
    return pages


def read_navigation(text: str) -> dict[str, list[PurePosixPath]]:
    """Return the sections of docs/README.md, each with the documents that it lists."""
    sections: dict[str, list[PurePosixPath]] = {}
    parts = _SECTION.split(text)
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        entries = [_resolve(NAVIGATION, one.group("path")) for one in _ENTRY.finditer(body)]
        if entries:
            sections[title] = entries
    return sections


def rewrite_links(
    text: str, document: PurePosixPath, pages: Mapping[PurePosixPath, PurePosixPath]
) -> str:
    """Return a document's text with links that are right from its place in the site.

    Raises:
        NoPageError: a link leads out of the site.
    """
    here = pages[document].parent

    def rewrite(link: re.Match[str]) -> str:
        target = _resolve(document, link.group("path"))
        if target.is_relative_to("docs/pictures"):
            place = target.relative_to("docs")
        else:
            found = pages.get(target) or pages.get(target / "README.md")
            if found is None:
                raise NoPageError(f"{document} links to {target}, which is no page of the site")
            place = found
        path = PurePosixPath(os.path.relpath(place, here)).as_posix()
        return f"]({path}{link.group('anchor') or ''})"

    return _LINK.sub(rewrite, text)


def write_source(root: Path, folder: Path) -> None:
    """Write what Sphinx reads into an empty folder: pages, tables of contents, pictures."""
    pages = list_pages(root)
    for document, place in pages.items():
        text = rewrite_links((root / document).read_text("utf-8"), document, pages)
        if document == NAVIGATION:
            sections = read_navigation((root / document).read_text("utf-8"))
            for title, entries in sections.items():
                text += _table_of_contents(title, [pages[one] for one in entries])
        elif place == PurePosixPath("decisions/index.md"):
            decisions = sorted(one for one in pages.values() if one.match("decisions/0*"))
            text += _table_of_contents("", [one.relative_to("decisions") for one in decisions])
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    shutil.copytree(root / "docs" / "pictures", folder / "pictures")


def find_remote_loads(folder: Path) -> list[str]:
    """Return what the pages and style sheets of a folder load from elsewhere, with their files."""
    return [
        f"{path.relative_to(folder)}: {found.group()}"
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".css"}
        for found in _LOADS.finditer(path.read_text("utf-8"))
    ]


def _table_of_contents(title: str, places: list[PurePosixPath]) -> str:
    lines = ["", "```{toctree}", ":hidden:"]
    lines += [f":caption: {title}"] if title else []
    return "\n".join([*lines, "", *(str(one.with_suffix("")) for one in places), "```", ""])


def _resolve(document: PurePosixPath, link: str) -> PurePosixPath:
    return PurePosixPath(os.path.normpath(document.parent / link))
