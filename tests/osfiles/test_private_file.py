"""An exported file is private and whole, whatever stands in its way."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles import private_file
from twauth_gui.osfiles.error_sentences import diagnose_write_error
from twauth_gui.osfiles.private_file import (
    TargetExistsError,
    encode_text,
    write_private,
)

NEW = b"TWITTER_API_KEY=kFernwick\n"
ROOT = Path(__file__).parents[2]


class Write(Protocol):
    def __call__(self, path: Path, *, overwrite: bool) -> None: ...


def _private(path: Path, *, overwrite: bool) -> None:
    write_private(path, NEW, overwrite=overwrite)


def _named(path: Path, *, overwrite: bool) -> None:
    job = private_file._WriteJob(path, NEW, lambda _temporary: None)  # pyright: ignore[reportPrivateUsage]
    private_file._write_named(job, overwrite=overwrite)  # pyright: ignore[reportPrivateUsage]


BOTH = pytest.mark.parametrize("write", [_private, _named], ids=["this system", "any system"])


@contextmanager
def umask(bits: int) -> Generator[None]:
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def refused(path: Path, *, overwrite: bool = True) -> str:
    """Write to path, which must not work, must change nothing and must leave nothing."""
    before = names(path.parent)
    with pytest.raises(DiagnosedError) as caught:
        write_private(path, NEW, overwrite=overwrite)
    assert caught.value.diagnosis.kind is ProblemKind.FILE_NOT_WRITTEN
    assert names(path.parent) == before
    assert "kFernwick" not in str(caught.value)
    return caught.value.diagnosis.to_sentence()


@BOTH
@pytest.mark.parametrize("bits", [0, 0o022, 0o777])
@pytest.mark.parametrize("overwrite", [False, True])
def test_the_file_is_private_whatever_the_umask(
    tmp_path: Path,
    write: Write,
    bits: int,
    overwrite: bool,  # noqa: FBT001 - drawn
) -> None:
    path = tmp_path / ".env"
    with umask(bits):
        write(path, overwrite=overwrite)
    found = path.stat()
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert found.st_nlink == 1
    assert path.read_text() == NEW.decode()
    assert names(tmp_path) == [".env"]


@BOTH
def test_what_is_there_is_replaced_only_when_asked(tmp_path: Path, write: Write) -> None:
    path = tmp_path / ".env"
    path.write_text("old")
    path.chmod(0o444)
    other_name = tmp_path / "hard"
    other_name.hardlink_to(path)
    with pytest.raises((TargetExistsError, FileExistsError)):
        write(path, overwrite=False)
    assert path.read_text() == "old"
    write(path, overwrite=True)
    assert path.read_text() == NEW.decode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert other_name.read_text() == "old"
    assert names(tmp_path) == [".env", "hard"]


@BOTH
def test_a_symbolic_link_is_replaced_and_not_followed(tmp_path: Path, write: Write) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for target in (victim, tmp_path / "nowhere", tmp_path):
        link = tmp_path / ".env"
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        with pytest.raises((TargetExistsError, FileExistsError)):
            write(link, overwrite=False)
        assert link.is_symlink()
        write(link, overwrite=True)
        assert not link.is_symlink()
        assert link.read_text() == NEW.decode()
    assert victim.read_text() == "precious"
    assert names(tmp_path) == [".env", "victim"]


def test_the_caller_can_ask_about_a_taken_name(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.touch()
    with pytest.raises(TargetExistsError) as caught:
        write_private(path, NEW)
    sentence = caught.value.diagnosis.to_sentence()
    assert sentence == (
        ".env already exists. Nothing was changed. Replace it, or choose another name."
    )


def test_only_ordinary_files_are_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for overwrite in (False, True):
        assert refused(folder, overwrite=overwrite).startswith("folder is a folder.")
        assert refused(pipe, overwrite=overwrite).startswith("pipe is not an ordinary file.")
        assert "not an ordinary file" in refused(Path("/dev/null"), overwrite=overwrite)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_a_folder_that_is_gone_and_names_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert f"The folder {tmp_path / 'gone'} does not exist." in refused(tmp_path / "gone" / ".env")
    assert f"{tmp_path / 'file'} is not a folder." in refused(tmp_path / "file" / ".env")
    assert refused(tmp_path / ("n" * 300)).startswith("The name of the file is too long.")
    assert "was not written." in refused(tmp_path / "a\0b")
    with pytest.raises(DiagnosedError) as caught:
        encode_text(tmp_path / ".env", Secret("\ud800"))
    assert caught.value.__cause__ is None
    assert names(tmp_path) == ["file"]


def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write_private(path, NEW)
    write_private(path, NEW, overwrite=True)
    assert path.read_text() == NEW.decode()


@BOTH
def test_a_relative_path_is_taken_from_the_working_folder(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path(".env"), overwrite=False)
    write(Path(".env"), overwrite=True)
    assert names(tmp_path) == [".env"]


def test_a_file_system_without_links_never_loses_a_file_that_is_there(tmp_path: Path) -> None:
    temporary, path = tmp_path / "temporary", tmp_path / ".env"
    hold = private_file._hold_then_replace  # pyright: ignore[reportPrivateUsage]
    temporary.write_text("new")
    hold(temporary, path)
    assert names(tmp_path) == [".env"]
    temporary.write_text("newer")
    with pytest.raises(FileExistsError):
        hold(temporary, path)
    assert path.read_text() == "new"
    with pytest.raises(FileNotFoundError):
        hold(tmp_path / "none", tmp_path / "held")
    assert names(tmp_path) == [".env", "temporary"]


def test_a_folder_that_appears_meanwhile_leaves_no_temporary_file(tmp_path: Path) -> None:
    temporary, path = tmp_path / "temporary", tmp_path / ".env"
    temporary.touch()
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        private_file._replace(temporary, path)  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(OSError, match="directory"):
        _named(path, overwrite=True)
    assert names(tmp_path) == [".env"]


# A child with a limit on the size of files stands for a full disk; a folder that its owner may not
# write for one that belongs to somebody else.
_CHILD = """
import resource, sys
from pathlib import Path
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.osfiles import private_file
path, case = Path(sys.argv[1]), sys.argv[2]
if case == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    private_file.write_private(path, b"n" * 9000, overwrite=True)
except DiagnosedError as failure:
    print(failure.diagnosis.title, failure.diagnosis.evidence.code)
