"""An own preset is made and used with the keyboard alone, as a screen reader tells of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.desktop import Desktop
from tests.support.screen_reader import Screen

pytestmark = pytest.mark.journey

REPOSITORY = Path(__file__).resolve().parents[2]
STAGE = (sys.executable, "-m", "tests.journeys.stage", "--scene", "export")


def test_a_preset_from_the_keyboard(desktop: Desktop) -> None:
    program = desktop.start(STAGE, PYTHONPATH=str(REPOSITORY))
    with Screen(desktop, program.pid) as screen:
        search = screen.find("text", "Search 71 presets")
        search.wait_state("focused")
        screen.press_keys("Tab")
        screen.find("list", "Presets").wait_state("focused")
        screen.press_keys("F2")  # a preset of the program is duplicated
        title = screen.find("text", "Title")
        title.wait_state("focused")
        title.retype("Harbour bot")
        screen.find("label", name_contains="--preset harbour-bot")
        screen.press_keys("Return")
        screen.find("list item", name_contains="Harbour bot").wait_state("selected")
        screen.find("text", "Search 72 presets")
