"""A set-up that is cut off anywhere leaves the user's files whole, and can be repeated."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli import setup_disk_process, setup_process
from tests.cli.setup_process import SetupOrder, SetupResult, read_files
from tests.support.fork_server import ForkServer
from tests.support.namespaces import mount_small_disk
from tests.support.run_records import FaultProof

FULL = os.environ.get("TWAUTH_FULL") == "1"
ROOT = Path(__file__).parents[2]
OWN = b"# mine\nexport API_KEY=k # caf\xe9\nautoload -U compinit && compinit\n"
OWN_MODE = 0o640
SETUPS = {
    "bash": (("setup-shell", "bash", "--edit-rc"), ("setup-shell", "bash", "--remove")),
    "zsh": (("setup-shell", "zsh", "--edit-rc"), ("setup-shell", "zsh", "--remove")),
    "fish": (("setup-shell", "fish", "--edit-rc"), ("setup-shell", "fish", "--remove")),
    "menu": (("--install-desktop-entry",), ("--remove-desktop-entry",)),
}
START_FILES = (".bashrc", ".zshrc", ".config/fish/config.fish")


@pytest.fixture(scope="module")
def server() -> Generator[ForkServer]:
    with ForkServer(setup_process.__name__) as server:
        yield server


@dataclass
class KillTrial:
    """One call, killed at every point, from one state of a home folder to another."""

    server: ForkServer
    home: Path
    words: tuple[str, ...]
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]

    def run(self, at: int = 0) -> list[str]:
        """Run the call; return the moments in which it can be killed, none if it was."""
        killed, said = self.server.send_order(SetupOrder(str(self.home), self.words, at))
        assert killed == bool(at)
        if killed:
            return []
        result = SetupResult(**json.loads(said))
        assert result.code == 0, result
        return result.moments

    def kill_everywhere(self, step: int) -> int:
        """Kill it, then call it again; return the number of kills.

        step: from one moment to the next; those of the start-up file are all tried.
        """
        make_home(self.home, self.before)
        moments = self.run()
        assert read_files(self.home) == self.after
        own = {"rc", ".rc.twauth-new"}
        kills = [at + 1 for at, name in enumerate(moments) if at % step == 0 or name in own]
        for at in kills:
            make_home(self.home, self.before)
            _ = self.run(at)
            self.require_whole()
            _ = self.run()
            assert read_files(self.home) == self.after, at
            self.require_links()
        return len(kills)

    def require_whole(self) -> None:
        """Check that every file is the old or the new one; a leftover is no more open than it."""
        self.require_links()
        for name, content in read_files(self.home).items():
            if name.endswith(".rc.twauth-new"):
                assert (self.home / name).stat().st_mode & 0o777 in {0o600, OWN_MODE}
            elif not name.endswith(".twauth-new"):
                assert content in {self.before.get(name), self.after.get(name)}, name

    def require_links(self) -> None:
        own = self.home / "dotfiles" / "rc"
        assert own.stat().st_mode & 0o777 == OWN_MODE
        assert all((self.home / name).resolve() == own for name in START_FILES)


def make_home(home: Path, files: Mapping[str, bytes]) -> None:
    """Make a home folder anew, whose start-up files are links to one in a folder of dotfiles."""
    shutil.rmtree(home, ignore_errors=True)
    for name, content in files.items():
        if name not in START_FILES:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(content)
    (home / "dotfiles" / "rc").chmod(OWN_MODE)
    for name in START_FILES:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).symlink_to(home / "dotfiles" / "rc")


@pytest.mark.parametrize("name", SETUPS)
def test_a_setup_that_is_killed_anywhere(
    name: str, tmp_path: Path, server: ForkServer, proof: FaultProof
) -> None:
    home = tmp_path / "home"
    make_home(home, {"dotfiles/rc": OWN})
    before = read_files(home)
    install, remove = SETUPS[name]
    assert not server.send_order(SetupOrder(str(home), install))[0]
    after = read_files(home)
    assert len(after) >= len(before) + 2
    assert (after["dotfiles/rc"] == OWN) == (name == "menu")
    step = 1 if FULL else 9
    kills = KillTrial(server, home, install, before, after).kill_everywhere(step)
    kills += KillTrial(server, home, remove, after, before).kill_everywhere(step)
    proof.record(
        "The program is killed (SIGKILL) while it sets a shell up, adds the entry to the"
        " applications menu, or takes either away",
        "Each file is the old or the new one, whole, the user's start-up file too; the same call"
        " again finishes, and leaves nothing beside them",
        kills=kills,
        lost=0,
    )


def test_a_disk_that_is_full_at_every_point(tmp_path: Path, proof: FaultProof) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    program = [sys.executable, "-m", setup_disk_process.__name__, str(disk), str(1 if FULL else 7)]
    done = subprocess.run(
        [*mount_small_disk(disk), *program], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["refusals"] > 2
    proof.record(
        "The home folder's disk is full from a point on, or read-only, while a shell or the"
        " applications menu is set up",
        "The start-up file is as before, nothing lies beside it, and the person is told why; with"
        " room again the same call finishes",
        **seen,
    )
