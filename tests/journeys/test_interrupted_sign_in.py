"""A sign-in that is cut off goes on: killed between link and PIN, finished after a restart."""

from __future__ import annotations

import pytest

from tests.journeys.window_user import WindowUser
from tests.support.desktop import Desktop
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey

HANDLE = "marsh_weather"


def test_killed_between_the_link_and_the_pin(desktop: Desktop, sandbox: Sandbox) -> None:
    with WindowUser(desktop) as person:
        person.add_first_app(sandbox, "Newsroom")
        person.begin_sign_in(HANDLE, "With a PIN", "Get the link")
        pin = person.approve_for_pin(HANDLE)
        person.screen.find("text", "PIN").type(pin)
        person.program.kill()
    with WindowUser(desktop) as person:
        person.screen.find("list item", name_contains=f"@{HANDLE}").click()
        person.press("Continue")
        person.type_pin(HANDLE, pin)
        person.screen.find("label", name_contains="Can read and write")
        assert not person.screen.find_all("list item", name_contains="signing in")
        person.close()


def test_finished_later_by_the_browser_that_returns(desktop: Desktop, sandbox: Sandbox) -> None:
    with WindowUser(desktop) as person:
        person.add_first_app(sandbox, "Newsroom")
        person.begin_sign_in(HANDLE, "In your browser", "Open browser")
        person.press("Finish later")
        person.close()
    with WindowUser(desktop) as person:
        desktop.browser.sign_in_as(HANDLE)
        person.screen.find("list item", name_contains=f"@{HANDLE}").click()
        person.press("Continue")
        person.finish_sign_in(HANDLE)
        person.close()
