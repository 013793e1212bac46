"""What is selected can be acted on by mouse, menu and keys, many accounts at once."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from tests.support.installations import Installation
from tests.support.sample_records import OLD_CREDENTIALS, FakeClock, make_account
from tests.window.driver import WindowDriver
from tests.window.sign_in_steps import PIN, enter_pin
from tests.window.test_account_removal import finish_countdown
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.gui.detail.account_cards import HistoryCard
from twauth_gui.gui.detail.credential_values import CredentialRow
from twauth_gui.gui.places_card import PlacesCard
from twauth_gui.services.sign_in_requests import NullProgress, SignInRequest
from twauth_gui.store.vault_errors import VaultLockedError

ONE = ("Check now", "Sign in again…", "Make active", "Export…", "Push to a secret store…")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def press_key(
    driver: WindowDriver, key: Qt.Key, hold: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key as the system does, wherever the focus is."""
    QTest.keyClick(driver.window.windowHandle(), key, hold)


def right_click(driver: WindowDriver, title: str) -> QMenu:
    """Click the row with the right button; return the menu that opens."""
    index = driver.view.model().index(driver.rows.index(title), 0)
    return right_click_on(driver, driver.view.viewport(), driver.view.visualRect(index).center())


def right_click_on(driver: WindowDriver, part: QWidget, place: QPoint | None = None) -> QMenu:
    """Click the part with the right button as the system does; return the menu that opens.

    The mouse moves there first, as a real one does: Qt sends the event to where it moved last.
    """
    place, handle = (
        part.mapTo(driver.window, place or part.rect().center()),
        driver.window.windowHandle(),
    )
    for step in (QPoint(1, 1), QPoint(0, 0)):
        QTest.mouseMove(handle, place + step)
    QTest.mouseClick(handle, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, place)
    return open_menu(driver)


