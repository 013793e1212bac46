"""Proves that the fast path is light, and prints the same bytes as the whole command."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import platformdirs
import pytest

from tests.support.command import TwauthCommand
from tests.support.sample_index import fill_index
from twauth_gui.cli.fast_path import try_fast_path
from twauth_gui.services.platform_dirs import find_config_dir, find_data_dir
from twauth_gui.store.account_list import INDEX_FILE_NAME

COSTLY = {"click", "dataclasses", "enum", "json", "logging", "pathlib", "re", "signal", "typing"}
_LOADED = """
import sys
before = set(sys.modules)
from twauth_gui.cli.main import main
code = main(sys.argv[1:])
print(*sorted(set(sys.modules) - before), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def filled_index(bare: TwauthCommand, tmp_path: Path) -> TwauthCommand:
    """The command over a list with every kind of name and state."""
    folder = tmp_path / "data"
    fill_index(folder, 40)
    with closing(sqlite3.connect(folder / INDEX_FILE_NAME)) as connection, connection:
        for number, handle, tags in (
            (3, "東京_時報", '["a\\"b", "ü"]'),
            (5, "e\u0301a\x1b[2J", "[]"),
        ):
            connection.execute(
                "UPDATE accounts SET handle = ?, tags = ?, note = 'x\ny' WHERE id = ?",
                (handle, tags, f"account{number}"),
            )
        connection.execute("UPDATE accounts SET hidden_at = '2026-01-01' WHERE id = 'account7'")
        connection.execute("INSERT INTO settings VALUES ('store.active-account', 'account9')")
    return bare


@pytest.mark.parametrize(
    "env", [{}, {"TZ": "Asia/Tokyo"}, {"PYTHONIOENCODING": "latin-1"}, {"PYTHONUTF8": "0"}]
)
def test_fast_path_and_full_command_print_the_same(
    filled_index: TwauthCommand, env: dict[str, str]
) -> None:
    for arguments in (["list"], ["list", "--json"], ["--version"]):
        short = filled_index.read_bytes(*arguments, **env)
        assert short
        assert short == filled_index.read_bytes("--quiet", *arguments, **env), arguments


def test_the_list_is_what_is_kept(filled_index: TwauthCommand) -> None:
    listed = filled_index("list", "--json").json
    assert len(listed) == 39
    assert listed[-1]["tags"] == ['a"b', "ü"]
    (active,) = [one for one in listed if one["active"]]
    shown = filled_index("show", "--json").json
    assert {name: shown[name] for name in active} == active


def test_the_fast_path_loads_next_to_nothing(filled_index: TwauthCommand) -> None:
    # The measuring of coverage loads most of these before the command begins.
    unmeasured = {
        name: value for name, value in filled_index.env.items() if not name.startswith("COVERAGE_")
    }
    for arguments, more in ((["--version"], set[str]()), (["list"], {"sqlite3", "datetime"})):
        done = subprocess.run(
            [sys.executable, "-c", _LOADED, *arguments],
            env=unmeasured,
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = set(done.stderr.split())
        assert more <= loaded
        assert not COSTLY & loaded, arguments


def test_unusual_calls_are_left_to_the_full_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("missing", "percent%20sign", "older", "damaged", "empty"):
        folder = tmp_path / name
        monkeypatch.setenv("TWAUTH_DATA_DIR", str(folder))
        if name != "missing":
            fill_index(folder, 0 if name == "empty" else 2)
        if name == "older":
            with closing(sqlite3.connect(folder / INDEX_FILE_NAME)) as connection:
                connection.execute("PRAGMA user_version = 0")
        if name == "damaged":
            (folder / INDEX_FILE_NAME).write_bytes(b"no list of accounts" * 500)
        assert try_fast_path(["list"]) is None, name
        assert name != "missing" or not folder.exists()
    fill_index(tmp_path / "whole", 2)
    monkeypatch.setenv("TWAUTH_DATA_DIR", str(tmp_path / "whole"))
    assert json.loads(try_fast_path(["list", "--json"]) or "")
    for arguments in ([], ["list", "--nonsense"], ["-q", "list"], ["show"], ["--help"]):
        assert try_fast_path(arguments) is None
    monkeypatch.setenv("_TWAUTH_COMPLETE", "bash_complete")
    assert try_fast_path(["list"]) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the others ask platformdirs")
def test_the_folders_are_where_platformdirs_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for home, base in (("/home/x", None), ("/home/x", "/srv"), ("/home/x", "relative"), ("/", "")):
        monkeypatch.setenv("HOME", home)
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            monkeypatch.delenv(name, raising=False)
            if base is not None:
                monkeypatch.setenv(name, base)
        theirs = platformdirs.PlatformDirs("twauth", appauthor=False)
        assert Path(find_data_dir() or "") == theirs.user_data_path, (home, base)
        assert Path(find_config_dir() or "") == theirs.user_config_path, (home, base)
