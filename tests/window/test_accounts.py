"""What can be done with a kept account: found, shown, copied, activated, revoked."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QWidget

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.announcements import Announcements
from twauth_gui.gui.detail.credential_row import SHOWN_SECONDS, CredentialRow


def read(desk: Driver) -> str:
    """What can be read, without the invisible places to break a line at."""
    return desk.words.replace("\u200b", "")


def rows_of(desk: Driver) -> list[CredentialRow]:
    return [one for one in desk.window.findChildren(CredentialRow) if one.isVisible()]


def pass_seconds(desk: Driver, seconds: int) -> None:
    """Let the rows' clocks tick."""
    for _ in range(seconds):
        for row in rows_of(desk):
            if row.shown:
                second = next(one for one in row.findChildren(QTimer) if one.interval() == 1000)
                second.timeout.emit()


def reveal(desk: Driver, token: str) -> None:
    desk.press("Show the access token")
    desk.until(lambda: token in read(desk))


def test_a_shown_value_hides_itself(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@fernwick_news")
    token = ground.token_of(accounts[0])
    assert token not in read(desk)
    reveal(desk, token)
    pass_seconds(desk, SHOWN_SECONDS - 1)
    assert token in read(desk)
    pass_seconds(desk, 1)
    assert token not in read(desk)
    assert not any(row.shown for row in rows_of(desk))
    desk.wait_for("Showed the access token")


def test_a_shown_value_hides_when_something_else_comes(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    token = ground.token_of(accounts[0])
    desk.select("@fernwick_news")
    reveal(desk, token)
    desk.press("Hide the access token")
    assert token not in read(desk)
    reveal(desk, token)
    desk.select("@marsh_weather")
    desk.select("@fernwick_news")
    assert token not in read(desk)
    reveal(desk, token)
    other = QWidget()
    other.show()
    other.activateWindow()
    desk.until(lambda: token not in read(desk))
    other.close()
    other.deleteLater()


def test_a_copied_value_is_marked_and_cleared(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Copy the access token")
    desk.until(lambda: desk.clipboard == ground.token_of(accounts[0]))
    formats = set(QGuiApplication.clipboard().mimeData().formats())
    assert {"text/plain", "x-kde-passwordManagerHint"} <= formats
    assert "ExcludeClipboardContentFromMonitorProcessing" in formats
    desk.wait_for("Clipboard clears in")
    desk.press("Clear now")
    assert desk.clipboard == ""
    desk.wait_for("Clipboard cleared")
    desk.wait_for("Copied the access token")


def copied(desk: Driver) -> list[str]:
    """What says that it was copied, by the names of its buttons."""
    names = [one.accessibleName() for one in desk.window.findChildren(QAbstractButton)]
    marks = [name for name in names if name.endswith(", copied")]
    words = [button for button in desk.buttons("Copy all") if button.text() == "Copied"]
    assert desk.words.splitlines().count("Copied") == len(marks) - len(words)
    return marks


def test_one_mark_at_a_time_says_what_was_copied_last(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Copy the access token")
    desk.until(lambda: copied(desk) == ["Copy the access token, copied"])
    desk.press("Copy all")
    desk.until(lambda: copied(desk) == ["Copy all, copied"])
    assert desk.button("Copy all").text() == "Copied"
    desk.press("Copy the API key")
    desk.until(lambda: copied(desk) == ["Copy the API key, copied"])
    assert desk.button("Copy all").text() == "Copy all"
    desk.select("@marsh_weather")
    assert copied(desk) == [], "another account's is not what was copied"
    desk.select("@fernwick_news")
    assert copied(desk) == ["Copy the API key, copied"]
    desk.press("Clear now")
    desk.until(lambda: copied(desk) == [])


def test_a_mark_goes_when_somebody_else_copies(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Copy all")
    desk.until(lambda: copied(desk) == ["Copy all, copied"])
    desk.clipboard = "a note"
    desk.until(lambda: copied(desk) == [])


def test_an_export_takes_the_mark_off(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Copy the access token")
    desk.until(lambda: copied(desk) == ["Copy the access token, copied"])
    desk.press("Export…")
    desk.press("Copy 4 values")
    desk.until(lambda: desk.clipboard.count("\n") > 1)
    assert copied(desk) == []


def test_what_somebody_else_copied_stays(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Copy the API key")
    desk.until(lambda: desk.clipboard == ground.sandbox.demo_app.api_key)
    desk.clipboard = "a note"
    desk.until(lambda: not desk.sees("Clipboard clears in"))
    desk.window.desk.clipboard.clear()
    assert desk.clipboard == "a note"


def test_the_clipboard_is_cleared_on_quit(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    desk.select("@marsh_weather")
    desk.press("Copy all")
    desk.until(lambda: ground.token_of(accounts[1]) in desk.clipboard)
    desk.close()
    assert desk.clipboard == ""


def test_the_active_account(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    assert desk.button("Active account @fernwick_news").isVisible()
    desk.select("@tidal_times")
    desk.choose("More", "Make active")
    assert desk.button("Active account @tidal_times").isVisible()
    desk.choose("Active account @tidal_times", "@marsh_weather")
    assert desk.button("Active account @marsh_weather").isVisible()
    assert ground.kit.store.settings.active_account() == accounts[1].id


def test_revoking_asks_first(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@marsh_weather")
    desk.press("Revoke at X…")
    desk.wait_for("Revoke @marsh_weather at X?")
    desk.press("Keep")
    desk.settle()
    assert ground.kit.store.accounts.get(accounts[1].id).health.state is HealthState.NEVER_CHECKED
    desk.press("Revoke at X…")
    desk.press("Revoke")
    desk.wait_for("X no longer accepts these credentials")
    desk.wait_for("Revoked at X")
    desk.press("Needs attention")
    assert desk.rows == ["@marsh_weather"]


def test_search_and_sections(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    weather = ground.add_app("Weather")
    ground.sign_in(weather, "marsh_weather")
    desk.open()
    assert len(desk.rows) == 4
    desk.press("Weather")
    assert desk.rows == ["@marsh_weather"]
    desk.press("All accounts")
    desk.type("Search accounts", "marsh newsroom")
    assert desk.rows == ["@marsh_weather"]
    desk.type("Search accounts", "nobody")
    desk.wait_for("No account matches “nobody”.")
    assert not desk.button("Check all").isEnabled()
    desk.window.select_account(accounts[2].id)
    assert len(desk.rows) == 4
    assert desk.line("Search accounts").text() == ""


def test_the_selected_row_is_in_sight_when_others_come_back(
    desk: Driver, ground: Ground, account: Account
) -> None:
    """A search is cleared, another section shown, another order chosen."""
    credentials = ground.kit.store.accounts.credentials(account.id)
    for number in range(60):
        one = replace(account, id=AccountId(f"{number:032}"), user_id=f"{number}")
        ground.kit.store.accounts.add(replace(one, handle=f"bot_{number:02}"), credentials)
    desk.open()
    desk.type("Search accounts", "bot_57")
    desk.select("@bot_57")
    desk.type("Search accounts", "")
    assert desk.rows.index("@bot_57") > 50
    assert in_sight(desk, "@bot_57")
    desk.view.scrollToTop()
    desk.press("Newsroom")
    assert in_sight(desk, "@bot_57")
    desk.view.scrollToTop()
    desk.choose("Sorted by handle, A to Z", "Newest first")
    assert in_sight(desk, "@bot_57")


def in_sight(desk: Driver, title: str) -> bool:
    index = desk.view.model().index(desk.rows.index(title), 0)
    return desk.view.viewport().rect().contains(desk.view.visualRect(index))


def test_one_line_at_a_time(desk: Driver, accounts: list[Account]) -> None:
    desk.open()
    (announcements,) = desk.window.findChildren(Announcements)
    announcements.say("First")
    announcements.say("Second")
    desk.wait_for("Second")
    assert not desk.sees("First")
