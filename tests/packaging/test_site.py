"""Prove that the documentation's site lists every page, and links only to pages that it has."""

from __future__ import annotations

import re
import runpy
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SITE: dict[str, Any] = runpy.run_path(str(ROOT / "packaging" / "docs_site" / "pages.py"))
PAGES: dict[PurePosixPath, PurePosixPath] = SITE["list_pages"](ROOT)
NAVIGATION = PurePosixPath("docs/README.md")


def test_every_page_is_in_the_navigation_once() -> None:
    sections: dict[str, list[PurePosixPath]] = SITE["read_navigation"](
        (ROOT / NAVIGATION).read_text("utf-8")
    )
    listed = [page for pages in sections.values() for page in pages]
    decisions = {page for page in PAGES if page.match("docs/decisions/0*.md")}
    assert sorted(listed) == sorted(set(PAGES) - decisions - {NAVIGATION})


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "decisions"
    text = (folder / "README.md").read_text("utf-8")
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", text))
    assert listed == {path.name for path in folder.glob("0*.md")}


def test_the_site_has_every_page_that_its_pages_link_to(tmp_path: Path) -> None:
    SITE["write_source"](ROOT, tmp_path)
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.md")}
    assert {path.as_posix() for path in written} == {str(place) for place in PAGES.values()}
    for page in written:
        links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", (tmp_path / page).read_text("utf-8"))
        missing = [link for link in links if not (tmp_path / page.parent / link).exists()]
        assert missing == [], page
    index = (tmp_path / "index.md").read_text("utf-8")
    assert ":caption: For packagers\n\npackagers\npackages\n" in index
    assert "\n0001-record-decisions\n" in (tmp_path / "decisions" / "index.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("document", "link", "there"),
    [
        ("docs/team.md", "export.md#several-accounts", "export.md#several-accounts"),
        ("docs/map.md", "../ARCHITECTURE.md", "architecture.md"),
        ("ARCHITECTURE.md", "docs/decisions", "decisions/index.md"),
        ("docs/decisions/0001-record-decisions.md", "../../CONTRIBUTING.md", "../contributing.md"),
        ("docs/README.md", "pictures/export.png", "pictures/export.png"),
        ("docs/team.md", "https://www.example.org/a.md", "https://www.example.org/a.md"),
        ("docs/team.md", "#customers-apart", "#customers-apart"),
    ],
)
def test_a_link_fits_the_page_s_place_in_the_site(document: str, link: str, there: str) -> None:
    text = SITE["rewrite_links"](f"see [it]({link}).", PurePosixPath(document), PAGES)
    assert text == f"see [it]({there})."


def test_a_link_out_of_the_site_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"docs/team\.md links to LICENSE, which is no page"):
        SITE["rewrite_links"]("[MIT](../LICENSE)", PurePosixPath("docs/team.md"), PAGES)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.html", '<script async src="https://cdn.example/a.js">', 1),
        ("a.html", '<link rel="stylesheet" type="text/css" href="//cdn.example/a.css">', 1),
        ("a.html", "<img alt='x' src='http://img.example/a.png'>", 1),
        ("a.css", "@font-face { src: url(https://fonts.example/a.woff2) }", 1),
        ("a.html", '<a href="https://www.example.org">there</a><img src="_images/a.png">', 0),
    ],
)
def test_what_a_page_loads_from_elsewhere_is_found(
    tmp_path: Path, name: str, content: str, found: int
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert len(SITE["find_remote_loads"](tmp_path)) == found
