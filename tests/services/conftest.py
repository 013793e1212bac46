"""Fixtures of the tests of the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.installations import NOON, Installation
from twauth_gui.domain.apps import App
from twauth_gui.sandbox.server import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(port=0) as running:
        yield running


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Return the clock of the services; tests override it."""
    return lambda: NOON


@pytest.fixture
def installation(
    tmp_path: Path, sandbox: Sandbox, clock: Callable[[], datetime]
) -> Iterator[Installation]:
    created = Installation.create(tmp_path / "data", sandbox, clock)
    yield created
    created.services.close()


@pytest.fixture
def app(installation: Installation) -> App:
    return installation.add_app()
