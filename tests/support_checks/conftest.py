"""One desktop for the checks of a module, because starting one costs half a second."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from requests_oauthlib import OAuth1Session

from tests.support.desktop import Desktop
from tests.support.processes import Program
from tests.support.screen_reader import Screen
from twauth_gui.sandbox.server import Sandbox

REPOSITORY = Path(__file__).resolve().parents[2]
HELP_URL = "http://127.0.0.1:9/help?topic=keys"


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with Desktop(tmp_path_factory.mktemp("desktop")) as running:
        yield running


@pytest.fixture
def sample(desktop: Desktop) -> Iterator[Program]:
    """The sample window, whose Help button opens HELP_URL."""
    argv = [sys.executable, "-m", "tests.support_checks.sample_window", HELP_URL]
    program = desktop.start(argv, PYTHONPATH=str(REPOSITORY))
    yield program
    program.kill()


@pytest.fixture
def screen(desktop: Desktop, sample: Program) -> Iterator[Screen]:
    with Screen(desktop, sample.pid) as app_screen:
        yield app_screen


def sign_in_url(sandbox: Sandbox, callback: str) -> str:
    """The page an app would send a user to."""
    app = sandbox.demo_app
    session: Any = OAuth1Session(app.api_key, app.api_secret, callback_uri=callback)
    token: str = session.fetch_request_token(f"{sandbox.url}/oauth/request_token")["oauth_token"]
    return f"{sandbox.url}/oauth/authorize?oauth_token={token}&force_login=true"
