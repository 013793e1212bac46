"""The keyboard stays where it was, or goes where no key does anything to an account by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from tests.services.ground import Ground
from tests.window.driver import Driver
from tests.window.signing_in import IN_BROWSER
from tests.window.test_several import paste
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken


def focused(desk: Driver) -> str:
    """What has the keyboard: the name of a button, or of the list."""
    widget = QApplication.focusWidget()
    if widget is None:
        return ""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def press_by_key(desk: Driver, name: str, key: Qt.Key = Qt.Key.Key_Space) -> None:
    desk.until(lambda: desk.has(name) and desk.button(name).isEnabled())
    desk.button(name).setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(desk.window.windowHandle(), key)


@pytest.mark.parametrize(
    ("handle", "neighbour"),
    [("marsh_weather", "@tidal_times"), ("tidal_times", "@marsh_weather")],
)
def test_removing_goes_on_with_the_neighbour(
    desk: Driver, accounts: list[Account], handle: str, neighbour: str
) -> None:
    assert desk.ground.kit.store.settings.active_account() == accounts[0].id
    desk.open()
    desk.select(f"@{handle}")
    press_by_key(desk, "Remove…")
    press_by_key(desk, "Remove")
    desk.until(lambda: f"@{handle}" not in desk.rows)
    desk.wait_for(neighbour)
    desk.until(desk.view.hasFocus)
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Space)
    assert desk.window.desk.sheets.count() == 0
    assert len(desk.rows) == 2


def test_the_last_one_leaves_the_focus_to_the_search(desk: Driver, account: Account) -> None:
    desk.open()
    press_by_key(desk, "Remove…")
    press_by_key(desk, "Remove")
    desk.until(lambda: desk.rows == [])
    desk.until(lambda: focused(desk) == "Search accounts")


@pytest.mark.parametrize("faults", [("account-locked",), ("app-suspended",)])
def test_check_now_keeps_the_focus_on_itself(
    desk: Driver, ground: Ground, accounts: list[Account], faults: tuple[str, ...]
) -> None:
    desk.open()
    ground.sandbox.break_with(*faults)
    desk.select("@fernwick_news")
    press_by_key(desk, "Check now")
    desk.wait_for("Noticed just now.")
    assert focused(desk) == "Check now"
    ground.sandbox.mend()
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Space)
    desk.wait_for("Can read and write.")
    assert focused(desk) == "Check now"
    assert desk.clipboard == ""


def test_where_nothing_does_the_same_the_list_has_it(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    ground.sandbox.break_with("tokens-revoked")
    desk.select("@fernwick_news")
    press_by_key(desk, "Check now")
    desk.wait_for("X no longer accepts these credentials")
    desk.until(desk.view.hasFocus)
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Space)
    assert (desk.clipboard, desk.window.desk.sheets.count()) == ("", 0)


def test_an_account_that_leaves_its_section_takes_no_key_along(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    ground.sandbox.break_with("account-locked")
    for account in accounts:
        ground.kit.checker.check(account.id, CancelToken())
    ground.sandbox.mend()
    desk.open()
    desk.press("Needs attention")
    desk.select("@marsh_weather")
    press_by_key(desk, "Check now")
    desk.until(lambda: desk.rows == ["@fernwick_news", "@tidal_times"])
    desk.wait_for("@tidal_times")
    desk.until(desk.view.hasFocus)


def test_a_list_of_sign_ins_begins_none_by_itself(desk: Driver, app: App) -> None:
    desk.open()
    paste(desk, "tidal_times oldquay_arts fenair_index", IN_BROWSER)
    press_by_key(desk, "Skip @tidal_times")
    desk.until(lambda: not desk.has("Skip @tidal_times"))
    assert focused(desk) == "Finish later"


def test_the_focus_survives_an_app_that_comes_and_goes(desk: Driver, app: App) -> None:
    desk.open()
    desk.button("Newsroom").setFocus(Qt.FocusReason.TabFocusReason)
    other = desk.ground.add_app("Alerts")
    desk.window.desk.library.reload()
    desk.until(lambda: desk.has("Alerts"))
    assert focused(desk).startswith("Newsroom")
    desk.button("Alerts").setFocus(Qt.FocusReason.TabFocusReason)
    desk.ground.kit.apps.remove(other.id)
    desk.window.desk.library.reload()
    desk.until(lambda: not desk.has("Alerts"))
    assert focused(desk).startswith("All accounts")
