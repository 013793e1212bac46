"""Measure the command beside what it cannot be faster than."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.start_times import ROOT
from tests.support.command import TwauthCommand, approve_link
from tests.support.keychain import SecretService
from tests.support.sample_index import fill_index
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.store.account_list import INDEX_FILE_NAME

LISTED_ACCOUNTS = 1_000
LIST_AIM = 1.5
RUN_AIM = 1.2
_BIN = Path(sys.executable).parent
_QUERY = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
sql = "SELECT * FROM accounts ORDER BY handle COLLATE NOCASE, id"
assert len(connection.execute(sql).fetchall()) == int(sys.argv[2])
"""
Words = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class CommandTime:
    """Medians of two programs that were started in turns; ratio is the median of the pairs'."""

    name: str
    reference: str
    seconds: float
    reference_seconds: float
    ratio: float
    aim: float


def measure_commands(folder: Path, runs: int) -> list[CommandTime]:
    """Measure the installed command: its version, its list, handing credentials over."""
    return [*_measure_listing(folder / "command", runs), _measure_run(folder / "run", runs)]


def _measure_listing(folder: Path, runs: int) -> list[CommandTime]:
    fill_index(folder, LISTED_ACCOUNTS)
    env = {"PATH": os.environ["PATH"], "TWAUTH_DATA_DIR": str(folder)}
    query = (sys.executable, "-c", _QUERY, folder / INDEX_FILE_NAME, str(LISTED_ACCOUNTS))
    floor = "Python's start and the query"
    turns = _AlternateRuns(env, runs)
    return [
        turns.measure(f"twauth {words}", (_BIN / "twauth", words), floor, query, aim=LIST_AIM)
        for words in ("--version", "list")
    ]


def _measure_run(folder: Path, runs: int) -> CommandTime:
    with SecretService(folder) as keychain, Sandbox(0) as sandbox:
        env = {**keychain.env, "TWAUTH_DATA_DIR": str(folder / "list")}
        _sign_in(TwauthCommand(env), sandbox)
        (item,) = [name for name in keychain.service_names() if "/account/" in name]
        handed = (_BIN / "twauth", "run", "@news_bot", "--", "true")
        read = (_BIN / "keyring", "get", item, "record")
        turns = _AlternateRuns(env, runs)
        name = "twauth run @bot -- true"
        return turns.measure(name, handed, "keyring get", read, aim=RUN_AIM)


def _sign_in(twauth: TwauthCommand, sandbox: Sandbox) -> None:
    app = sandbox.demo_app
    keys = f"{app.api_key}\n{app.api_secret}\n"
    assert twauth("app", "add", "News", "--api-url", sandbox.url, stdin=keys).code == 0
    pending = twauth("authorize", "--app", "News", "--no-wait", "--json").json
    pin = approve_link(pending["url"], "news_bot")
    assert twauth("resume", pending["id"], "--pin", "-", stdin=pin).code == 0


class _AlternateRuns:
    """Two programs started in turns, once more than counted so that the caches are full."""

    def __init__(self, env: Mapping[str, str], runs: int) -> None:
        self._env = env
        self._runs = runs

    def measure(
        self, name: str, words: Words, beside: str, others: Words, *, aim: float
    ) -> CommandTime:
        turns = range(self._runs + 1)
        pairs = [(self._time_run(words), self._time_run(others)) for _ in turns][1:]
        ours, theirs = zip(*pairs, strict=True)
        ratio = median(one / other for one, other in pairs)
        return CommandTime(name, beside, median(ours), median(theirs), ratio, aim)

    def _time_run(self, words: Words) -> float:
        started = time.perf_counter()
        subprocess.run(list(words), cwd=ROOT, env=self._env, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - started
