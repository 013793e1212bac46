"""Every journey gets a desktop and a pretend X of its own."""

from __future__ import annotations

import socket
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.desktop import Desktop
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.sandbox.settings import SandboxSettings


@pytest.fixture
def desktop(tmp_path: Path) -> Generator[Desktop]:
    with Desktop(tmp_path, size=(1280, 860)) as running:
        running.env["TWAUTH_LOG_LEVEL"] = "debug"  # the most that could leak
        yield running


@pytest.fixture
def sandbox() -> Generator[Sandbox]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    settings = SandboxSettings(callbacks=(f"http://127.0.0.1:{port}/callback",))
    with Sandbox(port=0, settings=settings) as running:
        yield running
