"""Prove that the hand-written documents name files, classes and pages that exist."""

from __future__ import annotations

import builtins
import functools
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from twauth_gui.sandbox.faults import FAULTS
from twauth_gui.transfer.destinations.catalog import builtin_destinations
from twauth_gui.transfer.preset_catalog import builtin_presets

ROOT = Path(__file__).parents[2]
GENERATED = {
    *("command.md", "diagnoses.md", "export.md", "fault-matrix.md", "map.md", "reliability.md"),
}
DOCUMENTS = sorted(
    path
    for folder in (ROOT, ROOT / "docs", ROOT / "docs" / "decisions", ROOT / "tests")
    for path in folder.glob("*.md")
    if path.name not in GENERATED
)
GENERATED_DOCUMENTS = sorted(ROOT / "docs" / name for name in GENERATED)
SEARCHED = (ROOT, ROOT / "twauth_gui", ROOT / "tests", ROOT / "tests" / "support")
TREES = ("twauth_gui", "tests", "packaging", "requirements", "resources", "docs")
CODE = re.compile(r"`([^`\n]+)`")
FILE_NAME = re.compile(r"[\w.-]+(/[\w.-]+)*\.(py|md|toml|xml)(::\w+)?")
CLASS_NAME = re.compile(r"([A-Z][a-z]\w*)(\.\w+)?(\(\))?")
ELSEWHERE = {"QThreadPool", "SpendCapReached"}
"""Names that look like a class of this project, and are Qt's or X's."""


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def quoted_words(document: Path) -> Iterator[str]:
    """Yield what stands in backticks, outside of code blocks."""
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    yield from CODE.findall(text)


@functools.cache
def files_by_name() -> dict[str, list[Path]]:
    """Return the files of the project's trees, for those that are named without their folder."""
    found: dict[str, list[Path]] = {}
    for tree in TREES:
        for path in (ROOT / tree).rglob("*.*"):
            found.setdefault(path.name, []).append(path)
    return found


@functools.cache
def class_names() -> set[str]:
    return {
        name
        for paths in files_by_name().values()
        for path in paths
        if path.suffix == ".py"
        for name in re.findall(r"^ *class (\w+)", path.read_text("utf-8"), re.MULTILINE)
    }


def exists(word: str) -> bool:
    """Whether a quoted file is there: by its path, or by its name alone."""
    path, _, test = word.partition("::")
    found = [folder / path for folder in SEARCHED if (folder / path).is_file()]
    if not found and "/" not in path:
        found = files_by_name().get(path, [])
    return any(not test or f"def {test}(" in one.read_text("utf-8") for one in found)


@pytest.mark.parametrize(
    ("script", "document"),
    [
        ("map", "map"),
        ("export", "export"),
        ("imports", "import"),
        ("destinations", "destinations"),
    ],
)
def test_a_generated_page_is_not_stale(script: str, document: str) -> None:
    page: str = runpy.run_path(str(ROOT / "packaging" / "docs" / f"{script}.py"))["page"]()
    assert (ROOT / "docs" / f"{document}.md").read_text("utf-8") == page, "run make docs"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_file_it_names_is_there(document: Path) -> None:
    files = (word for word in quoted_words(document) if FILE_NAME.fullmatch(word))
    assert [word for word in files if not exists(word)] == []


@functools.cache
def anchors_of(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub and the site make them."""
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    return target.exists() and (not anchor or anchor in anchors_of(target))


@pytest.mark.parametrize("document", [*DOCUMENTS, *GENERATED_DOCUMENTS], ids=name_of)
def test_every_link_leads_to_a_page_and_a_heading(document: Path) -> None:
    links = re.findall(r"\]\((?!\w+:)([^)\s]+)\)", document.read_text("utf-8"))
    assert [link for link in links if not leads_somewhere(document, link)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_class_it_names_is_there(document: Path) -> None:
    found = map(CLASS_NAME.fullmatch, quoted_words(document))
    named = {one.group(1) for one in found if one is not None}
    assert named - class_names() - ELSEWHERE - set(dir(builtins)) == set()


def test_the_list_of_test_helpers_is_complete() -> None:
    listed = set(CODE.findall((ROOT / "tests" / "README.md").read_text("utf-8")))
    helpers = [
        path.relative_to(ROOT / "tests").with_suffix("")
        for folder in ROOT.joinpath("tests").iterdir()
        if folder.name not in {"bench", "support_checks"}
        for path in folder.rglob("*.py")
        if not path.name.startswith(("test_", "__")) and path.name != "conftest.py"
    ]
    names = {path.as_posix().removeprefix("support/") for path in helpers}
    assert names - listed == set()
    assert {word for word in listed if "/" in word and "." not in word} - names == set()


def test_the_readme_counts_right() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert f"exports in {len(builtin_presets())} shapes" in text
    assert f"pushes\nto {len(builtin_destinations())} secret stores" in text
    assert f"broken in {len(FAULTS)} ways" in " ".join(text.split())
