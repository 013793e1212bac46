"""Proves that real shells and man find what setup-shell installs, until it is removed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.cli.test_completion import READY, Shell
from tests.support.command import CALL_SECONDS, CommandResult, TwauthCommand, minimal_environment
from tests.support.processes import require_program

BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
SHELLS = ("bash", "zsh", "fish")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "it's a home"
    folder.mkdir()
    return folder


@pytest.fixture
def env(tmp_path: Path, home: Path) -> dict[str, str]:
    """A home of its own, and the command in a folder that no man page is beside."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "twauth").symlink_to(Path(sys.executable).with_name("twauth"))
    return {
        **minimal_environment(tmp_path),
        "HOME": str(home),
        "PATH": f"{programs}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TERM": "xterm",
    }


def call(env: dict[str, str], *words: str) -> CommandResult:
    result = TwauthCommand(env)("setup-shell", *words)
    assert result.code == 0, result.err
    return result


def files_of(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()
    }


def start(env: dict[str, str], shell: str) -> Shell:
    options = {"bash": ("-i",), "zsh": ("-d", "-i")}[shell]
    running = Shell(env, shell, *options)
    running.wait_for(READY)
    return running


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_an_interactive_shell_completes_and_finds_the_page(
    env: dict[str, str], home: Path, shell: str
) -> None:
    rc = home / f".{shell}rc"
    rc.write_text(
        f"PS1='{READY}'\n"
        + {
            "bash": ". /usr/share/bash-completion/bash_completion",
            "zsh": "unset zle_bracketed_paste\nautoload -U compinit && compinit -u -D",
        }[shell]  # without a line break at its end
    )
    call(env, shell, "--edit-rc")
    running = start(env, shell)
    try:
        running.type("twauth comple\tfish --help\n")
        running.wait_for("Usage: twauth completion")
        running.type("man -w twauth\n")
        running.wait_for(f"{home}/.local/share/man/man1/twauth.1")
    finally:
        running.close()


def test_fish_completes_and_finds_the_page(env: dict[str, str], home: Path) -> None:
    call(env, "fish", "--edit-rc")
    done = subprocess.run(
        [require_program("fish"), "--command", "complete -C 'twauth comple'; man -w twauth"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=CALL_SECONDS,
    )
    assert done.stdout.startswith("completion\t"), done
    assert done.stdout.endswith(f"{home}/.local/share/man/man1/twauth.1\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_it_can_be_repeated_and_taken_away(env: dict[str, str], home: Path, shell: str) -> None:
    own = home / "dotfiles"
    own.write_bytes(b"# mine\nalias ll='ls -l' # caf\xe9\n")
    own.chmod(0o640)
    rc = home / (".config/fish/config.fish" if shell == "fish" else f".{shell}rc")
    rc.parent.mkdir(parents=True, exist_ok=True)
    rc.symlink_to(own)
    before = files_of(home)
    first = call(env, shell, "--edit-rc")
    assert own.read_bytes() != before["dotfiles"]
    assert own.stat().st_mode & 0o777 == 0o640
    assert rc.readlink() == own
    after = files_of(home)
    again = call(env, shell, "--edit-rc")
    assert files_of(home) == after
    assert (first.out.count("Written"), again.out.count("Up to date")) == (2, 2)
    call(env, shell, "--remove")
    assert files_of(home) == before
    assert call(env, shell, "--remove").out == ""


def test_without_the_option_the_line_is_printed(env: dict[str, str], home: Path) -> None:
    result = call({**env, "SHELL": "/usr/bin/zsh"})
    assert not (home / ".zshrc").exists()
    assert "Add this line to ~/.zshrc" in result.err
    assert "\n  fpath=(" in result.out
    own_path = f"{home}/.local/bin:{env['PATH']}"
    assert "MANPATH" not in call({**env, "PATH": own_path}, "bash").out


def test_what_an_installer_has_linked_stays(env: dict[str, str], home: Path) -> None:
    page = home / ".local/share/man/man1/twauth.1"
    page.parent.mkdir(parents=True)
    (home / "page").write_text("of the installer")
    page.symlink_to(home / "page")
    for words in (("bash",), ("bash", "--remove")):
        assert "Left as it is" in call(env, *words).out
        assert page.read_text() == "of the installer"


def make_huge(rc: Path) -> None:
    rc.write_bytes(b"# mine\n" * 200_000)


@pytest.mark.parametrize(
    "make",
    [
        make_huge,
        os.mkfifo,
        Path.mkdir,
        partial(Path.symlink_to, target="/dev/null"),
        partial(Path.symlink_to, target=".bashrc"),
    ],
    ids=["huge", "pipe", "folder", "device", "circle"],
)
def test_what_is_no_plain_start_up_file_stays(
    env: dict[str, str], home: Path, make: Callable[[Path], object]
) -> None:
    rc = home / ".bashrc"
    make(rc)
    before = rc.lstat()
    for option in ("--edit-rc", "--remove"):
        result = TwauthCommand(env)("setup-shell", "bash", option)
        assert result.code == 1
        assert f"{rc} was not changed." in result.err
        assert "Change it yourself." in result.err
    assert os.path.samestat(rc.lstat(), before)
    assert rc.lstat().st_size == before.st_size
    assert Path("/dev/null").is_char_device()
    assert not list(home.glob(".*.twauth-new"))


def test_another_shell_is_asked_for(env: dict[str, str]) -> None:
    result = TwauthCommand({**env, "SHELL": "/bin/dash"})("setup-shell")
    assert (result.code, "bash, zsh or fish" in result.err) == (2, True)


@pytest.mark.unprivileged
def test_a_home_that_refuses_is_named(env: dict[str, str], home: Path) -> None:
    home.chmod(0o500)
    try:
        result = TwauthCommand(env)("setup-shell", "bash")
    finally:
        home.chmod(0o700)
    assert (result.code, "Traceback" in result.err) == (1, False)
    assert f"{home}/.local/share/bash-completion/completions/twauth was not changed." in result.err
