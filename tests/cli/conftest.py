"""A pretend X, a real keychain, the command with both."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.hostile_ground import Ground
from tests.cli.moment import Moment
from tests.cli.twauth import Twauth, bare_environment
from tests.support.secret_service import SecretService
from twauth_gui.sandbox.server import Sandbox


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def sandbox(moment: Moment) -> Iterator[Sandbox]:
    with Sandbox(0, now=moment) as running:
        yield running


@pytest.fixture
def bare(tmp_path: Path) -> Twauth:
    """The command without a keychain, without a home."""
    return Twauth(bare_environment(tmp_path))


@pytest.fixture(scope="session")
def keychain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    with SecretService(tmp_path_factory.mktemp("keychain")) as running:
        yield running


@pytest.fixture
def twauth(keychain: SecretService, tmp_path: Path) -> Twauth:
    """The command with the keychain, and a list of accounts of its own."""
    return Twauth({**keychain.env, "TWAUTH_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def app(twauth: Twauth, sandbox: Sandbox) -> str:
    """The label of the sandbox's app, which is kept; its callback is on a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        callback = f"http://127.0.0.1:{probe.getsockname()[1]}/callback"
    sandbox.change(callbacks=(callback,))
    demo = sandbox.demo_app
    added = twauth(
        *("app", "add", "Newsroom", "--api-url", sandbox.url, "--callback", callback),
        stdin=f"{demo.api_key}\n{demo.api_secret}\n",
    )
    assert added.code == 0, added.err
    return "Newsroom"


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """What every command is called on while the world around it is poor."""
    folder, moment = tmp_path_factory.mktemp("hostile"), Moment()
    with SecretService(folder / "keychain") as keychain, Sandbox(0, now=moment) as sandbox:
        ground = Ground(keychain, sandbox, moment, folder)
        ground.furnish()
        yield ground
        ground.whole()
