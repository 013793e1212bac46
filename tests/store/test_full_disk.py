"""On a disk that is full at any point of a change, nothing is lost, and the reason is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.store_changes import CHANGES
from tests.support.namespaces import can_mount, mount_small_disk
from tests.support.run_records import FaultProof

ROOT = Path(__file__).parents[2]
FULL = os.environ.get("TWAUTH_FULL") == "1"
NAMES = tuple(CHANGES) if FULL else ("add account", "replace", "purge", "finish")


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_is_full_at_every_point(tmp_path: Path, name: str, proof: FaultProof) -> None:
    trial = try_change(tmp_path, name, mounted=can_mount())
    proof.record(
        "The disk is full from a point of a change on (a small real disk with index and encrypted"
        " file; where nobody may mount one, a limit on the size of files)",
        "The old or the new state; the person is told why; with room again everything works, and no"
        " orphan stays",
        refusals=trial["refused"],
        done=trial["done"],
        mixed=0,
    )


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    _ = try_change(tmp_path, "replace", mounted=False)


def try_change(folder: Path, name: str, *, mounted: bool) -> dict[str, int]:
    """Try one change at every point; give how often it was refused and done."""
    disk, copy = folder / "disk", folder / "kept"
    disk.mkdir()
    copy.mkdir()
    kind = "disk" if mounted else "limit"
    program = [
        sys.executable,
        "-m",
        "tests.store.full_disk_process",
        kind,
        str(disk),
        str(copy),
        name,
    ]
    done = subprocess.run(
        [*mount_small_disk(disk, megabytes=3), *program] if mounted else program,
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    trial: dict[str, int] = json.loads(done.stdout)
    assert trial["refused"] >= 2
    return trial
