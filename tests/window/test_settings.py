"""What is chosen in the settings is so at once, and still so in the next window."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.theme.tokens import DARK, LIGHT
from twauth_gui.gui.workspace.main_menu import open_settings
from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError


def kept(ground: Ground) -> dict[str, object]:
    path = ground.places.window_settings
    found: dict[str, object] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def press_key(key: Qt.Key) -> None:
    """Press a key where the keyboard is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def choose_seconds(desk: Driver, seconds: int) -> None:
    top = desk.window.desk.sheets.top()
    assert top is not None
    boxes = top.findChildren(ComboBox)
    box = next(one for one in boxes if one.accessibleName() == "Clear the clipboard after")
    box.setFocus()
    while box.currentData() != seconds:
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_choices_are_in_effect_at_once_and_stay(
    desk: Driver, ground: Ground, account: Account
) -> None:
    desk.open()
    assert desk.window.desk.look.theme is LIGHT
    heights = [desk.view.row_height]
    desk.press("Settings")
    desk.press("Dark")
    assert desk.window.desk.look.theme is DARK
    for size in ("Compact", "Roomy"):
        desk.press(size)
        heights.append(desk.view.row_height)
    assert heights == [48, 36, 56]
    choose_seconds(desk, 60)
    desk.press("Done")
    desk.press("Copy all")
    desk.wait_for("Clipboard clears in 60 s")
    desk.settle()
    assert kept(ground) == {"scheme": "dark", "row_size": "roomy", "clipboard_seconds": 60}
    desk.close()
    ground.restart()
    desk.look.set_override(None)
    desk.open()
    assert desk.window.desk.look.theme is DARK
    assert desk.view.row_height == 56


def test_the_keys_open_it_and_escape_closes_it(desk: Driver, account: Account) -> None:
    desk.open()
    QTest.keyClick(desk.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    desk.wait_for("Appearance")
    QTest.keyClick(desk.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.desk.sheets.count() == 1, "there is one at most"
    # The focus is on the colours; arrows choose, as among any radio buttons.
    press_key(Qt.Key.Key_Right)
    press_key(Qt.Key.Key_Right)
    assert desk.window.desk.look.theme is DARK
    press_key(Qt.Key.Key_Escape)
    desk.until(lambda: desk.window.desk.sheets.count() == 0)


def test_the_first_window_has_a_door_to_it(desk: Driver) -> None:
    desk.open()
    desk.press("Settings")
    desk.wait_for("Credentials are in Test Keyring")


def test_what_cannot_be_kept_is_told_and_stays_in_effect(
    desk: Driver, ground: Ground, account: Account
) -> None:
    ground.places.window_settings.mkdir()
    desk.open()
    desk.press("Settings")
    desk.press("Dark")
    desk.wait_for("window.json is a folder")
    assert desk.window.desk.look.theme is DARK


def test_the_keychain_section_follows_its_state(
    desk: Driver, ground: Ground, account: Account
) -> None:
    desk.open()
    desk.press("Settings")
    desk.wait_for("Credentials are in Test Keyring")
    ground.vault.fail_with = VaultLockedError("Test Keyring")
    desk.window.desk.vault.probe()
    desk.wait_for("Test Keyring is locked")
    desk.press("Unlock keyring…")
    ground.vault.fail_with = None
    desk.press("Unlock keyring")
    desk.wait_for("Credentials are in Test Keyring")


def test_without_a_keychain_the_section_offers_the_file(desk: Driver, ground: Ground) -> None:
    ground.vault.fail_with = VaultAbsentError()
    desk.open()
    desk.press("Settings")
    desk.press("Create encrypted file…")
    for name in ("Passphrase", "Repeat the passphrase"):
        desk.type(name, "tidal ferry lantern")
    desk.press("Create file")
    desk.wait_for("Credentials are in the encrypted file")


def test_about_names_what_takes_part(desk: Driver, account: Account) -> None:
    desk.open()
    desk.choose("Menu", "About Twauth")
    desk.wait_for("LGPL")
    desk.settle()
    assert desk.sees("Chromium")
    desk.press("Copy versions")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert {"Twauth", "Python", "Qt", "PySide6", "Chromium", "tweepy"} <= {
        line.split(" ")[0] for line in lines
    }
    chromium = next(line for line in lines if line.startswith("Chromium"))
    assert chromium.split(" ")[1][0].isdigit(), chromium


def test_a_section_can_be_asked_for(desk: Driver, account: Account) -> None:
    desk.open()
    open_settings(desk.window.desk, "about")
    desk.wait_for("LGPL")
    desk.until(lambda: desk.button("Copy versions").visibleRegion().boundingRect().height() > 20)


def test_the_way_to_x_is_set_or_refused_with_words(
    desk: Driver, ground: Ground, account: Account
) -> None:
    desk.open()
    open_settings(desk.window.desk, "network")
    sheet = desk.window.desk.sheets.top()
    assert sheet is not None
    proxy = next(one for one in sheet.findChildren(ComboBox) if one.accessibleName() == "Proxy")
    desk.until(proxy.isEnabled)
    proxy.setCurrentText("This address")
    desk.type("Address of the proxy", "http://me:Passw0rd@proxy.example")
    QTest.keyClick(desk.line("Address of the proxy"), Qt.Key.Key_Return)
    desk.wait_for("A proxy's name and password are not kept here.")
    desk.type("Address of the proxy", "proxy.example:3128")
    QTest.keyClick(desk.line("Address of the proxy"), Qt.Key.Key_Return)
    desk.until(lambda: ground.kit.network.current().proxy == "http://proxy.example:3128")
    desk.type("File of trusted certificates", "/nowhere.pem")
    QTest.keyClick(desk.line("File of trusted certificates"), Qt.Key.Key_Return)
    desk.wait_for("/nowhere.pem cannot be read")
    proxy.setCurrentText("None")
    desk.until(lambda: ground.kit.network.current().proxy == "")
    assert "Passw0rd" not in str(ground.kit.store.settings.all())
