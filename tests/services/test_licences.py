"""Prove that everything that the program consists of is listed with its licence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.services.licences import (
    LicensedWork,
    describe_works,
    find_licence_folder,
    list_licensed_works,
    read_licence_text,
)

BILL = """{"metadata": {"component": {"name": "twauth", "version": "2.0", "components": [],
  "licenses": [{"expression": "MIT"}],
  "properties": [{"name": "twauth:licence-text", "value": "twauth/LICENSE"}]}},
 "components": [{"name": "a-part", "licenses": [{"expression": "LGPL-3.0-only"}],
  "properties": [{"name": "twauth:licence-text", "value": "common/LGPL-3.txt"},
                 {"name": "twauth:licence-text", "value": "notices/part.txt"},
                 {"name": "twauth:source", "value": "https://a.invalid"}],
  "components": [{"type": "file", "name": "a.so"},
                 {"type": "library", "name": "inner", "version": "1",
                  "licenses": [{"expression": "0BSD"}]}]}]}"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program of a bundle, as the frozen process sees it."""
    program = tmp_path / "bundle" / "bin" / "twauth-gui"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    return program


def test_what_is_installed_is_listed_with_its_texts() -> None:
    assert find_licence_folder() is None
    works = {one.name: one for one in list_licensed_works(None)}
    assert next(iter(works)) == "twauth"
    # Ourselves, direct and indirect requirements, and what the extras brought.
    assert {"Python", "certifi", "click", "PySide6_Essentials", "pyrage"} <= works.keys()
    assert not {"pytest", "sphinx"} & works.keys()  # nor what only builds or documents others
    for name in ("twauth", "certifi", "tweepy"):
        text = read_licence_text(works[name])
        assert f"{name} {works[name].version}\nLicence: M" in text
        assert len(text) > 500
    assert "https://github.com/tweepy/tweepy" in read_licence_text(works["tweepy"])
    # Its wheel has no text, and the page says so.
    text = read_licence_text(works["PySide6_Essentials"])
    assert "Licence: LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only" in text
    assert "came without the text" in text


@pytest.mark.parametrize("place", ["licences", "../Resources/licences"])
def test_a_bundle_brings_its_own_list(program: Path, place: str) -> None:
    assert find_licence_folder() is None
    folder = program.parent / place
    for name, text in {
        "twauth.cdx.json": BILL,
        "twauth/LICENSE": "ours",
        "common/LGPL-3.txt": "lesser\n",
        "notices/part.txt": "© \xe9\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    found = find_licence_folder()
    assert found is not None
    assert found.resolve() == folder.resolve()
    works = list_licensed_works(found)
    assert describe_works(works) == "twauth 2.0: MIT\na-part: LGPL-3.0-only"
    assert works[1].parts == ("inner 1: 0BSD",)
    text = read_licence_text(works[1])
    head, lesser, notice = text.split("─" * 40 + "\n")
    assert head == (
        "a-part\nLicence: LGPL-3.0-only\nSource: https://a.invalid\n\nContains:\ninner 1: 0BSD\n\n"
    )
    assert lesser == "LGPL-3.txt\n\nlesser\n\n"
    assert notice == "part.txt\n\n© é\n"


@pytest.mark.parametrize(
    "damaged", ["", "[]", '{"metadata": {}}', BILL.replace('"name"', '"title"')]
)
def test_a_damaged_list_says_what_helps(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "twauth.cdx.json").write_text(damaged, encoding="utf-8")
    with pytest.raises(DiagnosedError, match="Install Twauth again"):
        list_licensed_works(tmp_path)


def test_a_work_without_a_licence_says_so() -> None:
    odd = LicensedWork("odd", "", "")
    assert read_licence_text(odd).startswith("odd\nLicence: not named\n")
    assert describe_works([odd]) == "odd: see its text"
