"""Keys that are shown stay in their field: no clipboard gets them, and no selection."""

from __future__ import annotations

import pytest

from tests.journeys.window_user import WindowUser, read_clipboard
from tests.support.desktop import Desktop
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey


def test_shown_keys_stay_in_their_field(desktop: Desktop, sandbox: Sandbox) -> None:
    with WindowUser(desktop) as person:
        person.fill_app_form(sandbox, "Newsroom")
        person.screen.find("check box", "Show the keys").click()
        field = person.screen.find("text", "API secret")
        assert field.text == sandbox.demo_app.api_secret
        for copying in ("ctrl+c", "ctrl+x", "ctrl+Insert", "shift+Delete"):
            field.click(times=2)
            person.screen.press_keys("ctrl+a")
            person.screen.press_keys(copying)
        assert read_clipboard(desktop) == ""
        assert read_clipboard(desktop, "--selection") == ""
        assert field.text == sandbox.demo_app.api_secret
        person.screen.press_keys("ctrl+u")  # on X11 Qt copies the line that this deletes
        field.wait_for(lambda node: not node.text, "the line is deleted")
        assert read_clipboard(desktop) == ""
        field.type("typed again")
        field.wait_for(lambda node: node.text == "typed again", "typing goes on")
