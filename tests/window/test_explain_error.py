"""Explain an error: what a bot printed is pasted, told in words, and mended with a button."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLibraryInfo, QMimeData, QPoint, Qt, QUrl, QVersionNumber
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QTextOption
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from tests.services.ground import Ground
from tests.window.conftest import Browser
from tests.window.driver import Driver
from tests.xapi.printed_errors import SAMPLES
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.addresses import CONSOLE
from twauth_gui.domain.apps import App
from twauth_gui.gui.explain_error.explain_error_dialog import ExplainErrorDialog
from twauth_gui.store.vault_errors import VaultLockedError
from twauth_gui.xapi.error_text.plain_text import LONGEST

FIELD = "What the bot printed"
TEXTS = {sample.name: sample.text for sample in SAMPLES}


def open_dialog(desk: Driver) -> ExplainErrorDialog:
    desk.choose("Menu", "Explain an error")
    desk.wait_for("nothing is sent")
    dialog = desk.window.desk.sheets.top()
    assert isinstance(dialog, ExplainErrorDialog)
    return dialog


def paste(desk: Driver, text: str) -> None:
    desk.clipboard = text
    desk.press("Paste from clipboard")


def drop(desk: Driver, data: QMimeData) -> None:
    """Drag over the field and drop there, as Qt delivers it."""
    field = desk.field(FIELD)
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
    desk: Driver, app: App, browser: Browser
) -> None:
    desk.open()
    open_dialog(desk)
    assert not desk.has("Copy report"), "there is nothing to report yet"
    paste(desk, TEXTS["several"])
    desk.wait_for("The app's credits at X are used up")
    assert desk.sees("Add credits in X's console")
    assert desk.sees("X said: Your enrolled account [••••] does not have any credits")
    assert desk.sees("Understood: status 402, credits")
    assert desk.sees("Also in the text")
    assert desk.sees("This account posted the same text lately (status 403)")
    desk.press("Open console")
    assert browser.opened == [CONSOLE]
    desk.press("Copy report")
    desk.wait_for("Copied. It holds no credential")
    assert "status: 402" in desk.clipboard
    desk.press("Close")
    assert desk.window.desk.sheets.top() is None


def test_a_recognised_account_is_signed_in_again_or_shown(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    open_dialog(desk)
    account = accounts[1]
    paste(desk, f"oauth_token={ground.token_of(account)}\n{TEXTS['code 89']}")
    desk.wait_for("X no longer accepts these credentials")
    assert desk.sees(f"About {account.at_handle} under Newsroom")
    assert ground.token_of(account) not in desk.words
    desk.press(f"Sign in {account.at_handle} again")
    desk.wait_for(f"Sign in {account.at_handle} again")
    desk.press("Cancel")
    open_dialog(desk)
    paste(desk, f"posting as {account.at_handle}\n{TEXTS['tweepy duplicate']}")
    desk.press(f"Show {account.at_handle}")
    desk.settle()
    assert desk.window.desk.sheets.top() is None
    assert desk.sees(account.at_handle)


def test_an_app_is_recognised_by_its_key(desk: Driver, ground: Ground, app: App) -> None:
    """Two apps are kept; the log's key tells which. The keychain is read in the background."""
    other = ground.draft("Alerts")
    keys = other.keys
    ground.kit.apps.add(
        type(other)(other.label, type(keys)(keys.api_secret, keys.api_secret), hosts=other.hosts)
    )
    desk.open()
    open_dialog(desk)
    key = ground.sandbox.demo_app.api_key
    paste(desk, f'oauth_consumer_key="{key[:14]}…"\n{TEXTS["code 32"]}')
    desk.wait_for("About the app Newsroom")
    desk.settle()
    assert key[:14] not in desk.words
    desk.press("Change the keys of Newsroom")
    desk.wait_for("Name in this window")
    assert desk.line("Name in this window").text() == "Newsroom"


