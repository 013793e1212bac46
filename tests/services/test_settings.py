"""Settings of the window are saved one by one, and nothing unreadable is lost."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.services.app_paths import AppPaths, find_app_paths, list_profiles
from twauth_gui.services.platform_dirs import find_frozen_program
from twauth_gui.services.settings import (
    ColorScheme,
    RowSize,
    SavedFilter,
    WindowSettings,
    WindowSettingsFile,
)

FIRST = WindowSettings()
DARK = WindowSettings(scheme=ColorScheme.DARK)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "window.json"


def written(path: Path, text: str) -> WindowSettingsFile:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return WindowSettingsFile(path)


def test_what_was_chosen_is_read_again(path: Path) -> None:
    file = WindowSettingsFile(path)
    assert file.read() == FIRST
    after = WindowSettings(ColorScheme.LIGHT, RowSize.TIGHT, 60)
    file.write(FIRST, after)
    assert WindowSettingsFile(path).read() == after
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["window.json"]


def test_only_what_changed_is_written_beside_what_another_window_chose(path: Path) -> None:
    one, other = WindowSettingsFile(path), WindowSettingsFile(path)
    one.write(FIRST, DARK)
    other.write(FIRST, WindowSettings(clipboard_seconds=10))
    assert one.read() == WindowSettings(scheme=ColorScheme.DARK, clipboard_seconds=10)


def test_what_a_newer_program_wrote_stays(path: Path) -> None:
    file = written(path, '{"scheme": "sepia", "row_size": 3, "shape": {"of": "things"}}')
    assert file.read() == FIRST
    file.write(FIRST, WindowSettings(clipboard_seconds=10))
    content = json.loads(path.read_text("utf-8"))
    assert content == {
        "scheme": "sepia",
        "row_size": 3,
        "shape": {"of": "things"},
        "clipboard_seconds": 10,
    }


@pytest.mark.parametrize("seconds", ["true", "0", "601", '"30"', "null", "1e999"])
def test_a_time_that_makes_no_sense_counts_as_not_chosen(path: Path, seconds: str) -> None:
    file = written(path, f'{{"clipboard_seconds": {seconds}, "scheme": "dark"}}')
    assert file.read() == DARK


def test_saved_filters_that_can_be_read_stay(path: Path) -> None:
    good = SavedFilter("Broken ones", 'is:broken tag:"a ""b"""')
    file = WindowSettingsFile(path)
    file.write(FIRST, WindowSettings(saved_filters=(good,)))
    assert file.read().saved_filters == (good,)
    stored = json.loads(path.read_text("utf-8"))
    stored["saved_filters"] += [3, {"name": "x"}, {"name": " ", "query": "y"}, None]
    assert written(path, json.dumps(stored)).read().saved_filters == (good,)
    assert written(path, '{"saved_filters": {"a": 1}}').read() == FIRST


@pytest.mark.parametrize("text", ["", "{", "[]", '{"scheme": "dark"', "\x00", '"dark"'])
def test_a_damaged_file_is_set_aside_when_something_is_chosen(path: Path, text: str) -> None:
    file = written(path, text)
    assert file.read() == FIRST
    assert path.read_text("utf-8") == text
    file.write(FIRST, DARK)
    assert file.read() == DARK
    assert path.with_name("window.json.damaged").read_text("utf-8") == text


def test_a_file_that_cannot_be_read_is_not_replaced(path: Path) -> None:
    path.mkdir(parents=True)  # as unreadable as can be, for root too
    file = WindowSettingsFile(path)
    assert file.read() == FIRST
    with pytest.raises(DiagnosedError) as refused:
        file.write(FIRST, DARK)
    assert refused.value.diagnosis.kind is ProblemKind.FILE_NOT_WRITTEN
    assert path.is_dir()


