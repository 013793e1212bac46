"""An app is looked at before its first sign-in, and each obstacle has the button that mends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.ground import Ground
from tests.window.conftest import Browser
from tests.window.driver import Driver
from tests.window.signing_in import IN_BROWSER, add, give_wrong_keys
from twauth_gui.domain.apps import App
from twauth_gui.domain.secret import Secret

OTHER = "https://bots.example/callback"


def check(desk: Driver) -> None:
    desk.open()
    desk.press("Add account")
    desk.press("Check this app")


def test_an_app_in_order(desk: Driver, ground: Ground, app: App) -> None:
    check(desk)
    desk.wait_for("Accounts can sign in")
    for words in ("Way to X", "Clock", "API key and secret", f"Callback address · {app.callback}"):
        assert desk.sees(words)
    desk.press("Close")
    assert ground.kit.store.pending_sign_ins.all() == []
    assert desk.has("Open browser")


@pytest.mark.parametrize(
    ("fault", "words", "button"),
    [
        ("callback-not-approved", "X does not know this callback address", "Copy address"),
        ("app-type-native", "This app can sign in with a PIN only", "Use a PIN"),
        ("app-suspended", "X has suspended this app", "Open appeal form"),
        ("captive-portal", "Something other than X answered", ""),
    ],
)
def test_what_is_in_the_way(  # noqa: PLR0917 - fixtures are asked for by name
    desk: Driver, ground: Ground, browser: Browser, fault: str, words: str, button: str
) -> None:
    app = ground.add_app()
    ground.sandbox.break_with(fault)
    check(desk)
    desk.wait_for(words)
    assert desk.sees("Something is in the way of a sign-in")
    if button:
        desk.press(button)
    if button == "Copy address":
        assert desk.clipboard == app.callback
    if button == "Open appeal form":
        assert browser.opened == ["https://help.x.com/forms/platform"]
    if button == "Use a PIN":
        desk.wait_for("Add an account")
        return
    ground.sandbox.mend()
    desk.until(lambda: desk.has("Check again"))
    again = [one for one in desk.buttons("Check again") if one.isEnabled()]
    again[-1].click()
    desk.wait_for("Accounts can sign in")


def test_a_clock_that_is_off_is_worth_a_look(desk: Driver, ground: Ground, app: App) -> None:
    ground.sandbox.break_with("clock-ahead")
    check(desk)
    desk.wait_for("Accounts can sign in. One thing is worth a look")
    assert desk.sees("11 minutes ahead")


def test_each_of_several_addresses(desk: Driver, ground: Ground, app: App) -> None:
    draft = replace(ground.draft(), spare_callbacks=(OTHER,))
    ground.kit.apps.change(app.id, draft)
    check(desk)
    desk.wait_for(f"Callback address · {OTHER}")
    assert desk.sees(f"Callback address · {app.callback}")
    desk.press("Copy address")
    assert desk.clipboard == OTHER


def test_keys_that_were_mixed_up_are_named_before_anything_is_kept(
    desk: Driver, ground: Ground, app: App
) -> None:
    demo = ground.sandbox.demo_app
    desk.open()
    desk.window.edit_app(app.id)
    desk.type("API key", demo.client_id)
    desk.press("Check this app")
    desk.wait_for("The API key looks like an OAuth 2.0 client ID")
    desk.press("Change the keys")
    desk.type("API key", demo.api_secret)
    desk.type("API secret", demo.api_key)
    desk.press("Check this app")
    desk.wait_for("API key and API secret stand in each other's place")
    desk.press("Close")
    desk.press("Cancel")
    assert ground.kit.store.apps.keys(app.id).api_key == Secret(demo.api_key)


def test_the_check_is_offered_where_a_sign_in_fails(desk: Driver, ground: Ground, app: App) -> None:
    give_wrong_keys(ground, app)
    desk.open()
    add(desk, "fernwick_news", IN_BROWSER)
    desk.press("Check this app")
    desk.wait_for("X does not accept this app's keys")
    desk.wait_for("Something is in the way of a sign-in")


def test_without_a_network_only_that_is_said(desk: Driver, ground: Ground, app: App) -> None:
    ground.sandbox.stop()
    check(desk)
    desk.wait_for("Something is in the way of a sign-in")
    assert not desk.sees("API key and secret")
