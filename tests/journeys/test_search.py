"""The list is searched, filtered and left again with the keyboard, as a screen reader hears it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.dbus import Bus
from tests.support.desktop import Desktop
from tests.support.screen_reader import AccessibilityBus, Screen
from tests.support.wait import wait_until

pytestmark = pytest.mark.journey

REPOSITORY = Path(__file__).resolve().parents[2]
STAGE = (sys.executable, "-m", "tests.journeys.stage")


class Ear:
    """Hears what is announced."""

    def __init__(self, bus: Bus, screen: Screen) -> None:
        self._bus = bus
        self._ear = AccessibilityBus(bus)
        self._ear.request_events()
        self._node = screen.find("text", "Search accounts")

    def all(self) -> str:
        """Return what was announced so far: a question receives it with its answer."""
        _ = self._ear.node_name(self._node.ref)
        return str(self._bus.signals)

    def wait_for(self, text: str) -> None:
        """Wait until an announcement begins so."""
        wait_until(lambda: f"'{text}" in self.all(), 10, f"{text!r} is said")


def search(screen: Screen, ear: Ear) -> None:
    """Search, move to the third hit, open it, come back and clear the search."""
    screen.press_keys("ctrl+f")
    screen.find("text", "Search accounts").wait_state("focused")
    screen.type_text("fern")
    screen.find("label", "5 of 12 accounts")
    screen.find("heading", "@fernwick_jobs")  # the first hit, in the details
    ear.wait_for("5 of 12 accounts. @fernwick_jobs, Newsroom, read only")
    screen.press_keys("Down", "Down")
    screen.find("heading", "@fernwick_news")
    ear.wait_for("@fernwick_news, Newsroom, read and write, working")
    screen.press_keys("Return")
    screen.find("push button", "Export…").wait_state("focused")
    screen.press_keys("Escape")
    screen.find("text", "Search accounts").wait_state("focused")
    screen.press_keys("Escape")
    screen.find("label", "12 accounts")


def filter_broken(screen: Screen, ear: Ear) -> None:
    """Take a value that is offered; leave the filter, then the search."""
    screen.type_text("is:bro")
    screen.find("label", "1 of 12 accounts")
    ear.wait_for("broken, 1 of 1'")
    screen.press_keys("Return")
    screen.find("push button", "Remove the filter is:broken")
    screen.find("heading", "@fernwick_quake")
    screen.press_keys("Escape", "Escape")
    screen.find("list item", name_contains="@fernwick_quake").wait_state("focused")


def test_a_search_by_keyboard_alone(desktop: Desktop) -> None:
    program = desktop.start(STAGE, PYTHONPATH=str(REPOSITORY))
    with Screen(desktop, program.pid) as screen, Bus(desktop.a11y_address) as bus:
        screen.find("list item", name_contains="@fernwick_news").wait_state("focused")
        screen.press_keys("End")  # the list has the keyboard from the start
        screen.find("list item", name_contains="@tidal_times").wait_state("focused")
        ear = Ear(bus, screen)
        search(screen, ear)
        filter_broken(screen, ear)
        ear.wait_for("12 accounts. @fernwick_quake, Alerts")
        assert ear.all().count("'5 of 12 accounts. @") == 1
