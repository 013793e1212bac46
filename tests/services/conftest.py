"""What the tests of the services share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.ground import Ground
from twauth_gui.domain.apps import App
from twauth_gui.sandbox.server import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(port=0) as running:
        yield running


@pytest.fixture
def ground(tmp_path: Path, sandbox: Sandbox) -> Iterator[Ground]:
    made = Ground.at(tmp_path / "data", sandbox)
    yield made
    made.kit.close()


@pytest.fixture
def app(ground: Ground) -> App:
    return ground.add_app()