def test_a_folder_that_was_named_holds_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert AppPaths(tmp_path).window_settings == tmp_path / "window.json"
    monkeypatch.delenv("TWAUTH_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if os.name == "posix" and os.uname().sysname == "Linux":
        places = find_app_paths()
        assert places.data == tmp_path / "data" / "twauth"
        assert places.window_settings == tmp_path / "config" / "twauth" / "window.json"


@pytest.mark.skipif(os.name != "posix" or os.uname().sysname != "Linux", reason="XDG folders")
def test_a_profile_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWAUTH_DATA_DIR", "TWAUTH_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    work = tmp_path / "twauth-profiles" / "work"
    paths = find_app_paths(profile="work")
    assert (paths.data, paths.profile, paths.window_settings) == (
        work,
        "work",
        work / "window.json",
    )
    assert find_app_paths().profile == find_app_paths(tmp_path).profile == ""
    assert list_profiles() == []
    monkeypatch.setenv("TWAUTH_PROFILE", "work")
    assert find_app_paths().data == work
    assert find_app_paths(profile="default").data == tmp_path / "twauth"
    monkeypatch.setenv("TWAUTH_DATA_DIR", str(tmp_path / "named"))
    assert find_app_paths().data == tmp_path / "named"
    assert find_app_paths(profile="work").data == work
    assert find_app_paths(tmp_path / "given", "work").data == tmp_path / "given"
    for name in ("work", "Alder", "_not", "a b", "x" * 41):
        (work.parent / name).mkdir(parents=True)
    (work.parent / "file").touch()
    assert list_profiles() == ["Alder", "work"]


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundled program in a folder of its own, whose user has named no folder."""
    for name in ("TWAUTH_DATA_DIR", "TWAUTH_PROFILE", "APPDIR", "APPIMAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    program = tmp_path / "stick" / "twauth"
    program.parent.mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    return program.parent


def test_a_folder_beside_the_program_holds_everything(
    frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = frozen / "Twauth-Data"
    assert data not in find_app_paths().data.parents
    assert find_app_paths().portable_dir is None
    data.mkdir()
    paths = find_app_paths()
    assert (paths.data, paths.portable_dir, paths.profile) == (data, data, "")
    assert paths.window_settings == data / "window.json"
    work = find_app_paths(profile="work")
    assert (work.data, work.portable_dir) == (data / "profiles" / "work", data)
    assert work.profile == "work"
    (data / "profiles" / "work").mkdir(parents=True)
    assert list_profiles() == ["work"]
    assert find_app_paths(profile="default").data == data
    monkeypatch.setenv("TWAUTH_DATA_DIR", str(tmp_path / "named"))
    assert find_app_paths().data == tmp_path / "named"
    assert find_app_paths().portable_dir is None
    monkeypatch.delenv("TWAUTH_DATA_DIR")
    # A link in ~/.local/bin leads to the bundle.
    (tmp_path / "link").symlink_to(frozen / "twauth")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "link"))
    assert find_app_paths().data == data
    monkeypatch.delattr(sys, "frozen")
    assert find_app_paths().portable_dir is None


def test_an_appimage_has_its_folder_beside_its_file(
    frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (frozen / "Twauth-Data").mkdir()
    (tmp_path / "images" / "Twauth-Data").mkdir(parents=True)
    monkeypatch.setenv("APPIMAGE", str(tmp_path / "images" / "Twauth.AppImage"))
    monkeypatch.setenv("APPDIR", str(frozen))
    assert find_app_paths().data == tmp_path / "images" / "Twauth-Data"
    assert find_frozen_program() == str(tmp_path / "images" / "Twauth.AppImage")
    # What an AppImage starts inherits its variables, and does not lie in its mount.
    monkeypatch.setenv("APPDIR", str(tmp_path / "mount"))
    assert find_app_paths().data == frozen / "Twauth-Data"
    assert find_frozen_program() == str(frozen / "twauth")


@pytest.mark.parametrize(
    "name", ["..", "a/b", "-x", "_x", ".x", "a b", "é", "CON", "lpt1", "x" * 41, "a\0"]
)
def test_what_is_no_name_of_a_profile(name: str) -> None:
    with pytest.raises(DiagnosedError, match="at most 40"):
        _ = find_app_paths(profile=name)
