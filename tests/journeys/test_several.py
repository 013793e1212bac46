"""From the private view on into the browser, then a whole list of accounts in one go."""

from __future__ import annotations

import pytest

from tests.journeys.window_user import WindowUser
from tests.support.desktop import Desktop
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey

FIRST, LIST = "letters_desk3", ("fernwick_news", "marsh_weather")


def test_a_list_is_signed_in_after_a_view_went_on_in_the_browser(
    desktop: Desktop, sandbox: Sandbox
) -> None:
    with WindowUser(desktop) as person:
        person.add_first_app(sandbox, "Newsroom")
        person.begin_sign_in(FIRST, "In this window", "Open the page here")
        person.screen.find("web document", name_contains="Log in", seconds=40)
        desktop.browser.sign_in_as(FIRST)
        person.press("Use your browser")
        person.finish_sign_in(FIRST)
        person.press("Add account")
        person.press("Add several…")
        person.screen.find("text", "Handles").type(", ".join(LIST))
        person.screen.find("radio button", "In your browser").click()
        desktop.browser.sign_in_as(LIST[0])
        person.press("Start")
        person.screen.find("heading", name_contains=f"@{LIST[0]} is signed in", seconds=40)
        desktop.browser.sign_in_as(LIST[1])
        person.press("Next")
        person.screen.find("heading", name_contains=f"@{LIST[1]} is signed in", seconds=40)
        person.press("Done")
        person.screen.find("heading", name_contains="2 of 2 signed in")
        person.press("Done")
        for handle in (FIRST, *LIST):
            person.screen.find("list item", name_contains=f"@{handle}")
        person.close()
