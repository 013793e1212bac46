"""Proves that a read-only disk can be looked at and exported from, and says what does not go."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.prepared import sign_in
from tests.cli.test_vault import PASSPHRASE, with_passphrases
from tests.store.stored_samples import index_sample
from tests.support.command import PROGRAM, CommandResult, TwauthCommand, approve_link
from tests.support.namespaces import mount_read_only
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.store.index import INDEX_FILE_NAME
from twauth_gui.store.index_schema import MIGRATIONS

ACCOUNT = "@fernwick_news"
ONLY_READ = "The list can only be read."


class Frozen:
    """The command over a folder that is mounted read-only."""

    def __init__(self, twauth: TwauthCommand, folder: Path) -> None:
        self._twauth = twauth
        self._folder = folder

    def __call__(self, *words: str, passphrase: str = "") -> CommandResult:
        reading, writing = os.pipe()
        os.write(writing, f"{passphrase}\n".encode())
        os.close(writing)
        env = {**self._twauth.env, "TWAUTH_PASSPHRASE_FD": str(reading)} if passphrase else None
        try:
            done = subprocess.run(
                [*mount_read_only(self._folder), *PROGRAM, *words],
                env=env or self._twauth.env,
                stdin=subprocess.DEVNULL,
                pass_fds=[reading],
                capture_output=True,
                check=False,
                timeout=60,
            )
        finally:
            os.close(reading)
        return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def frozen(twauth: TwauthCommand, app: str, tmp_path: Path) -> Frozen:
    sign_in(twauth.env, app, "fernwick_news")
    return Frozen(twauth, tmp_path / "data")


@pytest.mark.keychain
def test_what_works_on_a_read_only_disk(frozen: Frozen, tmp_path: Path) -> None:
    before = contents(tmp_path / "data")
    for words in (
        ("list",),
        ("list", "--json"),
        ("attempts",),
        ("tag",),
        ("app", "list"),
        ("show", ACCOUNT),
        ("show", ACCOUNT, "--reveal"),
        ("export", ACCOUNT),
        ("export", "--output", str(tmp_path / "bot.env")),
        ("run", "--", "true"),
        ("vault", "show"),
        ("network",),
    ):
        result = frozen(*words)
        assert result.code == 0, (words, result.err)
        secret = "--reveal" in words or words[0] in {"export", "run"}
        assert (ONLY_READ in result.err) == secret, (words, result.err)
    assert "TWITTER_ACCESS_TOKEN" in (tmp_path / "bot.env").read_text()
    assert contents(tmp_path / "data") == before


@pytest.mark.keychain
def test_what_does_not_work_says_so_without_a_question(
    frozen: Frozen, sandbox: Sandbox, tmp_path: Path
) -> None:
    before = contents(tmp_path / "data")
    sandbox.stop()  # whoever asks X all the same says something else
    for words in (
        ("use", ACCOUNT),
        ("tag", ACCOUNT, "--add", "news"),
        ("note", ACCOUNT, "Owner: Kim"),
        ("favourite", ACCOUNT),
        ("check", ACCOUNT),
        ("check", "--all"),
        ("revoke", ACCOUNT, "--yes"),
        ("remove", ACCOUNT, "--yes"),
        ("authorize", "--app", "Newsroom", "--no-wait"),
        ("app", "bearer", "Newsroom"),
        ("app", "remove", "Newsroom", "--yes"),
        ("network", "--proxy", "http://127.0.0.1:1"),
    ):
        result = frozen(*words)
        assert result.code == 1, (words, result.err)
        assert f"twauth: {ONLY_READ}" in result.err, (words, result.err)
    report = frozen("doctor")
    assert ONLY_READ in report.out
    assert contents(tmp_path / "data") == before


def contents(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


def test_an_encrypted_file_on_a_read_only_disk(
    bare: TwauthCommand, sandbox: Sandbox, tmp_path: Path
) -> None:
    demo = sandbox.demo_app
    keys = f"{demo.api_key}\n{demo.api_secret}\n"
    words = ("--vault", "file", "app", "add", "News", "--api-url", sandbox.url)
    assert with_passphrases(bare, [PASSPHRASE], *words, stdin=keys).code == 0
    authorize_arguments = ("authorize", "--app", "News", "--no-wait", "--method", "pin", "--json")
    authorization = with_passphrases(bare, [PASSPHRASE], *authorize_arguments).json
    pin = approve_link(authorization["url"], "fernwick_news")
    resume_arguments = ("resume", authorization["id"], "--pin", "-")
    assert with_passphrases(bare, [PASSPHRASE], *resume_arguments, stdin=pin).code == 0
    frozen = Frozen(bare, tmp_path / "data")
    exported = frozen("export", passphrase=PASSPHRASE)
    assert exported.code == 0, exported.err
    assert "TWITTER_ACCESS_TOKEN" in exported.out
    refused = frozen("app", "remove", "News", passphrase=PASSPHRASE)
    assert ONLY_READ in refused.err


def test_the_last_changes_of_a_killed_process_are_shown(
    bare: TwauthCommand, tmp_path: Path
) -> None:
    """Its log (-wal) is not in the index yet, and cannot be written into it."""
    folder, whole = tmp_path / "data", tmp_path / "whole"
    whole.mkdir()
    shutil.copyfile(index_sample(len(MIGRATIONS)), whole / INDEX_FILE_NAME)
    with closing(sqlite3.connect(whole / INDEX_FILE_NAME)) as index:
        with index:
            index.execute("UPDATE accounts SET handle = 'came_last'")
        folder.mkdir()
        for part in ("", "-wal"):
            shutil.copyfile(whole / f"{INDEX_FILE_NAME}{part}", folder / f"{INDEX_FILE_NAME}{part}")
    assert (folder / f"{INDEX_FILE_NAME}-wal").stat().st_size
    assert "@came_last" in Frozen(bare, folder)("list").out


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_an_older_list_on_a_read_only_disk(
    bare: TwauthCommand, tmp_path: Path, version: int
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(index_sample(version), folder / INDEX_FILE_NAME)
    result = Frozen(bare, folder)("list")
    assert (result.code, "@fernwick_news" in result.out) == (0, True), result.err
    assert sorted(one.name for one in folder.iterdir()) == [INDEX_FILE_NAME]
