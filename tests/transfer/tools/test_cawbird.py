"""A foreign database is read at small cost, and never makes SQLite compute."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.transfer.sample_keys import TS, K, S, T
from tests.transfer.tools.limited_reader import read_with_limits
from tests.transfer.tools.test_reader import flat
from tests.transfer.tools.tool_files import ONE, write_cawbird
from twauth_gui.transfer.tools.cawbird import MAX_BYTES
from twauth_gui.transfer.tools.reader import read_file

_ENDLESS = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n)"
_COLUMNS = "'1' AS id, 'a' AS screen_name, 'k' AS consumer_key, 's' AS consumer_secret"
_VIEW = f"CREATE VIEW accounts AS {_ENDLESS} SELECT {_COLUMNS}, i AS token FROM n"  # noqa: S608 - ours


def made(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        for sql in statements:
            _ = connection.execute(sql)
    return path


_TABLE = (
    "CREATE TABLE accounts(id, screen_name, token, token_secret, consumer_key, consumer_secret)"
)
_ROW = f"INSERT INTO accounts VALUES (1, 'a', '{T}', '{TS}', '{K}', '{S}')"  # noqa: S608 - ours
HOSTILE = {
    "an endless view": (f"{_VIEW} WHERE i < 0",),
    "a view of too many": (_VIEW,),
    "a giant value": (
        f"CREATE VIEW accounts AS SELECT {_COLUMNS}, hex(zeroblob(400000000)) AS token",
    ),
    "a table of another program": ("CREATE VIRTUAL TABLE accounts USING fts5(id, token)",),
    "a computed column": (
        "CREATE TABLE accounts(id, consumer_key, token AS (hex(zeroblob(400000000))))",
        "INSERT INTO accounts(id) VALUES (1)",
    ),
    "a trigger": (_TABLE, _ROW, "CREATE TRIGGER t AFTER INSERT ON accounts BEGIN SELECT 1; END"),
}


@pytest.mark.parametrize("statements", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.slow
def test_what_computes_is_refused(tmp_path: Path, statements: tuple[str, ...]) -> None:
    count, reasons = read_with_limits(made(tmp_path / "file", *statements))
    assert (count, len(reasons)) == (0, 1)


def test_a_view_under_the_name_of_a_table_is_refused(tmp_path: Path) -> None:
    """A forged file also lies about its own contents."""
    path = made(tmp_path / "file", "CREATE TABLE x(id)", _VIEW)
    with closing(sqlite3.connect(path)) as connection, connection:
        _ = connection.execute("PRAGMA writable_schema = ON")
        _ = connection.execute(
            "UPDATE sqlite_master SET type = 'table', name = 'y' WHERE sql LIKE '%VIEW%'"
        )
        _ = connection.execute("UPDATE sqlite_master SET name = 'accounts' WHERE name = 'x'")
    assert read_with_limits(path)[0] == 0


@pytest.mark.slow
def test_a_table_of_any_size_costs_little(tmp_path: Path) -> None:
    rows = (
        f"{_ENDLESS} INSERT INTO accounts SELECT i, 'a', '7-' || i || '{T}', '{TS}', '{K}', '{S}'"
    )
    crowd = made(tmp_path / "crowd", _TABLE, f"{rows} FROM n LIMIT 10001")
    count, reasons = read_with_limits(crowd)
    assert (count, "more than 10,000" in reasons[0]) == (10_000, True)
    long = made(tmp_path / "long", _TABLE, _ROW, "UPDATE accounts SET token = hex(zeroblob(50000))")
    assert read_with_limits(long) == (
        0,
        ["It is not an account list of Cawbird, or it is damaged."],
    )
    huge = made(tmp_path / "huge", _TABLE, _ROW)
    with huge.open("ab") as file:
        _ = file.truncate(MAX_BYTES * 100)
    assert "larger than 16 MiB" in read_with_limits(huge)[1][0]


def test_the_files_beside_are_small_together(tmp_path: Path) -> None:
    path = write_cawbird(tmp_path / "Cawbird.db", older=True)
    beside = tmp_path / "accounts" / "7.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for number in range(100):
            row = (f"{number:05}", "a", "", "", 1, None, None, K, S)
            _ = connection.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            (beside.parent / f"{number:05}.db").symlink_to(beside)
    with closing(sqlite3.connect(beside)) as connection, connection:
        _ = connection.execute("CREATE TABLE cache AS SELECT zeroblob(1000000) AS picture")
    count, reasons = read_with_limits(path)
    assert (count, reasons) == (1, ["It is larger than 16 MiB, too large for a list of accounts."])


def test_one_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    """What is not in the file yet is beside it: SQLite would move it there."""
    path = write_cawbird(tmp_path / "Cawbird.db")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode = wal").fetchall() == [("wal",)]
        _ = connection.execute("UPDATE accounts SET name = 'b'")
        connection.commit()
        before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
        found = read_file(path)
        assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
    assert tuple(map(flat, found.accounts)) == ((*ONE, "fernwick_news"),)
    assert [one.what for one in found.skipped] == ["what was written last"]
    assert "Start and quit Cawbird" in found.skipped[0].reason
    empty = tmp_path / "empty.db"
    empty.write_bytes(made(tmp_path / "other", "CREATE TABLE other(a)").read_bytes())
    (tmp_path / "empty.db-journal").write_bytes(b"\xd9")
    assert [one.reason for one in read_file(empty).skipped] == [found.skipped[0].reason]
    (tmp_path / "empty.db-journal").write_bytes(b"\0" * 512)
    assert "not an account list of Cawbird" in read_file(empty).skipped[0].reason
