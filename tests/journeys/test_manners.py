"""The window as a program among others: started twice, ended by the session, opened again."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.journeys.window_user import TEST_ENVIRONMENT, WindowUser
from tests.support.desktop import Desktop
from tests.support.sample_index import fill_index
from tests.support.wait import wait_until

pytestmark = pytest.mark.journey

WINDOW = (sys.executable, "-m", "twauth_gui")


def find_window(desktop: Desktop) -> str:
    return desktop.run(["xdotool", "search", "--onlyvisible", "--name", "^Twauth$"]).split()[0]


def area_of(desktop: Desktop) -> list[str]:
    """The geometry of the window as the screen has it: position and size."""
    words = desktop.run(["xdotool", "getwindowgeometry", "--shell", find_window(desktop)])
    return [line for line in words.splitlines() if line.partition("=")[0] != "WINDOW"]


def test_one_window_that_comes_back_as_it_was(desktop: Desktop) -> None:
    fill_index(desktop.home / ".local/share/twauth", 40)
    keys = desktop.home / "bot.env"
    keys.write_text(f"TWITTER_API_KEY={'k' * 25}\nTWITTER_API_SECRET={'s' * 50}\n")
    with WindowUser(desktop) as person:
        person.screen.find("list item", name_contains="@beck")
        person.screen.find(None, name_contains="Needs attention").click()
        person.press("Sorted by handle, A to Z")
        person.screen.press_keys("Up", "Return")  # the last order
        person.screen.find("push button", "Sorted by newest first")
        window = find_window(desktop)
        _ = desktop.run(["xdotool", "windowmove", window, "60", "80"])
        _ = desktop.run(["xdotool", "windowsize", window, "1100", "640"])
        before = wait_until(
            lambda: (now := area_of(desktop))[3:4] == ["HEIGHT=640"] and now, 10, ""
        )
        _ = desktop.run(["xdotool", "windowminimize", window])
        second = desktop.start([*WINDOW, keys], **TEST_ENVIRONMENT)
        assert second.wait() == 0, second.err
        person.screen.find("dialog", "Import")
        assert find_window(desktop) == window
        person.program.terminate()
        assert person.program.wait() == 0, person.program.err
    with WindowUser(desktop) as person:
        person.screen.find("push button", name_contains="Sorted by newest first")
        assert "checked" in person.screen.find(None, name_contains="Needs attention").states
        assert area_of(desktop) == before
        person.program.kill()
        assert person.program.wait() == -signal.SIGKILL
    with WindowUser(desktop) as person:  # what the killed one left is in nobody's way
        person.screen.find("list", "Accounts")
        person.screen.press_keys("ctrl+q")
        assert person.program.wait() == 0
