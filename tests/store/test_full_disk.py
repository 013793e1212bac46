"""On a disk that is full at any point of a change, nothing is lost, and the reason is told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.test_crashes import CHANGES
from tests.support.proof import Proof

ROOT = Path(__file__).parents[2]
FULL = os.environ.get("TWAUTH_FULL") == "1"
NAMES = tuple(CHANGES) if FULL else ("add account", "replace", "purge", "finish")

MOUNT = 'mount -t tmpfs -o size=3m tmpfs "$1" && shift && exec "$@"'


def namespace() -> list[str]:
    """Give what starts a program with mounts of its own: as an ordinary user, or as root."""
    unshare = shutil.which("unshare")
    assert unshare, "unshare (util-linux) is missing"
    for way in ([unshare, "--user", "--map-root-user", "--mount"], [unshare, "--mount"]):
        if subprocess.run([*way, "true"], check=False, capture_output=True).returncode == 0:
            return way
    raise AssertionError("this system lets nobody mount a small disk: run the test as root")


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_is_full_at_every_point(tmp_path: Path, name: str, proof: Proof) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    kept.mkdir()
    program = [sys.executable, "-m", "tests.store.full_disk", str(disk), str(kept), name]
    done = subprocess.run(
        [*namespace(), "sh", "-c", MOUNT, "sh", str(disk), *program],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["refused"] >= 2
    proof.saw(
        "The disk is full from a point of a change on (a small real disk, index and encrypted file"
        " on it)",
        "The old or the new state; the person is told that the disk is full; with room again"
        " everything works, and no orphan stays",
        refusals=told["refused"],
        done=told["done"],
        lost=0,
    )
