"""Prove that the package managers' manifests name the files of a release by their hashes."""

from __future__ import annotations

import hashlib
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
sys.path.append(str(PACKAGING / "release"))  # as for the script itself: it imports its neighbour
MANIFESTS = runpy.run_path(str(PACKAGING / "release" / "manifests.py"))
sys.path.remove(str(PACKAGING / "release"))
WINDOWS = runpy.run_path(str(PACKAGING / "windows" / "package.py"))
VERSION = "1.20.3"
REPOSITORY = "https://code.example.org/team/twauth"
BUNDLE = f"Twauth-{VERSION}-linux-x86_64.tar.xz"
FILES = (
    BUNDLE,
    f"Twauth-{VERSION}-macos-arm64.dmg",
    WINDOWS["installer_name"](VERSION),
    f"twauth-{VERSION}.tar.gz",
)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with stand-ins for the files of a release."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text(name)
    return folder


def write_manifests(release: Path, target: Path) -> list[str]:
    hashes = MANIFESTS["hash_files"](release)
    facts = MANIFESTS["ReleaseFacts"](VERSION, "2026-12-24", REPOSITORY, hashes)
    missing: list[str] = MANIFESTS["write_manifests"](facts, target)
    return missing


def sha256(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


@pytest.fixture
def filled(release: Path, tmp_path: Path) -> Path:
    """A folder with all the manifests of that release."""
    assert write_manifests(release, tmp_path) == []
    return tmp_path


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_every_address_and_hash_is_that_of_a_file_in_the_release(filled: Path) -> None:
    texts = [path.read_text() for path in filled.rglob("*") if path.is_file()]
    download = re.escape(f"{REPOSITORY}/releases/download/v{VERSION}/")
    named = {
        name.replace("#{version}", VERSION).replace("$pkgver", VERSION)
        for text in texts
        for name in re.findall(rf"{download}([^\s\"']+)", text)
    }
    assert named == set(FILES)
    hashes = {one for text in texts for one in re.findall(r"\b[0-9a-f]{64}\b", text)}
    assert hashes == {sha256(name) for name in FILES}
    assert not [text for text in texts if re.search(r"@[A-Z]", text)]


def test_the_sums_are_what_sha256sum_reads(release: Path) -> None:
    MANIFESTS["write_sums"](release, MANIFESTS["hash_files"](release))
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(command, cwd=release, capture_output=True, text=True, check=True)
    assert done.stdout == "".join(f"{name}: OK\n" for name in sorted(FILES))
    assert set(MANIFESTS["hash_files"](release)) == set(FILES)  # not SHA256SUMS itself


def test_a_manifest_without_its_file_is_left_out_and_named(release: Path, tmp_path: Path) -> None:
    (release / FILES[1]).unlink()
    assert write_manifests(release, tmp_path) == [f"homebrew/twauth-app.rb lacks {FILES[1]}"]
    assert not (tmp_path / "homebrew" / "twauth-app.rb").exists()
    assert (tmp_path / "homebrew" / "twauth.rb").exists()


@pytest.mark.parametrize("gap", ["@VERSOIN@", "@SHA512(file)@"])
def test_a_gap_that_nothing_fills_ends_the_release(gap: str) -> None:
    facts = MANIFESTS["ReleaseFacts"](VERSION, "2026-12-24", REPOSITORY, {})
    with pytest.raises(ValueError, match="Nothing is known for @"):
        facts.fill(f"version: {gap}")


def test_the_two_files_of_arch_agree(filled: Path) -> None:
    info: dict[str, list[str]] = {}
    for line in (filled / "aur" / ".SRCINFO").read_text().splitlines():
        name, mark, value = line.strip().partition(" = ")
        if mark:
            info.setdefault(name, []).append(value)
    names = [
        *("pkgname", "pkgver", "pkgrel", "pkgdesc", "arch", "url", "license", "depends"),
        *("optdepends", "provides", "conflicts", "options", "source", "sha256sums"),
    ]
    script = 'source "$1"; shift; for n; do declare -n v=$n; printf "%s\\n" "$n" "${v[@]}" ""; done'
    command = ["bash", "-euc", script, "bash", str(filled / "aur" / "PKGBUILD"), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    blocks = (block.splitlines() for block in done.stdout.strip().split("\n\n"))
    assert {name: values for name, *values in blocks} == {name: info[name] for name in names}
    assert info["pkgbase"] == ["twauth-bin"]


def test_flatpak_gets_no_files_and_no_engine(filled: Path) -> None:
    manifest = read_yaml(filled / "flatpak" / "dev.twauth.Twauth.yaml")
    assert manifest["id"] == "dev.twauth.Twauth"
    (module,) = manifest["modules"]
    (source,) = module["sources"]
    assert source["sha256"] == sha256(BUNDLE)
    assert "--talk-name=org.freedesktop.secrets" in manifest["finish-args"]
    never = re.compile(r"--(filesystem|socket=(session|system)-bus|device=all|talk-name=.*\*)")
    assert not [one for one in manifest["finish-args"] if never.match(one)]
    assert "PySide6/QtWebEngine*" in json.dumps(module["build-commands"])


def test_winget_s_three_files_are_of_one_package(filled: Path) -> None:
    folder = filled / "winget"
    documents = {path.name: read_yaml(path) for path in folder.iterdir()}
    for key in ("PackageIdentifier", "PackageVersion", "ManifestVersion"):
        assert len({str(one[key]) for one in documents.values()}) == 1
    kinds = {one["ManifestType"]: name for name, one in documents.items()}
    assert kinds == {
        "version": "Twauth.Twauth.yaml",
        "installer": "Twauth.Twauth.installer.yaml",
        "defaultLocale": "Twauth.Twauth.locale.en-US.yaml",
    }
    installer = documents[kinds["installer"]]
    assert (installer["InstallerType"], installer["Scope"]) == ("nullsoft", "user")
    script = (PACKAGING / "windows" / "twauth.nsi").read_text()
    assert f'!define APP_ID "{installer["ProductCode"]}"' in script  # the key that removes it


def test_the_formula_takes_the_lock_without_the_window() -> None:
    formula = (PACKAGING / "homebrew" / "twauth.rb").read_text()
    found = re.search(r"WINDOW_ONLY = /(.+)/$", formula, re.MULTILINE)
    assert found is not None
    lock = (ROOT / "requirements" / "app.txt").read_text()
    command_only = re.sub(found[1], "", lock, flags=re.MULTILINE)

    def packages(text: str) -> list[str]:
        return re.findall(r"^([\w.-]+)==", text, re.MULTILINE)

    window = [name for name in packages(lock) if re.match("pyside6|shiboken6", name)]
    assert len(window) >= 4
    assert packages(command_only) == [name for name in packages(lock) if name not in window]
    # Each entry keeps its hashes, and none of another.
    assert all(f"\n{entry}" in f"\n{lock}" for entry in re.split(r"(?m)^(?=\w)", command_only))
    for line in command_only.replace("\\\n", " ").splitlines():
        assert "--hash=sha256:" in line
