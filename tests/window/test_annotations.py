"""Tags, notes and favourites are edited in place or for several accounts, and undone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit

from tests.support import sample_credentials
from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.annotations.annotation_dialogs import open_note_dialog, open_tag_dialog

SHIFT = Qt.KeyboardModifier.ShiftModifier


def press_key(
    driver: WindowDriver, key: Qt.Key, hold: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key as the system does, wherever the focus is."""
    QTest.keyClick(driver.window.windowHandle(), key, hold)


def read(driver: WindowDriver, account: Account) -> Account:
    """Read an account from the store, once nothing is under way."""
    driver.wait_idle()
    return driver.installation.services.store.accounts.get(account.id)


def undo(driver: WindowDriver) -> None:
    driver.press("Undo")
    driver.wait_until(lambda: not driver.has_button("Undo"))


def type_text(driver: WindowDriver, text: str) -> None:
    """Type into what has the focus."""
    field = QApplication.focusWidget()
    assert isinstance(field, (QLineEdit, QPlainTextEdit))
    QTest.keyClicks(field, text)


def select_current(driver: WindowDriver, accounts: Sequence[Account]) -> list[Account]:
    known = driver.window.context.snapshots.current.accounts
    return [known[one.id] for one in accounts]


def test_tags_of_one_account(driver: WindowDriver, accounts: list[Account]) -> None:
    first, second, _third = accounts
    _ = driver.installation.services.annotations.add_tags([second.id], ["News", "uk"])
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Add tag")
    type_text(driver, "news, Two words")
    press_key(driver, Qt.Key.Key_Return)
    driver.window.activateWindow()  # offscreen, the list of suggestions takes that
    driver.wait_until(lambda: driver.has_button("Remove tag Two words"))
    assert read(driver, first).tags == ("News", "Two words")  # spelled as the other one has it
    driver.wait_for_text("@fernwick_news: added Two words")  # the comma added the other
    type_text(driver, "x" * 51)
    press_key(driver, Qt.Key.Key_Return)
    driver.wait_for_text("A tag can have up to 50 characters.")
    press_key(driver, Qt.Key.Key_Escape)
    assert driver.button("Add tag").hasFocus()
    press_key(driver, Qt.Key.Key_Tab, SHIFT)
    press_key(driver, Qt.Key.Key_Right)
    assert driver.button("Remove tag Two words").hasFocus()
    press_key(driver, Qt.Key.Key_Delete)
    assert read(driver, first).tags == ("News",)
    assert driver.button("Remove tag News").hasFocus()
    undo(driver)
    driver.wait_until(lambda: driver.has_button("Remove tag Two words"))
    driver.press("Favourite")
    driver.wait_for_text("@fernwick_news is a favourite")
    assert read(driver, first).is_favourite
    undo(driver)
    assert not read(driver, first).is_favourite
    driver.wait_until(lambda: not driver.button("Favourite").isChecked())


def test_the_note_of_one_account(driver: WindowDriver, accounts: list[Account]) -> None:
    first = accounts[0]
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Add note")
    type_text(driver, "Owner: Kim")
    press_key(driver, Qt.Key.Key_Tab)
    driver.wait_for_text("Saved the note of @fernwick_news")
    assert read(driver, first).note == "Owner: Kim"
    driver.button("Edit note").setFocus()
    press_key(driver, Qt.Key.Key_F2)
    assert driver.window.context.dialogs.top() is None
    type_text(driver, ", away")
    press_key(driver, Qt.Key.Key_Escape)
    assert read(driver, first).note == "Owner: Kim"
    driver.press("Edit note")
    type_text(driver, ", away")
    driver.select("@marsh_weather")
    assert read(driver, first).note == "Owner: Kim, away"
    undo(driver)
    assert read(driver, first).note == "Owner: Kim"


def test_a_note_is_not_lost(driver: WindowDriver, accounts: list[Account]) -> None:
    first = accounts[0]
    annotations = driver.installation.services.annotations
    _ = annotations.set_note([first.id], "Owner: Kim")
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Edit note")
    type_text(driver, " and I")
    _ = annotations.set_note([first.id], "Owner: Lee")  # as another process does
    press_key(driver, Qt.Key.Key_Tab)
    driver.wait_for_text("changed elsewhere while you were writing")
    assert read(driver, first).note == "Owner: Lee"
    driver.press("Save note")
    driver.wait_for_text("Saved the note of @fernwick_news")
    assert read(driver, first).note == "Owner: Kim and I"
    driver.press("Edit note")
    type_text(driver, ", gone")
    driver.close()
    installation = driver.installation
    installation.restart()
    assert installation.services.store.accounts.get(first.id).note == "Owner: Kim and I, gone"


