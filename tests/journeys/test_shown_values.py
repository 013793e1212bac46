"""A screen reader reads a shown value when it gets the focus, and never announces it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.dbus import Bus
from tests.support.desktop import Desktop
from tests.support.screen_reader import AccessibilityBus, Screen

pytestmark = pytest.mark.journey

REPOSITORY = Path(__file__).resolve().parents[2]
STAGE = (sys.executable, "-m", "tests.journeys.stage")


def test_no_event_carries_a_shown_value(desktop: Desktop) -> None:
    program = desktop.start(STAGE, PYTHONPATH=str(REPOSITORY))
    with Screen(desktop, program.pid) as screen, Bus(desktop.a11y_address) as bus:
        screen.find("list item", name_contains="@fernwick_news")
        ear = AccessibilityBus(bus)
        ear.request_events()
        screen.find("push button", "Show the access secret").click()
        shown = screen.find("label", "Access secret, shown")
        value = shown.description
        assert len(value) == 45
        screen.press_keys("Tab", "Tab")  # from the eye over Copy
        shown.wait_state("focused")
        screen.find("push button", "Hide the access secret").click()
        shown.wait_gone()
        assert ear.node_name(shown.ref) is not None  # what was announced before has arrived by now
        announced = str(bus.signals).replace("\u200b", "").replace("\\u200b", "")
        assert "Hide the access secret" in announced
        assert value not in announced
