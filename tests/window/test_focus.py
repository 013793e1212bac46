"""The focus stays where it was, or goes to a place where no single key changes an account."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from tests.window.sign_in_steps import IN_BROWSER
from tests.window.test_batch_sign_in import paste
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken


def name_of_focus(driver: WindowDriver) -> str:
    """Return the accessible name of the widget that has the focus."""
    widget = QApplication.focusWidget()
    if widget is None:
        return ""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def press_by_key(driver: WindowDriver, name: str, key: Qt.Key = Qt.Key.Key_Space) -> None:
    driver.wait_until(lambda: driver.has_button(name) and driver.button(name).isEnabled())
    driver.button(name).setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(driver.window.windowHandle(), key)


@pytest.mark.parametrize(
    ("handle", "neighbour"),
    [("marsh_weather", "@tidal_times"), ("tidal_times", "@marsh_weather")],
)
def test_removing_goes_on_with_the_neighbour(
    driver: WindowDriver, accounts: list[Account], handle: str, neighbour: str
) -> None:
    assert driver.installation.services.store.settings.active_account() == accounts[0].id
    driver.open()
    driver.select(f"@{handle}")
    press_by_key(driver, "Remove…")
    press_by_key(driver, "Remove")
    driver.wait_until(lambda: f"@{handle}" not in driver.rows)
    driver.wait_for_text(neighbour)
    driver.wait_until(driver.view.hasFocus)
    QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Space)
    assert driver.window.context.dialogs.count() == 0
    assert len(driver.rows) == 2


def test_the_last_one_leaves_the_focus_to_the_search(
    driver: WindowDriver, account: Account
) -> None:
    driver.open()
    press_by_key(driver, "Remove…")
    press_by_key(driver, "Remove")
    driver.wait_until(lambda: driver.rows == [])
    driver.wait_until(lambda: name_of_focus(driver) == "Search accounts")


@pytest.mark.parametrize("fault", ["account-locked", "app-suspended", "tokens-revoked"])
def test_check_now_keeps_the_focus_on_itself(
    driver: WindowDriver,
    installation: Installation,
    accounts: list[Account],
    fault: str,
) -> None:
    driver.open()
    installation.sandbox.enable_faults(fault)
    driver.select("@fernwick_news")
    press_by_key(driver, "Check now")
    driver.wait_for_text("Noticed just now.")
    assert name_of_focus(driver) == "Check now"
    installation.sandbox.disable_faults()
    QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Space)
    driver.wait_for_text("Can read and write.")
    assert name_of_focus(driver) == "Check now"
    assert driver.clipboard == ""


def test_an_account_that_leaves_its_section_takes_no_key_along(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("account-locked")
    for account in accounts:
        installation.services.checker.check(account.id, CancelToken())
    installation.sandbox.disable_faults()
    driver.open()
    driver.press("Needs attention")
    driver.select("@marsh_weather")
    press_by_key(driver, "Check now")
    driver.wait_until(lambda: driver.rows == ["@fernwick_news", "@tidal_times"])
    driver.wait_for_text("@tidal_times")
    driver.wait_until(driver.view.hasFocus)


def test_a_list_of_sign_ins_begins_none_by_itself(driver: WindowDriver, app: App) -> None:
    driver.open()
    paste(driver, "tidal_times oldquay_arts fenair_index", IN_BROWSER)
    driver.press("Cancel sign-in")
    driver.wait_for_text("0 of 3 signed in")
    driver.wait_idle()  # what is saved builds the rows again, also between a key's two halves
    press_by_key(driver, "Skip @oldquay_arts")
    driver.wait_until(lambda: not driver.has_button("Skip @oldquay_arts"))
    assert name_of_focus(driver) == "Finish later"


def test_the_focus_survives_an_app_that_comes_and_goes(driver: WindowDriver, app: App) -> None:
    driver.open()
    driver.button("Newsroom").setFocus(Qt.FocusReason.TabFocusReason)
    other = driver.installation.add_app("Alerts")
    driver.window.context.snapshots.reload()
    driver.wait_until(lambda: driver.has_button("Alerts"))
    assert name_of_focus(driver).startswith("Newsroom")
    driver.button("Alerts").setFocus(Qt.FocusReason.TabFocusReason)
    driver.installation.services.apps.remove(other.id)
    driver.window.context.snapshots.reload()
    driver.wait_until(lambda: not driver.has_button("Alerts"))
    assert name_of_focus(driver).startswith("All accounts")


def test_arrows_choose_in_the_sidebar_and_tab_goes_past_it(
    driver: WindowDriver, accounts: list[Account]
) -> None:
    driver.open()
    driver.button("All accounts").setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Down)
    assert name_of_focus(driver) == "Needs attention"
    driver.wait_for_text("0 accounts")
    assert driver.button("Needs attention").isChecked()
    QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Tab)
    assert name_of_focus(driver) == "Add app"
    QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Backtab)
    assert name_of_focus(driver) == "Needs attention"
