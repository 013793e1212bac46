"""A sign-in through the window: finished, corrected, cancelled, resumed, not saved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.installations import Installation
from tests.support.sandbox_browser import approve_sign_in, change_pin, deny_sign_in, follow_redirect
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.window.sign_in_steps import (
    IN_BROWSER,
    PIN,
    begin_in_browser,
    begin_pin,
    begin_sign_in,
    count_pending,
    enter_pin,
    set_wrong_keys,
)
from twauth_gui.domain.apps import App
from twauth_gui.store.vault_errors import VaultError, VaultFailedError, VaultLockedError


def test_a_pin_to_the_end(driver: WindowDriver, installation: Installation, app: App) -> None:
    driver.open()
    link = begin_pin(driver)
    assert not driver.button("Finish sign-in").isEnabled()
    assert link.partition("oauth_token=")[2][:20] not in driver.visible_text
    enter_pin(driver, link)
    driver.wait_for_text("@fernwick_news is signed in")
    driver.wait_for_text("The credentials are in Test Keyring. It can read and write.")
    driver.press("Done")
    assert driver.rows == ["@fernwick_news"]
    assert driver.button("Active account @fernwick_news").isVisible()
    assert count_pending(installation) == 0


def test_a_wrong_pin_is_reported_where_it_was_typed(driver: WindowDriver, app: App) -> None:
    driver.open()
    pin = approve_sign_in(begin_pin(driver), "fernwick_news").page.pin
    driver.type("PIN", "12")
    driver.press("Finish sign-in")
    driver.wait_for_text("This is not a PIN")
    driver.type("PIN", change_pin(pin))
    driver.press("Finish sign-in")
    driver.wait_until(lambda: driver.line_edit("PIN").selectedText())
    assert driver.line_edit("PIN").accessibleDescription()
    assert driver.line_edit("PIN").selectedText() == change_pin(pin)
    driver.type("PIN", pin)
    driver.press("Finish sign-in")
    driver.wait_for_text("@fernwick_news is signed in")


def test_the_browser_returns_by_itself(
    driver: WindowDriver, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    link = begin_in_browser(driver, browser)
    follow_redirect(approve_sign_in(link, "fernwick_news").redirect_url)
    driver.wait_for_text("@fernwick_news is signed in")
    driver.press("Export…")
    driver.wait_for_text("Export @fernwick_news")


def test_an_address_that_could_not_be_reached_is_pasted(
    driver: WindowDriver, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    link = begin_in_browser(driver, browser)
    driver.type("Address of the page after approving", link)
    driver.press("Use it")
    driver.wait_for_text("This is the address of the sign-in page")
    there = approve_sign_in(link, "fernwick_news").redirect_url
    driver.type("Address of the page after approving", there)
    driver.press("Use it")
    driver.wait_for_text("@fernwick_news is signed in")


def test_denied_in_the_browser(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    link = begin_in_browser(driver, browser)
    deny_sign_in(link, "fernwick_news")
    token = link.partition("oauth_token=")[2].partition("&")[0]
    follow_redirect(f"{app.callback}?denied={token}")
    driver.wait_for_text("Access was denied on X's page")
    assert not driver.has_button("Finish later")  # nothing is left that could be finished
    driver.press("Start again")
    driver.wait_until(lambda: len(browser.opened_urls) == 2)
    assert count_pending(installation) == 1
    follow_redirect(approve_sign_in(browser.opened_urls[1], "fernwick_news").redirect_url)
    driver.wait_for_text("@fernwick_news is signed in")


@pytest.mark.parametrize("keep", [True, False])
def test_another_account_approved(
    driver: WindowDriver, installation: Installation, app: App, *, keep: bool
) -> None:
    driver.open()
    enter_pin(driver, begin_pin(driver), "marsh_weather")
    driver.wait_for_text("You approved as @marsh_weather, not @fernwick_news")
    driver.press("Finish later")
    driver.wait_until(lambda: len(driver.rows) == 1)
    driver.select(*driver.rows)
    driver.wait_for_text("@marsh_weather approved, not @fernwick_news.")
    driver.press("Continue")
    driver.wait_for_text("You approved as @marsh_weather")
    driver.press("Keep @marsh_weather" if keep else "Discard")
    if keep:
        driver.wait_for_text("@marsh_weather is signed in")
        driver.press("Done")
    driver.wait_until(lambda: count_pending(installation) == 0)
    assert [one.handle for one in installation.services.store.accounts.list_all()] == [
        "marsh_weather"
    ] * keep


def test_another_account_approved_and_the_right_one_after_it(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    first = begin_pin(driver)
    enter_pin(driver, first, "marsh_weather")
    driver.press("Try again as @fernwick_news")
    driver.press("Copy link")
    assert driver.clipboard != first
    assert not driver.line_edit("PIN").text()
    enter_pin(driver, driver.clipboard)
    driver.wait_for_text("@fernwick_news is signed in")
    assert count_pending(installation) == 0
    driver.press("Add another")
    driver.wait_for_text("Add an account")
    assert driver.button(PIN).isChecked(), "the method that was used last"
    driver.type("Expected handle", "marsh_weather")
    driver.press("Get the link")
    driver.press("Copy link")
    enter_pin(driver, driver.clipboard, "marsh_weather")
    driver.press("Done")
    assert driver.rows == ["@fernwick_news", "@marsh_weather"]


def test_back_to_what_was_asked_for(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sandbox.enable_faults("app-suspended")
    driver.open()
    begin_sign_in(driver, "fernwick_news", PIN)
    driver.wait_for_text("X has suspended this app")
    driver.press("Back")
    assert driver.line_edit("Expected handle").text() == "fernwick_news"
    assert driver.button(PIN).isChecked()
    installation.sandbox.disable_faults()
    driver.press("Get the link")
    driver.press("Copy link")


def test_a_callback_that_x_does_not_know(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    installation.sandbox.change_settings(callbacks=("https://bots.example/callback",))
    driver.open()
    begin_sign_in(driver, "fernwick_news", IN_BROWSER)
    driver.wait_for_text("Add exactly this")
    driver.wait_for_text(app.callback)
    driver.press("Copy")
    assert driver.clipboard == app.callback
    driver.press("Open console")
    assert browser.opened_urls == ["https://console.x.com"]
    installation.sandbox.change_settings(callbacks=(app.callback,))
    driver.press("Try again")
    driver.wait_until(lambda: len(browser.opened_urls) == 2)
    driver.press("Cancel sign-in")
    driver.wait_idle()
    assert count_pending(installation) == 0


def test_wrong_keys_lead_to_the_keys(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    wrong = set_wrong_keys(installation, app)
    driver.open()
    begin_sign_in(driver, "", PIN)
    driver.press("Change the keys")
    driver.wait_for_text("Change app")
    assert driver.line_edit("API key").text() == wrong.api_key.reveal()
    driver.press("Cancel")
    driver.wait_idle()
    assert count_pending(installation) == 0


def test_from_the_browser_to_a_pin(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    begin_in_browser(driver, browser)
    driver.press("Use a PIN")
    driver.press("Copy link")
    enter_pin(driver, driver.clipboard)
    driver.wait_for_text("@fernwick_news is signed in")
    driver.wait_idle()
    assert count_pending(installation) == 0


def test_after_a_broken_network_it_goes_on_without_another_approval(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    link = begin_in_browser(driver, browser)
    address = approve_sign_in(link, "fernwick_news").redirect_url
    installation.sandbox.enable_faults("html-503")
    follow_redirect(address)
    driver.wait_for_text("X has a problem on its side")
    installation.sandbox.disable_faults()
    driver.press("Try again")
    driver.wait_for_text("@fernwick_news is signed in")
    assert len(browser.opened_urls) == 1


def test_signing_in_again_keeps_the_account(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    account = installation.sign_in(app)
    before = installation.services.store.accounts.read_credentials(account.id)
    driver.open()
    driver.press("Sign in again")
    driver.wait_for_text("Sign in @fernwick_news again")
    assert not driver.field("Expected handle").isReadOnly()
    driver.press("Get the link")
    driver.press("Copy link")
    enter_pin(driver, driver.clipboard)
    driver.wait_for_text("@fernwick_news is signed in again")
    driver.press("Done")
    assert [one.id for one in installation.services.store.accounts.list_all()] == [account.id]
    assert installation.services.store.accounts.read_credentials(account.id) != before


def test_an_account_without_a_known_handle_is_signed_in_again(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    signed_in = installation.sign_in(app)
    number = signed_in.user_id
    _ = installation.services.store.accounts.update(replace(signed_in, handle=number))
    driver.open()
    driver.select(number)
    driver.press("Sign in again")
    assert driver.line_edit("Expected handle").text() == ""
    driver.press(PIN)
    driver.press("Get the link")
    driver.press("Copy link")
    enter_pin(driver, driver.clipboard)
    driver.wait_for_text("@fernwick_news is signed in")
    assert driver.rows == ["@fernwick_news"]
    (account,) = installation.services.store.accounts.list_all()
    assert account.id == signed_in.id


def test_cancelled_while_x_is_asked(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sandbox.change_settings(latency=0.2)
    driver.open()
    begin_sign_in(driver, "fernwick_news", PIN)
    driver.press("Cancel sign-in")
    driver.wait_idle()
    assert count_pending(installation) == 0
    assert driver.window.context.dialogs.count() == 0


@pytest.mark.parametrize("method", [PIN, IN_BROWSER])
def test_cancelled_while_waiting(
    driver: WindowDriver, installation: Installation, app: App, method: str
) -> None:
    driver.open()
    begin_sign_in(driver, "fernwick_news", method)
    driver.wait_until(
        lambda: count_pending(installation) == 1 and driver.has_button("Finish later")
    )
    driver.press("Cancel sign-in")
    driver.wait_idle()
    assert count_pending(installation) == 0
    assert [name for name in installation.vault.items if "attempt" in name] == []


def test_cancelled_during_the_exchange(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    """X may have answered by then: what it granted is kept as an account, or revoked."""
    driver.open()
    pin = approve_sign_in(begin_pin(driver), "fernwick_news").page.pin
    installation.sandbox.change_settings(latency=0.2)
    driver.type("PIN", pin)
    driver.press("Finish sign-in")
    driver.press("Cancel sign-in")
    driver.wait_idle()
    assert count_pending(installation) == 0
    assert driver.window.context.dialogs.count() == 0


@pytest.mark.parametrize("method", [PIN, IN_BROWSER])
def test_postponed_and_continued(
    driver: WindowDriver, app: App, browser: RecordingBrowser, method: str
) -> None:
    installation = driver.installation
    driver.open()
    begin_sign_in(driver, "fernwick_news", method)
    driver.press("Finish later")
    driver.wait_until(lambda: driver.rows == ["@fernwick_news"])
    driver.close()
    installation.restart()
    driver.open()
    driver.press("Signing in")
    driver.select("@fernwick_news")
    driver.press("Continue")
    if method == PIN:
        driver.press("Copy link")
        enter_pin(driver, driver.clipboard)
    else:
        driver.wait_until(lambda: len(browser.opened_urls) == 2)
        assert browser.opened_urls[0] == browser.opened_urls[1]
        follow_redirect(approve_sign_in(browser.opened_urls[1], "fernwick_news").redirect_url)
    driver.wait_for_text("@fernwick_news is signed in")


def test_ended_from_the_list(driver: WindowDriver, installation: Installation, app: App) -> None:
    driver.open()
    begin_sign_in(driver, "fernwick_news", PIN)
    driver.press("Finish later")
    driver.select("@fernwick_news")
    driver.press("Cancel sign-in")
    driver.wait_until(lambda: driver.rows == [])
    assert count_pending(installation) == 0


def make_locked_error() -> VaultError:
    return VaultLockedError("Test Keyring")


def grant_without_a_save(driver: WindowDriver, error: VaultError) -> None:
    """Sign in as far as X's grant, which the keychain then refuses to save."""
    link = begin_pin(driver)
    driver.installation.vault.fail_on, driver.installation.vault.fail_with = "write", error
    enter_pin(driver, link)


