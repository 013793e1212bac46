"""Links that wait: copied again, reminded of, asked for anew; and choices that reach X."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from PySide6.QtWidgets import QPlainTextEdit

from tests.services.approving import allow, other_than, return_to
from tests.services.ground import Ground, free_port
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
)
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import PendingState
from twauth_gui.xapi.loopback import CallbackListener

ADDRESS = "Address of the page after approving"


def link_in(text: str) -> str:
    return next(word for word in text.split() if word.startswith("http"))


def test_a_link_is_sent_reminded_of_and_renewed(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    desk.press("Add account")
    desk.type("Expected handle", "letters_desk3")
    desk.press("By link to the owner")
    desk.press("Get the message")
    desk.press("Copy message")
    link = link_in(desk.clipboard)
    desk.press("Finish later")
    desk.select("@letters_desk3")
    desk.wait_for("by link. It waits here")
    desk.press("Copy reminder")
    desk.until(lambda: desk.clipboard.startswith("A reminder"))
    assert link_in(desk.clipboard) == link
    desk.press("Get a new link")
    desk.wait_for("The link is new. Send it again")
    desk.press("Copy message")
    desk.until(lambda: not desk.clipboard.startswith("A reminder"))
    assert link_in(desk.clipboard) != link
    (waiting,) = ground.kit.store.pending_sign_ins.all()
    desk.press("Continue")
    desk.wait_for("Send this to the owner of @letters_desk3")
    enter_pin(desk, link_in(desk.clipboard), "letters_desk3")
    desk.wait_for("@letters_desk3 is signed in")
    assert attempts(ground) == 0
    assert waiting.expected_handle == "letters_desk3"


def test_an_expired_link_is_replaced_in_one_click(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    ground.sandbox.change(request_token_lifetime=0)
    link = begin_pin(desk)
    ground.sandbox.change(request_token_lifetime=900)
    (before,) = ground.kit.store.pending_sign_ins.all()
    desk.type("PIN", "1234567")
    desk.press("Finish sign-in")
    desk.press("Get a new link")
    desk.press("Copy link")
    assert desk.clipboard != link
    (after,) = ground.kit.store.pending_sign_ins.all()
    assert (after.id, after.expected_handle) == (before.id, "fernwick_news")
    desk.press("Get a new link")  # also from the page that asks for the PIN
    desk.until(lambda: ground.kit.store.pending_sign_ins.all()[0].generation > after.generation)
    desk.press("Copy link")
    enter_pin(desk, desk.clipboard)
    desk.wait_for("@fernwick_news is signed in")


def test_a_new_link_while_the_browser_is_waited_for(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    desk.open()
    begin_in_browser(desk, browser)
    desk.press("Get a new link")
    desk.until(lambda: len(browser.opened) == 2)
    assert browser.opened[0] != browser.opened[1]
    assert attempts(ground) == 1
    return_to(allow(browser.opened[1], "fernwick_news").sent_to)
    desk.wait_for("@fernwick_news is signed in")


def test_what_is_pasted_wrongly_is_said_there_and_the_wait_goes_on(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    desk.open()
    begin_in_browser(desk, browser)
    desk.type(ADDRESS, f"{app.callback}?oauth_token=another&oauth_verifier=whatever")
    desk.press("Use it")
    desk.wait_for("belongs to another sign-in")
    right = allow(browser.opened[0], "fernwick_news").sent_to
    verifier = parse_qs(urlsplit(right).query)["oauth_verifier"][0]
    desk.type(ADDRESS, other_than(verifier[:-1] + "0"))
    desk.press("Use it")
    desk.wait_for("does not match this sign-in")
    assert len(browser.opened) == 1
    desk.type(ADDRESS, verifier)  # without its address it will do as well
    desk.press("Use it")
    desk.wait_for("@fernwick_news is signed in")


def test_the_options_reach_x(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    desk.press("Add account")
    desk.type("Expected handle", "fernwick_news")
    desk.press(PIN)
    desk.press("Options")
    desk.wait_for("Always asks, so it also gives an account")
    desk.press("Ask once")
    desk.wait_for("direct messages are never included")
    desk.press("Read only")
    desk.press("Ask for the password again")
    desk.press("Options")
    desk.wait_for("Asks once, read only, no password where signed in")
    desk.press("Get the link")
    desk.press("Copy link")
    page = urlsplit(desk.clipboard)
    assert page.path == "/oauth/authenticate"
    assert set(parse_qs(page.query)) == {"oauth_token", "screen_name"}
    enter_pin(desk, desk.clipboard)
    desk.wait_for("This sign-in can only read")
    (account,) = ground.kit.store.accounts.all()
    assert account.access is AccessLevel.READ


def test_the_next_address_is_used_where_the_first_is_taken(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    spare = f"http://127.0.0.1:{free_port()}/callback"
    desk.open()
    desk.window.edit_app(app.id)
    field = desk.field("Callback URLs")
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText(f"{app.callback}\n{spare}")
    desk.press("Copy addresses")
    assert desk.clipboard == f"{app.callback}\n{spare}"
    desk.press("Save app")
    desk.settle()
    assert ground.kit.store.apps.get(app.id).callbacks == (app.callback, spare)
    ground.sandbox.change(callbacks=(app.callback, spare))
    with CallbackListener(app.callback):
        link = begin_in_browser(desk, browser)
        desk.wait_for(f"Listening on {urlsplit(spare).netloc}")
        return_to(allow(link, "fernwick_news").sent_to)
        desk.wait_for("@fernwick_news is signed in")
        desk.press("Done")
        with CallbackListener(spare):
            add(desk, "marsh_weather", IN_BROWSER)
            desk.wait_for(str(urlsplit(spare).port))
            desk.wait_for("Twauth cannot listen on the ports")
            assert desk.has("Use a PIN instead")


def test_discarding_where_x_does_not_answer(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    desk.open()
    enter_pin(desk, begin_pin(desk), "marsh_weather")
    desk.wait_for("You approved as @marsh_weather")
    ground.sandbox.stop()
    desk.press("Discard")
    desk.wait_for("X did not end the credentials of @marsh_weather")
    desk.press("Finish later")
    desk.until(lambda: desk.rows)
    assert ground.kit.store.pending_sign_ins.all()[0].state is PendingState.WRONG_ACCOUNT
    desk.select(*desk.rows)
    desk.press("Continue")
    desk.press("Discard")
    desk.press("Open connected apps")
    assert browser.opened == ["https://x.com/settings/connected_apps"]
    desk.press("Forget it here")
    desk.until(lambda: attempts(ground) == 0)
    assert ground.kit.store.accounts.all() == []
