"""The overview of the shortcuts lists those that exist, no more and no fewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest

from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.help.guide_dialog import GuideDialog, GuidePage
from twauth_gui.gui.help.shortcuts import SHORTCUT_GROUPS, ShortcutRow, ShortcutsDialog, name_keys
from twauth_gui.gui.workspace.main_menu import open_guide, open_import

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def real_keys(part: QWidget) -> set[str]:
    """The keys of every QShortcut and QAction below a widget."""
    sequences = [one.key() for one in part.findChildren(QShortcut)]
    sequences += [one.shortcut() for one in part.actions()]
    return {one.toString(QKeySequence.SequenceFormat.PortableText) for one in sequences} - {""}


def listed_keys(*titles: str) -> set[str]:
    """The keys that the overview lists under these titles; all without a title."""
    return {
        QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
        for group in SHORTCUT_GROUPS
        if (group.title in titles if titles else not group.is_native)
        for shortcut in group.shortcuts
        for keys in shortcut.keys
    }


def test_the_overview_lists_what_there_is(driver: WindowDriver, account: Account) -> None:
    driver.open()
    found = real_keys(driver.window)
    assert found == listed_keys("Everywhere", "Accounts", "Selected accounts")
    open_import(driver.window.context)
    import_dialog = driver.window.context.dialogs.top()
    assert import_dialog is not None
    assert real_keys(import_dialog) == listed_keys("Import")
    import_dialog.dismiss()
    driver.press("Export…")
    driver.wait_until(lambda: driver.window.context.dialogs.top() is not import_dialog)
    export_dialog = driver.window.context.dialogs.top()
    assert export_dialog is not None
    assert real_keys(export_dialog) == listed_keys("Export")


def test_the_keys_that_lists_bring(driver: WindowDriver, accounts: list[Account]) -> None:
    driver.open()
    driver.select("@fernwick_news")
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(driver.view, Qt.Key.Key_Down, shift)
    assert len(driver.view.selected_ids()) == 2
    QTest.keyClick(driver.view, Qt.Key.Key_Up)
    assert driver.view.selected_ids() == [accounts[0].id]
    QTest.keyClick(driver.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(driver.view.selected_ids()) == 3


def test_f1_opens_the_overview_once_and_from_everywhere(
    driver: WindowDriver, account: Account
) -> None:
    driver.open()
    dialogs = driver.window.context.dialogs
    driver.press("Settings")
    for number in range(2):
        key = (Qt.Key.Key_F1, Qt.Key.Key_Question)[number]
        hold = Qt.KeyboardModifier.ControlModifier if number else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(driver.window, key, hold)
        assert (dialogs.count(), type(dialogs.top())) == (2, ShortcutsDialog)
    rows = driver.window.findChildren(ShortcutRow)
    names = [row.accessibleName() for row in rows]
    assert f"Keyboard shortcuts: {name_keys('F1')} or {name_keys('Ctrl+?')}" in names
    driver.press("Done")
    driver.press("Done")
    driver.window.context.auto_lock.lock()
    driver.wait_until(lambda: driver.window.context.vault.is_app_locked)
    QTest.keyClick(driver.window, Qt.Key.Key_F1)
    assert dialogs.count() == 0


def test_the_guide(driver: WindowDriver) -> None:
    driver.open()
    open_guide(driver.window.context)
    dialog = driver.window.context.dialogs.top()
    assert isinstance(dialog, GuideDialog)
    (page,) = dialog.findChildren(GuidePage)
    assert "4.  Choose **Export…**" in page.toMarkdown()
    driver.press("Keyboard shortcuts")
    assert isinstance(driver.window.context.dialogs.top(), ShortcutsDialog)


def test_ctrl_q_quits(driver: WindowDriver, account: Account) -> None:
    driver.open()
    QTest.keyClick(driver.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not driver.window.isVisible()
