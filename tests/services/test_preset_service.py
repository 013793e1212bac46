"""The user's own presets: kept as files, checked, and no harm to one another."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.services.preset_service import (
    FOLDER_NAME,
    MAX_OWN,
    PresetService,
    PresetTakenError,
)
from twauth_gui.transfer.preset_catalog import builtin_presets
from twauth_gui.transfer.preset_files import MAX_BYTES, PresetFileError

TWO = b"""
[one]
title = "One"
syntax = "dotenv"
names = { api_key = "ONE_KEY" }

[two]
title = "Two"
syntax = "json"
names = { api_key = "two.key" }
"""


@pytest.fixture
def presets(tmp_path: Path) -> PresetService:
    return PresetService(tmp_path / "data")


def own_ids(presets: PresetService) -> list[str]:
    return [one.id for one in presets.list_all().presets if one.is_own]


def test_a_preset_is_added_duplicated_edited_and_removed(
    presets: PresetService, tmp_path: Path
) -> None:
    assert presets.list_all().presets == builtin_presets()
    assert [one.id for one in presets.add(TWO, "shared.toml")] == ["one", "two"]
    copy = presets.duplicate("classic-bot", "mine")
    assert own_ids(presets) == ["mine", "one", "two"]
    assert copy.title == "Classic bot (mine)"
    assert copy.names == presets.find("classic-bot").names
    text = "# Kept.\n" + presets.read_text("mine").replace("TWITTER_ACCESS_TOKEN", "MY_TOKEN")
    assert "MY_TOKEN_SECRET" in presets.save_text("mine", text).all_names
    assert presets.read_text("mine") == text
    presets.remove("one")
    assert own_ids(PresetService(tmp_path / "data")) == ["mine", "two"]
    if sys.platform != "win32":
        folder = tmp_path / "data" / FOLDER_NAME
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "two.toml")]
        assert modes == [0o700, 0o600]


def test_what_is_there_is_not_replaced_unasked(presets: PresetService) -> None:
    presets.add(TWO, "shared.toml")
    changed = TWO.replace(b'"Two"', b'"Three"').replace(b"[one]", b"[new]")
    with pytest.raises(PresetTakenError):
        presets.add(changed, "shared.toml")
    assert own_ids(presets) == ["one", "two"], "all or none"
    presets.add(changed, "shared.toml", overwrite=True)
    assert presets.find("two").title == "Three"
    with pytest.raises(PresetTakenError) as refused:
        presets.add(TWO.replace(b"[one]", b"[classic-bot]"), "shared.toml", overwrite=True)
    assert refused.value.is_builtin


def test_an_edit_that_is_not_valid_changes_nothing(presets: PresetService) -> None:
    presets.add(TWO, "shared.toml")
    before = presets.read_text("one")
    for text in ("", "[", before.replace("[one", "[other"), TWO.decode()):
        with pytest.raises(PresetFileError):
            presets.save_text("one", text)
    assert presets.read_text("one") == before
    for missing in ("none", "../one", ""):
        for act in (presets.remove, presets.read_text):
            with pytest.raises(LookupError):
                act(missing)
    with pytest.raises(LookupError):
        presets.save_text("none", before.replace("[one", "[none"))
    with pytest.raises(LookupError, match="You have no preset classic-bot"):
        presets.remove("classic-bot")


def test_a_file_that_cannot_be_used_keeps_no_other_off(
    presets: PresetService, tmp_path: Path
) -> None:
    presets.add(TWO, "shared.toml")
    folder = tmp_path / "data" / FOLDER_NAME
    good = (folder / "one.toml").read_text()
    (folder / "broken.toml").write_text("[broken]\ntitle = 7\nsyntax = 'dotenv'\n")
    (folder / "renamed.toml").write_text(good)
    (folder / "x.toml").write_text(good.replace("one", "x"))  # a later version has it as its own
    (folder / "large.toml").write_text("#" * (MAX_BYTES + 1))
    (folder / "Not An Id.toml").write_text("?")
    (folder / "folder.toml").mkdir()
    if sys.platform != "win32":
        os.mkfifo(folder / "pipe.toml")
        (folder / "link.toml").symlink_to(folder / "one.toml")
    collection = presets.list_all()
    assert own_ids(presets) == ["one", "two"]
    problems = "\n".join(one.text for one in collection.problems)
    for name in ("broken", "renamed", "x", "large", "folder"):
        assert name in problems
    assert "broken.toml, line 2: broken.title: A text is expected." in problems
    presets.remove("broken")
    assert not (folder / "broken.toml").exists()


def test_the_number_of_presets_is_bounded(presets: PresetService, tmp_path: Path) -> None:
    presets.add(TWO, "shared.toml")
    folder = tmp_path / "data" / FOLDER_NAME
    good = (folder / "one.toml").read_text()
    for number in range(MAX_OWN):
        (folder / f"bot-{number}.toml").write_text(good.replace("[one", f"[bot-{number}"))
    collection = presets.list_all()
    assert sum(one.is_own for one in collection.presets) == MAX_OWN
    (problem,) = collection.problems
    assert problem.text == "Only the first 200 of your 202 presets are used."


@pytest.mark.unprivileged
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_folder_that_cannot_be_written(presets: PresetService, tmp_path: Path) -> None:
    presets.add(TWO, "shared.toml")
    folder = tmp_path / "data" / FOLDER_NAME
    folder.chmod(0o500)
    try:
        with pytest.raises(DiagnosedError):
            presets.remove("one")
        with pytest.raises(DiagnosedError):
            presets.duplicate("x", "mine")
        assert own_ids(presets) == ["one", "two"]
    finally:
        folder.chmod(0o700)


def test_without_a_data_folder_there_are_those_of_the_program() -> None:
    presets = PresetService(None)
    assert presets.find("x").id == "x"
    assert presets.list_all().presets == builtin_presets()
    with pytest.raises(DiagnosedError):
        presets.duplicate("x", "mine")
