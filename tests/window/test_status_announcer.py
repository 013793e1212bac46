"""A line in the status bar stays until it can have been read, and interrupts no countdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from tests.window.test_account_removal import finish_countdown, remove
from twauth_gui.domain.accounts import Account
from twauth_gui.gui import status_announcer
from twauth_gui.gui.parts.status_bar import StatusBar

if TYPE_CHECKING:
    import pytest


def bar_of(driver: WindowDriver) -> StatusBar:
    return driver.window.findChildren(StatusBar)[0]


def test_a_message_disappears_after_a_while(
    driver: WindowDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_announcer, "_MIN_SECONDS", 0.05)
    monkeypatch.setattr(status_announcer, "_SECONDS_PER_CHARACTER", 0.0)
    driver.open()
    driver.window.show_status("Revoked @fernwick_news at X")
    assert driver.has_text("Revoked @fernwick_news at X")
    driver.wait_until(lambda: not driver.has_text("Revoked @fernwick_news at X"))
    assert bar_of(driver).current_message() is None


def test_it_waits_for_an_active_window(driver: WindowDriver) -> None:
    driver.open()
    driver.window.show_status("The list was mended")
    message = bar_of(driver).current_message()
    assert message is not None
    other = QWidget()  # of another program
    other.show()
    other.activateWindow()
    driver.wait_until(lambda: not driver.window.isActiveWindow())
    message.read.emit()
    assert bar_of(driver).current_message() is message
    other.close()
    driver.window.activateWindow()
    driver.wait_until(driver.window.isActiveWindow)
    message.read.emit()
    assert bar_of(driver).current_message() is None


def test_background_messages_leave_the_undo_its_time(
    driver: WindowDriver, accounts: list[Account]
) -> None:
    driver.open()
    remove(driver, "@fernwick_news")
    driver.window.context.background_sign_ins.message.emit("@tidal_times is signed in")
    assert driver.has_button("Undo")
    finish_countdown(driver)
    driver.wait_for_text("@tidal_times is signed in")


def test_a_line_ends_when_it_is_overtaken(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    driver.open()
    driver.press("Revoke at X…")
    driver.press("Revoke")
    driver.wait_for_text("Revoked @fernwick_news at X")
    _ = installation.sign_in(installation.services.store.apps.get(account.app_id))
    driver.window.context.snapshots.reload()
    driver.wait_until(lambda: not driver.has_text("Revoked @fernwick_news at X"))


def test_a_copied_value_leaves_the_undo_to_its_keys(
    driver: WindowDriver, accounts: list[Account]
) -> None:
    driver.open()
    remove(driver, "@fernwick_news")
    driver.select("@tidal_times")
    driver.press("Copy the access token")
    driver.wait_for_text("Copied. Clipboard clears in")
    assert not driver.has_button("Undo")
    QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    driver.wait_until(lambda: "@fernwick_news" in driver.rows)


def test_a_line_waits_for_the_undo(driver: WindowDriver, accounts: list[Account]) -> None:
    driver.open()
    remove(driver, "@fernwick_news")
    driver.window.show_status("Renewed the tokens")
    assert driver.has_button("Undo")
    driver.press("Undo")
    driver.wait_for_text("Renewed the tokens")
