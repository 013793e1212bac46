"""A damaged list is rebuilt by the next command, which says what happened."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import TwauthCommand
from twauth_gui.store.index import INDEX_FILE_NAME
from twauth_gui.store.index_repair import COPY_NAME


def test_the_next_command_rebuilds_it(twauth: TwauthCommand, app: str, tmp_path: Path) -> None:
    path = tmp_path / "data" / INDEX_FILE_NAME
    _ = path.write_bytes(b"not a database at all" * 200)
    listed = twauth("app", "list", "--json")
    (aside,) = path.parent.glob("index-damaged-*.sqlite3")
    assert f"kept as {aside.name}." in listed.err
    assert [one["label"] for one in listed.json] == [app]
    aside.unlink()
    _ = path.write_bytes(b"not a database at all" * 200)
    (path.parent / COPY_NAME).unlink()
    listed = twauth("app", "list", "--json")
    assert "There was no copy of it." in listed.err
    assert listed.json == []
    unlocked = twauth("unlock")
    assert unlocked.code == 0, unlocked.err
    assert "The list of accounts was rebuilt." in unlocked.err
    assert [one["label"] for one in twauth("app", "list", "--json").json] == [app]
    assert "damaged" not in twauth("app", "check", app).err
