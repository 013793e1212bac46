"""What can be done with kept accounts: shown, copied, checked, activated, removed, revoked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from tests.services.approving import shown
from tests.services.ground import Ground
from tests.window.conftest import Browser
from tests.window.driver import Driver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.announcements import Announcements
from twauth_gui.gui.detail.credential_row import SHOWN_SECONDS, CredentialRow
from twauth_gui.gui.parts.status_bar import StatusBar
from twauth_gui.services.check_many import ManyChecker
from twauth_gui.services.kit import wall_clock

HANDLES = ("fernwick_news", "marsh_weather", "tidal_times")


@pytest.fixture
def accounts(ground: Ground, app: App) -> list[Account]:
    return [ground.sign_in(app, handle) for handle in HANDLES]


def token_of(ground: Ground, account: Account) -> str:
    return shown(ground.kit.store.credentials(account.id).access_token)


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


# -- one account -----------------------------------------------------------------------------------


def test_a_shown_value_hides_itself(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@fernwick_news")
    token = token_of(ground, accounts[0])
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
    token = token_of(ground, accounts[0])
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
    desk.until(lambda: desk.clipboard == token_of(ground, accounts[0]))
    formats = set(QGuiApplication.clipboard().mimeData().formats())
    assert {"text/plain", "x-kde-passwordManagerHint"} <= formats
    assert "ExcludeClipboardContentFromMonitorProcessing" in formats
    desk.wait_for("Clipboard clears in")
    desk.press("Clear now")
    assert desk.clipboard == ""
    desk.wait_for("Clipboard cleared")
    desk.wait_for("Copied the access token")


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
    desk.until(lambda: token_of(ground, accounts[1]) in desk.clipboard)
    desk.close()
    assert desk.clipboard == ""


def test_the_active_account(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    assert desk.button("Active account @fernwick_news")
    desk.select("@tidal_times")
    desk.choose("More", "Make active")
    assert desk.button("Active account @tidal_times")
    desk.choose("Active account @tidal_times", "@marsh_weather")
    assert desk.button("Active account @marsh_weather")
    assert ground.kit.store.active_account() == accounts[1].id


def test_revoking_asks_first(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@marsh_weather")
    desk.press("Revoke at X…")
    desk.wait_for("Revoke @marsh_weather at X?")
    desk.press("Keep")
    desk.settle()
    assert ground.kit.store.account(accounts[1].id).health.state is HealthState.NEVER_CHECKED
    desk.press("Revoke at X…")
    desk.press("Revoke")
    desk.wait_for("X no longer accepts these credentials")
    desk.wait_for("Revoked at X")
    desk.press("Needs attention")
    assert desk.rows == ["@marsh_weather"]


# -- removing --------------------------------------------------------------------------------------


def finish_countdown(desk: Driver) -> None:
    """Let the time of the message in the status bar run out."""
    message = desk.window.findChildren(StatusBar)[0].message()
    assert message is not None
    message.finished.emit()


def test_removed_and_brought_back(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Remove…")
    desk.press("Remove")
    desk.wait_for("Removed @fernwick_news. X still accepts its credentials.")
    assert desk.rows == ["@marsh_weather", "@tidal_times"]
    desk.press("Undo")
    desk.until(lambda: desk.rows == [f"@{handle}" for handle in HANDLES])
    desk.settle()
    assert desk.button("Active account @fernwick_news")
    assert token_of(ground, accounts[0])


def test_removed_for_good(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Remove…")
    desk.press("Remove")
    desk.wait_for("Removed @fernwick_news")
    finish_countdown(desk)
    desk.until(lambda: not [name for name in ground.vault.items if accounts[0].id in name])
    assert len(ground.kit.store.accounts()) == 2


def test_removed_and_revoked(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Remove…")
    desk.wait_for("Remove @fernwick_news?")
    desk.press("Also revoke them at X, so that bots stop")
    desk.press("Remove")
    desk.wait_for("Removed @fernwick_news. Its credentials are revoked.")
    desk.press("Undo")
    desk.until(lambda: desk.rows[0] == "@fernwick_news")
    desk.settle()
    checked = ground.kit.checker.check(accounts[0].id, CancelToken())
    assert checked.account.health.state is HealthState.REVOKED


def test_removed_although_x_does_not_revoke(
    desk: Driver, ground: Ground, accounts: list[Account], browser: Browser
) -> None:
    desk.open()
    desk.select("@fernwick_news")
    ground.sandbox.stop()
    desk.press("Remove…")
    desk.press("Also revoke them at X, so that bots stop")
    desk.press("Remove")
    desk.wait_for("They still work. To end them by hand")
    desk.press("Open connected apps")
    assert browser.opened == ["https://x.com/settings/connected_apps"]
    desk.press("Close")
    desk.until(lambda: desk.rows == ["@marsh_weather", "@tidal_times"])


def test_a_second_removal_can_be_undone_too(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Remove…")
    desk.press("Remove")
    desk.wait_for("Removed @fernwick_news")
    desk.select("@marsh_weather")
    desk.press("Remove…")
    desk.press("Remove")
    desk.wait_for("Removed @marsh_weather")
    desk.settle()
    desk.press("Undo")
    desk.until(lambda: desk.rows == ["@marsh_weather", "@tidal_times"])
    desk.settle()
    assert token_of(ground, accounts[1])
    assert not [name for name in ground.vault.items if accounts[0].id in name]


# -- several ---------------------------------------------------------------------------------------


def test_check_all(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    ground.sandbox.change(latency=0.05)
    desk.open()
    desk.press("Check all")
    desk.until(lambda: desk.has("Stop checking"))
    desk.wait_for("3 working")
    states = {one.health.state for one in ground.kit.store.accounts()}
    assert states == {HealthState.WORKING}
    desk.select("@marsh_weather")
    desk.wait_for("Can read and write. Checked just now.")
    assert desk.has("Check all")


def test_checks_can_be_stopped(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    ground.sandbox.change(latency=0.3)
    desk.open()
    desk.press("Check all")
    desk.wait_for("Checked 0 of 3")
    desk.press("Stop checking")
    desk.until(lambda: desk.has("Check all"))
    desk.settle()
    desk.wait_for("Stopped: 3 not checked")
    states = {one.health.state for one in ground.kit.store.accounts()}
    assert states == {HealthState.NEVER_CHECKED}


def test_a_limit_is_told_with_a_way_to_stop(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    kit = ground.kit
    kit.many_checker = ManyChecker(kit.store, kit.lines, kit.checker, wall_clock)
    ground.sandbox.break_with("rate-limited")
    desk.open()
    desk.press("Check all")
    desk.wait_for("The other 3 checks start by themselves.")
    assert "X asks to wait until " in desk.words
    ground.sandbox.mend()
    desk.press("Stop")
    desk.wait_for("Stopped: 3 not checked")
    states = {one.health.state for one in ground.kit.store.accounts()}
    assert states == {HealthState.NEVER_CHECKED}


def test_a_removal_can_be_undone_while_checks_run(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    ground.sandbox.change(latency=0.5)
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Remove…")
    desk.press("Remove")
    desk.until(lambda: desk.has("Undo"))
    desk.press("Check all")
    desk.until(lambda: desk.has("Check all"))
    desk.press("Undo")
    desk.wait_for("2 working")
    desk.until(lambda: "@fernwick_news" in desk.rows)


def test_a_clock_that_is_off_is_told_and_stops_nothing(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    ground.sandbox.break_with("clock-behind")
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Check now")
    desk.wait_for("The clock of the pretend X is 11 minutes behind.")
    desk.wait_for("Working")
    assert desk.window.desk.sheets.count() == 0


def test_x_is_away(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    ground.sandbox.stop()
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Check now")
    desk.wait_for("Cannot tell")
    assert desk.window.desk.sheets.count() == 0
    ground.sandbox.start()


def test_several_selected(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@fernwick_news", "@tidal_times")
    desk.wait_for("2 accounts selected")
    desk.press("Check")
    desk.wait_for("2 working")
    assert ground.kit.store.account(accounts[1].id).health.state is HealthState.NEVER_CHECKED
    desk.press("Export…")
    desk.wait_for("Export 2 accounts")


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


def test_one_line_at_a_time(desk: Driver, accounts: list[Account]) -> None:
    desk.open()
    (announcements,) = desk.window.findChildren(Announcements)
    announcements.say("First")
    announcements.say("Second")
    desk.wait_for("Second")
    assert not desk.sees("First")
