"""A disk that is full or read-only under the window: each has its words, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import ROOT
from tests.support.namespaces import mount_small_disk

pytestmark = pytest.mark.keychain


def test_each_has_its_words(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
    done = subprocess.run(
        [
            *mount_small_disk(disk),
            *(*tests, f"--basetemp={disk / 'tests'}", "tests/window/small_disk_cases.py"),
        ],
        cwd=ROOT,
        env={**os.environ, "SMALL_DISK": str(disk), "ELSEWHERE": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