def test_a_note_that_looks_like_a_credential(driver: WindowDriver, accounts: list[Account]) -> None:
    secret = sample_credentials.CREDENTIALS.access_token.reveal()
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Add note")
    type_text(driver, secret)
    press_key(driver, Qt.Key.Key_Tab)
    driver.wait_for_text("It looks as if it held a credential.")
    driver.press("Edit note")
    assert driver.field("Note").isEnabled()
    driver.press("Save note")
    driver.wait_for_text("It looks as if it held a credential.")
    assert read(driver, accounts[0]).note == ""
    driver.press("Save")
    driver.wait_for_text("Saved the note of @fernwick_news")
    assert read(driver, accounts[0]).note == secret


def test_tags_of_several_accounts(driver: WindowDriver, accounts: list[Account]) -> None:
    annotations = driver.installation.services.annotations
    ids = [one.id for one in accounts]
    _ = annotations.add_tags(ids, ["all"])
    _ = annotations.add_tags(ids[:1], ["one", "other"])
    before = driver.installation.services.store.accounts.list_all()
    driver.open()
    open_tag_dialog(driver.window.context, select_current(driver, accounts))
    boxes = {one.text(): one for one in driver.window.findChildren(QCheckBox) if one.isVisible()}
    partly = Qt.CheckState.PartiallyChecked
    assert [boxes[one].checkState() for one in ("one", "other", "all")] == [
        *(partly, partly),
        Qt.CheckState.Checked,
    ]
    boxes["one"].click()
    driver.type("Find or add a tag", "new")
    assert driver.has_text("Enter adds the tag “new”.")
    press_key(driver, Qt.Key.Key_Return)
    press_key(driver, Qt.Key.Key_Tab)  # to the new one
    press_key(driver, Qt.Key.Key_Tab)
    press_key(driver, Qt.Key.Key_Space)
    assert not boxes["all"].isChecked()
    driver.press("Save tags")
    driver.wait_for_text("3 accounts: added new, one, removed all")
    assert read(driver, accounts[0]).tags == ("one", "other", "new")
    assert read(driver, accounts[2]).tags == ("new", "one")
    undo(driver)
    driver.wait_idle()
    assert driver.installation.services.store.accounts.list_all() == before


def test_the_note_of_several_accounts(driver: WindowDriver, accounts: list[Account]) -> None:
    ids = [one.id for one in accounts]
    _ = driver.installation.services.annotations.set_note(ids[:1], "mine")
    driver.open()
    open_note_dialog(driver.window.context, select_current(driver, accounts))
    assert driver.has_text("They have different notes. Saving replaces them all.")
    assert not driver.button("Save note").isEnabled()
    driver.type("Note", "Ask Kim")
    driver.installation.services.account_removal.remove(ids[2])
    driver.press("Save note")
    driver.wait_for_text("Saved the note of 2 accounts. 1 account had been removed meanwhile")
    assert read(driver, accounts[0]).note == "Ask Kim"


def test_a_tag_too_many(
    driver: WindowDriver, accounts: list[Account], installation: Installation
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    limit = [f"tag {number}" for number in range(50)]
    _ = installation.services.annotations.add_tags([accounts[0].id], limit)
    driver.press("Add tag")
    type_text(driver, "one more,")
    driver.wait_for_text("@fernwick_news would have 51 tags")
    driver.press("Close")
    assert not driver.has_button("Remove tag one more")


def test_a_locked_window_asks_nothing(driver: WindowDriver, accounts: list[Account]) -> None:
    secret = sample_credentials.CREDENTIALS.access_token.reveal()
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Add note")
    type_text(driver, secret)
    context = driver.window.context
    context.auto_lock.lock()
    driver.wait_until(lambda: context.vault.is_app_locked)
    driver.wait_idle()
    assert context.dialogs.top() is None
    assert secret not in driver.visible_text
    context.vault.unlock()
    driver.wait_until(lambda: driver.has_button("Save note"))
    field = driver.field("Note")
    assert isinstance(field, QPlainTextEdit)
    assert field.toPlainText() == secret
    assert read(driver, accounts[0]).note == ""
