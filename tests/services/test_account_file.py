"""Proves which .twauth is used: the nearest one, and none that others could have put there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from twauth_gui.services.account_file import (
    AccountFileError,
    find_account_file,
    read_account_file,
    write_account_file,
)
from twauth_gui.services.private_files import PrivateFiles

SECRET = "5zQk1VdEnTm8yQb3Hc7PwLxRr0aJfUoGiS6tKeNvM2CB9"
NAMES = {
    b"@fernwick_news\n": "@fernwick_news",
    b"\xef\xbb\xbf# a comment\r\n\r\n  News/@fernwick_news  \r\n": "News/@fernwick_news",
    b"fernwick_news": "fernwick_news",
    b"1234567890123456789": "1234567890123456789",
}
NO_NAMES = {
    b"": "the name of one account",
    b"# nothing but a comment": "the name of one account",
    b"@one\n@two\n": "the name of one account",
    f"ACCESS_SECRET={SECRET}".encode(): "the name of one account",
    b"@news\x00": "the name of one account",
    b"Ne\x1b[2Jws/@fernwick_news": "the name of one account",
    b"\xff\xfe@\x00n\x00": "not text",
    b"#" * 1024: "larger than any file",
    b"@fernwick_news\n" + b"\n" * 100_000: "larger than any file",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".twauth"


def read_problem(path: Path) -> str:
    with pytest.raises(AccountFileError) as raised:
        _ = read_account_file(str(path))
    assert raised.value.path == str(path)
    assert SECRET not in raised.value.reason
    return raised.value.reason


def test_what_a_file_holds(file: Path) -> None:
    for content, name in NAMES.items():
        file.write_bytes(content)
        assert read_account_file(str(file)) == name
    for content, reason in NO_NAMES.items():
        file.write_bytes(content)
        assert reason in read_problem(file)


def test_the_nearest_one_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "a" / "b" / "c"
    (deep / ".twauth").mkdir(parents=True)  # a folder of that name is no such file
    (tmp_path / ".twauth").write_text("@far")
    assert find_account_file(str(deep)) == str(tmp_path / ".twauth")
    (tmp_path / "a" / ".twauth").symlink_to("nowhere")
    monkeypatch.chdir(deep)
    assert find_account_file() == str(tmp_path / "a" / ".twauth"), "one that cannot be used too"
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert find_account_file() is None


@pytest.mark.unprivileged
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes and pipes")
def test_what_others_could_have_put_there_is_not_followed(file: Path) -> None:
    target = file.with_name("target")
    target.write_text("@fernwick_news")
    file.symlink_to(target)
    assert "a link" in read_problem(file)
    file.unlink()
    os.mkfifo(file)
    assert "a pipe" in read_problem(file)
    file.unlink()
    file.write_text("@fernwick_news")
    file.chmod(0o646)
    assert "every user" in read_problem(file)
    file.chmod(0)
    assert "cannot be read" in read_problem(file)


@pytest.mark.unprivileged
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such owners")
def test_a_file_of_another_user_is_not_followed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("@fernwick_news")
    monkeypatch.setattr(os, "getuid", lambda: file.stat().st_uid + 1)
    assert read_problem(file) == "belongs to another user"


def test_only_a_file_of_its_kind_is_replaced(file: Path, tmp_path: Path) -> None:
    files = PrivateFiles(tmp_path / "data")
    for name in ("@one", "News/@two"):
        assert write_account_file(tmp_path, name, files) == file
        assert read_account_file(str(file)) == name
    file.write_text("notes of somebody")
    with pytest.raises(AccountFileError):
        _ = write_account_file(tmp_path, "@one", files)
    assert file.read_text() == "notes of somebody"
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AccountFileError):
        _ = write_account_file(tmp_path, "@one", files)
    assert not (tmp_path / "elsewhere").exists()
