"""The palette finds accounts, actions, settings, presets and places, and does what was chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView

from tests.support.installations import Installation
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.window.palette_user import CTRL, PaletteUser
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.palette.palette_sources import SETTINGS
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.services.app_paths import shorten_path
from twauth_gui.services.settings import MAX_RECENT_ITEMS

DOWN, TAB, ENTER, ESCAPE = (
    Qt.Key.Key_Down,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
)


@pytest.fixture
def palette(driver: WindowDriver) -> PaletteUser:
    return PaletteUser(driver)


def test_enter_copies_and_tab_shows_more(
    driver: WindowDriver,
    palette: PaletteUser,
    installation: Installation,
    accounts: list[Account],
) -> None:
    driver.open()
    palette.open("marsh")
    assert palette.rows == ["Accounts", "@marsh_weather"]
    assert palette.current == (
        "@marsh_weather, Newsroom, never checked, Enter: Copy as Classic bot"
    )
    palette.press(ENTER)
    driver.wait_until(lambda: installation.access_token(accounts[1]) in driver.clipboard)

    palette.open()
    assert palette.rows[:2] == ["Recent", "@marsh_weather"]
    palette.press(TAB)
    assert palette.rows[:2] == ["With @marsh_weather", "Make active"]
    palette.press(ESCAPE)
    assert palette.rows[:2] == ["Recent", "@marsh_weather"]
    palette.press(TAB)
    palette.type("x naming short")
    assert palette.current == "Copy as X naming, short"
    palette.press(ENTER)
    driver.wait_until(lambda: "X_ACCESS_SECRET" in driver.clipboard)

    palette.open("tidal")
    assert palette.current.endswith("Enter: Copy as X naming, short")


def test_other_actions_have_keys_of_their_own(
    driver: WindowDriver,
    palette: PaletteUser,
    installation: Installation,
    accounts: list[Account],
) -> None:
    settings = installation.services.store.settings
    driver.open()
    palette.open("tidal")
    palette.press(ENTER, hold=CTRL)
    driver.wait_until(lambda: driver.has_button("Active account @tidal_times"))
    assert settings.active_account() == accounts[2].id
    palette.open("marsh")
    palette.press(Qt.Key.Key_E, hold=CTRL)
    driver.wait_for_text("Export @marsh_weather")
    driver.press("Cancel")
    driver.view.setFocus()
    palette.open()
    palette.press(ESCAPE)
    assert not palette.is_open
    assert driver.view.hasFocus()


def test_the_active_account_is_chosen_in_it(
    driver: WindowDriver,
    palette: PaletteUser,
    installation: Installation,
    accounts: list[Account],
) -> None:
    driver.open()
    driver.press("Active account @fernwick_news")
    assert palette.rows == ["Accounts", "@fernwick_news", "@marsh_weather", "@tidal_times"]
    assert palette.current.endswith("active, Enter: Active account")
    palette.click("@tidal_times")
    driver.wait_until(lambda: driver.has_button("Active account @tidal_times"))
    driver.press("Active account @tidal_times")
    palette.type("marsh")
    palette.press(ENTER)
    driver.wait_until(lambda: driver.has_button("Active account @marsh_weather"))
    palette.open("fern")
    driver.press("Make active, Ctrl Enter")
    driver.wait_until(lambda: driver.has_button("Active account @fernwick_news"))
    assert installation.services.store.settings.active_account() == accounts[0].id
    palette.open()
    beside = QPoint(5, 5)
    QTest.mouseClick(driver.window.windowHandle(), Qt.MouseButton.LeftButton, pos=beside)
    assert not palette.is_open


@pytest.mark.unprivileged
def test_a_disk_that_refuses_keeps_nothing_from_being_done(
    driver: WindowDriver, palette: PaletteUser, accounts: list[Account]
) -> None:
    folder = driver.installation.paths.window_settings.parent
    folder.mkdir(exist_ok=True)
    driver.open()
    folder.chmod(0o500)
    palette.open("marsh")
    palette.press(ENTER)
    driver.wait_until(lambda: driver.clipboard)
    driver.wait_idle()
    assert driver.window.context.dialogs.count() == 0
    palette.open()
    assert palette.rows[:2] == ["Recent", "@marsh_weather"]
    folder.chmod(0o700)


def test_actions_settings_and_apps(
    driver: WindowDriver, palette: PaletteUser, accounts: list[Account]
) -> None:
    driver.open()
    palette.open(":row")
    assert palette.rows == ["Settings", "Row height"]
    palette.press(ENTER)
    dialog = driver.window.context.dialogs.top()
    assert dialog is not None
    assert dialog.accessibleName() == "Settings"
    focus = QApplication.focusWidget()
    assert focus is not None
    row = focus.parentWidget()
    while not isinstance(row, SettingRow):
        assert row is not None
        row = row.parentWidget()
    assert row.title_label.text() == "Row height"
    driver.press("Done")

    driver.field("Search accounts").setFocus()  # where the keys could delete to the line's end
    palette.open(">attention")
    palette.press(ENTER)
    assert driver.rows == []
    palette.open("newsroom")
    assert palette.rows[:2] == ["Apps", "Newsroom"]
    palette.press(ENTER)
    assert driver.rows == ["@fernwick_news", "@marsh_weather", "@tidal_times"]
    palette.open()
    assert palette.rows[:4] == ["Recent", "Newsroom", "Show what needs attention", "Row height"]
    palette.press(DOWN, DOWN, DOWN)
    driver.press("Tags only, #")
    assert palette.rows == []
    driver.wait_for_text("Nothing matches “#”.")


def test_presets_and_places(
    driver: WindowDriver, palette: PaletteUser, accounts: list[Account], browser: RecordingBrowser
) -> None:
    installation = driver.installation
    env = installation.paths.data / "bots" / "marsh.env"
    env.parent.mkdir()
    exporter = installation.services.export_files
    preset = installation.services.presets.find("classic-bot")
    _ = exporter.write(exporter.plan([accounts[1].id], preset, env, merge=False))
    driver.open()
    driver.select("@tidal_times")
    palette.open("twarc")
    assert palette.current.endswith("Enter: Copy @tidal_times")
    palette.press(TAB)
    assert palette.rows == [
        *("With twarc, tweepy scripts", "Export @tidal_times…"),
        *("Copy @fernwick_news", "Export @fernwick_news…"),
    ]
    palette.press(DOWN, ENTER)
    driver.wait_until(lambda: installation.access_token(accounts[0]) in driver.clipboard)
    assert "\nCONSUMER_KEY=" in driver.clipboard

    palette.open("x naming short")
    palette.press(TAB, ENTER)
    driver.wait_for_text("Export @tidal_times")
    presets = driver.window.findChild(QListView, "presetList")
    assert presets is not None
    driver.wait_until(lambda: presets.currentIndex().data() == "X naming, short")
    driver.press("Cancel")

    palette.open("marsh.env")
    assert palette.rows == ["Places", "bots/marsh.env"]
    assert palette.current == (
        f"bots/marsh.env, @marsh_weather · {shorten_path(env.parent)}, Enter: Open folder"
    )
    QDesktopServices.setUrlHandler("file", browser, "open")  # type: ignore[arg-type] # as in conftest
    palette.press(ENTER)
    QDesktopServices.unsetUrlHandler("file")
    assert browser.opened_urls == [env.parent.as_uri()]


def test_what_is_gone_vanishes(
    driver: WindowDriver,
    palette: PaletteUser,
    installation: Installation,
    accounts: list[Account],
) -> None:
    other = installation.open_second()
    tagged = replace(accounts[2], tags=("harbour",))
    other.store.accounts.update(tagged)
    driver.open()
    for number in range(MAX_RECENT_ITEMS - 1):
        driver.window.context.preferences.add_recent_item(f"account:of-another-folder-{number}")
    palette.open("#harb")
    assert palette.rows == ["Tags", "#harbour", "Tagged accounts", "@tidal_times"]
    palette.press(ENTER)
    driver.wait_until(lambda: driver.rows == ["@tidal_times"])
    palette.open()
    assert palette.rows[:2] == ["Recent", "#harbour"]
    palette.press(ESCAPE)
    driver.window.context.preferences.add_recent_item(f"account:{accounts[1].id}")
    palette.open()
    assert palette.rows[:2] == ["Recent", "@marsh_weather"]
    palette.press(TAB)
    assert palette.rows[0] == "With @marsh_weather"
    other.account_removal.remove(accounts[1].id)
    driver.wait_until(lambda: "With @marsh_weather" not in palette.rows)
    assert "@marsh_weather" not in palette.rows
    assert palette.rows[:2] == ["Recent", "#harbour"]
    other.close()


def test_it_opens_neither_over_a_dialog_nor_behind_the_lock(
    driver: WindowDriver, palette: PaletteUser, accounts: list[Account]
) -> None:
    driver.open()
    driver.press("Add account")
    palette.press(Qt.Key.Key_K, hold=CTRL)
    driver.window.open_palette()
    assert driver.window.context.dialogs.count() == 1
    driver.press("Cancel")
    palette.open("@")
    palette.press(Qt.Key.Key_L, hold=CTRL)
    driver.wait_until(lambda: driver.window.context.vault.is_app_locked)
    assert not palette.is_open
    driver.window.open_palette()
    assert not palette.is_open
    palette.press(Qt.Key.Key_K, hold=CTRL)
    assert not palette.is_open


def test_a_locked_vault_is_unlocked_first(
    driver: WindowDriver, palette: PaletteUser, installation: Installation
) -> None:
    installation.services.vaults.create_file_vault(Secret("marsh marigold ferry"))
    _ = installation.sign_in(installation.add_app())
    driver.open()
    driver.window.context.auto_lock.lock()
    driver.wait_until(lambda: driver.window.context.vault.is_locked)
    driver.wait_idle()
    palette.open("fern")
    palette.press(TAB)
    palette.type("export")
    assert palette.current == "Export…"
    palette.press(ENTER)
    driver.type("Passphrase", "marsh marigold ferry")
    driver.press("Unlock")
    driver.wait_for_text("Export @fernwick_news")


def test_the_settings_it_knows_are_those_there_are(driver: WindowDriver, app: App) -> None:
    driver.open()
    QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Comma, CTRL)
    dialog = driver.window.context.dialogs.top()
    assert dialog is not None
    found = [
        (one.key, one.accessibleName(), tuple(list_settings(one)))
        for one in dialog.findChildren(SettingsSection)
    ]
    assert found == list(SETTINGS)


def list_settings(section: SettingsSection) -> list[str]:
    """Return the titles of its rows; those of the keychain depend on its state."""
    rows = () if section.key == "keychain" else section.findChildren(SettingRow)
    return [row.title_label.text() for row in rows]
