"""Measure a check of many accounts beside a plain loop of tweepy, and the window's pauses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.comparison import Comparison
from tests.bench.machine import ROOT, run_module
from tests.bench.store_costs import replace_environment
from tests.support.keychain import SecretService
from tests.support.sample_index import invent_account
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.accounts import account_for
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.sandbox.token_codec import OAuth1TokenCodec
from twauth_gui.services.container import utc_now
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.store import Store

LATENCY = 0.1
LOOP_ACCOUNTS = 40
_TOPIC = "Checking all accounts"
_STALL_LIMIT = 0.05


def measure_check_run(folder: Path, accounts: int, runs: int) -> list[Comparison]:
    """Press Check all in the real window, over a real keychain and a pretend X with latency."""
    folder.mkdir(parents=True)
    with SecretService(folder / "keychain") as service, _slow_x() as url:
        tokens = _fill_store(folder / "data", accounts, url, service)
        loop = folder / "loop.json"
        _ = loop.write_text(json.dumps([url, tokens[:LOOP_ACCOUNTS]]), encoding="utf-8")
        turns = [_check_both(folder / "data", loop, folder, service.env) for _ in range(runs)]
    assert all(ours["words"] == f"{accounts:,} working" for ours, _ in turns), turns
    count = min(accounts, LOOP_ACCOUNTS)
    latency = f"X answers after {LATENCY * 1000:.0f} ms"
    return [
        Comparison(
            _TOPIC,
            f"Check all, {accounts:,} accounts, each",
            f"a loop of tweepy over {count}, each",
            [(ours["seconds"] / accounts, loop["seconds"] / count) for ours, loop in turns],
            aim=0.25,
            note=latency,
        ),
        Comparison(
            _TOPIC,
            "the window's longest pause meanwhile",
            "its longest pause while idle",
            [(ours["stall"], ours["idle"]) for ours, _ in turns],
            limit=_STALL_LIMIT,
        ),
    ]


def _check_both(data: Path, loop: Path, home: Path, env: Mapping[str, str]) -> tuple[Any, Any]:
    own = {"DBUS_SESSION_BUS_ADDRESS": env["DBUS_SESSION_BUS_ADDRESS"]}
    ours = run_module(["tests.bench.check_window_process", str(data)], home, own)
    return ours, run_module(["tests.bench.tweepy_loop_process", str(loop)], home)


@contextmanager
def _slow_x() -> Generator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.slow_sandbox_process", str(LATENCY)],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        assert process.stdin is not None
        process.stdin.close()


def _fill_store(
    directory: Path, accounts: int, url: str, service: SecretService
) -> Sequence[tuple[str, str, str, str]]:
    """Keep an app and accounts that the pretend X knows; return each one's keys and token."""
    demo = Sandbox().demo_app
    vault = MemoryVault()
    store = Store.open(directory, vault, now=utc_now)
    keys = AppKeys(Secret(demo.api_key), Secret(demo.api_secret))
    app = store.apps.add(
        App(AppId("bench"), "Bench", utc_now(), hosts=Hosts.from_api_url(url)), keys
    )
    maker = OAuth1TokenCodec(Sandbox().settings.seed, demo.api_key)
    made: list[tuple[str, str, str, str]] = []
    for number in range(accounts):
        invented = account_for(f"bench_{number}")
        assert invented is not None
        token = maker.access_token(maker.new_grant(invented, "read-write"))
        account = replace(
            invent_account(number), app_id=app.id, user_id=invented.id, handle=invented.handle
        )
        secret = maker.access_secret(token)
        store.accounts.add(account, Credentials(Secret(token), Secret(secret)))
        made.append((demo.api_key, demo.api_secret, token, secret))
    store.close()
    with replace_environment(service.env):
        keychain = open_system_vault("linux")
        for name, value in vault.items.items():
            keychain.write(name, Secret(value))
        keychain.close()
    return made
