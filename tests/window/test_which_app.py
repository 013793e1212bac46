"""Adding an account begins with the app that is most likely meant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.services.ground import NOON, Ground
from tests.window.driver import Driver
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.services.requests import SignInRequest
from twauth_gui.services.watch import NullProgress


@pytest.fixture
def apps(ground: Ground) -> dict[str, App]:
    return {label: ground.add_app(label) for label in ("Alerts", "Newsroom", "Weather")}


def offered(desk: Driver) -> str:
    """The app that the sheet has chosen."""
    desk.until(lambda: desk.window.desk.sheets.top() is not None)
    sheet = desk.window.desk.sheets.top()
    assert sheet is not None
    (box,) = sheet.findChildren(ComboBox)
    return box.currentText()


def at(ground: Ground, minutes: int) -> None:
    """Let the services' clock show so many minutes past noon."""
    moment = NOON + timedelta(minutes=minutes)
    ground.now = lambda: moment
    ground.restart()


def test_the_app_that_is_chosen_in_the_sidebar(
    desk: Driver, ground: Ground, apps: dict[str, App]
) -> None:
    ground.sign_in(apps["Newsroom"])
    desk.open()
    desk.press("Weather")
    desk.press("Add account")
    assert offered(desk) == "Weather"
    desk.press("Add several…")
    assert offered(desk) == "Weather"


def test_else_the_one_that_was_used_last(
    desk: Driver, ground: Ground, apps: dict[str, App]
) -> None:
    ground.sign_in(apps["Weather"])
    at(ground, 1)
    ground.sign_in(apps["Newsroom"], "marsh_weather")
    desk.open()
    desk.press("Add account")
    assert offered(desk) == "Newsroom"
    desk.press("Cancel")
    desk.press("Weather")
    desk.press("All accounts")
    desk.press("Add account")
    assert offered(desk) == "Newsroom", "what was looked at before counts no more"


def test_a_sign_in_that_waits_is_a_use(desk: Driver, ground: Ground, apps: dict[str, App]) -> None:
    ground.sign_in(apps["Newsroom"])
    at(ground, 1)
    ground.kit.sign_in.begin(
        SignInRequest(apps["Weather"].id, SignInMethod.PIN, "tidal"), NullProgress()
    )
    desk.open()
    desk.press("Add account")
    assert offered(desk) == "Weather"
