"""Fixtures: a sandbox, a real keychain, the command with both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command_environment import CommandEnvironment
from tests.cli.prepared import save_app, sign_in
from tests.support.command import TwauthCommand, minimal_environment
from tests.support.installations import demo_app_keys, find_free_port
from tests.support.keychain import SecretService
from tests.support.sandbox_hooks import HookedClock
from twauth_gui.domain.hosts import Hosts
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.apps import AppDraft


@pytest.fixture
def clock() -> HookedClock:
    return HookedClock()


@pytest.fixture
def sandbox(clock: HookedClock) -> Iterator[Sandbox]:
    with Sandbox(0, now=clock) as running:
        yield running


@pytest.fixture
def bare(tmp_path: Path) -> TwauthCommand:
    """The command without a keychain and without a home folder."""
    return TwauthCommand(minimal_environment(tmp_path))


@pytest.fixture(scope="session")
def keychain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    with SecretService(tmp_path_factory.mktemp("keychain")) as running:
        yield running


@pytest.fixture
def twauth(keychain: SecretService, tmp_path: Path) -> TwauthCommand:
    """The command with the keychain and a data folder of its own."""
    return TwauthCommand({**keychain.env, "TWAUTH_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def app(twauth: TwauthCommand, sandbox: Sandbox) -> str:
    """The label of the sandbox's app, which is saved; its callback is on a free port."""
    callback = f"http://127.0.0.1:{find_free_port()}/callback"
    sandbox.change_settings(callbacks=(callback,))
    hosts = Hosts.from_api_url(sandbox.url)
    save_app(twauth.env, AppDraft("Newsroom", demo_app_keys(sandbox), callback, hosts))
    return "Newsroom"


@pytest.fixture
def account(twauth: TwauthCommand, app: str) -> str:
    """The handle, with @, of an account that is signed in under the app."""
    sign_in(twauth.env, app, "fernwick_news")
    return "@fernwick_news"


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandEnvironment]:
    """The environment on which every command is called while something around it fails."""
    folder, clock = tmp_path_factory.mktemp("hostile"), HookedClock()
    with SecretService(folder / "keychain") as keychain, Sandbox(0, now=clock) as sandbox:
        environment = CommandEnvironment(keychain, sandbox, clock, folder)
        environment.fill()
        yield environment
        environment.check_whole()