def test_locked_before_the_keys_are_read(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    installation.vault.fail_with = make_locked_error()
    begin_sign_in(driver, "fernwick_news", PIN)
    driver.wait_for_text("Test Keyring is locked")
    installation.vault.fail_with = None
    driver.press("Unlock keyring")
    driver.press("Copy link")
    assert count_pending(installation) == 1


@pytest.mark.parametrize("error", [make_locked_error(), VaultFailedError()])
def test_a_keychain_that_fails_at_the_save_loses_nothing(
    driver: WindowDriver, installation: Installation, app: App, error: VaultError
) -> None:
    driver.open()
    grant_without_a_save(driver, error)
    driver.wait_for_text(error.diagnosis.title.rstrip("."))
    if driver.has_button("Cancel"):  # it is offered to unlock it
        driver.press("Cancel")
    driver.press("Finish later")
    installation.vault.fail_with = None
    driver.select("@fernwick_news")
    driver.press("Continue")
    driver.wait_for_text("@fernwick_news is signed in")
    assert len(installation.services.store.accounts.list_all()) == 1


def test_a_failed_save_is_repeated_where_it_failed(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    grant_without_a_save(driver, make_locked_error())
    driver.wait_for_text("Test Keyring is locked")
    writes = installation.vault.count_calls("write")
    driver.press("Unlock keyring")
    driver.wait_until(lambda: installation.vault.count_calls("write") > writes)
    installation.vault.fail_with = None
    driver.press("Unlock keyring")
    driver.wait_for_text("@fernwick_news is signed in")


def test_closing_asks_before_it_loses_what_x_granted(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    grant_without_a_save(driver, make_locked_error())
    driver.wait_for_text("Test Keyring is locked")
    for _ in range(2):
        driver.window.close()
    driver.wait_for_text("Close and lose a sign-in?")
    driver.press("Keep open")
    assert driver.window.isVisible()
    installation.vault.fail_with = None
    driver.press("Unlock keyring")
    driver.wait_for_text("@fernwick_news is signed in")
    driver.window.close()
    assert not driver.window.isVisible()


def test_closing_may_lose_it_when_confirmed(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    grant_without_a_save(driver, make_locked_error())
    driver.wait_for_text("Test Keyring is locked")
    driver.window.close()
    driver.press("Close and lose it")
    assert not driver.window.isVisible()
