"""The page about the first account is followed word by word."""

from __future__ import annotations

import re

import pytest

from tests.journeys.window_user import REPOSITORY, WindowUser
from tests.support.desktop import Desktop

pytestmark = pytest.mark.journey

PAGE = REPOSITORY / "docs" / "first-account.md"
HANDLE = "marsh_weather"
ON_X_PAGES = {"Log in", "Allow"}
"""What the visitor of the desktop's browser presses."""


def read_section(title: str) -> str:
    return PAGE.read_text("utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_steps_in_the_window(desktop: Desktop) -> None:
    buttons = re.findall(r"\*\*(.+?)\*\*", read_section("In the window"))
    file = desktop.home / "bot.env"
    visit = desktop.browser.sign_in_as(HANDLE)
    with WindowUser(desktop) as person:
        for button in buttons:
            if button == "With a PIN":
                person.screen.find("text", "Expected handle", seconds=20).retype(HANDLE)
                person.screen.find("radio button", button).click()
            elif button in ON_X_PAGES:
                continue
            else:
                if button == "Finish sign-in":
                    pin = visit.wait_for_result()["pin"]
                    assert len(pin) == 7
                    person.screen.find("text", "PIN").retype(pin)
                elif button == "Done":
                    name = f"@{HANDLE} is signed in"
                    person.screen.find("heading", name_contains=name, seconds=40)
                elif button == "Save file":
                    person.screen.find("radio button", "File").click()
                    person.screen.find("text", "Path of the file").retype(str(file))
                person.press(button, seconds=40)
        person.screen.find(None, name_contains="bot.env", seconds=20)
        person.close()
    assert "TWITTER_ACCESS_TOKEN=" in file.read_text("utf-8")
