"""The panes are side by side if there is room, and one at a time if there is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App
from twauth_gui.gui.detail.detail_pane import DetailPane
from twauth_gui.gui.workspace.list_pane import ListPane
from twauth_gui.gui.workspace.sidebar import Sidebar

HOLD_NOTHING = Qt.KeyboardModifier.NoModifier
PANES: tuple[type[QWidget], ...] = (Sidebar, ListPane, DetailPane)


@pytest.fixture(autouse=True)
def accounts(installation: Installation, app: App) -> None:
    for handle in ("fernwick_news", "marsh_weather"):
        installation.sign_in(app, handle)


def shown(driver: WindowDriver) -> tuple[bool, ...]:
    """Which of sidebar, list and detail are to be seen."""
    return tuple(driver.window.findChildren(kind)[0].isVisible() for kind in PANES)


@pytest.mark.parametrize(
    ("width", "panes"),
    [(1120, (True, True, True)), (900, (False, True, True)), (640, (False, True, False))],
)
def test_room(driver: WindowDriver, width: int, panes: tuple[bool, ...]) -> None:
    driver.open(width)
    assert shown(driver) == panes
    for kind, visible in zip(PANES, panes, strict=True):
        (pane,) = driver.window.findChildren(kind)
        if visible:
            right = pane.mapTo(driver.window, pane.rect().topRight()).x()
            assert right < driver.window.width()
    driver.window.resize(1120, 720)
    driver.wait_until(lambda: shown(driver) == (True, True, True))


def test_the_drawer(driver: WindowDriver) -> None:
    driver.open(900)
    driver.press("Show the sidebar")
    assert shown(driver) == (True, True, True)
    driver.press("Needs attention")
    assert shown(driver) == (False, True, True)
    assert driver.rows == []
    driver.press("Show the sidebar")
    driver.press("All accounts")
    assert len(driver.rows) == 2


def press(driver: WindowDriver, key: Qt.Key, hold: Qt.KeyboardModifier = HOLD_NOTHING) -> None:
    QTest.keyClick(driver.window.windowHandle(), key, hold)


def is_in_drawer(driver: WindowDriver) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and driver.window.findChildren(Sidebar)[0].isAncestorOf(focus)


def test_the_keyboard_stays_in_the_drawer(driver: WindowDriver) -> None:
    driver.open(900)
    driver.press("Show the sidebar")
    assert driver.button("All accounts").hasFocus()
    focused: list[QWidget | None] = []
    while (focus := QApplication.focusWidget()) not in focused:
        assert is_in_drawer(driver)
        focused.append(focus)
        press(driver, Qt.Key.Key_Tab)
    assert len(focused) > 5
    press(driver, Qt.Key.Key_Backtab)
    assert is_in_drawer(driver)
    press(driver, Qt.Key.Key_Escape)
    assert shown(driver) == (False, True, True)
    assert driver.button("Show the sidebar").hasFocus()
    driver.select("@marsh_weather")
    driver.press("Show the sidebar")
    press(driver, Qt.Key.Key_Space)  # on the section that is shown already
    assert shown(driver) == (False, True, True)
    assert driver.view.hasFocus()


@pytest.mark.parametrize(
    ("key", "hold"),
    [(Qt.Key.Key_Escape, HOLD_NOTHING), (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)],
)
def test_keys_lead_back_to_the_list(
    driver: WindowDriver, key: Qt.Key, hold: Qt.KeyboardModifier
) -> None:
    driver.open(640)
    for handle in ("@marsh_weather", "@fernwick_news"):  # the page is built for the first one
        driver.select(handle)
        driver.wait_until(
            lambda: (
                driver.has_button("Back to the list")
                and driver.button("Back to the list").hasFocus()
            )
        )
        press(driver, key, hold)
        assert shown(driver) == (False, True, False)
        assert driver.view.hasFocus()
    press(driver, key, hold)
    assert shown(driver) == (False, True, False)


def test_one_pane_at_a_time(driver: WindowDriver) -> None:
    driver.open(640)
    driver.select("@marsh_weather")
    driver.wait_until(lambda: shown(driver) == (False, False, True))
    driver.wait_for_text("@marsh_weather")
    driver.press("Back to the list")
    assert shown(driver) == (False, True, False)
    assert driver.button("Check all").isEnabled()


def test_several_in_a_narrow_window(driver: WindowDriver) -> None:
    driver.open(640)
    driver.view.selectAll()
    QTest.keyClick(driver.view, Qt.Key.Key_Return)
    driver.wait_for_text("2 accounts selected")
    driver.press("Back to the list")
    assert shown(driver) == (False, True, False)


def test_the_last_account_is_removed_in_a_narrow_window(driver: WindowDriver) -> None:
    driver.open(640)
    for _ in range(2):
        driver.select(driver.rows[0])
        driver.press("Remove…")
        driver.press("Remove")
        driver.wait_idle()
        driver.wait_until(lambda: shown(driver)[2] or not driver.rows)
        if driver.rows:
            driver.press("Back to the list")
    driver.wait_until(lambda: shown(driver) == (False, True, False))
    assert driver.has_button("Add account")
