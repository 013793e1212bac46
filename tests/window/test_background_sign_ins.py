"""A sign-in in the browser goes on with its dialog closed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.installations import Installation, add_oauth2_app, find_free_port
from tests.support.sandbox_browser import SandboxBrowser, approve_sign_in, follow_redirect
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.window.sign_in_steps import IN_BROWSER, begin_in_browser, begin_sign_in, count_pending
from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.xapi.callback_listener import CallbackListener

HANDLE, OTHER = "fernwick_news", "marsh_weather"


@pytest.fixture
def link(driver: WindowDriver, app: App, browser: RecordingBrowser) -> str:
    """Return X's page of a sign-in that waits in the browser, its dialog closed."""
    driver.open()
    opened = postpone(driver, browser, HANDLE)
    driver.select(f"@{HANDLE}")
    return opened


def postpone(driver: WindowDriver, browser: RecordingBrowser, handle: str) -> str:
    opened = begin_in_browser(driver, browser, handle)
    driver.press("Finish later")
    driver.wait_until(lambda: f"@{handle}" in driver.rows)
    return opened


def approve(link: str, handle: str = HANDLE) -> None:
    """Approve, and follow X's redirect to this computer."""
    assert follow_redirect(approve_sign_in(link, handle).redirect_url) == 200


