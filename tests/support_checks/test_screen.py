"""Prove that windows can be read, clicked, typed into as by a user."""

from __future__ import annotations

import pytest

from tests.support.desktop import Desktop
from tests.support.screen_reader import Screen
from tests.support.wait import wait_until
from tests.support_checks.conftest import HELP_URL

pytestmark = pytest.mark.journey


def test_fields_and_buttons(screen: Screen) -> None:
    handle = screen.find("text", "Handle")
    handle.type("fernwick")
    handle.retype("marsh_weather")
    wait_until(lambda: handle.text == "marsh_weather", 5, "the field holds the handle")
    screen.press_keys("Tab")
    secret = screen.find("text", "API secret")
    secret.wait_state("focused")
    screen.type_text("Ab1_-%/+ &")
    screen.find("push button", "Save").click()
    screen.find("label", "Saved marsh_weather with 10 characters")
    assert "Ab1" not in secret.text
    box = screen.find("check box", name_contains="Write")
    box.click()
    box.wait_state("checked")
    screen.press_keys("ctrl+k")
    screen.find("label", "Switcher")


def test_a_long_list_is_read_where_it_shows(screen: Screen) -> None:
    row = screen.find("list item", "@bot_3")
    row.click()
    row.wait_state("selected")
    shown = screen.find_all("list item", within=screen.find("list", "Accounts"))
    assert [node.name for node in shown] == [f"@bot_{index}" for index in range(len(shown))]
    assert len(shown) < 60
    screen.press_keys("End")
    screen.find("list item", "@bot_9999")
    row.wait_gone()


def test_a_dialog_over_the_window(screen: Screen) -> None:
    screen.find("push button", "Remove…").click()
    keep = screen.find("push button", "Keep it")
    keep.wait_state("focused")
    focused = screen.focused_node()
    assert focused is not None
    assert focused.ref == keep.ref
    keep.click()
    keep.wait_gone()


def test_what_is_not_there_is_reported_with_the_tree(screen: Screen) -> None:
    screen.find("push button", "Save")
    with pytest.raises(AssertionError, match=r"(?s)'Delete'.*text 'Handle'.*push button 'Save'"):
        screen.find("push button", "Delete", seconds=0.1)


def test_opening_a_page_is_noted(desktop: Desktop, screen: Screen) -> None:
    screen.find("push button", "Help").click()
    wait_until(lambda: HELP_URL in desktop.browser.opened_urls, 10, "the browser was asked")