try:
    job = private_file._WriteJob(path, b"n" * 9000, lambda _: None)
    private_file._write_named(job, overwrite=True)
except OSError as failure:
    print(failure.errno)
"""


@pytest.mark.parametrize(
    ("case", "expected_message", "code"),
    [
        ("full", "There is no room left in", errno.EFBIG),
        pytest.param(
            *("denied", "Twauth may not write a private file in", errno.EACCES),
            marks=pytest.mark.unprivileged,
        ),
    ],
)
def test_a_full_disk_and_a_foreign_folder(
    tmp_path: Path, case: str, expected_message: str, code: int
) -> None:
    path = tmp_path / ".env"
    path.write_text("old")
    if case == "denied":
        tmp_path.chmod(0o555)
    run = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path), case],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    tmp_path.chmod(0o755)
    titled, number = run.stdout.splitlines()
    assert titled.startswith(expected_message)
    assert titled.endswith(errno.errorcode[code])
    assert int(number) == code
    assert path.read_text() == "old"
    assert names(tmp_path) == [".env"]


@pytest.mark.parametrize(
    ("number", "title"),
    [
        (errno.ENOSPC, "There is no room left in /home/fern."),
        (errno.EDQUOT, "There is no room left in /home/fern."),
        (errno.EROFS, "/home/fern is read-only."),
        (errno.EPERM, "Twauth may not write a private file in /home/fern."),
        (errno.EIO, ".env was not written."),
    ],
)
def test_the_words_for_what_a_disk_can_answer(number: int, title: str) -> None:
    diagnosis = diagnose_write_error(Path("/home/fern/.env"), OSError(number, os.strerror(number)))
    assert diagnosis.title == title
    assert diagnosis.evidence.code == errno.errorcode[number]
    assert "{" not in diagnosis.to_sentence()


@pytest.mark.parametrize("way", ["replace", "new", "named"])
def test_a_killed_writer_leaves_the_whole_old_or_the_whole_new_file(
    tmp_path: Path, way: str
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.osfiles.writer_process", str(tmp_path), "70", way],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_a_file_that_changed_meanwhile_stays_on_any_system(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("read")
    existing = private_file.read_existing_file(path, 100)
    path.write_text("changed")
    job = private_file._WriteJob(  # pyright: ignore[reportPrivateUsage]
        path, NEW, lambda _temporary: None, replaces=existing
    )
    with pytest.raises(DiagnosedError) as caught:
        private_file._write_named(job, overwrite=True)  # pyright: ignore[reportPrivateUsage]
    assert caught.value.diagnosis.kind is ProblemKind.CHANGED_MEANWHILE
    assert path.read_text() == "changed"
    assert names(tmp_path) == [".env"]
