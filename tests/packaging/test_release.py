"""Prove that a release is of one version, and that packages name its files by their hashes."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager

import twauth_gui

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / "packaging" / "release"
VERSIONS = runpy.run_path(str(RELEASE / "versions.py"))
METAINFO = "packaging/linux/dev.twauth.Twauth.metainfo.xml"


def test_the_version_stands_in_one_place() -> None:
    metadata = ProjectMetadata(str(ROOT), PluginManager())
    assert metadata.version == twauth_gui.__version__ == VERSIONS["read_version"]()
    assert list(VERSIONS["find_problems"]()) == []


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """What a source tree has on the day of a release."""
    for name in ("twauth_gui/__init__.py", "docs/twauth.1", "CHANGELOG.md", METAINFO):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    version = twauth_gui.__version__
    replace(tmp_path / METAINFO, ' type="development"', "")
    date = VERSIONS["read_releases"](tmp_path)[0].date
    replace(
        tmp_path / "CHANGELOG.md", "## [Unreleased]", f"## [Unreleased]\n\n## [{version}] - {date}"
    )
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_tag_needs_all_of_them(ready: Path) -> None:
    find = VERSIONS["find_problems"]
    tag = f"v{twauth_gui.__version__}"
    assert list(find(ready, tag)) == []
    assert list(find(ready, "v99.0.0")) == [f"The tag v99.0.0 is not {tag}."]
    development = list(find(ROOT, tag))
    assert len(development) == 1
    assert "a development version" in development[0]


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("twauth_gui/__init__.py", ('__version__ = "', '__version__ = "9'), "metadata begins with"),
        ("docs/twauth.1", ('"Twauth ', '"Twauth 9'), "run 'make docs'"),
        ("CHANGELOG.md", ("\n## [0", "\n## [90"), "other releases"),
        (METAINFO, ('date="20', 'date="19'), "other releases"),
    ],
)
def test_what_disagrees_is_named(
    ready: Path, name: str, change: tuple[str, str], problem: str
) -> None:
    replace(ready / name, *change)
    assert any(problem in one for one in VERSIONS["find_problems"](ready))