def test_a_bot_without_keys_is_offered_an_export(desk: Driver, account: Account) -> None:
    desk.open()
    open_dialog(desk)
    paste(desk, TEXTS["tweepy without keys"])
    desk.wait_for("The bot started without its credentials")
    desk.press(f"Export {account.at_handle}…")
    desk.wait_for("Destination")


@pytest.mark.parametrize("keychain", ["locked", "gone"])
def test_no_keychain_is_needed(desk: Driver, ground: Ground, app: App, keychain: str) -> None:
    desk.open()
    if keychain == "locked":
        ground.vault.fail_with = VaultLockedError("Test Keyring")
    else:
        ground.vault.items.clear()
    open_dialog(desk)
    paste(desk, f"api_key={ground.sandbox.demo_app.api_key}\n{TEXTS['code 32']}")
    desk.wait_for("together with these credentials")
    desk.settle()
    assert isinstance(desk.window.desk.sheets.top(), ExplainErrorDialog), "nothing is asked for"
    assert not desk.sees("About the app")


def test_typing_is_followed_and_nothing_found_is_said(desk: Driver, app: App) -> None:
    desk.open()
    open_dialog(desk)
    desk.type(FIELD, "All is well")
    desk.wait_for("No refusal of X was found in this text")
    desk.type(FIELD, "403 Forbidden 187 - Status is a duplicate.")
    desk.wait_for("This account posted the same text lately")
    assert not desk.sees("No refusal of X")
    desk.type(FIELD, " ")
    desk.until(lambda: not desk.sees("This account posted the same text lately"))
    assert not desk.sees("No refusal of X")


def test_unknown_ones_say_what_was_understood(desk: Driver, app: App) -> None:
    desk.open()
    open_dialog(desk)
    paste(desk, TEXTS["unknown problem"])
    desk.wait_for("X refused, for a reason that Twauth does not know")
    assert desk.sees("X said: The moon is not right.")
    assert desk.sees("Understood: status 409, moon-phase")


def test_files_are_dropped_and_read(desk: Driver, app: App, tmp_path: Path) -> None:
    desk.open()
    dialog = open_dialog(desk)
    log = tmp_path / "bot.log"
    log.write_bytes(b"fine\n" * LONGEST + TEXTS["code 226"].encode())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(log))])
    drop(desk, data)
    desk.wait_for("X takes this for spam")
    assert desk.sees("Only its last 256 KB were read")
    words = QMimeData()
    words.setText(TEXTS["code 186"])
    dialog.explain_text("")
    drop(desk, words)
    desk.wait_for("The post is too long")
    dialog.read(tmp_path)
    desk.wait_for("The file was not read")
    dialog.read(log)
    desk.wait_for("X takes this for spam")
    assert not desk.sees("The file was not read")


def test_a_giant_paste_is_cut_and_the_window_stays_fluid(desk: Driver, app: App) -> None:
    desk.open()
    open_dialog(desk)
    paste(desk, "{'" * LONGEST + f"\n{TEXTS['code 144']}")
    desk.wait_for("X does not find the post")
    assert desk.sees("Only its last 256 KB were read")
    field = desk.field(FIELD)
    assert isinstance(field, QPlainTextEdit)
    assert len(field.toPlainText()) == LONGEST
    by_words_it_would_take_seconds = field.wordWrapMode()
    assert by_words_it_would_take_seconds is QTextOption.WrapMode.WrapAnywhere


def test_the_first_page_leads_there_and_closing_early_does_no_harm(desk: Driver) -> None:
    desk.open()
    desk.press("Explain an error your bot met")
    paste(desk, TEXTS["code 89"])
    desk.wait_for("X no longer accepts these credentials")
    assert not desk.has("Sign in"), "there is nothing to sign in with yet"
    paste(desk, "{[(" * 20_000)
    desk.press("Close")
    desk.settle()
    assert desk.window.desk.sheets.top() is None
    assert QGuiApplication.clipboard().text()
