"""Chips break into lines, are removed by their cross or by keys, and are one Tab stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.qt import PartWindow
from twauth_gui.gui.parts.buttons import Button, quiet_button
from twauth_gui.gui.parts.tag_chips import TagChip, TagChips
from twauth_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LONG = "a tag that is longer than the line"


def shown(chips: TagChips) -> list[TagChip]:
    return [one for one in chips.findChildren(TagChip) if one.isVisible()]


@pytest.fixture
def add() -> Button:
    return quiet_button("Add tag")


@pytest.fixture
def chips(look: Look, qtbot: QtBot, add: Button) -> Iterator[TagChips]:
    """Four chips in a narrow window."""
    chips = TagChips(add)
    window = PartWindow(look, chips)
    qtbot.addWidget(window)
    chips.set_tags(["one", "two", "three", LONG])
    window.resize(160, 400)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield chips
    window.close()


def test_chips_break_into_lines(chips: TagChips, add: Button) -> None:
    parts = [*shown(chips), add]
    assert all(one.x() >= 0 and one.geometry().right() < 160 for one in parts)
    assert all(
        not one.geometry().intersects(other.geometry())
        for one in parts
        for other in parts
        if one is not other
    )
    assert chips.heightForWidth(160) > chips.heightForWidth(600)
    assert [one.toolTip() for one in shown(chips)] == ["", "", "", LONG]


def test_chips_are_removed(chips: TagChips, add: Button) -> None:
    removed: list[str] = []
    chips.removed.connect(removed.append)
    left = Qt.MouseButton.LeftButton
    first = shown(chips)[0]
    QTest.mouseClick(first, left, pos=QPoint(8, first.height() // 2))
    assert removed == []
    QTest.mouseClick(first, left, pos=QPoint(first.width() - 8, first.height() // 2))
    assert (removed, chips.tags) == (["one"], ["two", "three", LONG])
    chips.focus_chip(2)
    QTest.keyClick(shown(chips)[2], Qt.Key.Key_Backspace)
    assert QApplication.focusWidget() is shown(chips)[1]
    QTest.keyClick(shown(chips)[1], Qt.Key.Key_Right)
    assert add.hasFocus()
    QTest.keyClick(add, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert [one.hasFocus() for one in shown(chips)] == [False, True]
    QTest.keyClick(shown(chips)[1], Qt.Key.Key_Return)
    QTest.keyClick(shown(chips)[0], Qt.Key.Key_Return)
    assert (chips.tags, add.hasFocus()) == ([], True)
