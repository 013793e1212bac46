"""Proves that real shells complete names from the installed scripts, and never a secret."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import CALL_SECONDS, ROOT, TwauthCommand
from tests.support.processes import require_program
from tests.support.sample_index import fill_index
from twauth_gui.cli.commands.completion import SCRIPT_FILES

pytestmark = pytest.mark.no_cover

SCRIPTS = ROOT / "packaging" / "completions"
READY = "ready> "
_NO_TEXT = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r|\x07|\x08")


@pytest.fixture
def env(bare: TwauthCommand, tmp_path: Path) -> dict[str, str]:
    """Environment with a list of accounts, the installed command first in PATH, its own home."""
    fill_index(tmp_path / "data", 12)
    own = str(Path(sys.executable).parent)
    return {
        **bare.env,
        "PATH": f"{own}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
    }


class Shell:
    """An interactive shell on a terminal; seen is its output without control sequences."""

    def __init__(self, env: dict[str, str], *words: str) -> None:
        self._master, slave = os.openpty()
        self._process = subprocess.Popen(
            [require_program(words[0]), *words[1:]],
            env=env,
            cwd=env["HOME"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.output = ""

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + CALL_SECONDS
        while text not in self.output:
            ready = select.select([self._master], [], [], max(end - time.monotonic(), 0))[0]
            assert ready, f"nothing more came after: {self.output}"
            self.output += _NO_TEXT.sub("", os.read(self._master, 65536).decode(errors="replace"))

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())


def _ready(env: dict[str, str], shell: str) -> Shell:
    home = Path(env["HOME"])
    if shell == "bash":
        (home / "rc").write_text(f"PS1='{READY}'\n. '{SCRIPTS}/bash/{SCRIPT_FILES['bash']}'\n")
        running = Shell(env, "bash", "--noprofile", "--rcfile", str(home / "rc"), "-i")
    else:
        (home / ".zshrc").write_text(
            f"PS1='{READY}'\nunsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste\n"
            f"fpath=('{SCRIPTS}/zsh' $fpath)\nautoload -U compinit && compinit -u -D\n"
        )
        running = Shell(env, "zsh", "-d", "-i")
    running.wait_for(READY)
    return running


@pytest.fixture(params=["bash", "zsh"])
def shell(env: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Shell]:
    running = _ready(env, str(request.param))
    yield running
    running.close()


def test_a_handle_is_completed_from_its_first_letters(shell: Shell) -> None:
    shell.type("twauth show @tidal_0000\t--json\n")  # it is alone: the shell ends the word
    shell.wait_for('"handle": "tidal_00002"')


def test_all_handles_are_offered_behind_the_at(shell: Shell) -> None:
    shell.type("twauth show @\t\t")
    for name in ("fernwick_00000", "marsh_00001", "tidal_00002", "beck_00007"):
        shell.wait_for(name)


@pytest.mark.parametrize("option", ["--preset ", "--preset="])
def test_presets_are_completed(shell: Shell, option: str) -> None:
    shell.type(f"twauth export {option}json-sn\t@nobody\n")  # a lost option leaves an account
    shell.wait_for("There is no account @nobody")  # the preset is looked up first


def test_fish_offers_names_and_presets(env: dict[str, str]) -> None:
    def list_offers(line: str) -> list[str]:
        script = f"source '{SCRIPTS}/fish/{SCRIPT_FILES['fish']}'; complete --do-complete '{line}'"
        done = subprocess.run(
            [require_program("fish"), "--no-config", "--command", script],
            env=env,
            capture_output=True,
            text=True,
            check=True,
            timeout=CALL_SECONDS,
        )
        return [one.partition("\t")[0] for one in done.stdout.splitlines()]

    assert len([one for one in list_offers("twauth show @") if one.startswith("@")]) == 12
    assert list_offers("twauth show @fern") == ["@fernwick_00000", "@fernwick_00008"]
    assert "json-snake" in list_offers("twauth export --preset json")
    assert list_offers("twauth export --preset=json-sn") == ["--preset=json-snake"]
    assert "import" in list_offers("twauth im")


def test_bash_gets_the_part_behind_the_last_cut(bare: TwauthCommand, env: dict[str, str]) -> None:
    def list_offers(line: str, breaks: str = " @:=") -> list[str]:
        result = bare(**env, COMP_WORDS=line, COMP_CWORD=breaks, _TWAUTH_COMPLETE="bash_complete")
        return [one.removeprefix("plain,") for one in result.out.splitlines() if one]

    assert list_offers("twauth show @fernwick_00000") == ["@fernwick_00000"]
    assert list_offers("twauth use x:@fern") == []
    assert list_offers("twauth show fernwick_00000") == ["@fernwick_00000"]
    assert list_offers('twauth authorize --app "News') == ["News app"]
    assert list_offers("twauth authorize --app=Ne") == list_offers("twauth authorize --app Ne")
    assert list_offers("twauth show @fernwick_00000 @") == []
    Path(env["HOME"], ".local", "share", "twauth-profiles", "work").mkdir(parents=True)
    assert list_offers("twauth --profile ") == ["default", "work"]
    assert list_offers("twauth --profile work show @fern") == []