def open_menu_by_key(driver: WindowDriver) -> QMenu:
    press_key(driver, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    return open_menu(driver)


def open_menu(driver: WindowDriver) -> QMenu:
    driver.wait_until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def add_account(installation: Installation, app: App, number: int) -> Account:
    """Save an account that X does not know."""
    account = make_account(number, f"70{number:02}", f"bot_{number:02}")
    accounts = installation.services.store.accounts
    return accounts.add(replace(account, app_id=app.id), OLD_CREDENTIALS)


def labels(menu: QMenu) -> list[str]:
    return [one.text() for one in menu.actions() if one.text()]


def choose(menu: QMenu, label: str) -> None:
    next(one for one in menu.actions() if one.text() == label).trigger()
    menu.close()


def test_a_right_click_selects_the_row_first(driver: WindowDriver, accounts: list[Account]) -> None:
    driver.open()
    driver.select("@fernwick_news", "@marsh_weather")
    menu = right_click(driver, "@tidal_times")
    assert driver.view.selected_ids() == [accounts[2].id]
    assert labels(menu)[:5] == list(ONE)
    choose(menu, "Make active")
    driver.wait_until(lambda: driver.has_button("Active account @tidal_times"))
    driver.select("@fernwick_news", "@marsh_weather")
    menu = right_click(driver, "@marsh_weather")
    assert len(driver.view.selected_ids()) == 2
    assert "Remove 2 accounts…" in labels(menu)
    assert "Make active" not in labels(menu)
    choose(menu, "Copy 2 handles")
    assert driver.clipboard == "@fernwick_news\n@marsh_weather"


def test_a_key_opens_the_menu_with_keys_in_it(
    driver: WindowDriver, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@marsh_weather")
    driver.view.setFocus()
    menu = open_menu_by_key(driver)
    keys = {one.text(): one.shortcut().toString() for one in menu.actions()}
    assert (keys["Check now"], keys["Remove…"], keys["Export…"]) == ("F5", "Del", "Ctrl+E")
    QTest.keyClick(menu, Qt.Key.Key_Return)
    driver.wait_for_text("Can read and write. Checked just now.")


def test_keys_act_on_the_selection(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.view.setFocus()
    press_key(driver, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press_key(driver, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert driver.clipboard.split() == driver.rows
    press_key(driver, Qt.Key.Key_F5)
    driver.wait_for_text("3 working")
    press_key(driver, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    driver.wait_for_text("Export 3 accounts")
    press_key(driver, Qt.Key.Key_Escape)
    press_key(driver, Qt.Key.Key_Delete)
    driver.wait_for_text("Remove 3 accounts?")
    press_key(driver, Qt.Key.Key_Tab)
    press_key(driver, Qt.Key.Key_Space)
    driver.wait_for_text("Removed 3 accounts. X still accepts their credentials.")
    press_key(driver, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    driver.wait_until(lambda: len(driver.rows) == 3)
    driver.wait_for_text("3 accounts selected")
    assert all(map(installation.access_token, accounts))


def test_forty_come_back_at_once_but_for_one_that_another_process_deleted(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    accounts = [add_account(installation, app, number) for number in range(40)]
    driver.open()
    driver.view.selectAll()
    driver.press("Remove…")
    driver.wait_for_text("and 35 more. Their credentials are deleted from Test Keyring.")
    driver.press("Remove")
    driver.wait_for_text("Removed 40 accounts.")
    assert driver.rows == []
    driver.press("All accounts")
    with closing(installation.open_second()) as other:
        other.account_removal.purge(accounts[7].id)
    driver.press("Undo")
    driver.wait_for_text("39 accounts selected")
    driver.wait_for_text("@bot_07 cannot be restored.")
    assert len(driver.rows) == 39


def test_removing_goes_on_without_those_that_are_gone(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.view.selectAll()
    driver.press("Remove…")
    driver.wait_for_text("Remove 3 accounts?")
    with closing(installation.open_second()) as other:
        other.account_removal.remove(accounts[1].id)
    driver.press("Remove")
    driver.wait_for_text("Removed 2 accounts. X still accepts their credentials.")
    driver.wait_for_text("@marsh_weather was already removed")
    finish_countdown(driver)
    kept = [name for name in installation.vault.items if accounts[1].id in name]
    driver.wait_until(lambda: kept == [n for n in installation.vault.items if "account" in n])


def test_what_x_does_not_revoke_is_tried_again(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    (name,) = [one for one in installation.vault.items if accounts[1].id in one]
    lost = installation.vault.items.pop(name)
    driver.open()
    driver.view.selectAll()
    driver.press("Revoke at X…")
    driver.press("Revoke")
    driver.wait_for_text("1 of 3 accounts was not revoked")
    driver.wait_for_text("@marsh_weather")
    installation.vault.items[name] = lost
    driver.press("Try 1 again")
    driver.wait_for_text("Revoked @marsh_weather at X")
    for account in accounts:
        checked = installation.services.checker.check(account.id, CancelToken())
        assert checked.account.health.state is HealthState.REVOKED


def test_a_run_without_x_ends_early(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    for number in range(5):
        add_account(installation, app, number)
    installation.sandbox.stop()
    driver.open()
    driver.view.selectAll()
    driver.press("Revoke at X…")
    driver.press("Revoke")
    driver.wait_for_text("5 of 5 accounts were not revoked")
    driver.wait_for_text("2 accounts were not tried.")


def test_an_app_has_a_menu(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    menu = right_click_on(driver, driver.button("Newsroom"))
    assert "Remove 3 accounts…" in labels(menu)
    choose(menu, "Export 3 accounts…")
    driver.wait_for_text("Export 3 accounts")
    press_key(driver, Qt.Key.Key_Escape)
    item, handle = driver.button("Newsroom"), driver.window.windowHandle()
    item.setFocus(Qt.FocusReason.TabFocusReason)
    choose(open_menu_by_key(driver), "Check 3 accounts")
    driver.wait_for_text("3 working")
    QTest.mouseMove(handle, QPoint(600, 600))
    driver.wait_until(lambda: not driver.has_button("Actions on Newsroom"))
    QTest.mouseMove(handle, item.mapTo(driver.window, item.rect().center()))
    driver.press("Actions on Newsroom")
    choose(open_menu(driver), "Change app…")
    driver.wait_until(driver.window.context.dialogs.count)


def test_a_value_has_a_menu(driver: WindowDriver, account: Account) -> None:
    driver.open()
    (row,) = [
        one
        for one in driver.window.findChildren(CredentialRow)
        if one.findChildren(QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly)[0]
        is driver.button("Show the access token")
    ]
    choose(right_click_on(driver, row, QPoint(20, 18)), "Copy")
    driver.wait_until(lambda: driver.clipboard == driver.installation.access_token(account))
    driver.button("Show the access token").setFocus(Qt.FocusReason.TabFocusReason)
    choose(open_menu_by_key(driver), "Show")
    driver.wait_until(lambda: driver.has_button("Hide the access token"))


def test_one_account_shows_its_places_and_goes_to_a_secret_store(
    driver: WindowDriver, account: Account
) -> None:
    driver.open()
    place = driver.window.findChildren(PlacesCard)[0]
    assert place.visibleRegion().boundingRect() != place.rect()
    choose(right_click(driver, "@fernwick_news"), "Where is it?")
    driver.wait_until(lambda: place.visibleRegion().boundingRect() == place.rect())
    driver.view.setFocus()
    choose(open_menu_by_key(driver), "Push to a secret store…")
    driver.wait_until(lambda: driver.has_button("Secret store"))
    assert driver.button("Secret store").isChecked()


def test_the_history_is_read_and_copied_by_keys(driver: WindowDriver, account: Account) -> None:
    driver.open()
    driver.window.resize(1120, 1000)
    press_key(driver, Qt.Key.Key_F5)
    driver.wait_for_text("Checked: working, read and write")
    history = driver.window.findChildren(HistoryCard)[0]
    first = next(one for one in history.findChildren(QWidget) if one.accessibleName())
    first.setFocus(Qt.FocusReason.TabFocusReason)
    press_key(driver, Qt.Key.Key_Down)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleName().startswith("Signed in")
    choose(open_menu_by_key(driver), "Copy line")
    assert driver.clipboard.startswith("2026-03-03 12:00  Signed in")
    choose(right_click_on(driver, first), "Copy all lines")
    assert len(driver.clipboard.splitlines()) == 2


def test_pending_sign_ins_have_a_menu(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    for handle in ("tidal_times", "marsh_weather"):
        request = SignInRequest(app.id, SignInMethod.LINK, handle)
        installation.services.sign_in.begin(request, NullProgress())
    driver.open()
    choose(right_click(driver, "@tidal_times"), "Copy message")
    driver.wait_until(lambda: "oauth_token=" in driver.clipboard)
    driver.view.setFocus()
    press_key(driver, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    choose(open_menu_by_key(driver), "Cancel 2 sign-ins…")
    driver.press("Cancel them")
    driver.wait_until(lambda: driver.rows == [])
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_many_are_signed_in_again_each_under_its_app(
    driver: WindowDriver, installation: Installation, clock: FakeClock, accounts: list[Account]
) -> None:
    both = [accounts[0], installation.sign_in(installation.add_app("Alerts"), "quay_arts")]
    before = list(map(installation.access_token, both))
    clock.advance(timedelta(hours=1))
    driver.now = clock.time
    driver.open()
    driver.select("@fernwick_news", "@quay_arts")
    driver.press("Sign in again…")
    driver.wait_for_text("2 handles.")
    driver.press(PIN)
    driver.press("Start")
    driver.press("Copy link")
    enter_pin(driver, driver.clipboard, "fernwick_news")
    driver.press("Next")
    driver.press("Copy link")
    link = driver.clipboard
    driver.press("Finish later")
    driver.wait_for_text("Sign in 2 accounts again")  # the title
    driver.wait_for_text("Waiting for approval · Alerts")
    driver.press("Done")
    driver.select("@marsh_weather", "@tidal_times")
    driver.press("Sign in again…")
    driver.wait_for_text("A list of 2 sign-ins is not finished.")
    driver.press("Continue that list")
    driver.press("Continue @quay_arts")
    enter_pin(driver, link, "quay_arts")
    driver.press("Done")
    driver.wait_for_text("2 of 2 signed in")
    after = list(map(installation.access_token, both))
    assert not set(before) & set(after)
    assert len(installation.services.store.accounts.list_all()) == 4


def test_many_become_favourites_and_get_tags_with_one_undo_each(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    store = installation.services.store.accounts
    driver.open()
    driver.select("@fernwick_news", "@marsh_weather")
    choose(right_click(driver, "@fernwick_news"), "Add 2 accounts to favourites")
    driver.wait_for_text("2 accounts are favourites")
    driver.wait_idle()
    assert [one.is_favourite for one in store.list_all()] == [True, True, False]
    driver.view.setFocus()
    menu = open_menu_by_key(driver)
    assert "Remove 2 accounts from favourites" in labels(menu)
    menu.close()
    press_key(driver, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    driver.wait_until(lambda: not any(one.is_favourite for one in store.list_all()))
    driver.press("Tags…")
    driver.wait_for_text("Tags of 2 accounts")
    driver.type("Find or add a tag", "news")
    press_key(driver, Qt.Key.Key_Return)
    press_key(driver, Qt.Key.Key_Return)
    driver.wait_until(lambda: [one.tags for one in store.list_all()] == [("news",), ("news",), ()])
    driver.wait_for_text("2 accounts: added news")
    driver.view.setFocus()
    press_key(driver, Qt.Key.Key_F2)
    driver.wait_for_text("Note of 2 accounts")


def test_a_keychain_that_locks_meanwhile_is_unlocked_and_the_rest_removed(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.view.selectAll()
    driver.press("Remove…")
    driver.wait_for_text("Remove 3 accounts?")
    installation.vault.fail_with = VaultLockedError("Test Keyring")
    driver.press("Remove")
    driver.wait_for_text("Test Keyring is locked")
    assert len(installation.services.store.accounts.list_all()) == 3
    installation.vault.fail_with = None
    driver.press("Unlock keyring")
    driver.wait_for_text("Removed 3 accounts.")
