"""Accounts are checked, many at once, and a failure is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.installations import Installation
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.check_cost import CREDITS_NOT_CHECKED
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.check_controller import CheckController
from twauth_gui.gui.detail.account_cards import HealthCard
from twauth_gui.gui.detail.account_page import AccountHeader
from twauth_gui.gui.parts.buttons import Button, ButtonKind
from twauth_gui.services.container import utc_now
from twauth_gui.services.health_check.batch_checker import BatchChecker


def states(installation: Installation) -> set[HealthState]:
    return {one.health.state for one in installation.services.store.accounts.list_all()}


def accessible_text(driver: WindowDriver, row: int) -> str:
    """Return what a screen reader says of a row."""
    index = driver.view.model().index(row, 0)
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def attention(driver: WindowDriver) -> int:
    """How many rows the section holds that needs a person."""
    driver.press("Needs attention")
    count = len(driver.rows)
    driver.press("All accounts")
    return count


def test_check_all(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.change_settings(latency=0.05)
    driver.open()
    driver.press("Check all")
    driver.wait_until(lambda: driver.has_button("Stop checking"))
    driver.wait_for_text("3 working")
    assert states(installation) == {HealthState.WORKING}
    driver.select("@marsh_weather")
    driver.wait_for_text("Can read and write. Checked just now.")
    assert driver.has_button("Check all")


def test_checks_can_be_stopped(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.change_settings(latency=0.3)
    driver.open()
    driver.press("Check all")
    driver.wait_for_text("Checked 0 of 3")
    driver.press("Stop checking")
    driver.wait_until(lambda: driver.has_button("Check all"))
    driver.wait_idle()
    driver.wait_for_text("Stopped: 3 not checked")
    assert states(installation) == {HealthState.NEVER_CHECKED}


def test_a_rate_limit_shows_a_way_to_stop(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    services = installation.services
    services.batch_checker = BatchChecker(
        services.store, services.x_clients, services.checker, utc_now
    )
    installation.sandbox.enable_faults("rate-limited")
    driver.open()
    driver.press("Check all")
    driver.wait_for_text("The other 3 checks start by themselves.")
    assert "X asks to wait until " in driver.visible_text
    installation.sandbox.disable_faults()
    driver.press("Stop")
    driver.wait_for_text("Stopped: 3 not checked")
    assert states(installation) == {HealthState.NEVER_CHECKED}


def test_a_removal_can_be_undone_while_checks_run(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.change_settings(latency=0.5)
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Remove…")
    driver.press("Remove")
    driver.wait_until(lambda: driver.has_button("Undo"))
    driver.press("Check all")
    driver.wait_until(lambda: driver.has_button("Check all"))
    driver.press("Undo")
    driver.wait_for_text("2 working")
    driver.wait_until(lambda: "@fernwick_news" in driver.rows)


def test_a_wrong_clock_is_reported_and_stops_nothing(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("clock-behind")
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Check now")
    driver.wait_for_text("The clock of the pretend X is 11 minutes behind.")
    driver.wait_for_text("Working")
    assert driver.window.context.dialogs.count() == 0


def test_all_times_pass_together(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Check now")
    driver.wait_for_text("Checked just now.")
    driver.wait_for_text("Checked: working, read and write")
    driver.now += timedelta(seconds=125)
    driver.window.context.ticker.ticked.emit()
    assert "checked 2 minutes ago" in accessible_text(driver, 0)
    assert driver.has_text("Checked 2 minutes ago.")
    assert driver.has_text("2 min ago")
    assert "just now" not in driver.visible_text.casefold()


def test_x_is_away(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("tokens-read-only")
    installation.services.checker.check(accounts[0].id, CancelToken())
    installation.sandbox.disable_faults()
    installation.sandbox.stop()
    driver.open()
    driver.select("@fernwick_news")
    driver.wait_for_text("This sign-in can only read")
    assert attention(driver) == 1
    driver.window.context.window.select_account(accounts[0].id)
    driver.window.findChildren(CheckController)[0].check([accounts[0].id])
    driver.wait_for_text("The last check, just now, failed: ")
    driver.wait_for_text("This sign-in can only read")
    assert attention(driver) == 1
    assert "read only, checked just now, the last check failed" in accessible_text(driver, 0)
    assert driver.window.context.dialogs.count() == 0
    installation.sandbox.start()


def test_several_selected(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news", "@tidal_times")
    driver.wait_for_text("2 accounts selected")
    driver.press("Check now")
    driver.wait_for_text("2 working")
    assert (
        installation.services.store.accounts.get(accounts[1].id).health.state
        is HealthState.NEVER_CHECKED
    )
    driver.press("Export…")
    driver.wait_for_text("Export 2 accounts")


def test_working_does_not_speak_of_credits(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    driver.wait_for_text("Never checked")
    assert CREDITS_NOT_CHECKED not in driver.visible_text
    driver.press("Check now")
    driver.wait_for_text(CREDITS_NOT_CHECKED)
    installation.sandbox.enable_faults("no-credits-to-post")
    driver.press("Check now")
    driver.wait_idle()
    driver.wait_for_text("Working")
    assert CREDITS_NOT_CHECKED in driver.visible_text
    installation.sandbox.enable_faults("tokens-revoked")
    driver.press("Check now")
    driver.wait_for_text("X no longer accepts these credentials")
    assert CREDITS_NOT_CHECKED not in driver.visible_text


@pytest.mark.parametrize(
    "case",
    [
        ("tokens-revoked", "Sign in again", "Sign in @fernwick_news again"),
        ("app-suspended", "Check this app", "X has suspended this app"),
        ("account-locked", "Open x.com", ""),
    ],
)
def test_each_state_brings_its_fix_and_can_be_checked_again(
    driver: WindowDriver,
    account: Account,
    browser: RecordingBrowser,
    case: tuple[str, str, str],
) -> None:
    fault, fix, then = case
    installation = driver.installation
    installation.sandbox.enable_faults(fault)
    installation.services.checker.check(account.id, CancelToken())
    driver.open()
    card = driver.window.findChildren(HealthCard)[0]
    (button,) = [one for one in card.findChildren(Button) if one.isVisible() and one.text() == fix]
    assert button.kind is ButtonKind.PRIMARY
    assert driver.window.findChildren(AccountHeader)[0].export.kind is ButtonKind.SECONDARY
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    if then:
        driver.wait_until(lambda: driver.window.context.dialogs.top() is not None)
        driver.wait_for_text(then)
        QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Escape)
    else:
        assert browser.opened_urls == [installation.sandbox.url]
    installation.sandbox.disable_faults()
    driver.press("Check now")
    driver.wait_for_text("Can read and write. Checked just now.")


def test_the_summary_leads_to_those_that_need_attention(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    installation.services.account_removal.revoke(accounts[1].id, CancelToken())
    driver.open()
    driver.press("Check all")
    driver.wait_for_text("2 working, 1 needs attention")
    driver.press("Show them")
    driver.wait_until(lambda: driver.rows == ["@marsh_weather"])
    assert driver.button("Needs attention").isChecked()


def test_those_that_were_not_reached_are_checked_again(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.stop()
    driver.open()
    driver.select("@fernwick_news", "@marsh_weather")
    driver.press("Check now")
    driver.wait_for_text("2 could not be checked")
    installation.sandbox.start()
    driver.press("Try again")
    driver.wait_for_text("2 working")
