"""A sign-in in the browser goes on with its sheet closed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.sandbox.person import Person
from tests.services.approving import allow, return_to
from tests.services.ground import Ground, free_port
from tests.services.oauth2_ground import add_app
from tests.window.conftest import Browser
from tests.window.driver import Driver
from tests.window.signing_in import IN_BROWSER, add, attempts, begin_in_browser
from twauth_gui.domain.apps import App
from twauth_gui.xapi.loopback import CallbackListener

HANDLE, OTHER = "fernwick_news", "marsh_weather"


@pytest.fixture
def link(desk: Driver, app: App, browser: Browser) -> str:
    """A sign-in that waits in the browser, with its sheet closed; gives X's page."""
    desk.open()
    opened = put_off(desk, browser, HANDLE)
    desk.select(f"@{HANDLE}")
    return opened


def put_off(desk: Driver, browser: Browser, handle: str) -> str:
    opened = begin_in_browser(desk, browser, handle)
    desk.press("Finish later")
    desk.until(lambda: f"@{handle}" in desk.rows)
    return opened


def approve(link: str, handle: str = HANDLE) -> None:
    """Approve, and follow X's redirect to this computer."""
    assert return_to(allow(link, handle).sent_to) == 200


def lock(desk: Driver) -> None:
    QTest.keyClick(desk.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.window.desk.vault.locked)


def port_is_free(app: App) -> bool:
    """Whether somebody else could listen there now."""
    with CallbackListener(app.callback):
        return True


def test_escape_leaves_the_listener_where_it_is(desk: Driver, app: App, browser: Browser) -> None:
    desk.open()
    opened = begin_in_browser(desk, browser)
    desk.until(lambda: desk.has("Finish later"))
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Escape)
    desk.until(lambda: desk.window.desk.sheets.count() == 0)
    approve(opened)
    desk.wait_for(f"@{HANDLE} is signed in")
    assert attempts(desk.ground) == 0


def test_the_account_takes_the_place_of_the_sign_in(desk: Driver, link: str) -> None:
    desk.wait_for("Approve there, and this window notices by itself.")
    approve(link)
    desk.wait_for(f"@{HANDLE} is signed in")
    desk.wait_for("Can read and write.")
    assert desk.rows == [f"@{HANDLE}"]
    assert desk.has("Check now")


def test_two_wait_at_one_port(desk: Driver, link: str, browser: Browser) -> None:
    second = put_off(desk, browser, OTHER)
    third = begin_in_browser(desk, browser, "tidal_times")
    approve(second, OTHER)
    approve(third, "tidal_times")
    desk.wait_for("@tidal_times is signed in")
    desk.press("Done")
    approve(link)
    desk.wait_for(f"@{HANDLE} is signed in")
    desk.until(lambda: desk.rows == [f"@{HANDLE}", f"@{OTHER}", "@tidal_times"])
    assert attempts(desk.ground) == 0


def test_continue_takes_it_back_into_its_sheet(desk: Driver, link: str, browser: Browser) -> None:
    desk.press("Continue")
    desk.until(lambda: browser.opened == [link, link])
    approve(link)
    desk.wait_for(f"@{HANDLE} is signed in")
    desk.press("Done")
    assert desk.rows == [f"@{HANDLE}"]


def test_another_account_approves(desk: Driver, link: str) -> None:
    approve(link, OTHER)
    desk.wait_for(f"@{OTHER} approved, not @{HANDLE}. It is held until you choose")
    desk.press("Continue")
    desk.press(f"Keep @{OTHER}")
    desk.wait_for(f"@{OTHER} is signed in")


def test_the_person_declines(desk: Driver, link: str) -> None:
    person = Person()
    person.open(link)
    person.log_in(HANDLE)
    page = person.press("Do not allow")
    assert return_to(next(one for one in page.links.values() if "denied=" in one)) == 200
    desk.wait_for(f"The sign-in of @{HANDLE} was declined in the browser")
    desk.until(lambda: desk.rows == [])


def test_x_refuses_the_exchange(desk: Driver, link: str) -> None:
    person = allow(link, HANDLE)
    desk.ground.sandbox.change(interception="html-503")
    assert return_to(person.sent_to) == 200
    desk.wait_for(f"The sign-in of @{HANDLE} needs you")
    desk.wait_for("X has a problem of its own.")
    desk.ground.sandbox.change(interception="none")
    desk.press("Continue")
    desk.wait_for(f"@{HANDLE} is signed in")


def test_approved_while_twauth_is_locked(desk: Driver, link: str) -> None:
    lock(desk)
    approve(link)
    desk.settle()
    assert not desk.sees(HANDLE), "the lock hides whose sign-in it is"
    assert desk.ground.kit.store.accounts.all() == []
    desk.press("Unlock Twauth")
    desk.wait_for(f"@{HANDLE} is signed in")


def test_a_code_does_not_outlast_the_lock(desk: Driver, ground: Ground, browser: Browser) -> None:
    _ = add_app(ground)
    desk.open()
    desk.press("Add account")
    desk.type("Expected handle", HANDLE)
    desk.press("OAuth 2.0")
    desk.press(IN_BROWSER)
    desk.press("Open browser")
    desk.until(lambda: browser.opened)
    desk.press("Finish later")
    desk.select(f"@{HANDLE}")
    lock(desk)
    approve(browser.opened[0])
    desk.settle()
    desk.press("Unlock Twauth")
    desk.wait_for("Approved while Twauth was locked.")
    desk.press("Continue")
    desk.until(lambda: len(browser.opened) == 2)
    approve(browser.opened[1])
    desk.wait_for(f"@{HANDLE} is signed in")


def test_cancelling_frees_the_port(desk: Driver, link: str, app: App) -> None:
    desk.press("Cancel sign-in")
    desk.until(lambda: desk.rows == [])
    assert port_is_free(app)


def test_another_process_ends_it(desk: Driver, link: str, app: App) -> None:
    other = desk.ground.open_again()
    (attempt,) = other.store.pending_sign_ins.all()
    other.store.pending_sign_ins.discard(attempt.id)
    other.close()
    desk.until(lambda: desk.rows == [])
    desk.settle()
    assert port_is_free(app)


def test_after_a_restart_it_is_continued_first(desk: Driver, link: str, app: App) -> None:
    desk.close()
    assert port_is_free(app)
    desk.ground.restart()
    desk.open()
    desk.select(f"@{HANDLE}")
    desk.wait_for("Press Continue before you approve")
    assert port_is_free(app)
    desk.press("Continue")
    desk.until(lambda: desk.has("Finish later"))
    approve(link)
    desk.wait_for(f"@{HANDLE} is signed in")


def test_a_taken_port_is_still_told(desk: Driver, ground: Ground) -> None:
    callback = f"http://127.0.0.1:{free_port()}/callback"
    ground.sandbox.change(callbacks=(callback,))
    _ = ground.add_app(callback=callback)
    desk.open()
    with CallbackListener(callback):
        add(desk, HANDLE, IN_BROWSER)
        desk.wait_for("of this computer is in use")
