"""A changed setting takes effect at once, and is still set in the next window."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPlainTextEdit

from tests.support.installations import Installation
from tests.support.qt import render_alone
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.network import NetworkSettings
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.theme.colours import DARK, LIGHT
from twauth_gui.gui.workspace.main_menu import open_settings
from twauth_gui.services.settings import LockSettings, WindowSettings
from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError

CONTROL = Qt.KeyboardModifier.ControlModifier
DEFAULTS = {
    "Colours": "System",
    "Row height": "Normal",
    "Clear after": "30 seconds",
    "When you leave": "On",
    "Proxy": "Use system proxy",
    "Time limit": "30 seconds",
}
"""The settings that the test changes, with their defaults as the window words them."""


def read_settings(installation: Installation) -> dict[str, object]:
    path = installation.paths.window_settings
    found: dict[str, object] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def press_key(key: Qt.Key) -> None:
    """Press a key on the widget that has the focus."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def setting_row(driver: WindowDriver, title: str) -> SettingRow:
    """Return the row of the setting with this title."""
    rows = driver.window.findChildren(SettingRow)
    return next(one for one in rows if one.title_label.text() == title)


def hit_row(driver: WindowDriver) -> SettingRow:
    """Return the row that the search shows, which has its mark at the left."""
    (row,) = [one for one in driver.window.findChildren(SettingRow) if has_bar(one)]
    return row


