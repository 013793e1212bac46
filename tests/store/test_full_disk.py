"""On a disk that is full at any point of a change, nothing is lost, and the reason is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.test_crashes import CHANGES
from tests.support.namespaces import own_mounts
from tests.support.proof import Proof

ROOT = Path(__file__).parents[2]
FULL = os.environ.get("TWAUTH_FULL") == "1"
NAMES = tuple(CHANGES) if FULL else ("add account", "replace", "purge", "finish")


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_is_full_at_every_point(tmp_path: Path, name: str, proof: Proof) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    kept.mkdir()
    program = [sys.executable, "-m", "tests.store.full_disk", str(disk), str(kept), name]
    done = subprocess.run(
        [*own_mounts(disk, megabytes=3), *program],
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
