"""Links of pending sign-ins: copied, renewed, reminded of; and options that reach X."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from PySide6.QtWidgets import QPlainTextEdit

from tests.support.installations import Installation, find_free_port
from tests.support.sandbox_browser import approve_sign_in, follow_redirect
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
)
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.apps import App
from twauth_gui.domain.sign_in import PendingState
from twauth_gui.xapi.callback_listener import CallbackListener

ADDRESS = "Address of the page after approving"


def link_in(text: str) -> str:
    return next(word for word in text.split() if word.startswith("http"))


def test_a_link_is_sent_reminded_of_and_renewed(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    driver.press("Add account")
    driver.type("Expected handle", "letters_desk3")
    driver.press("By link to the owner")
    driver.press("Get the message")
    driver.press("Copy message")
    link = link_in(driver.clipboard)
    driver.press("Finish later")
    driver.select("@letters_desk3")
    driver.wait_for_text("by link. It waits here")
    driver.press("Copy reminder")
    driver.wait_until(lambda: driver.clipboard.startswith("A reminder"))
    assert link_in(driver.clipboard) == link
    driver.press("Get a new link")
    driver.wait_for_text("The link is new. Send it again")
    driver.press("Copy message")
    driver.wait_until(lambda: not driver.clipboard.startswith("A reminder"))
    assert link_in(driver.clipboard) != link
    (waiting,) = installation.services.store.pending_sign_ins.list_all()
    driver.press("Continue")
    driver.wait_for_text("Send this to the owner of @letters_desk3")
    enter_pin(driver, link_in(driver.clipboard), "letters_desk3")
    driver.wait_for_text("@letters_desk3 is signed in")
    assert count_pending(installation) == 0
    assert waiting.expected_handle == "letters_desk3"


def test_an_expired_link_is_replaced_in_one_click(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    installation.sandbox.change_settings(request_token_lifetime=0)
    link = begin_pin(driver)
    installation.sandbox.change_settings(request_token_lifetime=900)
    (before,) = installation.services.store.pending_sign_ins.list_all()
    driver.type("PIN", "1234567")
    driver.press("Finish sign-in")
    driver.press("Get a new link")
    driver.press("Copy link")
    assert driver.clipboard != link
    (after,) = installation.services.store.pending_sign_ins.list_all()
    assert (after.id, after.expected_handle) == (before.id, "fernwick_news")
    driver.press("Get a new link")  # also from the page that asks for the PIN
    driver.wait_until(
        lambda: (
            installation.services.store.pending_sign_ins.list_all()[0].generation > after.generation
        )
    )
    driver.press("Copy link")
    enter_pin(driver, driver.clipboard)
    driver.wait_for_text("@fernwick_news is signed in")


def test_a_new_link_while_the_browser_is_waited_for(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    begin_in_browser(driver, browser)
    driver.press("Get a new link")
    driver.wait_until(lambda: len(browser.opened_urls) == 2)
    assert browser.opened_urls[0] != browser.opened_urls[1]
    assert count_pending(installation) == 1
    follow_redirect(approve_sign_in(browser.opened_urls[1], "fernwick_news").redirect_url)
    driver.wait_for_text("@fernwick_news is signed in")


def test_what_is_pasted_wrongly_is_reported_there_and_the_wait_goes_on(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    begin_in_browser(driver, browser)
    driver.type(ADDRESS, f"{app.callback}?oauth_token=another&oauth_verifier=whatever")
    driver.press("Use it")
    driver.wait_for_text("belongs to another sign-in")
    right = approve_sign_in(browser.opened_urls[0], "fernwick_news").redirect_url
    verifier = parse_qs(urlsplit(right).query)["oauth_verifier"][0]
    driver.type(ADDRESS, verifier[:-1] + ("a" if verifier[-1] != "a" else "b"))
    driver.press("Use it")
    driver.wait_for_text("does not match this sign-in")
    assert len(browser.opened_urls) == 1
    driver.type(ADDRESS, verifier)  # without its address it will do as well
    driver.press("Use it")
    driver.wait_for_text("@fernwick_news is signed in")


def test_the_options_reach_x(driver: WindowDriver, installation: Installation, app: App) -> None:
    driver.open()
    driver.press("Add account")
    driver.type("Expected handle", "fernwick_news")
    driver.press(PIN)
    driver.press("Options")
    driver.wait_for_text("Always asks, so the account also gets access")
    driver.press("Ask once")
    driver.wait_for_text("direct messages are never included")
    driver.press("Read only")
    driver.press("Ask for the password again")
    driver.press("Options")
    driver.wait_for_text("Asks once, read only, no password if signed in")
    driver.press("Get the link")
    driver.press("Copy link")
    page = urlsplit(driver.clipboard)
    assert page.path == "/oauth/authenticate"
    assert set(parse_qs(page.query)) == {"oauth_token", "screen_name"}
    enter_pin(driver, driver.clipboard)
    driver.wait_for_text("This sign-in can only read")
    (account,) = installation.services.store.accounts.list_all()
    assert account.access is AccessLevel.READ


def test_the_next_address_is_used_where_the_first_is_taken(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    spare = f"http://127.0.0.1:{find_free_port()}/callback"
    driver.open()
    driver.window.edit_app(app.id)
    field = driver.field("Callback URLs")
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText(f"{app.callback}\n{spare}")
    driver.press("Copy addresses")
    assert driver.clipboard == f"{app.callback}\n{spare}"
    driver.press("Save app")
    driver.wait_idle()
    assert installation.services.store.apps.get(app.id).callbacks == (app.callback, spare)
    installation.sandbox.change_settings(callbacks=(app.callback, spare))
    with CallbackListener(app.callback):
        link = begin_in_browser(driver, browser)
        driver.wait_for_text(f"Listening on {urlsplit(spare).netloc}")
        follow_redirect(approve_sign_in(link, "fernwick_news").redirect_url)
        driver.wait_for_text("@fernwick_news is signed in")
        driver.press("Done")
        with CallbackListener(spare):
            begin_sign_in(driver, "marsh_weather", IN_BROWSER)
            driver.wait_for_text(str(urlsplit(spare).port))
            driver.wait_for_text("Twauth cannot listen on the ports")
            assert driver.has_button("Use a PIN instead")


def test_discarding_where_x_does_not_answer(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    enter_pin(driver, begin_pin(driver), "marsh_weather")
    driver.wait_for_text("You approved as @marsh_weather")
    installation.sandbox.stop()
    driver.press("Discard")
    driver.wait_for_text("X did not revoke the credentials of @marsh_weather")
    driver.press("Finish later")
    driver.wait_until(lambda: driver.rows)
    assert (
        installation.services.store.pending_sign_ins.list_all()[0].state
        is PendingState.WRONG_ACCOUNT
    )
    driver.select(*driver.rows)
    driver.press("Continue")
    driver.press("Discard")
    driver.press("Open connected apps")
    assert browser.opened_urls == ["https://x.com/settings/connected_apps"]
    driver.press("Forget it here")
    driver.wait_until(lambda: count_pending(installation) == 0)
    assert installation.services.store.accounts.list_all() == []
