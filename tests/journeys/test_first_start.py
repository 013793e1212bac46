"""Other ways to start: the pretend X, a link for the owner, no keychain at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.window_user import WindowUser, read_clipboard
from tests.support.desktop import Desktop
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey


def test_the_sandbox_is_one_click_away(desktop: Desktop) -> None:
    with WindowUser(desktop) as person:
        person.press("Try it with a pretend X")
        person.press("Start and add an account")
        person.screen.find("text", "Expected handle", seconds=20)
        person.sign_in_by_browser("ferry_delays7")
        person.screen.find("label", name_contains="Can read and write")
        person.close()
    with WindowUser(desktop) as person:  # it starts again by itself when one of its apps is used
        person.screen.find("list item", name_contains="@ferry_delays7")
        person.press("Check now")
        person.screen.find("label", name_contains="Checked just now")
        person.close()


def test_without_a_keychain_nothing_is_stored_and_the_window_says_why(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    with Desktop(tmp_path, size=(1280, 860), keychain=False) as desktop:
        with WindowUser(desktop) as person:
            person.screen.find("label", name_contains="No keychain on this computer")
            person.fill_app_form(sandbox, "Newsroom")
            person.press("Save app")
            person.screen.find(None, name_contains="does not fall back to plain text")
            person.press("Cancel")
            person.close()
        stored = [path for path in desktop.home.rglob("*") if path.is_file()]
        assert all(sandbox.demo_app.api_secret.encode() not in p.read_bytes() for p in stored)


def test_a_link_for_the_owner_comes_back_as_an_address(desktop: Desktop, sandbox: Sandbox) -> None:
    owner = "letters_desk3"
    with WindowUser(desktop) as person:
        person.add_first_app(sandbox, "Newsroom")
        person.begin_sign_in(owner, "By link to the owner", "Get the message")
        person.press("Copy message")
        message = read_clipboard(desktop)
        assert f"@{owner}" in message
        link = next(line for line in message.splitlines() if line.startswith("http"))
        person.press("Finish later")
        person.close()
    visit = desktop.browser.sign_in_as(owner)  # days later, on the owner's own computer
    desktop.run(["xdg-open", link])
    pin = visit.wait_for_result()["pin"]
    with WindowUser(desktop) as person:
        person.screen.find("list item", name_contains=f"@{owner}").click()
        person.press("Continue")
        person.type_pin(owner, pin)
        person.close()
