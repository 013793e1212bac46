"""The panes stand side by side while there is room, and take turns where there is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.apps import App
from twauth_gui.gui.detail.pane import DetailPane
from twauth_gui.gui.workspace.list_pane import ListPane
from twauth_gui.gui.workspace.sidebar import Sidebar

HOLD_NOTHING = Qt.KeyboardModifier.NoModifier
PANES = (Sidebar, ListPane, DetailPane)


@pytest.fixture(autouse=True)
def accounts(ground: Ground, app: App) -> None:
    for handle in ("fernwick_news", "marsh_weather"):
        ground.sign_in(app, handle)


def shown(desk: Driver) -> tuple[bool, ...]:
    """Which of sidebar, list and detail are to be seen."""
    return tuple(desk.window.findChildren(kind)[0].isVisible() for kind in PANES)


@pytest.mark.parametrize(
    ("width", "panes"),
    [(1120, (True, True, True)), (900, (False, True, True)), (640, (False, True, False))],
)
def test_room(desk: Driver, width: int, panes: tuple[bool, ...]) -> None:
    desk.open(width)
    assert shown(desk) == panes
    for kind, visible in zip(PANES, panes, strict=True):
        (pane,) = desk.window.findChildren(kind)
        if visible:
            right = pane.mapTo(desk.window, pane.rect().topRight()).x()
            assert right < desk.window.width()
    desk.window.resize(1120, 720)
    desk.until(lambda: shown(desk) == (True, True, True))


def test_the_drawer(desk: Driver) -> None:
    desk.open(900)
    desk.press("Show the sidebar")
    assert shown(desk) == (True, True, True)
    desk.press("Needs attention")
    assert shown(desk) == (False, True, True)
    assert desk.rows == []
    desk.press("Show the sidebar")
    desk.press("All accounts")
    assert len(desk.rows) == 2


def press(desk: Driver, key: Qt.Key, hold: Qt.KeyboardModifier = HOLD_NOTHING) -> None:
    QTest.keyClick(desk.window.windowHandle(), key, hold)


def in_the_drawer(desk: Driver) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and desk.window.findChildren(Sidebar)[0].isAncestorOf(focus)


def test_the_keyboard_stays_in_the_drawer(desk: Driver) -> None:
    desk.open(900)
    desk.press("Show the sidebar")
    assert desk.button("All accounts").hasFocus()
    seen: list[QWidget | None] = []
    while (focus := QApplication.focusWidget()) not in seen:
        assert in_the_drawer(desk)
        seen.append(focus)
        press(desk, Qt.Key.Key_Tab)
    assert len(seen) > 5
    press(desk, Qt.Key.Key_Backtab)
    assert in_the_drawer(desk)
    press(desk, Qt.Key.Key_Escape)
    assert shown(desk) == (False, True, True)
    assert desk.button("Show the sidebar").hasFocus()
    desk.select("@marsh_weather")
    desk.press("Show the sidebar")
    press(desk, Qt.Key.Key_Space)  # on the section that is shown already
    assert shown(desk) == (False, True, True)
    assert desk.view.hasFocus()


@pytest.mark.parametrize(
    ("key", "hold"),
    [(Qt.Key.Key_Escape, HOLD_NOTHING), (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)],
)
def test_keys_lead_back_to_the_list(desk: Driver, key: Qt.Key, hold: Qt.KeyboardModifier) -> None:
    desk.open(640)
    for handle in ("@marsh_weather", "@fernwick_news"):  # the page is built for the first one
        desk.select(handle)
        desk.until(
            lambda: desk.has("Back to the list") and desk.button("Back to the list").hasFocus()
        )
        press(desk, key, hold)
        assert shown(desk) == (False, True, False)
        assert desk.view.hasFocus()
    press(desk, key, hold)
    assert shown(desk) == (False, True, False)


def test_one_pane_at_a_time(desk: Driver) -> None:
    desk.open(640)
    desk.select("@marsh_weather")
    desk.until(lambda: shown(desk) == (False, False, True))
    desk.wait_for("@marsh_weather")
    desk.press("Back to the list")
    assert shown(desk) == (False, True, False)
    assert desk.button("Check all").isEnabled()


def test_several_in_a_narrow_window(desk: Driver) -> None:
    desk.open(640)
    desk.view.selectAll()
    QTest.keyClick(desk.view, Qt.Key.Key_Return)
    desk.wait_for("2 accounts selected")
    desk.press("Back to the list")
    assert shown(desk) == (False, True, False)


def test_the_last_account_is_removed_in_a_narrow_window(desk: Driver) -> None:
    desk.open(640)
    for _ in range(2):
        desk.select(desk.rows[0])
        desk.press("Remove…")
        desk.press("Remove")
        desk.settle()
        desk.until(lambda: shown(desk)[2] or not desk.rows)
        if desk.rows:
            desk.press("Back to the list")
    desk.until(lambda: shown(desk) == (False, True, False))
    assert desk.has("Add account")
