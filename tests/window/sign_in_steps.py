"""Steps through the sign-in dialog."""

from __future__ import annotations

from dataclasses import replace

from tests.support.installations import Installation
from tests.support.sandbox_browser import approve_sign_in
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.secret import Secret

PIN, IN_BROWSER = "With a PIN", "In your browser"
HANDLE = "fernwick_news"


def begin_sign_in(driver: WindowDriver, handle: str, method: str) -> None:
    """Start a sign-in with this method: X is asked for a link."""
    driver.press("Add account")
    driver.type("Expected handle", handle)
    driver.press(method)
    driver.press("Get the link" if method == PIN else "Open browser")


def begin_pin(driver: WindowDriver, handle: str = HANDLE) -> str:
    """Start a sign-in with a PIN; return the link as it is copied."""
    begin_sign_in(driver, handle, PIN)
    driver.press("Copy link")
    return driver.clipboard


def enter_pin(driver: WindowDriver, link: str, handle: str = HANDLE) -> None:
    """Approve as this account, and finish with the PIN that X shows."""
    driver.type("PIN", approve_sign_in(link, handle).page.pin)
    driver.press("Finish sign-in")


def begin_in_browser(driver: WindowDriver, browser: RecordingBrowser, handle: str = HANDLE) -> str:
    """Start a sign-in in the browser; return the address of X's page."""
    before = len(browser.opened_urls)
    begin_sign_in(driver, handle, IN_BROWSER)
    driver.wait_until(lambda: len(browser.opened_urls) > before)
    return browser.opened_urls[-1]


def count_pending(installation: Installation) -> int:
    return len(installation.services.store.pending_sign_ins.list_all())


def set_wrong_keys(installation: Installation, app: App) -> AppKeys:
    """Give the app keys of the right length that X does not know."""
    keys = AppKeys(Secret("k" * 25), Secret("s" * 50))
    installation.services.apps.update(app.id, replace(installation.draft(), keys=keys))
    return keys
