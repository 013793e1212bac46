"""Measure a check of many accounts: its duration, and the window's longest stall."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.start_times import ROOT
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
from twauth_gui.services.health_check.batch_checker import DEFAULT_WORKERS
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.store import Store

LATENCY = 0.1
_SECONDS = 600


@dataclass(frozen=True, slots=True)
class CheckRunTime:
    """One run. stall: the longest time that the window did not react, in seconds."""

    accounts: int
    seconds: float
    stall: float

    @property
    def ideal(self) -> float:
        return LATENCY * self.accounts / DEFAULT_WORKERS

    @property
    def ratio(self) -> float:
        return self.seconds / self.ideal


def measure_check_run(folder: Path, accounts: int) -> CheckRunTime:
    """Press Check all in the real window, over a real keychain and a pretend X with latency."""
    folder.mkdir(parents=True)
    with SecretService(folder / "keychain") as service, _slow_x() as url:
        _fill_store(folder / "data", accounts, url, service)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.check_window_process", str(folder / "data")],
            cwd=ROOT,
            env={**service.env, "PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    result = json.loads(done.stdout)
    assert result["words"] == f"{accounts:,} working", result
    return CheckRunTime(accounts, result["seconds"], result["stall"])


@contextmanager
def _slow_x() -> Generator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.slow_sandbox_process", str(LATENCY)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        assert process.stdin is not None
        process.stdin.close()


def _fill_store(directory: Path, accounts: int, url: str, service: SecretService) -> None:
    """Keep an app and accounts whose tokens the pretend X takes."""
    demo = Sandbox().demo_app
    vault = MemoryVault()
    store = Store.open(directory, vault, now=utc_now)
    keys = AppKeys(Secret(demo.api_key), Secret(demo.api_secret))
    app = store.apps.add(
        App(AppId("bench"), "Bench", utc_now(), hosts=Hosts.from_api_url(url)), keys
    )
    maker = OAuth1TokenCodec(Sandbox().settings.seed, demo.api_key)
    for number in range(accounts):
        invented = account_for(f"bench_{number}")
        assert invented is not None
        token = maker.access_token(maker.new_grant(invented, "read-write"))
        account = replace(
            invent_account(number), app_id=app.id, user_id=invented.id, handle=invented.handle
        )
        secret = Secret(maker.access_secret(token))
        store.accounts.add(account, Credentials(Secret(token), secret))
    store.close()
    with replace_environment(service.env):
        keychain = open_system_vault("linux")
        for name, value in vault.items.items():
            keychain.write(name, Secret(value))
        keychain.close()
