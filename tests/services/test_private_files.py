"""No credentials stay behind in a file of another name, whenever the writer dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import private_file_process
from tests.services.private_file_process import COUNT, NEW
from tests.support.run_records import FaultProof
from tests.support.vaults import MemoryVault
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import open_services
from twauth_gui.services.private_files import NOTE_NAME, PrivateFiles
from twauth_gui.store.file_lock import FileLock

FULL = os.environ.get("TWAUTH_FULL") == "1"
ROOT = Path(__file__).parents[2]
OLD = b"TWITTER_API_SECRET=old\n"
LEFT = ".twauth-0123456789abcdef.tmp"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bot" / ".env"
    path.parent.mkdir()
    return path


def start(data: Path) -> None:
    """As the command and the window do."""
    open_services(AppPaths(data), MemoryVault()).close()


def call(data: Path, path: Path, at: int | str, system: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            private_file_process.__name__,
            str(data),
            str(path),
            str(at),
            system,
        ],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("system", ["with", "without"])
def test_a_writer_that_is_killed_anywhere(
    data: Path, path: Path, system: str, proof: FaultProof
) -> None:
    path.write_bytes(OLD)
    counted = call(data, path, COUNT, system)
    assert counted.returncode == 0, counted.stderr
    moments = int(counted.stdout)
    kills = leftover = 0
    for at in range(1, moments + 1, 1 if FULL else 8):
        path.write_bytes(OLD)
        assert call(data, path, at, system).returncode == -signal.SIGKILL
        kills += 1
        leftover += len(list(path.parent.iterdir())) - 1
        start(data)
        assert path.read_bytes() in {OLD, NEW}
        assert list(path.parent.iterdir()) == [path]
        assert not (data / NOTE_NAME).exists()
    assert leftover, "a kill between the two names was among them"
    proof.record(
        "The program is killed (SIGKILL) while it replaces a file with credentials",
        "The old or the new file, whole; the next start leaves no other beside it",
        kills=kills,
        second_names_left=leftover,
    )


def test_the_next_writer_clears_up_too(data: Path, path: Path, tmp_path: Path) -> None:
    leftover = tmp_path / LEFT
    leftover.write_bytes(NEW)
    (data / NOTE_NAME).write_bytes(os.fsencode(leftover))
    PrivateFiles(data).write(path, NEW)
    assert leftover.exists(), "a new file has no second name, so nothing is noted"
    PrivateFiles(data).write(path, NEW, overwrite=True)
    assert (leftover.exists(), (data / NOTE_NAME).exists()) == (False, False)


def test_only_what_has_such_a_name_is_removed(data: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(OLD)
    for name in (os.fsencode(precious), b"precious", b"", b"\0", b"\xff" * 9):
        (data / NOTE_NAME).write_bytes(name)
        start(data)
    assert precious.exists()


def test_what_is_on_a_disk_that_is_away_is_remembered(data: Path, tmp_path: Path) -> None:
    away = tmp_path / "stick"
    (data / NOTE_NAME).write_bytes(os.fsencode(away / LEFT))
    start(data)
    away.mkdir()
    (away / LEFT).write_bytes(NEW)
    start(data)
    assert list(away.iterdir()) == []


def test_what_is_being_written_is_left_alone(data: Path, tmp_path: Path) -> None:
    leftover = tmp_path / LEFT
    leftover.write_bytes(NEW)
    (data / NOTE_NAME).write_bytes(os.fsencode(leftover))
    with FileLock(data, name=f"{NOTE_NAME}.lock").acquire():
        start(data)
        assert leftover.exists()
    start(data)
    assert not leftover.exists()


def test_a_data_folder_that_cannot_be_written_keeps_no_export_off(
    data: Path, path: Path, tmp_path: Path
) -> None:
    path.write_bytes(OLD)
    PrivateFiles(tmp_path / "gone").write(path, NEW, overwrite=True)
    assert path.read_bytes() == NEW