def has_bar(row: SettingRow) -> bool:
    """Whether a row has the bar of the current hit."""
    bar = LIGHT.colour("accent-text").lower()
    return render_alone(row).pixelColor(5, row.height() // 2).name() == bar


def button_names(driver: WindowDriver) -> list[str]:
    """Return the accessible names of the visible buttons of the dialog."""
    dialog = driver.window.context.dialogs.top()
    assert dialog is not None
    buttons = dialog.findChildren(QAbstractButton)
    return [one.accessibleName() or one.text() for one in buttons if one.isVisible()]


def choose_seconds(driver: WindowDriver, seconds: int) -> None:
    top = driver.window.context.dialogs.top()
    assert top is not None
    boxes = top.findChildren(ComboBox)
    box = next(one for one in boxes if one.accessibleName() == "Clear the clipboard after")
    box.setFocus()
    while box.currentData() != seconds:
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_choices_are_in_effect_at_once_and_stay(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    driver.open()
    assert driver.look.theme is LIGHT
    heights = [driver.view.row_height]
    driver.press("Settings")
    driver.press("Dark")
    assert driver.look.theme is DARK
    for size in ("Compact", "Roomy"):
        driver.press(size)
        heights.append(driver.view.row_height)
    assert heights == [48, 36, 56]
    choose_seconds(driver, 60)
    driver.press("Done")
    driver.press("Copy all")
    driver.wait_for_text("Clipboard clears in 60 s")
    driver.wait_idle()
    assert read_settings(installation) == {
        "scheme": "dark",
        "row_size": "roomy",
        "clipboard_seconds": 60,
    }
    driver.close()
    installation.restart()
    driver.look.set_override(None)
    driver.open()
    assert driver.look.theme is DARK
    assert driver.view.row_height == 56


def test_the_keys_open_it_and_escape_closes_it(driver: WindowDriver, account: Account) -> None:
    driver.open()
    QTest.keyClick(driver.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    driver.wait_for_text("Appearance")
    QTest.keyClick(driver.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert driver.window.context.dialogs.count() == 1, "there is one at most"
    # Tab leads from the search to the colours; arrows choose, as among any radio buttons.
    press_key(Qt.Key.Key_Tab)
    press_key(Qt.Key.Key_Right)
    press_key(Qt.Key.Key_Right)
    assert driver.look.theme is DARK
    press_key(Qt.Key.Key_Escape)
    driver.wait_until(lambda: driver.window.context.dialogs.count() == 0)


def test_a_search_leads_to_the_setting(driver: WindowDriver, account: Account) -> None:
    driver.open(640)
    open_settings(driver.window.context)
    search = driver.line_edit("Search settings")
    assert search.hasFocus()
    QTest.keyClicks(search, "clear clip")
    driver.wait_for_text("1 of 1")
    row = hit_row(driver)
    assert row.title_label.text() == "Clear after"
    driver.wait_until(lambda: row.visibleRegion().boundingRect().height() == row.height())
    press_key(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is row.findChild(ComboBox)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_F, CONTROL)
    search.selectAll()
    QTest.keyClicks(search, "proxy")
    driver.wait_for_text("1 of 2")
    press_key(Qt.Key.Key_Up)
    driver.wait_for_text("2 of 2")
    assert hit_row(driver).title_label.text() == "Trusted certificates"
    QTest.keyClicks(search, " of the moon")
    driver.wait_for_text("No setting contains “proxy of the moon”.")
    press_key(Qt.Key.Key_Escape)
    assert (search.text(), driver.window.context.dialogs.count()) == ("", 1)
    assert not driver.has_text("No setting contains")


def test_each_setting_says_its_default_and_can_be_set_back(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    services = installation.services
    driver.open()
    driver.press("Settings")
    driver.wait_idle()
    assert not [name for name in button_names(driver) if name.startswith("Set ")]
    driver.press("Compact")
    driver.press("Dark")
    choose_seconds(driver, 60)
    driver.press("Lock with the screen and before sleep")
    for title, value in (("Proxy", "No proxy"), ("Time limit", "60 seconds")):
        box = setting_row(driver, title).findChild(ComboBox)
        assert box is not None
        box.setCurrentText(value)
        driver.wait_idle()
    for title, default in DEFAULTS.items():
        assert f"Default: {default}" in driver.visible_text
        driver.press(f"Set {title} back to {default}")
        driver.wait_idle()
        assert not driver.has_button(f"Set {title} back to {default}")
        focus = QApplication.focusWidget()
        assert focus is not None
        assert setting_row(driver, title).isAncestorOf(focus)
    assert services.window_settings.read() == WindowSettings()
    assert services.network_settings.load() == NetworkSettings()
    assert services.lock_settings.load(services.vaults.selected_kind) == LockSettings()
    # Tab enters a row of choices at the chosen one.
    driver.line_edit("Search settings").setFocus()
    for chosen in ("System", "Normal"):
        press_key(Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert isinstance(focus, QAbstractButton)
        assert focus.text() == chosen


def test_what_is_typed_is_saved_when_the_dialog_closes(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    driver.open()
    open_settings(driver.window.context, "network")
    driver.wait_idle()
    setting_row(driver, "Proxy").findChildren(ComboBox)[0].setCurrentText("Use this address")
    driver.type("Proxy address", "proxy.example:3128")
    press_key(Qt.Key.Key_Escape)
    driver.wait_until(lambda: driver.window.context.dialogs.count() == 0)
    driver.wait_idle()
    assert installation.services.network_settings.load().proxy == "http://proxy.example:3128"


def test_the_welcome_page_leads_to_it(driver: WindowDriver) -> None:
    driver.open()
    driver.press("Settings")
    driver.wait_for_text("Credentials are in Test Keyring")


def test_what_cannot_be_saved_is_reported_and_stays_in_effect(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    installation.paths.window_settings.mkdir()
    driver.open()
    driver.press("Settings")
    driver.press("Dark")
    driver.wait_for_text("window.json is a folder")
    assert driver.look.theme is DARK


def test_the_keychain_section_follows_its_state(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    driver.open()
    driver.press("Settings")
    driver.wait_for_text("Credentials are in Test Keyring")
    installation.vault.fail_with = VaultLockedError("Test Keyring")
    driver.window.context.vault.probe()
    driver.wait_for_text("Test Keyring is locked")
    driver.press("Unlock keyring…")
    installation.vault.fail_with = None
    driver.press("Unlock keyring")
    driver.wait_for_text("Credentials are in Test Keyring")


def test_without_a_keychain_the_section_offers_the_file(
    driver: WindowDriver, installation: Installation
) -> None:
    installation.vault.fail_with = VaultAbsentError()
    driver.open()
    driver.press("Settings")
    driver.press("Create encrypted file…")
    for name in ("Passphrase", "Repeat the passphrase"):
        driver.type(name, "tidal ferry lantern")
    driver.press("Create file")
    driver.wait_for_text("Credentials are in the encrypted file")


def test_about_names_what_takes_part(driver: WindowDriver, account: Account) -> None:
    driver.open()
    driver.choose_entry("Menu", "About Twauth")
    driver.wait_for_text("LGPL")
    driver.wait_idle()
    assert driver.has_text("Chromium")
    driver.press("Copy versions")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert {"Twauth", "Python", "Qt", "PySide6", "Chromium", "tweepy"} <= {
        line.split(" ")[0] for line in lines
    }
    chromium = next(line for line in lines if line.startswith("Chromium"))
    assert chromium.split(" ")[1][0].isdigit(), chromium


def test_about_shows_the_licences_of_all_parts(driver: WindowDriver, account: Account) -> None:
    driver.open()
    open_settings(driver.window.context, "about")
    driver.press("Show licences…")
    text = driver.field("Licence")
    assert isinstance(text, QPlainTextEdit)
    driver.wait_until(lambda: "\ntweepy " in text.toPlainText())
    dialog = driver.window.context.dialogs.top()
    assert dialog is not None
    (choice,) = dialog.findChildren(ComboBox)
    assert choice.hasFocus()
    shown = [choice.itemText(row) for row in range(choice.count())]
    assert shown[0] == "Everything"
    assert [line.partition(":")[0] for line in text.toPlainText().splitlines()] == shown[1:]
    tweepy = next(row for row, name in enumerate(shown) if name.startswith("tweepy "))
    choice.setCurrentIndex(tweepy)
    driver.wait_until(lambda: "Permission is hereby granted" in text.toPlainText())
    assert text.isReadOnly()
    choice.setCurrentIndex(0)
    driver.wait_until(lambda: "\ntweepy " in text.toPlainText())
    press_key(Qt.Key.Key_Escape)
    driver.button("Copy versions")  # the settings are still there


def test_a_section_can_be_asked_for(driver: WindowDriver, account: Account) -> None:
    driver.open()
    open_settings(driver.window.context, "about")
    driver.wait_for_text("LGPL")
    driver.wait_until(
        lambda: driver.button("Copy versions").visibleRegion().boundingRect().height() > 20
    )


def test_network_settings_are_saved_or_refused_with_a_reason(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    driver.open()
    open_settings(driver.window.context, "network")
    dialog = driver.window.context.dialogs.top()
    assert dialog is not None
    proxy = next(one for one in dialog.findChildren(ComboBox) if one.accessibleName() == "Proxy")
    driver.wait_until(proxy.isEnabled)
    proxy.setCurrentText("Use this address")
    driver.type("Proxy address", "http://me:Passw0rd@proxy.example")
    QTest.keyClick(driver.line_edit("Proxy address"), Qt.Key.Key_Return)
    driver.wait_for_text("Twauth does not store a proxy's user name and password.")
    driver.type("Proxy address", "proxy.example:3128")
    QTest.keyClick(driver.line_edit("Proxy address"), Qt.Key.Key_Return)
    driver.wait_until(
        lambda: installation.services.network_settings.load().proxy == "http://proxy.example:3128"
    )
    driver.type("File of trusted certificates", "/nowhere.pem")
    QTest.keyClick(driver.line_edit("File of trusted certificates"), Qt.Key.Key_Return)
    driver.wait_for_text("/nowhere.pem cannot be read")
    proxy.setCurrentText("No proxy")
    driver.wait_until(lambda: installation.services.network_settings.load().proxy == "")
    assert "Passw0rd" not in str(installation.services.store.settings.all())
