"""The index opens fast, keeps to itself, and never resets what it cannot read."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from typing_extensions import override

from tests.support import sample_records
from tests.support.vaults import MemoryVault
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.sign_in import SignInOptions
from twauth_gui.store.changes import StoreContext
from twauth_gui.store.errors import IndexUnusableError, NotWrittenError
from twauth_gui.store.file_lock import FileLock
from twauth_gui.store.index import INDEX_FILE_NAME, Index, Row, Value
from twauth_gui.store.index_rows import account_columns
from twauth_gui.store.index_schema import MIGRATIONS
from twauth_gui.store.store import Store


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        index = Index.open(tmp_path / "new" / "data")
        _ = index.execute("INSERT INTO settings VALUES ('a', 'b')")
    finally:
        _ = os.umask(before)
    folder = tmp_path / "new" / "data"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    index.close()


def test_a_newer_index_is_left_as_it_is(tmp_path: Path) -> None:
    Index.open(tmp_path).close()
    path = tmp_path / INDEX_FILE_NAME
    with closing(sqlite3.connect(path)) as connection:
        _ = connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 5}")
    before = path.read_bytes()
    with pytest.raises(IndexUnusableError, match="A newer Twauth") as caught:
        _ = Index.open(tmp_path)
    assert str(path) in str(caught.value)
    assert caught.value.diagnosis.kind is ProblemKind.INDEX_UNUSABLE
    assert path.read_bytes() == before


@pytest.mark.parametrize("cut", ["nonsense", "header", "middle"])
def test_a_damaged_index_is_left_as_it_is(tmp_path: Path, cut: str) -> None:
    Index.open(tmp_path).close()
    path = tmp_path / INDEX_FILE_NAME
    whole = path.read_bytes()
    damaged = {
        "nonsense": b"not a database at all" * 100,
        "header": b"\0" * 16 + whole[16:],
        "middle": whole[:100] + b"\xff" * 3000 + whole[3100:],
    }[cut]
    _ = path.write_bytes(damaged)
    with pytest.raises(IndexUnusableError) as caught:
        _ = Index.open(tmp_path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == damaged


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    _ = (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(NotWrittenError) as caught:
        _ = Index.open(tmp_path / "file" / "data")
    assert caught.value.diagnosis.kind is ProblemKind.FILE_NOT_WRITTEN


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    index = Index.open(tmp_path)
    _ = index.query("PRAGMA max_page_count = 20")
    with pytest.raises(NotWrittenError, match="The disk is full"):
        _ = index.execute("INSERT INTO settings VALUES ('big', ?)", ("x" * 500_000,))
    assert index.query("SELECT count(*) FROM settings") == [(0,)]
    index.close()


def test_an_older_index_is_backed_up_then_migrated(tmp_path: Path) -> None:
    def add_table(connection: sqlite3.Connection) -> None:
        _ = connection.execute("CREATE TABLE later (x INTEGER) STRICT")

    index = Index.open(tmp_path)
    _ = index.execute("INSERT INTO settings VALUES ('kept', 'value')")
    index.close()
    index = Index.open(tmp_path, (*MIGRATIONS, add_table))
    assert index.query("SELECT value FROM settings") == [("value",)]
    assert index.query("SELECT * FROM later") == []
    index.close()
    back_up = tmp_path / f"index-version-{len(MIGRATIONS)}.sqlite3"
    assert back_up.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(back_up)) as connection:
        assert connection.execute("SELECT value FROM settings").fetchall() == [("value",)]


def test_an_index_of_the_first_version_opens(tmp_path: Path) -> None:
    index = Index.open(tmp_path, MIGRATIONS[:1])
    _ = index.execute(
        "INSERT INTO apps VALUES ('app-1', 'Newsroom', '2026-03-03T12:00:00+00:00',"
        " 'http://127.0.0.1:8739/callback', 'https://api.x.com', 'https://api.x.com', 1, 1)"
    )
    _ = index.execute(
        "INSERT INTO attempts VALUES ('attempt-1', 'app-1', 'link', '2026-03-03T12:00:00+00:00',"
        " 'fernwick_news', 'waiting', '', 1, 1)"
    )
    index.close()
    store = Store.open(tmp_path, MemoryVault(), now=sample_records.FakeClock())
    (app,), (waiting,) = store.apps.list_all(), store.pending_sign_ins.list_all()
    assert app.callbacks == ("http://127.0.0.1:8739/callback",)
    assert (waiting.expected_handle, waiting.options) == ("fernwick_news", SignInOptions())
    store.close()


def test_a_failed_migration_leaves_the_old_version(tmp_path: Path) -> None:
    def migrate_half(connection: sqlite3.Connection) -> None:
        _ = connection.execute("CREATE TABLE half (x INTEGER)")
        _ = connection.execute("INSERT INTO nowhere VALUES (1)")

    Index.open(tmp_path).close()
    with pytest.raises(IndexUnusableError):
        _ = Index.open(tmp_path, (*MIGRATIONS, migrate_half))
    index = Index.open(tmp_path)
    assert index.query("SELECT name FROM sqlite_master WHERE name = 'half'") == []
    index.close()


def test_another_process_changing_is_seen(tmp_path: Path) -> None:
    first, second = Index.open(tmp_path), Index.open(tmp_path)
    before = first.data_version()
    _ = first.execute("INSERT INTO settings VALUES ('own', '1')")
    assert first.data_version() == before
    _ = second.execute("INSERT INTO settings VALUES ('other', '1')")
    assert first.data_version() != before
    first.close()
    second.close()


def test_two_changes_take_turns(tmp_path: Path) -> None:
    mine, other = FileLock(tmp_path), FileLock(tmp_path, timeout_seconds=0.05)
    refused = pytest.raises(NotWrittenError, match="Another Twauth")
    with mine.acquire(), mine.acquire(), refused, other.acquire():
        pass
    with other.acquire():
        pass


class CountingIndex(Index):
    """Counts what is asked of it."""

    questions = 0

    @override
    def query(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        self.questions += 1
        return super().query(sql, values)


def test_ten_thousand_accounts_are_listed_with_one_question(tmp_path: Path) -> None:
    store = Store.open(tmp_path, MemoryVault(), now=sample_records.FakeClock())
    _ = store.apps.add(sample_records.APP, sample_records.OLD_KEYS)
    store.close()
    rows = [
        account_columns(sample_records.make_account(number, str(number), f"bot_{number}"))
        for number in range(10_000)
    ]
    with closing(sqlite3.connect(tmp_path / INDEX_FILE_NAME)) as connection, connection:
        names = list(rows[0])
        _ = connection.executemany(
            f"INSERT INTO accounts ({', '.join(names)}, generation, last_generation)"  # noqa: S608 - ours
            f" VALUES ({', '.join('?' * len(names))}, 1, 1)",
            [tuple(row.values()) for row in rows],
        )
    index = CountingIndex.open(tmp_path)
    assert isinstance(index, CountingIndex)
    store = Store(
        StoreContext(index, MemoryVault(), FileLock(tmp_path), sample_records.FakeClock(), print)
    )
    before = index.questions
    assert len(store.accounts.list_all()) == 10_000
    assert index.questions == before + 1
    store.close()


def test_listing_loads_no_keyring() -> None:
    code = (
        "import sys, twauth_gui.store.store, twauth_gui.store.keychain, "
        "twauth_gui.store.deadline_vault\n"
        "assert not {'keyring', 'secretstorage', 'jeepney'} & set(sys.modules)"
    )
    root = Path(__file__).parents[2]
    _ = subprocess.run([sys.executable, "-c", code], check=True, cwd=root, timeout=60)
