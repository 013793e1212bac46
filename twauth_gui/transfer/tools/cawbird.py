"""Reads the SQLite file of Cawbird and Corebird, without touching it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from twauth_gui.transfer.shapes import Field
from twauth_gui.transfer.tools.found import Harvest, NotLoadedError

MAGIC = b"SQLite format 3\x00"
_NAMES = {
    Field.API_KEY: "consumer_key",
    Field.API_SECRET: "consumer_secret",
    Field.ACCESS_TOKEN: "token",
    Field.ACCESS_SECRET: "token_secret",
}
_MOST = 10_000


def read_cawbird(path: Path, harvest: Harvest) -> None:
    """Take the accounts (sql/init/Create.1-4.sql); older files keep the tokens beside, one each.

    Raises:
        NotLoadedError: it is no file of theirs, or damaged.
    """
    for row in _rows(path, "SELECT * FROM accounts LIMIT ?"):
        values = {place: row.get(name) for place, name in _NAMES.items()}
        if not values[Field.ACCESS_TOKEN]:
            values |= _beside(path, row.get("id"))
        handle = row.get("screen_name")
        harvest.take(values, what=f"account {handle}", handle=handle)


def _beside(path: Path, number: object) -> dict[Field, object]:
    """Read accounts/ID.db, table common (sql/accounts/Create.1.sql)."""
    older = path.parent / "accounts" / f"{number}.db"
    if not isinstance(number, int | str) or not str(number).isdecimal() or not older.is_file():
        return {}
    tokens = (Field.ACCESS_TOKEN, Field.ACCESS_SECRET)
    for row in _rows(older, "SELECT token, token_secret FROM common LIMIT ?"):
        return {place: row.get(_NAMES[place]) for place in tokens}
    return {}


def _rows(path: Path, sql: str) -> list[dict[str, object]]:
    # immutable: no lock, no journal, and nothing is written beside the file.
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.text_factory = _text
            cursor = connection.execute(sql, (_MOST,))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise NotLoadedError("It is no list of Cawbird's accounts, or it is damaged.") from error


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
