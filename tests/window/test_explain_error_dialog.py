"""Explain an error: what a bot printed is pasted, explained, and fixed with a button."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLibraryInfo, QMimeData, QPoint, Qt, QUrl, QVersionNumber
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QTextOption
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from tests.support.installations import Installation
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.xapi.printed_errors import SAMPLES
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.hosts import CONSOLE_URL
from twauth_gui.gui.explain_error_dialog import ExplainErrorDialog
from twauth_gui.store.vault_errors import VaultLockedError
from twauth_gui.xapi.error_text.plain_text import MAX_INPUT_BYTES

FIELD = "What the bot printed"
TEXTS = {sample.name: sample.text for sample in SAMPLES}


def open_dialog(driver: WindowDriver) -> ExplainErrorDialog:
    driver.choose_entry("Menu", "Explain an error")
    driver.wait_for_text("nothing is sent")
    dialog = driver.window.context.dialogs.top()
    assert isinstance(dialog, ExplainErrorDialog)
    return dialog


def paste(driver: WindowDriver, text: str) -> None:
    driver.clipboard = text
    driver.press("Paste from clipboard")


def drop(driver: WindowDriver, data: QMimeData) -> None:
    """Drag over the field and drop there, as Qt delivers it."""
    field = driver.field(FIELD)
    assert isinstance(field, QPlainTextEdit)
    place, action = QPoint(20, 20), Qt.DropAction.CopyAction
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    make: Any = QDragEnterEvent  # since Qt 6.12 it takes the place with fractions
    since = QLibraryInfo.version() >= QVersionNumber(6, 12)
    entering = make(place.toPointF() if since else place, action, data, button, none)
    QApplication.sendEvent(field.viewport(), entering)
    assert entering.isAccepted()
    QApplication.sendEvent(
        field.viewport(), QDropEvent(place.toPointF(), action, data, button, none)
    )


def test_pasted_explained_and_mended_with_a_button(
    driver: WindowDriver, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    open_dialog(driver)
    assert not driver.has_button("Copy report"), "there is nothing to report yet"
    paste(driver, TEXTS["several"])
    driver.wait_for_text("The app's credits at X are used up")
    assert driver.has_text("Add credits in X's console")
    assert driver.has_text("X said: Your enrolled account [••••] does not have any credits")
    assert driver.has_text("Understood: status 402, credits")
    assert driver.has_text("Also in the text")
    assert driver.has_text("This account posted the same text recently (status 403)")
    driver.press("Open console")
    assert browser.opened_urls == [CONSOLE_URL]
    driver.press("Copy report")
    driver.wait_for_text("Copied. It contains no credentials")
    assert "status: 402" in driver.clipboard
    driver.press("Close")
    assert driver.window.context.dialogs.top() is None


def test_a_recognised_account_is_signed_in_again_or_shown(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    open_dialog(driver)
    account = accounts[1]
    paste(driver, f"oauth_token={installation.access_token(account)}\n{TEXTS['code 89']}")
    driver.wait_for_text("X no longer accepts these credentials")
    assert driver.has_text(f"About {account.at_handle} under Newsroom")
    assert installation.access_token(account) not in driver.visible_text
    driver.press(f"Sign in {account.at_handle} again")
    driver.wait_for_text(f"Sign in {account.at_handle} again")
    driver.press("Cancel")
    open_dialog(driver)
    paste(driver, f"posting as {account.at_handle}\n{TEXTS['tweepy duplicate']}")
    driver.press(f"Show {account.at_handle}")
    driver.wait_idle()
    assert driver.window.context.dialogs.top() is None
    assert driver.has_text(account.at_handle)


def test_an_app_is_recognised_by_its_key(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    """Two apps are kept; the log's key tells which. The keychain is read in the background."""
    other = installation.draft("Alerts")
    keys = other.keys
    installation.services.apps.add(
        type(other)(other.label, type(keys)(keys.api_secret, keys.api_secret), hosts=other.hosts)
    )
    driver.open()
    open_dialog(driver)
    key = installation.sandbox.demo_app.api_key
    paste(driver, f'oauth_consumer_key="{key[:14]}…"\n{TEXTS["code 32"]}')
    driver.wait_for_text("About the app Newsroom")
    driver.wait_idle()
    assert key[:14] not in driver.visible_text
    driver.press("Change the keys of Newsroom")
    driver.wait_for_text("Name in this window")
    assert driver.line_edit("Name in this window").text() == "Newsroom"


