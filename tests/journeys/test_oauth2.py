"""A sign-in with OAuth 2.0 that is killed goes on, and ends in a token that X takes."""

from __future__ import annotations

import json

import pytest

from tests.journeys.window_user import WindowUser, read_clipboard
from tests.support.desktop import Desktop
from tests.support.sandbox_app import call_api
from tests.support.secret_search import search_files
from tests.support.wait import wait_until
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey

HANDLE = "marsh_weather"


def add_app(person: WindowUser, sandbox: Sandbox) -> None:
    """Paste all four keys into the empty window."""
    demo = sandbox.demo_app
    keys = {
        "api_key": demo.api_key,
        "api_secret": demo.api_secret,
        "client_id": demo.client_id,
        "client_secret": demo.client_secret,
    }
    person.screen.find("text", "Keys of your app").type(json.dumps(keys))
    person.press("Add this app")
    person.screen.find("text", "API host").retype(sandbox.url)
    person.screen.find("text", "Callback URLs").retype(demo.callbacks[0])
    person.press("Save app")


def copied_token(person: WindowUser) -> str:
    person.press("Copy the OAuth 2.0 access token")
    person.screen.find("push button", "Clear now")
    token = read_clipboard(person.desktop)
    person.press("Clear now")
    return token


def test_inside_the_window(desktop: Desktop, sandbox: Sandbox) -> None:
    with WindowUser(desktop) as person:
        add_app(person, sandbox)
        person.screen.find("radio button", "OAuth 2.0").click()
        person.begin_sign_in(HANDLE, "In this window", "Open the page here")
        page = person.screen.find("web document", name_contains="Log in", seconds=40)
        # X fills no handle in here: OAuth 2.0 has no screen_name.
        person.screen.find("text", "Handle", within=page).type(HANDLE)
        person.screen.find("text", "Password", within=page).type("any password")
        person.press("Log in")
        person.press("Allow", seconds=40)
        person.finish_sign_in(HANDLE)
        person.select_account(HANDLE)
        assert call_api(sandbox, copied_token(person)).status_code == 200
        person.close()


def test_killed_while_x_asks_then_used(desktop: Desktop, sandbox: Sandbox) -> None:
    with WindowUser(desktop) as person:
        add_app(person, sandbox)
        person.screen.find("radio button", "OAuth 2.0").click()
        person.begin_sign_in(HANDLE, "In your browser", "Open browser")
        person.screen.find("push button", "Finish later")
        person.program.kill()
    with WindowUser(desktop) as person:
        desktop.browser.sign_in_as(HANDLE)
        person.screen.find("list item", name_contains=f"@{HANDLE}").click()
        person.press("Continue")
        person.finish_sign_in(HANDLE)
        person.select_account(HANDLE)
        first = copied_token(person)
        assert call_api(sandbox, first).status_code == 200
        person.press("Renew now")
        wait_until(lambda: copied_token(person) != first, 30, "the tokens are others")
        second = copied_token(person)
        assert call_api(sandbox, second).status_code == 200
        person.require_no_trace([first, second])
        person.close()
    assert not search_files([first, second], [desktop.home, desktop.logs, desktop.runtime])