def lock(driver: WindowDriver) -> None:
    QTest.keyClick(driver.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    driver.wait_until(lambda: driver.window.context.vault.is_locked)


def port_is_free(app: App) -> bool:
    """Whether another program could listen there now; the listener ends on a thread of its own."""
    try:
        with CallbackListener(app.callback):
            return True
    except DiagnosedError:
        return False


def test_escape_leaves_the_listener_where_it_is(
    driver: WindowDriver, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    opened = begin_in_browser(driver, browser)
    driver.wait_until(lambda: driver.has_button("Finish later"))
    QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Escape)
    driver.wait_until(lambda: driver.window.context.dialogs.count() == 0)
    approve(opened)
    driver.wait_for_text(f"@{HANDLE} is signed in")
    assert count_pending(driver.installation) == 0


def test_the_account_takes_the_place_of_the_sign_in(driver: WindowDriver, link: str) -> None:
    driver.wait_for_text("Approve there, and this window notices by itself.")
    approve(link)
    driver.wait_for_text(f"@{HANDLE} is signed in")
    driver.wait_for_text("Can read and write.")
    assert driver.rows == [f"@{HANDLE}"]
    assert driver.has_button("Check now")


def test_two_wait_at_one_port(driver: WindowDriver, link: str, browser: RecordingBrowser) -> None:
    second = postpone(driver, browser, OTHER)
    third = begin_in_browser(driver, browser, "tidal_times")
    approve(second, OTHER)
    approve(third, "tidal_times")
    driver.wait_for_text("@tidal_times is signed in")
    driver.press("Done")
    approve(link)
    driver.wait_for_text(f"@{HANDLE} is signed in")
    driver.wait_until(lambda: driver.rows == [f"@{HANDLE}", f"@{OTHER}", "@tidal_times"])
    assert count_pending(driver.installation) == 0


def test_continue_opens_its_dialog_again(
    driver: WindowDriver, link: str, browser: RecordingBrowser
) -> None:
    driver.press("Continue")
    driver.wait_until(lambda: browser.opened_urls == [link, link])
    approve(link)
    driver.wait_for_text(f"@{HANDLE} is signed in")
    driver.press("Done")
    assert driver.rows == [f"@{HANDLE}"]


def test_another_account_approves(driver: WindowDriver, link: str) -> None:
    approve(link, OTHER)
    driver.wait_for_text(f"@{OTHER} approved, not @{HANDLE}. It is held until you choose")
    driver.press("Continue")
    driver.press(f"Keep @{OTHER}")
    driver.wait_for_text(f"@{OTHER} is signed in")


def test_the_person_declines(driver: WindowDriver, link: str) -> None:
    person = SandboxBrowser()
    person.open(link)
    person.log_in(HANDLE)
    page = person.press("Do not allow")
    assert follow_redirect(next(one for one in page.links.values() if "denied=" in one)) == 200
    driver.wait_for_text(f"The sign-in of @{HANDLE} was declined in the browser")
    driver.wait_until(lambda: driver.rows == [])


def test_x_refuses_the_exchange(driver: WindowDriver, link: str) -> None:
    person = approve_sign_in(link, HANDLE)
    driver.installation.sandbox.change_settings(interception="html-503")
    assert follow_redirect(person.redirect_url) == 200
    driver.wait_for_text(f"The sign-in of @{HANDLE} needs your attention")
    driver.wait_for_text("X has a problem on its side.")
    driver.installation.sandbox.change_settings(interception="none")
    driver.press("Continue")
    driver.wait_for_text(f"@{HANDLE} is signed in")


def test_approved_while_twauth_is_locked(driver: WindowDriver, link: str) -> None:
    lock(driver)
    approve(link)
    driver.wait_idle()
    assert not driver.has_text(HANDLE), "the lock hides whose sign-in it is"
    assert driver.installation.services.store.accounts.list_all() == []
    driver.press("Unlock Twauth")
    driver.wait_for_text(f"@{HANDLE} is signed in")


@pytest.fixture
def lost_code(
    driver: WindowDriver, installation: Installation, browser: RecordingBrowser
) -> WindowDriver:
    """The locked window of a sign-in that was approved while it was locked, with OAuth 2.0."""
    _ = add_oauth2_app(installation)
    driver.open()
    driver.press("Add account")
    driver.type("Expected handle", HANDLE)
    driver.press("OAuth 2.0")
    driver.press(IN_BROWSER)
    driver.press("Open browser")
    driver.wait_until(lambda: browser.opened_urls)
    driver.press("Finish later")
    driver.select(f"@{HANDLE}")
    lock(driver)
    approve(browser.opened_urls[0])
    driver.wait_idle()
    return driver


def test_a_code_does_not_outlast_the_lock(
    lost_code: WindowDriver, browser: RecordingBrowser
) -> None:
    driver = lost_code
    driver.press("Unlock Twauth")
    driver.wait_for_text("Approved while Twauth was locked.")
    driver.press("Continue")
    driver.wait_until(lambda: len(browser.opened_urls) == 2)
    approve(browser.opened_urls[1])
    driver.wait_for_text(f"@{HANDLE} is signed in")


def test_continued_before_it_listens_again(
    lost_code: WindowDriver, browser: RecordingBrowser
) -> None:
    driver, vault = lost_code, lost_code.installation.vault
    vault.may_read.clear()
    driver.press("Unlock Twauth")
    driver.wait_for_text("Approved while Twauth was locked.")
    driver.press("Continue")
    driver.wait_for_text("Reading the sign-in from the keychain.")
    vault.may_read.set()
    driver.wait_until(lambda: len(browser.opened_urls) == 2)
    approve(browser.opened_urls[1])
    driver.wait_for_text(f"@{HANDLE} is signed in")
    assert len(browser.opened_urls) == 2


def test_cancelling_frees_the_port(driver: WindowDriver, link: str, app: App) -> None:
    driver.press("Cancel sign-in")
    driver.wait_until(lambda: driver.rows == [])
    assert port_is_free(app)


def test_another_process_ends_it(driver: WindowDriver, link: str, app: App) -> None:
    other = driver.installation.open_second()
    (pending,) = other.store.pending_sign_ins.list_all()
    other.store.pending_sign_ins.discard(pending.id)
    other.close()
    driver.wait_until(lambda: driver.rows == [])
    driver.wait_until(lambda: port_is_free(app))


def test_after_a_restart_it_is_continued_first(driver: WindowDriver, link: str, app: App) -> None:
    driver.close()
    assert port_is_free(app)
    driver.installation.restart()
    driver.open()
    driver.select(f"@{HANDLE}")
    driver.wait_for_text("Press Continue before you approve")
    assert port_is_free(app)
    driver.press("Continue")
    driver.wait_until(lambda: driver.has_button("Finish later"))
    approve(link)
    driver.wait_for_text(f"@{HANDLE} is signed in")


def test_a_taken_port_is_still_reported(driver: WindowDriver, installation: Installation) -> None:
    callback = f"http://127.0.0.1:{find_free_port()}/callback"
    installation.sandbox.change_settings(callbacks=(callback,))
    _ = installation.add_app(callback=callback)
    driver.open()
    with CallbackListener(callback):
        begin_sign_in(driver, HANDLE, IN_BROWSER)
        driver.wait_for_text("of this computer is in use")
