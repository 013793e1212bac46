"""A sign-in through the window: to its end, corrected, cancelled, put off, and gone on with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.approving import allow, other_than, refuse, return_to
from tests.services.ground import Ground
from tests.window.conftest import Browser
from tests.window.driver import Driver
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.store.vault_errors import VaultFailedError, VaultLockedError

PIN, IN_BROWSER = "With a PIN", "In your browser"


def add(desk: Driver, handle: str, way: str) -> None:
    """Open the sheet and choose; the last press asks X."""
    desk.press("Add account")
    desk.type("Expected handle", handle)
    desk.press(way)
    desk.press("Get the link" if way == PIN else "Open browser")


def begin_pin(desk: Driver, handle: str = "fernwick_news") -> str:
    """Come as far as the PIN page; gives the link, as it is copied."""
    add(desk, handle, PIN)
    desk.press("Copy link")
    return desk.clipboard


def attempts(ground: Ground) -> int:
    return len(ground.kit.store.attempts())


def test_a_pin_to_the_end(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    link = begin_pin(desk)
    assert not desk.button("Finish sign-in").isEnabled()
    assert link.partition("oauth_token=")[2][:20] not in desk.words
    desk.type("PIN", allow(link, "fernwick_news").page.pin)
    desk.press("Finish sign-in")
    desk.wait_for("@fernwick_news is signed in")
    desk.wait_for("The credentials are in Test Keyring. It can read and write.")
    desk.press("Done")
    assert desk.rows == ["@fernwick_news"]
    assert desk.button("Active account @fernwick_news")
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
    add(desk, "fernwick_news", IN_BROWSER)
    desk.until(lambda: browser.opened)
    return_to(allow(browser.opened[0], "fernwick_news").sent_to)
    desk.wait_for("@fernwick_news is signed in")
    desk.press("Export…")
    desk.wait_for("Export @fernwick_news")


def test_an_address_that_could_not_be_reached_is_pasted(
    desk: Driver, app: App, browser: Browser
) -> None:
    desk.open()
    add(desk, "fernwick_news", IN_BROWSER)
    desk.until(lambda: browser.opened)
    desk.type("Address of the page after approving", browser.opened[0])
    desk.press("Use it")
    desk.wait_for("This is the address of the sign-in page")
    there = allow(browser.opened[0], "fernwick_news").sent_to
    desk.type("Address of the page after approving", there)
    desk.press("Use it")
    desk.wait_for("@fernwick_news is signed in")


def test_denied_in_the_browser(desk: Driver, ground: Ground, app: App, browser: Browser) -> None:
    desk.open()
    add(desk, "fernwick_news", IN_BROWSER)
    desk.until(lambda: browser.opened)
    refuse(browser.opened[0], "fernwick_news")
    token = browser.opened[0].partition("oauth_token=")[2].partition("&")[0]
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
    desk.type("PIN", allow(begin_pin(desk), "marsh_weather").page.pin)
    desk.press("Finish sign-in")
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
    assert [one.handle for one in ground.kit.store.accounts()] == ["marsh_weather"] * keep


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
    keys = AppKeys(Secret("k" * 25), Secret("s" * 50))
    ground.kit.apps.change(app.id, replace(ground.draft(), keys=keys))
    desk.open()
    add(desk, "", PIN)
    desk.press("Change the keys")
    desk.wait_for("Change app")
    assert desk.line("API key").text() == "k" * 25
    desk.press("Cancel")
    desk.settle()
    assert attempts(ground) == 0


def test_from_the_browser_to_a_pin(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    desk.open()
    add(desk, "fernwick_news", IN_BROWSER)
    desk.until(lambda: browser.opened)
    desk.press("Use a PIN")
    desk.press("Copy link")
    desk.type("PIN", allow(desk.clipboard, "fernwick_news").page.pin)
    desk.press("Finish sign-in")
    desk.wait_for("@fernwick_news is signed in")
    desk.settle()
    assert attempts(ground) == 0


# -- cancelled, put off ----------------------------------------------------------------------------


def test_cancelled_while_x_is_asked(desk: Driver, ground: Ground, app: App) -> None:
    ground.sandbox.change(latency=0.2)
    desk.open()
    add(desk, "fernwick_news", PIN)
    desk.press("Cancel sign-in")
    desk.settle()
    assert attempts(ground) == 0
    assert desk.window.desk.sheets.count() == 0


@pytest.mark.parametrize("way", [PIN, IN_BROWSER])
def test_cancelled_while_waiting(desk: Driver, ground: Ground, app: App, way: str) -> None:
    desk.open()
    add(desk, "fernwick_news", way)
    desk.until(lambda: attempts(ground) == 1 and desk.has("Finish later"))
    desk.press("Cancel sign-in")
    desk.settle()
    assert attempts(ground) == 0
    assert [name for name in ground.vault.items if "attempt" in name] == []


def test_cancelled_during_the_exchange(desk: Driver, ground: Ground, app: App) -> None:
    """X may have answered by then: what it gave is kept as an account, or taken back."""
    desk.open()
    pin = allow(begin_pin(desk), "fernwick_news").page.pin
    ground.sandbox.change(latency=0.2)
    desk.type("PIN", pin)
    desk.press("Finish sign-in")
    desk.press("Cancel sign-in")
    desk.settle()
    assert attempts(ground) == 0
    assert desk.window.desk.sheets.count() == 0


@pytest.mark.parametrize("way", [PIN, IN_BROWSER])
def test_put_off_and_gone_on_with(desk: Driver, app: App, browser: Browser, way: str) -> None:
    ground = desk.ground
    desk.open()
    add(desk, "fernwick_news", way)
    desk.press("Finish later")
    desk.until(lambda: desk.rows == ["@fernwick_news"])
    desk.close()
    ground.restart()
    desk.open()
    desk.press("Signing in")
    desk.select("@fernwick_news")
    desk.press("Continue")
    if way == PIN:
        desk.press("Copy link")
        desk.type("PIN", allow(desk.clipboard, "fernwick_news").page.pin)
        desk.press("Finish sign-in")
    else:
        desk.until(lambda: len(browser.opened) == 2)
        assert browser.opened[0] == browser.opened[1]
        return_to(allow(browser.opened[1], "fernwick_news").sent_to)
    desk.wait_for("@fernwick_news is signed in")


def test_ended_from_the_list(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    add(desk, "fernwick_news", PIN)
    desk.press("Finish later")
    desk.select("@fernwick_news")
    desk.press("Cancel sign-in")
    desk.until(lambda: desk.rows == [])
    assert attempts(ground) == 0


# -- the keychain ----------------------------------------------------------------------------------


def test_locked_before_the_keys_are_read(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    ground.vault.fail_with = VaultLockedError("Test Keyring")
    add(desk, "fernwick_news", PIN)
    desk.wait_for("Test Keyring is locked")
    ground.vault.fail_with = None
    desk.press("Unlock keyring")
    desk.press("Copy link")
    assert attempts(ground) == 1


@pytest.mark.parametrize("error", [VaultLockedError("Test Keyring"), VaultFailedError()])
def test_a_keychain_that_fails_at_the_save_loses_nothing(
    desk: Driver, ground: Ground, app: App, error: VaultFailedError
) -> None:
    desk.open()
    pin = allow(begin_pin(desk), "fernwick_news").page.pin
    desk.type("PIN", pin)
    ground.vault.fail_on, ground.vault.fail_with = "write", error
    desk.press("Finish sign-in")
    desk.wait_for(error.diagnosis.title.rstrip("."))
    if desk.has("Cancel"):  # it is offered to unlock it
        desk.press("Cancel")
    desk.press("Finish later")
    ground.vault.fail_with = None
    desk.select("@fernwick_news")
    desk.press("Continue")
    desk.wait_for("@fernwick_news is signed in")
    assert len(ground.kit.store.accounts()) == 1


def test_a_failed_save_is_repeated_where_it_failed(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    desk.type("PIN", allow(begin_pin(desk), "fernwick_news").page.pin)
    ground.vault.fail_on, ground.vault.fail_with = "write", VaultLockedError("Test Keyring")
    desk.press("Finish sign-in")
    desk.press("Unlock keyring")
    desk.settle()
    desk.wait_for("Test Keyring is locked")
    ground.vault.fail_with = None
    desk.press("Unlock keyring")
    desk.wait_for("@fernwick_news is signed in")


def test_closing_asks_before_it_loses_what_x_granted(
    desk: Driver, ground: Ground, app: App
) -> None:
    desk.open()
    desk.type("PIN", allow(begin_pin(desk), "fernwick_news").page.pin)
    ground.vault.fail_on, ground.vault.fail_with = "write", VaultLockedError("Test Keyring")
    desk.press("Finish sign-in")
    desk.wait_for("Test Keyring is locked")
    for _ in range(2):
        desk.window.close()
    desk.wait_for("Close and lose a sign-in?")
    desk.press("Keep open")
    assert desk.window.isVisible()
    ground.vault.fail_with = None
    desk.press("Unlock keyring")
    desk.wait_for("@fernwick_news is signed in")
    desk.window.close()
    assert not desk.window.isVisible()


def test_closing_may_lose_it_when_told_to(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    desk.type("PIN", allow(begin_pin(desk), "fernwick_news").page.pin)
    ground.vault.fail_on, ground.vault.fail_with = "write", VaultLockedError("Test Keyring")
    desk.press("Finish sign-in")
    desk.wait_for("Test Keyring is locked")
    desk.window.close()
    desk.press("Close and lose it")
    assert not desk.window.isVisible()


def test_signing_in_again_keeps_the_account(desk: Driver, ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    before = ground.kit.store.credentials(account.id)
    desk.open()
    desk.press("Sign in again")
    desk.wait_for("Sign in @fernwick_news again")
    assert not desk.field("Expected handle").isReadOnly()
    desk.press("Get the link")
    desk.press("Copy link")
    desk.type("PIN", allow(desk.clipboard, "fernwick_news").page.pin)
    desk.press("Finish sign-in")
    desk.wait_for("@fernwick_news is signed in again")
    desk.press("Done")
    assert [one.id for one in ground.kit.store.accounts()] == [account.id]
    assert ground.kit.store.credentials(account.id) != before


def test_after_a_broken_network_it_goes_on_without_another_approval(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    desk.open()
    add(desk, "fernwick_news", IN_BROWSER)
    desk.until(lambda: browser.opened)
    address = allow(browser.opened[0], "fernwick_news").sent_to
    ground.sandbox.break_with("html-503")
    return_to(address)
    desk.wait_for("X has a problem of its own")
    ground.sandbox.mend()
    desk.press("Try again")
    desk.wait_for("@fernwick_news is signed in")
    assert len(browser.opened) == 1
