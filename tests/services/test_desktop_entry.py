"""Proves that the menu's entry starts this very installation, and that nothing of it stays."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.support.processes import require_program
from twauth_gui.services.desktop_entry import APP_ID, PROGRAM, find_window_command, render_entry

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "packaging" / "linux" / f"{APP_ID}.desktop").read_text(encoding="utf-8")
START_SECONDS = 60
HOSTILE = 'my "own" $HOME 100% `id` \\ stuff'


def run_window_program(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the program with a home of its own, without a display."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "twauth_gui", *options],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
    )


def read_starts(path: Path) -> dict[str, list[str]]:
    """The arguments that a desktop starts, by section of the entry."""
    parsed = ConfigParser(interpolation=None)
    parsed.read_string(path.read_text(encoding="utf-8"))
    return {
        name: list(split_exec(values["Exec"]))
        for name, values in parsed.items()
        if "Exec" in values
    }


def split_exec(value: str) -> Iterator[str]:
    """Read an Exec value as the Desktop Entry specification says."""
    for quoted, plain in re.findall(r'"((?:\\.|[^"\\])*)"|(\S+)', value.replace("\\\\", "\\")):
        yield re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%") or plain


def test_the_entry_is_valid_and_goes_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".local" / "share" / "applications").mkdir(parents=True)
    other = home / ".local" / "share" / "applications" / "other.desktop"
    other.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=true\n")
    done = run_window_program(home, "--install-desktop-entry")
    assert (done.returncode, done.stderr) == (0, "")
    entry = other.with_name(f"{APP_ID}.desktop")
    (program, *_), palette = read_starts(entry).values()
    assert program == palette[0]
    assert Path(program).name == PROGRAM
    assert os.access(program, os.X_OK)
    assert read_starts(entry)["Desktop Entry"][1:] == ["%F"]
    subprocess.run([require_program("desktop-file-validate"), str(entry)], check=True)
    written = {line.partition(": ")[2] for line in done.stdout.splitlines()}
    assert {Path(one).suffix for one in written} == {".desktop", ".svg", ".xml"}
    assert all(Path(one).is_file() for one in written)
    again = run_window_program(home, "--install-desktop-entry")
    assert again.stdout.count("unchanged: ") == 3
    assert run_window_program(home, "--remove-desktop-entry").stdout.count("removed: ") == 3
    assert not any(Path(one).exists() for one in written)
    assert other.exists()


def test_what_an_installer_has_linked_stays(tmp_path: Path) -> None:
    theirs = tmp_path / "package.desktop"
    theirs.write_text("of the installer")
    entry = tmp_path / ".local" / "share" / "applications" / f"{APP_ID}.desktop"
    entry.parent.mkdir(parents=True)
    entry.symlink_to(theirs)
    for option in ("--install-desktop-entry", "--remove-desktop-entry"):
        assert f"foreign: {entry}" in run_window_program(tmp_path, option).stdout
        assert entry.readlink() == theirs
        assert theirs.read_text() == "of the installer"


@pytest.mark.unprivileged
def test_a_home_that_refuses_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = run_window_program(tmp_path, "--install-desktop-entry")
    tmp_path.chmod(0o700)
    assert done.returncode == 1
    assert f"{APP_ID}.desktop was not changed." in done.stderr


def test_a_difficult_name_reaches_the_program_whole(tmp_path: Path) -> None:
    program = tmp_path / HOSTILE / PROGRAM
    entry = tmp_path / "entry.desktop"
    entry.write_text(render_entry(TEMPLATE, [str(program), "-m", "two words"]))
    assert read_starts(entry) == {
        "Desktop Entry": [str(program), "-m", "two words", "%F"],
        "Desktop Action palette": [str(program), "-m", "two words", "--palette"],
    }
    assert f"TryExec={str(program).replace(chr(92), chr(92) * 2)}\n" in entry.read_text()


def test_the_program_is_the_one_that_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "tools" / PROGRAM
    script.parent.mkdir()
    script.touch()
    link = tmp_path / PROGRAM
    link.symlink_to(script)
    monkeypatch.setenv("APPIMAGE", "/opt/terminal.AppImage")  # of a program that started this one
    monkeypatch.setenv("APPDIR", "/tmp/mount-of-the-terminal")  # noqa: S108 - nothing is there
    assert find_window_command([str(link)]) == [str(script)]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(script))
    assert find_window_command([str(link)]) == [str(script)]
    monkeypatch.setenv("APPIMAGE", "/opt/Twauth.AppImage")
    monkeypatch.setenv("APPDIR", str(tmp_path))
    assert find_window_command([str(link)]) == ["/opt/Twauth.AppImage"]
