"""Accounts are checked by themselves once that is chosen; what has changed is told and listed."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.support.desktop_signals import run_bus
from tests.support.installations import Installation, add_oauth2_app, sign_in_oauth2
from tests.support.notification_server import NotificationServer
from tests.support.qt import focus_widget, press_key
from tests.support.sample_records import FakeClock
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.watch import WatchInterval, WatchScope, WatchSettings
from twauth_gui.gui.changes.changes_dialog import ChangeRow
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.time_format import format_date
from twauth_gui.store.vault_errors import VaultLockedError

WORKING = {HealthState.WORKING}
REVOKED = {HealthState.REVOKED}
DAILY = WatchSettings(WatchInterval.DAY)


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def clock(time: FakeClock) -> Callable[[], datetime]:
    return time


@pytest.fixture
def notifications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[NotificationServer]:
    with run_bus(tmp_path / "session") as address, NotificationServer(address) as server:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield server


def states(installation: Installation) -> set[HealthState]:
    return {one.health.state for one in installation.services.store.accounts.list_all()}


def choose(driver: WindowDriver, box_name: str, words: str) -> None:
    """Choose from a drop-down list of the dialog."""
    top = driver.window.context.dialogs.top()
    assert top is not None
    boxes = [one for one in top.findChildren(ComboBox) if one.accessibleName() == box_name]
    boxes[0].setCurrentText(words)


def pass_time(driver: WindowDriver, time: FakeClock, by: timedelta) -> None:
    """Let time pass and the window's clock tick, as after a sleep of the computer."""
    time.advance(by)
    driver.now = time.time
    driver.window.context.ticker.ticked.emit()
    driver.wait_idle()


def mark_as_seen_and_undo(driver: WindowDriver) -> None:
    """Mark the changes of all three accounts as seen, and take that back."""
    driver.press("Show")
    driver.press("Mark as seen")
    driver.wait_for_text("Marked the changes of 3 accounts as seen")
    driver.wait_until(lambda: not driver.has_text("accounts changed since"))
    driver.press("Undo")
    driver.wait_for_text("3 accounts changed since")


def test_accounts_that_break_are_told_once_and_listed(  # noqa: PLR0917 - fixtures
    driver: WindowDriver,
    installation: Installation,
    accounts: list[Account],
    time: FakeClock,
    notifications: NotificationServer,
) -> None:
    driver.open()
    pass_time(driver, time, timedelta(days=9))
    assert states(installation) == {HealthState.NEVER_CHECKED}, "it is off by default"
    driver.press("Settings")
    driver.wait_for_text("Every day: X bills nothing for them.")
    choose(driver, "Check accounts", "Every 6 hours")
    driver.wait_until(lambda: states(installation) == WORKING)
    driver.press("Done")
    driver.wait_idle()

    installation.sandbox.enable_faults("tokens-revoked")
    pass_time(driver, time, timedelta(days=9))
    shown = notifications.wait_for(1)
    words = (shown.title, shown.body)
    assert words == ("3 accounts need attention", "@fernwick_news, @marsh_weather, @tidal_times")
    assert states(installation) == REVOKED
    driver.wait_for_text("3 accounts changed since 12:00\n3 need attention.")
    notifications.click(shown.id)
    driver.wait_for_text("What has changed")
    assert driver.visible_text.count("Now revoked, was working.") == 3
    press_key(focus_widget(), Qt.Key.Key_Return)  # the first row
    driver.wait_until(lambda: driver.window.context.dialogs.count() == 0)
    driver.wait_for_text("Now revoked, was working")  # in the history
    pass_time(driver, time, timedelta(minutes=11))
    assert len(notifications.shown) == 1
    mark_as_seen_and_undo(driver)
    installation.sandbox.disable_faults()
    driver.press("Show")
    driver.press("Check again")
    driver.wait_for_text("Nothing has changed since you looked.")
    assert states(installation) == WORKING


def test_a_suspended_app_is_one_row_that_selects_its_accounts(
    driver: WindowDriver, installation: Installation, app: App, accounts: list[Account]
) -> None:
    every = [*accounts, installation.sign_in(app, "harbour_notes")]
    driver.open()
    driver.press("Check all")
    driver.wait_until(lambda: states(installation) == WORKING)
    driver.wait_idle()
    installation.sandbox.enable_faults("app-suspended")
    driver.press("Check all")
    driver.wait_for_text("4 accounts changed since")
    driver.wait_idle()
    driver.press("Show")
    (row,) = driver.window.findChildren(ChangeRow)
    assert row.accessibleName().startswith("Newsroom: 4 accounts. Now app problem, was working.")
    row.click()
    driver.wait_for_text("4 accounts selected")
    assert set(driver.view.selected_ids()) == {one.id for one in every}


