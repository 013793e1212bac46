"""The palette by keyboard alone, as a screen reader says it."""

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


def test_what_is_found_is_said_while_the_focus_stays_in_the_field(desktop: Desktop) -> None:
    program = desktop.start(STAGE, PYTHONPATH=str(REPOSITORY))
    with Screen(desktop, program.pid) as screen, Bus(desktop.a11y_address) as bus:
        row = screen.find("list item", name_contains="@letters_desk3")
        ear = AccessibilityBus(bus)
        ear.request_events()
        row.click()
        screen.press_keys("ctrl+k")
        field = screen.find("text", "Search accounts, actions, settings").wait_state("focused")
        screen.find("dialog", "Find and do")
        screen.type_text("@fern")
        results = screen.find("list", "Results")
        screen.find("list item", name_contains="@fernwick_sport", within=results)
        screen.press_keys("Down", "Down")
        current = screen.find("list item", name_contains="@fernwick_live", within=results)
        current.wait_state("selected")
        assert "focused" in field.states
        screen.press_keys("Tab")
        actions = screen.find("text", "Actions with @fernwick_live").wait_state("focused")
        screen.find("list item", "Make active", within=screen.find("list", "Results"))
        screen.press_keys("Escape")
        current = screen.find("list item", name_contains="@fernwick_live", within=results)
        current.wait_state("selected")
        screen.press_keys("ctrl+Return")
        actions.wait_gone()
        active = screen.find("push button", "Active account @fernwick_live")
        assert ear.node_name(active.ref) is not None  # what was announced before has arrived by now
        said = str(bus.signals)
        assert said.count("5 results. @fernwick_news, Newsroom, working, active, Enter: Copy") == 1
        assert "'@fernwick_live, Newsroom, working, Enter: Copy as Classic bot'" in said
        assert "With @fernwick_live. Make active" in said
