"""The app that the dialog for a new account offers first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.installations import NOON, Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.services.sign_in_requests import NullProgress, SignInRequest


@pytest.fixture
def apps(installation: Installation) -> dict[str, App]:
    return {label: installation.add_app(label) for label in ("Alerts", "Newsroom", "Weather")}


def chosen_app(driver: WindowDriver) -> str:
    """Return the app that the dialog has chosen."""
    driver.wait_until(lambda: driver.window.context.dialogs.top() is not None)
    dialog = driver.window.context.dialogs.top()
    assert dialog is not None
    (box,) = dialog.findChildren(ComboBox)
    return box.currentText()


def set_clock(installation: Installation, minutes: int) -> None:
    """Set the services' clock to some minutes past noon."""
    moment = NOON + timedelta(minutes=minutes)
    installation.now = lambda: moment
    installation.restart()


def test_the_app_that_is_chosen_in_the_sidebar(
    driver: WindowDriver, installation: Installation, apps: dict[str, App]
) -> None:
    installation.sign_in(apps["Newsroom"])
    driver.open()
    driver.press("Weather")
    driver.press("Add account")
    assert chosen_app(driver) == "Weather"
    driver.press("Add several…")
    assert chosen_app(driver) == "Weather"


def test_else_the_one_that_was_used_last(
    driver: WindowDriver, installation: Installation, apps: dict[str, App]
) -> None:
    installation.sign_in(apps["Weather"])
    set_clock(installation, 1)
    installation.sign_in(apps["Newsroom"], "marsh_weather")
    driver.open()
    driver.press("Add account")
    assert chosen_app(driver) == "Newsroom"
    driver.press("Cancel")
    driver.press("Weather")
    driver.press("All accounts")
    driver.press("Add account")
    assert chosen_app(driver) == "Newsroom", "what was looked at before counts no more"


def test_a_sign_in_that_waits_is_a_use(
    driver: WindowDriver, installation: Installation, apps: dict[str, App]
) -> None:
    installation.sign_in(apps["Newsroom"])
    set_clock(installation, 1)
    installation.services.sign_in.begin(
        SignInRequest(apps["Weather"].id, SignInMethod.PIN, "tidal"), NullProgress()
    )
    driver.open()
    driver.press("Add account")
    assert chosen_app(driver) == "Weather"
