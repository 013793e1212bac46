"""Prove that the user at the browser signs in, allows, denies, reads the PIN."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.desktop import Desktop
from tests.support.screen_reader import Screen
from tests.support.secret_search import search_files
from tests.support_checks.conftest import REPOSITORY, sign_in_url
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(0) as server:
        yield server


def open_sign_in(sandbox: Sandbox, desktop: Desktop, callback: str) -> None:
    """Start a program that asks Qt for the browser, as the app does."""
    url = sign_in_url(sandbox, callback)
    argv = [sys.executable, "-m", "tests.support_checks.sample_window", url]
    program = desktop.start(argv, PYTHONPATH=str(REPOSITORY))
    with Screen(desktop, program.pid) as screen:
        screen.find("push button", "Help").click()


def test_the_pin(sandbox: Sandbox, desktop: Desktop) -> None:
    visit = desktop.browser.sign_in_as("marsh_weather")
    open_sign_in(sandbox, desktop, "oob")
    result = visit.wait_for_result()
    assert result["ended"] == "pin"
    assert result["pin"].isdigit()
    assert search_files(["marsh_weather"], [desktop.home]) == []


def test_back_to_the_callback(sandbox: Sandbox, desktop: Desktop) -> None:
    visit = desktop.browser.sign_in_as("tidal_times")
    open_sign_in(sandbox, desktop, "https://bots.example/callback")
    result = visit.wait_for_result()
    assert result["ended"] == "callback"
    assert result["url"] == "https://bots.example/callback"
    assert "oauth_verifier" in parse_qs(urlsplit(result["address"]).query)


def test_not_allowed(sandbox: Sandbox, desktop: Desktop) -> None:
    visit = desktop.browser.sign_in_as("ferry_delays7", "deny")
    open_sign_in(sandbox, desktop, "https://bots.example/callback")
    assert "denied" in parse_qs(urlsplit(visit.wait_for_result()["address"]).query)
    visit = desktop.browser.sign_in_as("ferry_delays7", "deny")
    open_sign_in(sandbox, desktop, "oob")
    assert "was not allowed" in visit.wait_for_result()["text"]


def test_a_page_that_does_not_take_the_handle_is_an_end(sandbox: Sandbox, desktop: Desktop) -> None:
    visit = desktop.browser.sign_in_as("no handle at all")
    open_sign_in(sandbox, desktop, "oob")
    result = visit.wait_for_result()
    assert result["ended"] == "page"
    assert "1 to 15 letters" in result["text"]
