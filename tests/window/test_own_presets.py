"""Own export presets in the window: made, edited, shared, imported, deleted, damaged."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QMenu

from tests.support.installations import Installation
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.services.export_service import LAST_PRESET
from twauth_gui.services.preset_service import FOLDER_NAME

MINE = b"""[mine]
title = "Newsletter"
syntax = "dotenv"
# a comment

[mine.names]
access_token = "NEWS_TOKEN"
access_secret = "NEWS_SECRET"
"""


def open_dialog(driver: WindowDriver) -> None:
    driver.open()
    driver.press("Export…")
    driver.wait_for_text("Export @fernwick_news")
    driver.wait_idle()


def preview(driver: WindowDriver) -> str:
    return str(getattr(driver.field("Preview"), "toPlainText")())  # noqa: B009 - as it is typed


def presets_view(driver: WindowDriver) -> QListView:
    top = driver.window.context.dialogs.top()
    assert top is not None
    view = top.findChild(QListView, "presetList")
    assert view is not None
    return view


def press_in_list(driver: WindowDriver, key: Qt.Key) -> None:
    """Press a key while the list of presets has the focus."""
    driver.window.activateWindow()
    driver.wait_until(driver.window.isActiveWindow)
    view = presets_view(driver)
    view.setFocus()
    driver.wait_until(view.hasFocus)
    QTest.keyClick(view, key)


def use_common_names(driver: WindowDriver) -> None:
    """Choose a family of names, and leave one out."""
    driver.choose_entry("Use common names…", "X naming:")
    assert "X_ACCESS_TOKEN=" in preview(driver)
    driver.type("API secret", "X_API_KEY")
    driver.wait_for_text("This name is there twice.")
    driver.type("API secret", "")
    assert "X_API_SECRET" not in preview(driver)
    driver.type("Access token", "Ab3deFghijKlmnopqrsTuvwxy")
    driver.wait_for_text("This looks like a value.")


def test_a_preset_is_made_edited_and_used(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    open_dialog(driver)
    driver.press("New preset…")
    driver.wait_for_text("A preset needs a title.")
    assert not driver.button("Save preset").isEnabled()
    driver.type("Title", "Newsletter bot")
    driver.wait_for_text("--preset newsletter-bot")
    driver.type("Access token", "NEWS TOKEN")
    driver.wait_for_text("This is no name that the syntax allows.")
    assert not driver.button("Save preset").isEnabled()
    driver.type("Access token", "NEWS_TOKEN")
    assert "NEWS_TOKEN=••••" in preview(driver)
    assert installation.access_token(account) not in preview(driver)
    use_common_names(driver)
    driver.type("Access token", "NEWS_TOKEN")
    driver.press("Save preset")
    driver.wait_for_text("Hidden values are filled in on export.")
    driver.wait_until(lambda: "NEWS_TOKEN=" in preview(driver))
    assert installation.services.presets.find("newsletter-bot").title == "Newsletter bot"
    # From the keyboard: F2 in the list edits it, and it is taken up where it was.
    press_in_list(driver, Qt.Key.Key_F2)
    driver.wait_for_text("Edit Newsletter bot")
    driver.type("Access token", "OTHER_TOKEN")
    QTest.keyClick(driver.field("Access token"), Qt.Key.Key_Escape)
    driver.wait_for_text("Discard the changes?")
    driver.press("Keep editing")
    driver.press("Save preset")
    driver.wait_until(lambda: "OTHER_TOKEN=" in preview(driver))
    driver.press("Copy 3 values")
    driver.wait_until(lambda: "OTHER_TOKEN=" in driver.clipboard)


def test_a_preset_that_was_changed_elsewhere_is_not_lost(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    presets = installation.services.presets
    presets.add(MINE, "")
    file = installation.paths.data / FOLDER_NAME / "mine.toml"
    file.write_bytes(MINE)
    installation.services.store.settings.set(LAST_PRESET, "mine")
    open_dialog(driver)
    driver.choose_entry("More about presets", "Edit")
    driver.wait_for_text("comments of its own")
    driver.type("Access token", "MY_TOKEN")
    file.write_bytes(MINE.replace(b"NEWS_SECRET", b"THEIR_SECRET"))
    driver.press("Save preset")
    driver.wait_for_text("changed elsewhere")
    driver.press("Keep")
    assert b"THEIR_SECRET" in file.read_bytes()
    driver.press("Save preset")
    driver.press("Replace")
    driver.wait_until(lambda: b"MY_TOKEN" in file.read_bytes())
    assert b"NEWS_SECRET" in file.read_bytes()


def test_duplicate_share_import_delete(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    presets = installation.services.presets
    installation.services.store.settings.set(LAST_PRESET, "x")
    open_dialog(driver)
    driver.choose_entry("More about presets", "Duplicate")
    driver.wait_for_text("New preset")
    driver.press("Save preset")
    driver.wait_until(lambda: presets.has_own("x-naming-copy"))
    driver.wait_idle()
    driver.choose_entry("More about presets", "Copy as text")
    text = driver.clipboard
    assert text.startswith("[x-naming-copy]\n")
    driver.choose_entry("More about presets", "Import presets")
    driver.wait_for_text("Paste what somebody shared")
    driver.field("TOML of one preset or more").setPlainText(text + "wrong\n")  # type: ignore[union-attr]
    driver.wait_for_text("It is no valid TOML")
    assert not driver.button("Import").isEnabled()
    driver.field("TOML of one preset or more").setPlainText(text)  # type: ignore[union-attr]
    driver.wait_for_text("1 preset: X naming (copy)")
    driver.press("Import")
    driver.wait_for_text("Replace your preset?")
    driver.press("Replace")
    driver.wait_for_text("Hidden values are filled in on export.")
    driver.wait_idle()
    press_in_list(driver, Qt.Key.Key_Delete)
    driver.wait_for_text("Delete X naming (copy)?")
    driver.press("Delete")
    driver.wait_until(lambda: not presets.has_own("x-naming-copy"))


def test_a_damaged_preset_is_shown_with_its_reason(
    driver: WindowDriver, installation: Installation, account: Account, browser: RecordingBrowser
) -> None:
    folder = installation.paths.data / FOLDER_NAME
    installation.services.presets.add(MINE, "")
    (folder / "weather.toml").write_text("[weather]\ntitle = 7\nsyntax = 'dotenv'\n")
    open_dialog(driver)
    driver.type("Search 72 presets", "weather")
    driver.wait_for_text("weather.toml cannot be used")
    assert driver.has_text("weather.toml, line 2: weather.title: A text is expected.")
    assert not driver.button("Export").isEnabled()
    QDesktopServices.setUrlHandler("file", browser, "open")  # type: ignore[arg-type]
    try:
        driver.press("Show in folder")
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert browser.opened_urls == [QUrl.fromLocalFile(str(folder)).toString()]
    # Its menu opens from the keyboard at the selected row.
    view = presets_view(driver)
    view.setFocus()
    view.customContextMenuRequested.emit(view.rect().bottomRight())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [one.text() for one in menu.actions() if one.text()][:2] == ["Show in folder", "Delete…"]
    menu.close()
    driver.press("Delete…")
    driver.wait_for_text("Delete weather.toml?")
    driver.press("Delete")
    driver.wait_until(lambda: not (folder / "weather.toml").exists())
    driver.wait_for_text("Hidden values are filled in on export.")


def test_a_file_of_presets_is_read_and_its_reason_given(
    driver: WindowDriver, account: Account, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(MINE)
    open_dialog(driver)
    driver.choose_entry("More about presets", "Import presets")
    field = driver.field("TOML of one preset or more")
    field.file_dropped.emit(tmp_path / "missing.toml")  # type: ignore[union-attr]
    driver.wait_for_text("missing.toml cannot be read")
    field.file_dropped.emit(path)  # type: ignore[union-attr]
    driver.wait_for_text("1 preset: Newsletter")
    driver.press("Import")
    driver.wait_until(lambda: "NEWS_TOKEN=" in preview(driver))
