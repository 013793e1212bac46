"""Prove what sdist and wheel have in them, and that the same source makes the same bytes."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

import pytest

from twauth_gui import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the program builds into: it has built twice, compared and checked."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, str(ROOT / "packaging" / "python" / "build.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    digests = dict(line.split()[1::-1] for line in done.stdout.splitlines())
    assert digests == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()
    }
    return folder


@pytest.fixture
def wheel(dist: Path) -> Iterator[ZipFile]:
    (path,) = dist.glob("*.whl")
    with ZipFile(path) as archive:
        yield archive


def read_metadata(wheel: ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(wheel.read(name))


def test_the_wheel_installs_completions_man_page_and_desktop_entry(wheel: ZipFile) -> None:
    names = wheel.namelist()
    for source, target in WHEEL["shared-data"].items():
        (inside,) = [name for name in names if name.endswith(f".data/data/{target}")]
        assert wheel.read(inside) == (ROOT / source).read_bytes()
    for source, target in WHEEL["force-include"].items():
        assert wheel.read(target) == (ROOT / source).read_bytes()


def test_the_wheel_has_what_the_program_reads_and_no_file_twice(wheel: ZipFile) -> None:
    names = set(wheel.namelist())
    resources = {
        f"twauth_gui/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "resources").rglob("*")
        if path.is_file() and path.name != "LICENSE"
    }
    assert names >= {*resources, "twauth_gui/py.typed"}
    licences = read_metadata(wheel).get_all("License-File") or []
    for one in licences:
        text = (ROOT / one).read_bytes()
        assert [name for name in names if wheel.read(name) == text] == [
            f"twauth-{__version__}.dist-info/licenses/{one}"
        ]
    assert licences == PROJECT["project"]["license-files"]


def test_the_readme_leads_nowhere_that_an_index_does_not_have(wheel: ZipFile) -> None:
    text = str(read_metadata(wheel).get_payload())
    targets = re.findall(r"\]\(([^)]*)\)", text)
    assert "# Twauth" in text
    assert [one for one in targets if not one.startswith(("https://", "#"))] == []
    assert not re.search(r"!\[", text)  # a picture without an address has nothing to show


def test_the_sdist_has_the_tests_and_no_leftovers(dist: Path) -> None:
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= {"Makefile", "tests/packaging/test_wheel.py", "packaging/python/build.py"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
