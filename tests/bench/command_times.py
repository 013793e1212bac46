"""Measure the command beside what it cannot be faster than, and beside other tools."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.bench.comparison import Comparison, take_pairs
from tests.bench.machine import time_command
from tests.services.real_tools import open_pass
from tests.support.command import TwauthCommand, approve_link
from tests.support.keychain import SecretService
from tests.support.sample_index import fill_index
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.store.account_list import INDEX_FILE_NAME

LISTED_ACCOUNTS = 1_000
_TOPIC = "The command"
_BIN = Path(sys.executable).parent
_QUERY = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
sql = "SELECT * FROM accounts ORDER BY handle COLLATE NOCASE, id"
assert len(connection.execute(sql).fetchall()) == int(sys.argv[2])
"""
_TWEEPY = "import tweepy; tweepy.Client('a', 'b', 'c', 'd', 'e')"
Words = Sequence[str | Path]


def measure_commands(folder: Path, runs: int) -> list[Comparison]:
    """Measure the installed command: its start, its list, handing credentials over."""
    return [*_measure_listing(folder / "command", runs), *_measure_run(folder / "run", runs)]


def _measure_listing(folder: Path, runs: int) -> list[Comparison]:
    fill_index(folder, LISTED_ACCOUNTS)
    env = {"PATH": os.environ["PATH"], "TWAUTH_DATA_DIR": str(folder)}
    python = sys.executable
    query = (python, "-c", _QUERY, folder / INDEX_FILE_NAME, str(LISTED_ACCOUNTS))
    version, listing = ((_BIN / "twauth", word) for word in ("--version", "list"))
    accounts = f"twauth list, {LISTED_ACCOUNTS:,} accounts"
    return [
        _compare("twauth --version", version, "python -c pass", (python, "-c", "pass"), env, runs),
        _compare(
            *(accounts, listing, "Python, and the same query of SQLite", query, env, runs),
            aim=1.5,
        ),
        _compare(
            *(accounts, listing, "a script that makes a tweepy client"),
            *((python, "-c", _TWEEPY), env, runs),
            aim=1.0,
        ),
    ]


def _measure_run(folder: Path, runs: int) -> list[Comparison]:
    with SecretService(folder) as keychain, Sandbox(0) as sandbox:
        env = {**keychain.env, "TWAUTH_DATA_DIR": str(folder / "list")}
        _sign_in(TwauthCommand(env), sandbox)
        (item,) = [name for name in keychain.service_names() if "/account/" in name]
        name, ours = "twauth run @bot -- true", (_BIN / "twauth", "run", "@news_bot", "--", "true")
        keyring = (_BIN / "keyring", "get", item, "record")
        rows = [_compare(name, ours, "keyring get, of the same item", keyring, env, runs, aim=1.2)]
        with pytest.MonkeyPatch.context() as patch, open_pass(folder, patch):
            _ = subprocess.run(
                ["pass", "insert", "-m", "bot"],
                input=b"secret\n",
                stdout=subprocess.DEVNULL,
                check=True,
            )
            own = {**env, **{k: os.environ[k] for k in ("GNUPGHOME", "PASSWORD_STORE_DIR")}}
            rows.append(_compare(name, ours, "pass show", ("pass", "show", "bot"), own, runs))
    return rows


def _compare(  # noqa: PLR0917 - names and commands in the order of the row
    name: str,
    ours: Words,
    reference: str,
    theirs: Words,
    env: Mapping[str, str],
    runs: int,
    aim: float | None = None,
) -> Comparison:
    pairs = take_pairs(lambda: time_command(ours, env), lambda: time_command(theirs, env), runs)
    return Comparison(_TOPIC, name, reference, pairs, aim=aim)


def _sign_in(twauth: TwauthCommand, sandbox: Sandbox) -> None:
    app = sandbox.demo_app
    keys = f"{app.api_key}\n{app.api_secret}\n"
    assert twauth("app", "add", "News", "--api-url", sandbox.url, stdin=keys).code == 0
    pending = twauth("authorize", "--app", "News", "--no-wait", "--json").json
    pin = approve_link(pending["url"], "news_bot")
    assert twauth("resume", pending["id"], "--pin", "-", stdin=pin).code == 0
