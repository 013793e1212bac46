"""A sign-in through the window to its end, corrected on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.approving import allow, other_than, refuse, return_to
from tests.services.ground import Ground
from tests.window.conftest import Browser
from tests.window.driver import Driver
from tests.window.signing_in import (
    IN_BROWSER,
    PIN,
    add,
    attempts,
    begin_in_browser,
    begin_pin,
    enter_pin,
    give_wrong_keys,
)
from twauth_gui.domain.apps import App


def test_a_pin_to_the_end(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    link = begin_pin(desk)
    assert not desk.button("Finish sign-in").isEnabled()
    assert link.partition("oauth_token=")[2][:20] not in desk.words
    enter_pin(desk, link)
    desk.wait_for("@fernwick_news is signed in")
    desk.wait_for("The credentials are in Test Keyring. It can read and write.")
    desk.press("Done")
    assert desk.rows == ["@fernwick_news"]
    assert desk.button("Active account @fernwick_news").isVisible()
    assert attempts(ground) == 0


def test_a_wrong_pin_is_told_where_it_was_typed(desk: Driver, app: App) -> None:
    desk.open()
    pin = allow(begin_pin(desk), "fernwick_news").page.pin
    desk.type("PIN", "12")
    desk.press("Finish sign-in")
    desk.wait_for("This is not a PIN")
    desk.type("PIN", other_than(pin))
    desk.press("Finish sign-in")
    desk.until(lambda: desk.has("Start again"))
    assert desk.line("PIN").accessibleDescription()
    assert desk.line("PIN").selectedText() == other_than(pin)
    desk.type("PIN", pin)
    desk.press("Finish sign-in")
    desk.wait_for("@fernwick_news is signed in")


def test_the_browser_returns_by_itself(desk: Driver, app: App, browser: Browser) -> None:
    desk.open()
    link = begin_in_browser(desk, browser)
    return_to(allow(link, "fernwick_news").sent_to)
    desk.wait_for("@fernwick_news is signed in")
    desk.press("Export…")
    desk.wait_for("Export @fernwick_news")


def test_an_address_that_could_not_be_reached_is_pasted(
    desk: Driver, app: App, browser: Browser
) -> None:
    desk.open()
    link = begin_in_browser(desk, browser)
    desk.type("Address of the page after approving", link)
    desk.press("Use it")
    desk.wait_for("This is the address of the sign-in page")
    there = allow(link, "fernwick_news").sent_to
    desk.type("Address of the page after approving", there)
    desk.press("Use it")
    desk.wait_for("@fernwick_news is signed in")


def test_denied_in_the_browser(desk: Driver, ground: Ground, app: App, browser: Browser) -> None:
    desk.open()
    link = begin_in_browser(desk, browser)
    refuse(link, "fernwick_news")
    token = link.partition("oauth_token=")[2].partition("&")[0]
    return_to(f"{app.callback}?denied={token}")
    desk.wait_for("The app was not allowed on X's page")
    assert not desk.has("Finish later")  # nothing is left that could be finished
    desk.press("Start again")
    desk.until(lambda: len(browser.opened) == 2)
    assert attempts(ground) == 1
    return_to(allow(browser.opened[1], "fernwick_news").sent_to)
    desk.wait_for("@fernwick_news is signed in")


@pytest.mark.parametrize("keep", [True, False])
def test_another_account_approved(desk: Driver, ground: Ground, app: App, *, keep: bool) -> None:
    desk.open()
    enter_pin(desk, begin_pin(desk), "marsh_weather")
    desk.wait_for("You approved as @marsh_weather, not @fernwick_news")
    desk.press("Finish later")
    desk.until(lambda: len(desk.rows) == 1)
    desk.select(*desk.rows)
    desk.wait_for("@marsh_weather approved, not @fernwick_news.")
    desk.press("Continue")
    desk.wait_for("You approved as @marsh_weather")
    desk.press("Keep @marsh_weather" if keep else "Discard")
    if keep:
        desk.wait_for("@marsh_weather is signed in")
        desk.press("Done")
    desk.until(lambda: attempts(ground) == 0)
    assert [one.handle for one in ground.kit.store.accounts.all()] == ["marsh_weather"] * keep


def test_a_callback_that_x_does_not_know(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    ground.sandbox.change(callbacks=("https://bots.example/callback",))
    desk.open()
    add(desk, "fernwick_news", IN_BROWSER)
    desk.wait_for("Add exactly this")
    desk.wait_for(app.callback)
    desk.press("Copy")
    assert desk.clipboard == app.callback
    desk.press("Open console")
    assert browser.opened == ["https://console.x.com"]
    ground.sandbox.change(callbacks=(app.callback,))
    desk.press("Try again")
    desk.until(lambda: len(browser.opened) == 2)
    desk.press("Cancel sign-in")
    desk.settle()
    assert attempts(ground) == 0


def test_wrong_keys_lead_to_the_keys(desk: Driver, ground: Ground, app: App) -> None:
    wrong = give_wrong_keys(ground, app)
    desk.open()
    add(desk, "", PIN)
    desk.press("Change the keys")
    desk.wait_for("Change app")
    assert desk.line("API key").text() == wrong.api_key.reveal()
    desk.press("Cancel")
    desk.settle()
    assert attempts(ground) == 0


def test_from_the_browser_to_a_pin(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    desk.open()
    begin_in_browser(desk, browser)
    desk.press("Use a PIN")
    desk.press("Copy link")
    enter_pin(desk, desk.clipboard)
    desk.wait_for("@fernwick_news is signed in")
    desk.settle()
    assert attempts(ground) == 0


def test_after_a_broken_network_it_goes_on_without_another_approval(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    desk.open()
    link = begin_in_browser(desk, browser)
    address = allow(link, "fernwick_news").sent_to
    ground.sandbox.break_with("html-503")
    return_to(address)
    desk.wait_for("X has a problem of its own")
    ground.sandbox.mend()
    desk.press("Try again")
    desk.wait_for("@fernwick_news is signed in")
    assert len(browser.opened) == 1


def test_signing_in_again_keeps_the_account(desk: Driver, ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    before = ground.kit.store.accounts.credentials(account.id)
    desk.open()
    desk.press("Sign in again")
    desk.wait_for("Sign in @fernwick_news again")
    assert not desk.field("Expected handle").isReadOnly()
    desk.press("Get the link")
    desk.press("Copy link")
    enter_pin(desk, desk.clipboard)
    desk.wait_for("@fernwick_news is signed in again")
    desk.press("Done")
    assert [one.id for one in ground.kit.store.accounts.all()] == [account.id]
    assert ground.kit.store.accounts.credentials(account.id) != before


def test_an_account_whose_handle_nobody_knows_is_signed_in_again(
    desk: Driver, ground: Ground, app: App
) -> None:
    signed_in = ground.sign_in(app)
    number = signed_in.user_id
    _ = ground.kit.store.accounts.update(replace(signed_in, handle=number))
    desk.open()
    desk.select(number)
    desk.press("Sign in again")
    assert desk.line("Expected handle").text() == ""
    desk.press(PIN)
    desk.press("Get the link")
    desk.press("Copy link")
    enter_pin(desk, desk.clipboard)
    desk.wait_for("@fernwick_news is signed in")
    assert desk.rows == ["@fernwick_news"]
    (account,) = ground.kit.store.accounts.all()
    assert account.id == signed_in.id
