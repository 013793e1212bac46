"""An app is checked before its first sign-in, and each obstacle has the button that fixes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.installations import Installation
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.window.sign_in_steps import IN_BROWSER, begin_sign_in, set_wrong_keys
from twauth_gui.domain.apps import App
from twauth_gui.domain.secret import Secret

OTHER = "https://bots.example/callback"


def check(driver: WindowDriver) -> None:
    driver.open()
    driver.press("Add account")
    driver.press("Check this app")


def test_an_app_in_order(driver: WindowDriver, installation: Installation, app: App) -> None:
    check(driver)
    driver.wait_for_text("Accounts can sign in")
    for words in (
        "Connection to X",
        "Clock",
        "API key and secret",
        f"Callback address · {app.callback}",
    ):
        assert driver.has_text(words)
    driver.press("Close")
    assert installation.services.store.pending_sign_ins.list_all() == []
    assert driver.has_button("Open browser")


@pytest.mark.parametrize(
    ("fault", "words", "button"),
    [
        ("callback-not-approved", "X does not know this callback address", "Copy address"),
        ("app-type-native", "This app can sign in only with a PIN", "Use a PIN"),
        ("app-suspended", "X has suspended this app", "Open appeal form"),
        ("captive-portal", "Something other than X answered", ""),
    ],
)
def test_what_is_in_the_way(  # noqa: PLR0917 - fixtures are asked for by name
    driver: WindowDriver,
    installation: Installation,
    browser: RecordingBrowser,
    fault: str,
    words: str,
    button: str,
) -> None:
    app = installation.add_app()
    installation.sandbox.enable_faults(fault)
    check(driver)
    driver.wait_for_text(words)
    assert driver.has_text("Something prevents a sign-in")
    if button:
        driver.press(button)
    if button == "Copy address":
        assert driver.clipboard == app.callback
    if button == "Open appeal form":
        assert browser.opened_urls == ["https://help.x.com/forms/platform"]
    if button == "Use a PIN":
        driver.wait_for_text("Add an account")
        return
    installation.sandbox.disable_faults()
    driver.wait_until(lambda: driver.has_button("Check again"))
    again = [one for one in driver.buttons("Check again") if one.isEnabled()]
    again[-1].click()
    driver.wait_for_text("Accounts can sign in")


def test_a_clock_that_is_off_is_worth_a_look(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sandbox.enable_faults("clock-ahead")
    check(driver)
    driver.wait_for_text("Accounts can sign in. One thing is worth a look")
    assert driver.has_text("11 minutes ahead")


def test_each_of_several_addresses(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    draft = replace(installation.draft(), spare_callbacks=(OTHER,))
    installation.services.apps.update(app.id, draft)
    check(driver)
    driver.wait_for_text(f"Callback address · {OTHER}")
    assert driver.has_text(f"Callback address · {app.callback}")
    driver.press("Copy address")
    assert driver.clipboard == OTHER


def test_keys_that_were_mixed_up_are_named_before_anything_is_kept(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    demo = installation.sandbox.demo_app
    driver.open()
    driver.window.edit_app(app.id)
    driver.type("API key", demo.client_id)
    driver.press("Check this app")
    driver.wait_for_text("The API key looks like an OAuth 2.0 client ID")
    driver.press("Change the keys")
    driver.type("API key", demo.api_secret)
    driver.type("API secret", demo.api_key)
    driver.press("Check this app")
    driver.wait_for_text("The API key and API secret are swapped")
    driver.press("Close")
    driver.press("Cancel")
    assert installation.services.store.apps.read_keys(app.id).api_key == Secret(demo.api_key)


def test_the_check_is_offered_where_a_sign_in_fails(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    set_wrong_keys(installation, app)
    driver.open()
    begin_sign_in(driver, "fernwick_news", IN_BROWSER)
    driver.press("Check this app")
    driver.wait_for_text("X does not accept this app's keys")
    driver.wait_for_text("Something prevents a sign-in")


def test_without_a_network_only_that_is_reported(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sandbox.stop()
    check(driver)
    driver.wait_for_text("Something prevents a sign-in")
    assert not driver.has_text("API key and secret")
