"""Steps through the sheet of a sign-in."""

from __future__ import annotations

from dataclasses import replace

from tests.services.approving import allow
from tests.services.ground import Ground
from tests.window.conftest import Browser
from tests.window.driver import Driver
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.secret import Secret

PIN, IN_BROWSER = "With a PIN", "In your browser"
HANDLE = "fernwick_news"


def add(desk: Driver, handle: str, way: str) -> None:
    """Open the sheet and choose; the last press asks X."""
    desk.press("Add account")
    desk.type("Expected handle", handle)
    desk.press(way)
    desk.press("Get the link" if way == PIN else "Open browser")


def begin_pin(desk: Driver, handle: str = HANDLE) -> str:
    """Come as far as the PIN page; gives the link, as it is copied."""
    add(desk, handle, PIN)
    desk.press("Copy link")
    return desk.clipboard


def enter_pin(desk: Driver, link: str, handle: str = HANDLE) -> None:
    """Approve as somebody, and finish with the PIN that X shows."""
    desk.type("PIN", allow(link, handle).page.pin)
    desk.press("Finish sign-in")


def begin_in_browser(desk: Driver, browser: Browser, handle: str = HANDLE) -> str:
    """Come as far as X's page; gives its address."""
    before = len(browser.opened)
    add(desk, handle, IN_BROWSER)
    desk.until(lambda: len(browser.opened) > before)
    return browser.opened[-1]


def attempts(ground: Ground) -> int:
    return len(ground.kit.store.pending_sign_ins.all())


def give_wrong_keys(ground: Ground, app: App) -> AppKeys:
    """Let the app have keys of the right length that X does not know."""
    keys = AppKeys(Secret("k" * 25), Secret("s" * 50))
    ground.kit.apps.change(app.id, replace(ground.draft(), keys=keys))
    return keys
