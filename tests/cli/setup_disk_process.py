"""Set a shell and the applications menu up on a disk that is full or read-only; run as a program.

Its arguments: a small disk, and the step from one number of free blocks to the next. It writes the
number of refusals as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.cli.setup_process import SetupOrder, SetupResult, call_setup, read_files
from tests.store.full_disk_process import FILLER, fill_disk
from tests.support.namespaces import remount

SETUPS = (("setup-shell", "bash", "--edit-rc"), ("--install-desktop-entry",))
OWN = b"# mine\n" * 2000
"""Several blocks."""


def call(home: Path, words: tuple[str, ...]) -> SetupResult:
    """Make the call; on a home folder that is as it was, or whole after it."""
    code, said = call_setup(SetupOrder(str(home), words))
    assert code == 0, said
    result = SetupResult(**json.loads(said))
    files = read_files(home)
    assert not [name for name in files if "twauth-new" in name], files.keys()
    assert files[".bashrc"].startswith(OWN)
    assert result.code == 0 or files[".bashrc"] == OWN
    return result


def try_setup(disk: Path, words: tuple[str, ...], number: int, step: int) -> int:
    """Try it with ever more room, until there is enough; return how often it was refused."""
    refusals = 0
    while True:
        home = disk / f"{number} {refusals}"
        home.mkdir()
        (home / ".bashrc").write_bytes(OWN)
        fill_disk(disk, refusals * step)
        refused = call(home, words)
        (disk / FILLER).unlink()
        if refused.code == 0:
            break
        assert "The disk is full." in refused.err, refused
        assert call(home, words).code == 0
        for path in sorted(home.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        refusals += 1
    home = disk / f"{number} locked"
    home.mkdir()
    (home / ".bashrc").write_bytes(OWN)
    remount(disk, "ro")
    locked = call(home, words)
    remount(disk, "rw")
    assert locked.code == 1
    assert "The disk is read-only." in locked.err, locked
    assert call(home, words).code == 0
    return refusals + 1


def main(disk: Path, step: int) -> None:
    refusals = sum(try_setup(disk, words, n, step) for n, words in enumerate(SETUPS))
    _ = sys.stdout.write(json.dumps({"refusals": refusals}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
