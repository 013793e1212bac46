"""Several accounts signed in one after the other, on one day or two."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPlainTextEdit

from tests.support.installations import Installation
from tests.support.sandbox_browser import approve_sign_in, follow_redirect
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.window.sign_in_steps import IN_BROWSER, PIN, enter_pin
from twauth_gui.domain.apps import App
from twauth_gui.services.batch_sign_in import load_batch

LIST = "@fernwick_news, marsh_weather\nhttps://x.com/tidal_times @Fernwick_News"


def paste(driver: WindowDriver, text: str, method: str) -> None:
    driver.press("Add account")
    driver.press("Add several…")
    field = driver.field("Handles")
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText(f"{text} no:handle")
    driver.wait_for_text("Not a handle: no:handle")
    assert not driver.button("Start").isEnabled()
    field.setPlainText(text)
    driver.wait_for_text("3 handles.")
    driver.press(method)
    driver.press("Start")
    driver.wait_for_text("Newsroom · 1 of 3")


def approve_next(driver: WindowDriver, browser: RecordingBrowser, handle: str) -> None:
    """Approve on the page that was opened last."""
    before = len(browser.opened_urls)
    driver.wait_until(lambda: len(browser.opened_urls) > before - 1)
    follow_redirect(approve_sign_in(browser.opened_urls[-1], handle).redirect_url)
    driver.wait_for_text(f"@{handle} is signed in")


def test_one_after_the_other(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    paste(driver, LIST, IN_BROWSER)
    driver.wait_until(partial(len, browser.opened_urls))
    approve_next(driver, browser, "fernwick_news")
    driver.press("Next")
    driver.wait_until(lambda: len(browser.opened_urls) == 2)
    assert "screen_name=marsh_weather" in browser.opened_urls[1]
    driver.wait_for_text("Newsroom · 2 of 3")
    driver.press("Cancel sign-in")
    driver.wait_for_text("1 of 3 signed in")
    driver.wait_for_text("Cancelled")
    driver.press("Try again @marsh_weather")
    driver.wait_until(lambda: len(browser.opened_urls) == 3)
    approve_next(driver, browser, "marsh_weather")
    driver.press("Next")
    driver.wait_until(lambda: len(browser.opened_urls) == 4)
    approve_next(driver, browser, "tidal_times")
    driver.press("Done")
    driver.wait_for_text("3 of 3 signed in")
    driver.wait_for_text("That was the last one.")
    driver.press("Done")
    driver.wait_idle()
    assert load_batch(installation.services.store) is None
    assert driver.rows == ["@fernwick_news", "@marsh_weather", "@tidal_times"]


def run_first_day(driver: WindowDriver) -> str:
    """Cancel one, skip one, sign it in, send the link of the third; return that link."""
    paste(driver, LIST, PIN)
    driver.press("Cancel sign-in")
    driver.press("Skip @marsh_weather")
    driver.wait_for_text("Skipped")
    driver.press("Sign in @marsh_weather")
    driver.press("Copy link")
    enter_pin(driver, driver.clipboard, "marsh_weather")
    driver.press("Next")
    driver.press("Copy link")
    link = driver.clipboard
    driver.press("Finish later")
    driver.wait_for_text("1 of 3 signed in")
    driver.wait_for_text("Waiting for approval")
    return link


def test_on_two_days(driver: WindowDriver, installation: Installation, app: App) -> None:
    driver.open()
    link = run_first_day(driver)
    driver.close()
    installation.restart()
    driver.open()
    driver.press("Your list")
    driver.wait_for_text("1 of 3 signed in")
    driver.press("Done")
    driver.wait_for_text("Your list, at the left, goes on with the rest.")
    driver.press("Add account")
    driver.press("Add several…")
    driver.press("Continue @tidal_times")
    driver.press("Copy link")
    assert driver.clipboard == link
    enter_pin(driver, link, "ferry_delays7")
    driver.press("Keep @ferry_delays7")
    driver.press("Done")
    driver.wait_for_text("@ferry_delays7 approved instead, and was kept")
    driver.press("Discard list")
    driver.wait_for_text("2 handles of it are not signed in.")
    driver.press("Keep")
    assert load_batch(installation.services.store) is not None
    driver.press("Discard list")
    driver.press("Discard")
    driver.wait_idle()
    assert load_batch(installation.services.store) is None
    assert driver.rows == ["@ferry_delays7", "@marsh_weather"]
    driver.wait_until(lambda: not driver.has_button("Your list"))


def test_why_one_is_not_in(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    paste(driver, LIST, PIN)
    driver.press("Cancel sign-in")
    installation.sandbox.enable_faults("app-suspended")
    driver.press("Sign in @marsh_weather")
    driver.wait_for_text("X has suspended this app")
    driver.press("Open appeal form")
    assert browser.opened_urls == ["https://help.x.com/forms/platform"]
    driver.press("Close")
    driver.wait_for_text("0 of 3 signed in")
    driver.wait_for_text("X has suspended this app")
