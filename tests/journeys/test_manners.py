"""The window as a program among others: started twice, ended by the session, opened again."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack

import pytest

from tests.journeys.window_user import TEST_ENVIRONMENT, WindowUser
from tests.support.desktop import Desktop
from tests.support.sample_index import fill_index
from tests.support.tray import Tray
from tests.support.wait import wait_until

pytestmark = pytest.mark.journey

WINDOW = (sys.executable, "-m", "twauth_gui")


def find_window(desktop: Desktop) -> str:
    return desktop.run(["xdotool", "search", "--onlyvisible", "--name", "^Twauth$"]).split()[0]


def area_of(desktop: Desktop) -> list[str]:
    """The geometry of the window as the screen has it: position and size."""
    words = desktop.run(["xdotool", "getwindowgeometry", "--shell", find_window(desktop)])
    return [line for line in words.splitlines() if line.partition("=")[0] != "WINDOW"]


def visible_windows(desktop: Desktop) -> list[str]:
    found = desktop.run(["sh", "-c", "xdotool search --onlyvisible --name '^Twauth$' || true"])
    return found.split()


def turn_tray_on(person: WindowUser, tray: ExitStack) -> Tray:
    """Turn the icon on in the settings of a desktop whose tray comes late."""
    screen, desktop = person.screen, person.desktop
    person.press("Settings")
    box = screen.find("check box", "Show an icon in the tray")
    box.wait_for(lambda node: "sensitive" not in node.states, "no tray")
    service = tray.enter_context(Tray(desktop.env["DBUS_SESSION_BUS_ADDRESS"], desktop.bus))
    _ = box.wait_state("sensitive")
    while "focused" not in box.states:
        screen.press_keys("Tab")
    screen.press_keys("space")
    service.wait_for_icon()
    screen.press_keys("Escape")
    return service


def close_to_tray(person: WindowUser) -> None:
    person.screen.press_keys("alt+F4")
    wait_until(lambda: not visible_windows(person.desktop), 10, "the window is hidden")


def wait_until_back(person: WindowUser) -> None:
    wait_until(lambda: visible_windows(person.desktop), 10, "the window is back")


def test_the_tray(desktop: Desktop) -> None:
    fill_index(desktop.home / ".local/share/twauth", 2)
    with WindowUser(desktop) as person, ExitStack() as service:
        tray = turn_tray_on(person, service)
        person.screen.press_keys("alt+F4")
        person.screen.find("dialog", "Keep Twauth running?")
        person.screen.press_keys("Return")
        wait_until(lambda: not visible_windows(desktop), 10, "the window is hidden")
        lines = ["Active account: none", "Check 2 accounts", "Lock Twauth", "Open Twauth", "Quit"]
        assert tray.labels() == lines
        tray.choose("@marsh_")
        tray.choose("Copy @marsh_")  # whose credentials the keychain does not have
        person.screen.find("dialog")
        wait_until_back(person)
        assert tray.wait_for("@marsh_").is_checked
        person.screen.press_keys("Escape", "ctrl+l")
        _ = tray.wait_for("Twauth is locked")
        assert tray.labels() == ["Twauth is locked", "Open Twauth", "Quit"]
        close_to_tray(person)
        tray.open()
        wait_until_back(person)
        close_to_tray(person)
        service.close()  # the tray goes, and with it the only way back
        wait_until_back(person)
        tray = service.enter_context(Tray(desktop.env["DBUS_SESSION_BUS_ADDRESS"], desktop.bus))
        tray.wait_for_icon()
        close_to_tray(person)
        tray.choose("Quit")
        assert person.program.wait() == 0


def test_one_window_that_comes_back_as_it_was(desktop: Desktop) -> None:
    fill_index(desktop.home / ".local/share/twauth", 40)
    keys = desktop.home / "bot.env"
    keys.write_text(f"TWITTER_API_KEY={'k' * 25}\nTWITTER_API_SECRET={'s' * 50}\n")
    with WindowUser(desktop) as person:
        person.screen.find("list item", name_contains="@beck")
        person.screen.find(None, name_contains="Needs attention").click()
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
        person.screen.find("label", "4 accounts")
        assert "checked" in person.screen.find(None, name_contains="Needs attention").states
        assert area_of(desktop) == before
        person.program.kill()
        assert person.program.wait() == -signal.SIGKILL
    with WindowUser(desktop) as person:  # what the killed one left is in nobody's way
        person.screen.find("list", "Accounts")
        person.screen.press_keys("ctrl+q")
        assert person.program.wait() == 0