def test_a_bot_without_keys_is_offered_an_export(driver: WindowDriver, account: Account) -> None:
    driver.open()
    open_dialog(driver)
    paste(driver, TEXTS["tweepy without keys"])
    driver.wait_for_text("The bot started without its credentials")
    driver.press(f"Export {account.at_handle}…")
    driver.wait_for_text("Destination")


@pytest.mark.parametrize("keychain", ["locked", "gone"])
def test_no_keychain_is_needed(
    driver: WindowDriver, installation: Installation, app: App, keychain: str
) -> None:
    driver.open()
    if keychain == "locked":
        installation.vault.fail_with = VaultLockedError("Test Keyring")
    else:
        installation.vault.items.clear()
    open_dialog(driver)
    paste(driver, f"api_key={installation.sandbox.demo_app.api_key}\n{TEXTS['code 32']}")
    driver.wait_for_text("together with these credentials")
    driver.wait_idle()
    assert isinstance(driver.window.context.dialogs.top(), ExplainErrorDialog), (
        "nothing is asked for"
    )
    assert not driver.has_text("About the app")


def test_typing_is_followed_and_nothing_found_is_reported(driver: WindowDriver, app: App) -> None:
    driver.open()
    open_dialog(driver)
    driver.type(FIELD, "All is well")
    driver.wait_for_text("No refusal of X was found in this text")
    driver.type(FIELD, "403 Forbidden 187 - Status is a duplicate.")
    driver.wait_for_text("This account posted the same text recently")
    assert not driver.has_text("No refusal of X")
    driver.type(FIELD, " ")
    driver.wait_until(lambda: not driver.has_text("This account posted the same text recently"))
    assert not driver.has_text("No refusal of X")


def test_unknown_ones_say_what_was_understood(driver: WindowDriver, app: App) -> None:
    driver.open()
    open_dialog(driver)
    paste(driver, TEXTS["unknown problem"])
    driver.wait_for_text("X refused, for a reason that Twauth does not know")
    assert driver.has_text("X said: The moon is not right.")
    assert driver.has_text("Understood: status 409, moon-phase")


def test_files_are_dropped_and_read(driver: WindowDriver, app: App, tmp_path: Path) -> None:
    driver.open()
    dialog = open_dialog(driver)
    log = tmp_path / "bot.log"
    log.write_bytes(b"fine\n" * MAX_INPUT_BYTES + TEXTS["code 226"].encode())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(log))])
    drop(driver, data)
    driver.wait_for_text("X takes this for spam")
    assert driver.has_text("Only its last 256 KB were read")
    words = QMimeData()
    words.setText(TEXTS["code 186"])
    dialog.explain_text("")
    drop(driver, words)
    driver.wait_for_text("The post is too long")
    dialog.read_file(tmp_path)
    driver.wait_for_text("The file was not read")
    dialog.read_file(log)
    driver.wait_for_text("X takes this for spam")
    assert not driver.has_text("The file was not read")


def test_a_giant_paste_is_cut_and_the_window_stays_fluid(driver: WindowDriver, app: App) -> None:
    driver.open()
    open_dialog(driver)
    paste(driver, "{'" * MAX_INPUT_BYTES + f"\n{TEXTS['code 144']}")
    driver.wait_for_text("X cannot find the post")
    assert driver.has_text("Only its last 256 KB were read")
    field = driver.field(FIELD)
    assert isinstance(field, QPlainTextEdit)
    assert len(field.toPlainText()) == MAX_INPUT_BYTES
    by_words_it_would_take_seconds = field.wordWrapMode()
    assert by_words_it_would_take_seconds is QTextOption.WrapMode.WrapAnywhere


def test_the_first_page_leads_there_and_closing_early_does_no_harm(driver: WindowDriver) -> None:
    driver.open()
    driver.press("Explain an error from your bot")
    paste(driver, TEXTS["code 89"])
    driver.wait_for_text("X no longer accepts these credentials")
    assert not driver.has_button("Sign in"), "there is nothing to sign in with yet"
    paste(driver, "{[(" * 20_000)
    driver.press("Close")
    driver.wait_idle()
    assert driver.window.context.dialogs.top() is None
    assert QGuiApplication.clipboard().text()