def test_news_within_ten_minutes_waits_for_one_notification(  # noqa: PLR0917 - fixtures
    driver: WindowDriver,
    installation: Installation,
    accounts: list[Account],
    time: FakeClock,
    notifications: NotificationServer,
) -> None:
    services = installation.services
    driver.open()
    driver.window.context.watch.set_settings(DAILY)
    driver.wait_until(lambda: states(installation) == WORKING)
    driver.wait_idle()
    installation.sandbox.enable_faults("tokens-revoked")
    time.advance(timedelta(days=2))
    for account in accounts[1:]:
        services.checker.check(account.id, CancelToken())
    pass_time(driver, time, timedelta())
    assert notifications.wait_for(1).title == "@fernwick_news needs attention"
    again = services.store.accounts.get(accounts[1].id)
    services.store.accounts.update(replace(again, health=Health()))
    driver.window.context.snapshots.reload()
    driver.wait_idle()
    pass_time(driver, time, timedelta(minutes=1))
    assert states(installation) == REVOKED
    assert len(notifications.shown) == 1
    pass_time(driver, time, timedelta(minutes=9))
    second = notifications.wait_for(2)
    assert (second.replaces, second.body) == (1, "@fernwick_news, @marsh_weather")


def test_a_locked_vault_or_no_network_postpones_it(
    driver: WindowDriver, installation: Installation, accounts: list[Account], time: FakeClock
) -> None:
    installation.services.watch_settings.save(DAILY)
    installation.vault.fail_with = VaultLockedError("Test Keyring")
    driver.open()
    driver.wait_for_text("Test Keyring")
    installation.vault.calls.clear()
    pass_time(driver, time, timedelta(minutes=1))
    assert installation.vault.calls == [], "nobody is asked to unlock it"
    installation.vault.fail_with = None
    installation.sandbox.enable_faults("captive-portal")
    driver.window.context.vault.probe()
    driver.wait_idle()
    pass_time(driver, time, timedelta(minutes=1))
    installation.sandbox.disable_faults()
    pass_time(driver, time, timedelta(minutes=5))
    assert states(installation) == {HealthState.NEVER_CHECKED}
    assert not any(
        one.health.failed_check for one in installation.services.store.accounts.list_all()
    )
    installation.sandbox.change_settings(latency=0.3)
    time.advance(timedelta(minutes=5))
    driver.window.context.ticker.ticked.emit()
    driver.window.context.vault.lock()
    driver.wait_idle()
    assert states(installation) == {HealthState.NEVER_CHECKED}, "the lock has stopped it"
    installation.sandbox.change_settings(latency=0)
    driver.window.context.vault.unlock()
    driver.wait_until(lambda: states(installation) == WORKING)


def test_tokens_that_end_soon_are_told_before(
    driver: WindowDriver, installation: Installation, time: FakeClock
) -> None:
    account = sign_in_oauth2(installation, add_oauth2_app(installation))
    metadata = installation.services.store.tokens.get_metadata(account.id)
    assert metadata is not None
    driver.open()
    assert not driver.has_button("Show")
    pass_time(driver, time, metadata.ends_at - time.time - timedelta(days=3))
    driver.wait_for_text("1 account changed since")
    driver.press("Show")
    day = format_date(metadata.ends_at, driver.now)
    driver.wait_for_text(f"OAuth 2.0 tokens end on {day}")


def test_the_settings_say_what_they_cost_and_stay(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    services = installation.services
    _ = services.annotations.add_tags([accounts[1].id], ["weather"])
    driver.open()
    driver.press("Settings")
    choose(driver, "Which accounts", "Favourites")
    driver.wait_for_text("Every day: No account is among them now.")
    choose(driver, "Which accounts", "Tag: weather")
    choose(driver, "Check accounts", "Every week")
    driver.press("Notify me when one needs attention")
    driver.wait_idle()
    chosen = WatchSettings(WatchInterval.WEEK, WatchScope.TAG, "weather", notifies=False)
    assert services.watch_settings.load() == chosen
    driver.wait_until(lambda: states(installation) == WORKING | {HealthState.NEVER_CHECKED})
    for title, default in (
        ("Which accounts", "All accounts"),
        ("Notification", "On"),
        ("Check accounts", "Never"),
    ):
        driver.press(f"Set {title} back to {default}")
    driver.wait_idle()
    assert services.watch_settings.load() == WatchSettings()
