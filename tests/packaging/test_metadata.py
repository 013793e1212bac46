"""Prove that what the project says of itself agrees: versions, ids, help, locks, addresses."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINUX = ROOT / "packaging" / "linux"
APP_ID = "dev.twauth.Twauth"
METAINFO = LINUX / f"{APP_ID}.metainfo.xml"
LOCKS = ("app.txt", "dev.txt", "site.txt")
TEXTS = {".cfg", ".desktop", ".ini", ".json", ".md", ".py", ".sh", ".spec", ".toml", ".txt", ".xml"}
TREES = ("twauth_gui", "resources", "packaging", "tests", "docs", "requirements", ".ci")


def metainfo() -> ET.ElementTree[ET.Element]:
    return ET.parse(METAINFO)  # noqa: S314 - a file of this project


def test_the_app_id_is_the_same_everywhere() -> None:
    entry = ConfigParser(interpolation=None)
    entry.read(LINUX / f"{APP_ID}.desktop")
    component = metainfo()
    assert component.findtext("id") == APP_ID == entry["Desktop Entry"]["Icon"]
    assert component.findtext("launchable") == f"{APP_ID}.desktop"
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    programs = {element.text for element in component.iterfind("provides/binary")}
    assert programs == {*scripts["scripts"], *scripts["gui-scripts"]}
    assert entry["Desktop Entry"]["Exec"].split() == ["twauth-gui", "%F"]
    assert "twauth-gui" in programs


def check_metadata(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(LINUX / "check-metadata"), str(folder)]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_the_validators_accept_the_desktop_files() -> None:
    done = check_metadata(LINUX, **os.environ)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_missing_validator_counts_in_ci_only(tmp_path: Path) -> None:
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    assert check_metadata(LINUX, PATH=str(tmp_path), CI="true").returncode == 1
    here = check_metadata(LINUX, PATH=str(tmp_path))
    assert here.returncode == 0
    assert "desktop-file-validate is not installed here" in here.stdout


def test_help_lists_every_target_a_person_may_call() -> None:
    text = (ROOT / "Makefile").read_text()
    done = subprocess.run(
        ["make", "--no-print-directory", "-C", str(ROOT), "help"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    listed = set(re.findall(r"^ {2}make (\S+)", done.stdout, re.MULTILINE))
    inner = {"app-ready", "dev-ready", "unit", "ratchet", "journeys"}
    assert listed == set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE)) - inner
    assert listed >= {"run", "demo", "test", "bench", "lint", "format", "package", "lock", "clean"}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_requirement_is_pinned_and_hashed(name: str) -> None:
    joined = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip()]
    assert len(lines) > 30
    for line in lines:
        assert re.match(r"[\w.-]+==\S+ ", line), line
        assert re.search(r" --hash=sha256:[0-9a-f]{64}( |$)", line), line


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text()
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def test_the_locks_agree() -> None:
    assert pins("app.txt").items() <= pins("dev.txt").items()


def tracked_texts() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.suffix in TEXTS or path.name == "Makefile")
    for tree in TREES:
        for path in (ROOT / tree).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix in {*TEXTS, ""}:
                yield path


def test_no_file_names_a_package_registry() -> None:
    # Put together here, so that this file names none either.
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"))]
    hosts += [f"registry.{rest}" for rest in ("npmjs.org", "yarnpkg.com")]
    options = [
        "--" + option for option in ("index-url ", "extra-index-url", "find-links", "trusted-host")
    ]
    naming = [
        (path, word)
        for path in tracked_texts()
        for word in hosts + options
        if word in path.read_text(encoding="utf-8")
    ]
    assert not naming
