"""Several accounts are signed in one after the other, today or on two days."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPlainTextEdit

from tests.services.approving import allow, return_to
from tests.services.ground import Ground
from tests.window.conftest import Browser
from tests.window.driver import Driver
from tests.window.signing_in import IN_BROWSER, PIN, enter_pin
from twauth_gui.domain.apps import App
from twauth_gui.services.several import kept_list

LIST = "@fernwick_news, marsh_weather\nhttps://x.com/tidal_times @Fernwick_News"


def paste(desk: Driver, text: str, way: str) -> None:
    desk.press("Add account")
    desk.press("Add several…")
    field = desk.field("Handles")
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText(f"{text} no:handle")
    desk.wait_for("Not a handle: no:handle")
    assert not desk.button("Begin").isEnabled()
    field.setPlainText(text)
    desk.wait_for("3 handles.")
    desk.press(way)
    desk.press("Begin")
    desk.wait_for("0 of 3 are in")


def approve_next(desk: Driver, browser: Browser, handle: str) -> None:
    """Approve on the page that was opened last."""
    before = len(browser.opened)
    desk.until(lambda: len(browser.opened) > before - 1)
    return_to(allow(browser.opened[-1], handle).sent_to)
    desk.wait_for(f"@{handle} is signed in")


def test_one_after_the_other(desk: Driver, ground: Ground, app: App, browser: Browser) -> None:
    desk.open()
    paste(desk, LIST, IN_BROWSER)
    desk.press("Go on")
    desk.until(partial(len, browser.opened))
    approve_next(desk, browser, "fernwick_news")
    desk.press("Next")
    desk.until(lambda: len(browser.opened) == 2)
    assert "screen_name=marsh_weather" in browser.opened[1]
    desk.press("Cancel sign-in")
    desk.wait_for("1 of 3 are in")
    desk.wait_for("Cancelled")
    desk.press("Try again @marsh_weather")
    desk.until(lambda: len(browser.opened) == 3)
    approve_next(desk, browser, "marsh_weather")
    desk.press("Next")
    desk.until(lambda: len(browser.opened) == 4)
    approve_next(desk, browser, "tidal_times")
    desk.press("Done")
    desk.wait_for("3 of 3 are in")
    desk.wait_for("That was the last one.")
    desk.press("Done")
    desk.settle()
    assert kept_list(ground.kit.store) is None
    assert desk.rows == ["@fernwick_news", "@marsh_weather", "@tidal_times"]


def first_day(desk: Driver) -> str:
    """Skip one, sign one in, send the link of the third; gives that link."""
    paste(desk, LIST, PIN)
    desk.press("Skip @fernwick_news")
    desk.wait_for("Skipped")
    desk.press("Sign in @marsh_weather")
    desk.press("Copy link")
    enter_pin(desk, desk.clipboard, "marsh_weather")
    desk.press("Next")
    desk.press("Copy link")
    link = desk.clipboard
    desk.press("Finish later")
    desk.wait_for("1 of 3 are in")
    desk.wait_for("Waits for its answer")
    return link


def test_on_two_days(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    link = first_day(desk)
    desk.close()
    ground.restart()
    desk.open()
    desk.press("Add account")
    desk.press("Add several…")
    desk.wait_for("1 of 3 are in")
    desk.press("Continue @tidal_times")
    desk.press("Copy link")
    assert desk.clipboard == link
    enter_pin(desk, link, "ferry_delays7")
    desk.press("Keep @ferry_delays7")
    desk.press("Done")
    desk.wait_for("@ferry_delays7 approved instead, and was kept")
    desk.press("End this list")
    desk.settle()
    assert kept_list(ground.kit.store) is None
    assert desk.rows == ["@ferry_delays7", "@marsh_weather"]


def test_why_one_is_not_in(desk: Driver, ground: Ground, app: App, browser: Browser) -> None:
    desk.open()
    paste(desk, LIST, PIN)
    ground.sandbox.break_with("app-suspended")
    desk.press("Sign in @fernwick_news")
    desk.wait_for("X has suspended this app")
    desk.press("Open appeal form")
    assert browser.opened == ["https://help.x.com/forms/platform"]
    desk.press("Close")
    desk.wait_for("0 of 3 are in")
    desk.wait_for("X has suspended this app")
