"""Measures the command beside what it cannot be faster than."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.filling import fill
from tests.bench.starts import ROOT
from tests.cli.twauth import Twauth, approve
from tests.support.secret_service import SecretService
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.store.listing import FILE_NAME

LISTED = 1_000
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
class Beside:
    """Medians of two programs that were started in turns; ratio is the median of the pairs'."""

    name: str
    beside: str
    seconds: float
    beside_seconds: float
    ratio: float
    aim: float


def command_costs(folder: Path, runs: int) -> list[Beside]:
    """Measure the installed command: its version, its list, handing credentials over."""
    return [*_listing_costs(folder / "command", runs), _run_cost(folder / "run", runs)]


def _listing_costs(folder: Path, runs: int) -> list[Beside]:
    fill(folder, LISTED)
    env = {"PATH": os.environ["PATH"], "TWAUTH_DATA_DIR": str(folder)}
    query = (sys.executable, "-c", _QUERY, folder / FILE_NAME, str(LISTED))
    floor = "Python's start and the query"
    turns = _Turns(env, runs)
    return [
        turns.measure(f"twauth {words}", (_BIN / "twauth", words), floor, query, aim=LIST_AIM)
        for words in ("--version", "list")
    ]


def _run_cost(folder: Path, runs: int) -> Beside:
    with SecretService(folder) as keychain, Sandbox(0) as sandbox:
        env = {**keychain.env, "TWAUTH_DATA_DIR": str(folder / "list")}
        _sign_in(Twauth(env), sandbox)
        (item,) = [name for name in keychain.services() if "/account/" in name]
        handed = (_BIN / "twauth", "run", "@news_bot", "--", "true")
        read = (_BIN / "keyring", "get", item, "record")
        turns = _Turns(env, runs)
        name = "twauth run @bot -- true"
        return turns.measure(name, handed, "keyring get", read, aim=RUN_AIM)


def _sign_in(twauth: Twauth, sandbox: Sandbox) -> None:
    app = sandbox.demo_app
    keys = f"{app.api_key}\n{app.api_secret}\n"
    assert twauth("app", "add", "News", "--api-url", sandbox.url, stdin=keys).code == 0
    begun = twauth("authorize", "--app", "News", "--no-wait", "--json").json
    pin = approve(begun["url"], "news_bot")
    assert twauth("resume", begun["id"], "--pin", "-", stdin=pin).code == 0


class _Turns:
    """Starts two programs in turns, once more than asked so that the caches are full."""

    def __init__(self, env: Mapping[str, str], runs: int) -> None:
        self._env = env
        self._runs = runs

    def measure(self, name: str, words: Words, beside: str, others: Words, *, aim: float) -> Beside:
        turns = range(self._runs + 1)
        pairs = [(self._seconds(words), self._seconds(others)) for _ in turns][1:]
        ours, theirs = zip(*pairs, strict=True)
        ratio = median(one / other for one, other in pairs)
        return Beside(name, beside, median(ours), median(theirs), ratio, aim)

    def _seconds(self, words: Words) -> float:
        begun = time.perf_counter()
        subprocess.run(list(words), cwd=ROOT, env=self._env, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - begun
