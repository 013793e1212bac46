"""Searching the list with the keyboard: words, filters, what is selected and said meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.support.installations import Installation
from tests.support.qt import focus_widget
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.accounts.search_field import FilterChip
from twauth_gui.gui.action_menu import request_menu

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def press(*keys: Qt.Key) -> None:
    """Press keys on whatever has the keyboard."""
    for key in keys:
        QTest.keyClick(QApplication.activePopupWidget() or focus_widget(), key)


def activate(driver: WindowDriver) -> None:
    """Return to the window from a menu, as a desktop with other windows does by itself."""
    driver.window.activateWindow()
    driver.wait_until(driver.window.isActiveWindow)


def start_search(driver: WindowDriver, text: str) -> None:
    activate(driver)
    QTest.keyClick(focus_widget(), Key.Key_F, CTRL)
    driver.wait_until(driver.line_edit("Search accounts").hasFocus)
    QTest.keyClicks(focus_widget(), text)


def selected(driver: WindowDriver) -> list[str]:
    return [row.data(Qt.ItemDataRole.DisplayRole) for row in driver.view.selectedIndexes()]


def chips(driver: WindowDriver) -> list[str]:
    return [one.text() for one in driver.window.findChildren(FilterChip) if one.isVisible()]


def name_of_focus() -> str:
    return focus_widget().accessibleName()


@pytest.fixture
def tagged(installation: Installation, accounts: list[Account]) -> list[Account]:
    """Three accounts of Newsroom, one of Weather; the first is tagged and has a note."""
    weather = installation.add_app("Weather")
    installation.sign_in(weather, "quay_weather")
    annotated = replace(accounts[0], tags=("Coast watch",), note="posts at 07:00")
    installation.services.store.accounts.update(annotated)
    return accounts


def test_a_search_by_keyboard(driver: WindowDriver, tagged: list[Account]) -> None:
    driver.open()
    driver.wait_until(driver.view.hasFocus)
    press(Key.Key_End)
    assert selected(driver) == ["tidal_times"]
    start_search(driver, "weather")
    assert driver.rows == ["@marsh_weather", "@quay_weather"]
    assert selected(driver) == ["marsh_weather"]
    driver.wait_for_text("2 of 4 accounts")
    assert driver.has_button("Check these")
    press(Key.Key_Down)
    assert selected(driver) == ["quay_weather"]
    assert name_of_focus() == "Search accounts"
    press(Key.Key_Return)
    assert driver.button("Export…").hasFocus()
    assert driver.has_text("@quay_weather"), "the details are those of the selected row"
    press(Key.Key_Escape)
    assert name_of_focus() == "Search accounts"
    press(Key.Key_Escape)
    assert driver.line_edit("Search accounts").text() == ""
    assert len(driver.rows) == 4
    assert selected(driver) == ["quay_weather"]
    press(Key.Key_Escape)
    assert driver.view.hasFocus()


def test_the_details_follow_what_is_typed(driver: WindowDriver, tagged: list[Account]) -> None:
    driver.open()
    start_search(driver, "tidal")
    driver.wait_until(lambda: driver.visible_text.count("@tidal_times") == 1)
    QTest.keyClicks(focus_widget(), "xyz")
    driver.wait_for_text("No account matches “tidalxyz”.")
    driver.wait_for_text("Select an account to see it here.")
    driver.press("Clear search")
    assert driver.view.hasFocus()
    driver.wait_for_text("@fernwick_news")
    driver.press("Weather")
    assert selected(driver) == ["quay_weather"]
    driver.wait_for_text("@quay_weather")
    start_search(driver, "marsh")
    driver.wait_for_text("No account here matches “marsh”.")
    driver.press("Search all accounts")
    assert driver.rows == ["@marsh_weather"]
    assert driver.button("All accounts").isChecked()


def test_operators_become_filters(driver: WindowDriver, tagged: list[Account]) -> None:
    driver.open()
    start_search(driver, "is:active ")
    assert chips(driver) == ["is:active"]
    assert driver.rows == ["@fernwick_news"]
    QTest.keyClicks(focus_widget(), "tag:co")
    assert chips(driver) == ["is:active"], "it may go on"
    popup = QApplication.activePopupWidget()
    assert popup is not None
    press(Key.Key_Return)
    assert chips(driver) == ["is:active", 'tag:"Coast watch"']
    assert driver.line_edit("Search accounts").text() == ""
    assert driver.rows == ["@fernwick_news"]
    press(Key.Key_Backspace)
    assert chips(driver) == ["is:active"]
    press(Key.Key_Tab, Key.Key_Tab, Key.Key_Tab)  # past Check these and Add account
    assert name_of_focus() == "Remove the filter is:active"
    press(Key.Key_Delete)
    assert chips(driver) == []
    assert name_of_focus() == "Search accounts"
    assert len(driver.rows) == 4


def test_groups(driver: WindowDriver, tagged: list[Account]) -> None:
    driver.open()
    driver.choose_entry("Sorted by handle, A to Z", "Group by app")
    expected = ["Newsroom", "@fernwick_news", "@marsh_weather", "@tidal_times"]
    assert driver.rows == [*expected, "Weather", "@quay_weather"]
    driver.view.setFocus()
    press(Key.Key_Home)
    assert selected(driver) == ["fernwick_news"]
    press(Key.Key_End, Key.Key_Up, Key.Key_Up)
    assert selected(driver) == ["marsh_weather"]
    QTest.keyClick(driver.view, Key.Key_A, CTRL)
    assert len(driver.view.selected_ids()) == 4
    driver.wait_for_text("4 accounts selected")
    driver.choose_entry("Sorted by handle, A to Z", "Group by tag")
    assert driver.rows[:3] == ["Coast watch", "@fernwick_news", "No tag"]
    assert len(driver.view.selected_ids()) == 4
    start_search(driver, "weather")
    assert driver.rows == ["No tag", "@marsh_weather", "@quay_weather"]
    assert selected(driver) == ["marsh_weather"]


def test_a_narrow_window_names_its_section(driver: WindowDriver, tagged: list[Account]) -> None:
    driver.open(width=900)
    assert "All accounts" in driver.visible_text.splitlines()
    driver.press("Show the sidebar")
    driver.press("Weather")
    assert {"Weather", "1"} <= set(driver.visible_text.splitlines())
    driver.window.resize(650, 720)
    driver.select("@quay_weather")
    assert not driver.view.isVisible()
    start_search(driver, "quay")
    assert driver.view.isVisible()
    assert driver.line_edit("Search accounts").text() == "quay"


def save_filter(driver: WindowDriver) -> None:
    """Save what Newsroom has of a tag, as Coast bots."""
    driver.press("Newsroom")
    start_search(driver, "tag:coast ")
    driver.press("Save filter…")
    driver.wait_for_text('Finds app:"Newsroom" tag:coast')
    QTest.keyClicks(focus_widget(), "Coast bots")
    press(Key.Key_Return)
    driver.wait_until(driver.view.hasFocus)


def test_a_search_is_saved_as_a_section(driver: WindowDriver, tagged: list[Account]) -> None:
    driver.open()
    save_filter(driver)
    assert driver.button("Coast bots").isChecked()
    assert driver.button("Coast bots").accessibleName() == "Coast bots, 1"
    assert (driver.rows, chips(driver)) == (["@fernwick_news"], [])
    start_search(driver, "fern")
    driver.choose_entry("Filter", "Save filter…")
    QTest.keyClicks(focus_widget(), "coast BOTS")
    driver.wait_for_text("There is a filter coast BOTS already.")
    assert not driver.button("Save").isEnabled()


def test_a_saved_filter_is_renamed_and_removed(driver: WindowDriver, tagged: list[Account]) -> None:
    driver.open()
    save_filter(driver)
    driver.wait_idle()
    driver.close()
    driver.installation.restart()
    driver.open()
    assert driver.button("Coast bots").isChecked(), "as it was left"
    choose_from_menu(driver, "Coast bots", "Rename…")
    QTest.keyClicks(focus_widget(), "Sea")
    driver.press("Save")
    driver.wait_until(lambda: driver.has_button("Sea"))
    assert driver.button("Sea").isChecked()
    assert not driver.has_button("Coast bots")
    choose_from_menu(driver, "Sea", "Remove")
    driver.wait_for_text("Removed the filter Sea.")
    assert driver.button("All accounts").isChecked()
    assert not driver.has_button("Sea")
    driver.press("Undo")
    driver.press("Sea")
    assert driver.rows == ["@fernwick_news"]
    driver.wait_idle()


def choose_from_menu(driver: WindowDriver, item: str, entry: str) -> None:
    """Open the menu of an item of the sidebar with the keyboard, and choose from it."""
    activate(driver)
    driver.button(item).setFocus(Qt.FocusReason.TabFocusReason)
    request_menu()
    driver.wait_until(QApplication.activePopupWidget)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(one for one in menu.actions() if one.text() == entry).trigger()
    menu.close()


@pytest.mark.parametrize("width", [1120, 700])
def test_escape_belongs_to_what_is_edited(
    driver: WindowDriver, accounts: list[Account], width: int
) -> None:
    driver.open(width)
    driver.select("@marsh_weather")
    driver.press("Add note")
    driver.wait_until(lambda: name_of_focus() == "Note")
    QTest.keyClicks(focus_widget(), "posts at 07:00")
    QTest.keyClick(driver.window.windowHandle(), Key.Key_Escape)
    driver.wait_until(lambda: driver.has_button("Add note"))
    driver.wait_idle()
    store = driver.installation.services.store
    assert store.accounts.get(accounts[1].id).note == ""
    assert name_of_focus() != "Accounts"
    QTest.keyClick(driver.window.windowHandle(), Key.Key_Escape)
    driver.wait_until(driver.view.hasFocus)
