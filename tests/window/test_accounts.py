"""An account in the window: found, shown, copied, activated, revoked."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QWidget

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.detail.credential_values import SHOWN_SECONDS, CredentialRow
from twauth_gui.gui.status_announcer import StatusAnnouncer


def read(driver: WindowDriver) -> str:
    """Return the visible text without its zero-width line breaks."""
    return driver.visible_text.replace("\u200b", "")


def rows_of(driver: WindowDriver) -> list[CredentialRow]:
    return [one for one in driver.window.findChildren(CredentialRow) if one.isVisible()]


def pass_seconds(driver: WindowDriver, seconds: int) -> None:
    """Let the rows' clocks tick."""
    for _ in range(seconds):
        for row in rows_of(driver):
            if row.is_shown:
                second = next(one for one in row.findChildren(QTimer) if one.interval() == 1000)
                second.timeout.emit()


def reveal(driver: WindowDriver, token: str) -> None:
    driver.press("Show the access token")
    driver.wait_until(lambda: token in read(driver))


def test_a_shown_value_hides_itself(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    token = installation.access_token(accounts[0])
    assert token not in read(driver)
    reveal(driver, token)
    pass_seconds(driver, SHOWN_SECONDS - 1)
    assert token in read(driver)
    pass_seconds(driver, 1)
    assert token not in read(driver)
    assert not any(row.is_shown for row in rows_of(driver))
    driver.wait_for_text("Showed the access token")


def test_a_shown_value_hides_when_something_else_comes(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    token = installation.access_token(accounts[0])
    driver.select("@fernwick_news")
    reveal(driver, token)
    driver.press("Hide the access token")
    assert token not in read(driver)
    reveal(driver, token)
    driver.select("@marsh_weather")
    driver.select("@fernwick_news")
    assert token not in read(driver)
    reveal(driver, token)
    other = QWidget()
    other.show()
    other.activateWindow()
    driver.wait_until(lambda: token not in read(driver))
    other.close()
    other.deleteLater()


def test_a_copied_value_is_marked_and_cleared(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Copy the access token")
    driver.wait_until(lambda: driver.clipboard == installation.access_token(accounts[0]))
    formats = set(QGuiApplication.clipboard().mimeData().formats())
    assert {"text/plain", "x-kde-passwordManagerHint"} <= formats
    assert "ExcludeClipboardContentFromMonitorProcessing" in formats
    driver.wait_for_text("Clipboard clears in")
    driver.press("Clear now")
    assert driver.clipboard == ""
    driver.wait_for_text("Clipboard cleared")
    driver.wait_for_text("Copied the access token")


def find_copied(driver: WindowDriver) -> list[str]:
    """Return the names of the buttons that are marked as copied."""
    names = [one.accessibleName() for one in driver.window.findChildren(QAbstractButton)]
    marks = [name for name in names if name.endswith(", copied")]
    words = [button for button in driver.buttons("Copy all") if button.text() == "Copied"]
    assert driver.visible_text.splitlines().count("Copied") == len(marks) - len(words)
    return marks


def test_one_mark_at_a_time_says_what_was_copied_last(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Copy the access token")
    driver.wait_until(lambda: find_copied(driver) == ["Copy the access token, copied"])
    driver.press("Copy all")
    driver.wait_until(lambda: find_copied(driver) == ["Copy all, copied"])
    assert driver.button("Copy all").text() == "Copied"
    driver.press("Copy the API key")
    driver.wait_until(lambda: find_copied(driver) == ["Copy the API key, copied"])
    assert driver.button("Copy all").text() == "Copy all"
    driver.select("@marsh_weather")
    assert find_copied(driver) == [], "another account's is not what was copied"
    driver.select("@fernwick_news")
    assert find_copied(driver) == ["Copy the API key, copied"]
    driver.press("Clear now")
    driver.wait_until(lambda: find_copied(driver) == [])


def test_a_mark_goes_when_another_program_copies(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Copy all")
    driver.wait_until(lambda: find_copied(driver) == ["Copy all, copied"])
    driver.clipboard = "a note"
    driver.wait_until(lambda: find_copied(driver) == [])


def test_an_export_takes_the_mark_off(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Copy the access token")
    driver.wait_until(lambda: find_copied(driver) == ["Copy the access token, copied"])
    driver.press("Export…")
    driver.press("Copy 4 values")
    driver.wait_until(lambda: driver.clipboard.count("\n") > 1)
    assert find_copied(driver) == []


def test_what_another_program_copied_stays(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Copy the API key")
    driver.wait_until(lambda: driver.clipboard == installation.sandbox.demo_app.api_key)
    driver.clipboard = "a note"
    driver.wait_until(lambda: not driver.has_text("Clipboard clears in"))
    driver.window.context.clipboard.clear()
    assert driver.clipboard == "a note"


def test_the_clipboard_is_cleared_on_quit(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@marsh_weather")
    driver.press("Copy all")
    driver.wait_until(lambda: installation.access_token(accounts[1]) in driver.clipboard)
    driver.close()
    assert driver.clipboard == ""


def test_the_active_account(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    assert driver.button("Active account @fernwick_news").isVisible()
    driver.select("@tidal_times")
    driver.choose_entry("More", "Make active")
    assert driver.button("Active account @tidal_times").isVisible()
    assert installation.services.store.settings.active_account() == accounts[2].id


def test_revoking_asks_first(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@marsh_weather")
    driver.press("Revoke at X…")
    driver.wait_for_text("Revoke @marsh_weather at X?")
    driver.press("Keep")
    driver.wait_idle()
    assert (
        installation.services.store.accounts.get(accounts[1].id).health.state
        is HealthState.NEVER_CHECKED
    )
    driver.press("Revoke at X…")
    driver.press("Revoke")
    driver.wait_for_text("X no longer accepts these credentials")
    driver.wait_for_text("Revoked at X")
    driver.press("Needs attention")
    assert driver.rows == ["@marsh_weather"]


def test_search_and_sections(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    weather = installation.add_app("Weather")
    installation.sign_in(weather, "marsh_weather")
    driver.open()
    assert len(driver.rows) == 4
    driver.press("Weather")
    assert driver.rows == ["@marsh_weather"]
    driver.press("All accounts")
    driver.type("Search accounts", "marsh newsroom")
    assert driver.rows == ["@marsh_weather"]
    driver.type("Search accounts", "nobody")
    driver.wait_for_text("No account matches “nobody”.")
    assert not driver.button("Check these").isEnabled()
    driver.window.select_account(accounts[2].id)
    assert len(driver.rows) == 4
    assert driver.line_edit("Search accounts").text() == ""


def test_the_selected_row_is_in_sight_when_others_come_back(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    """Clear a search, show another section, choose another order."""
    credentials = installation.services.store.accounts.read_credentials(account.id)
    for number in range(60):
        one = replace(account, id=AccountId(f"{number:032}"), user_id=f"{number}")
        installation.services.store.accounts.add(
            replace(one, handle=f"bot_{number:02}"), credentials
        )
    driver.open()
    driver.type("Search accounts", "bot_57")
    driver.select("@bot_57")
    driver.type("Search accounts", "")
    assert driver.rows.index("@bot_57") > 50
    assert in_sight(driver, "@bot_57")
    driver.view.scrollToTop()
    driver.press("Newsroom")
    assert in_sight(driver, "@bot_57")
    driver.view.scrollToTop()
    driver.choose_entry("Sorted by handle, A to Z", "Newest first")
    assert in_sight(driver, "@bot_57")


def in_sight(driver: WindowDriver, title: str) -> bool:
    index = driver.view.model().index(driver.rows.index(title), 0)
    return driver.view.viewport().rect().contains(driver.view.visualRect(index))


def test_one_line_at_a_time(driver: WindowDriver, accounts: list[Account]) -> None:
    driver.open()
    (announcements,) = driver.window.findChildren(StatusAnnouncer)
    announcements.show("First")
    announcements.show("Second")
    driver.wait_for_text("Second")
    assert not driver.has_text("First")
