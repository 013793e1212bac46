"""The export dialog and files that are there already: merged, replaced, kept; folders."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest

from tests.support.installations import Installation, export_to_file
from tests.support.processes import require_program
from tests.support.qt import focus_widget
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.services.export_service import LAST_PRESET

if TYPE_CHECKING:
    import pytest

NAMES = "TWITTER_CONSUMER_SECRET, TWITTER_ACCESS_TOKEN, TWITTER_ACCESS_TOKEN_SECRET"


def save_to(driver: WindowDriver, path: Path) -> None:
    """Open the dialog and press Save for this path."""
    driver.open()
    driver.press("Export…")
    driver.wait_for_text("Export @fernwick_news")
    driver.wait_idle()
    driver.press("File")
    driver.type("Path of the file", str(path))
    driver.press("Save file")


def test_a_file_is_merged_into(
    driver: WindowDriver, installation: Installation, account: Account, tmp_path: Path
) -> None:
    path = tmp_path / "bot.env"
    mine = "# mine\nPORT=80\nTWITTER_CONSUMER_KEY=old\n"
    path.write_text(mine, encoding="utf-8")
    path.chmod(0o600)
    save_to(driver, path)
    driver.wait_for_text("bot.env is there already.")
    driver.wait_for_text(f"Added: {NAMES}\nChanged: TWITTER_CONSUMER_KEY")
    token = installation.access_token(account)
    assert token not in driver.visible_text
    assert path.read_text(encoding="utf-8") == mine
    driver.press("Keep a back-up beside it")
    driver.press("Merge into file")
    driver.wait_for_text("Saved bot.env")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# mine\nPORT=80\nTWITTER_CONSUMER_KEY=")
    assert token in text
    assert (tmp_path / "bot.env.bak").read_text(encoding="utf-8") == mine
    # Once more: nothing is left to change.
    driver.press("Export…")
    driver.press("File")
    driver.type("Path of the file", str(path))
    driver.press("Save file")
    driver.wait_for_text("It has all of this already.")


def test_the_last_file_is_suggested(
    driver: WindowDriver, installation: Installation, account: Account, tmp_path: Path
) -> None:
    (tmp_path / "bots").mkdir()
    export_to_file(installation.services, [account.id], "x", tmp_path / "bots" / "x.env")
    installation.services.store.settings.set(LAST_PRESET, "x")
    driver.open()
    driver.press("Export…")
    driver.press("File")
    field = driver.line_edit("Path of the file")
    driver.wait_until(lambda: field.text() == str(tmp_path / "bots" / "x.env"))
    driver.type("Search 71 presets", "snake")
    driver.wait_until(lambda: field.text() == str(tmp_path / "bots" / "fernwick_news.json"))


def test_the_destination_and_the_place_are_remembered(
    driver: WindowDriver, accounts: list[Account], browser: RecordingBrowser, tmp_path: Path
) -> None:
    folder = tmp_path / "bots"
    folder.mkdir()
    save_to(driver, folder / "first.env")
    driver.wait_for_text("Saved first.env")
    QDesktopServices.setUrlHandler("file", browser, "open")  # type: ignore[arg-type]
    driver.press("Show in folder")
    QDesktopServices.unsetUrlHandler("file")
    assert browser.opened_urls == [folder.as_uri()]
    driver.select("@marsh_weather")
    driver.press("Export…")
    driver.wait_until(lambda: driver.button("File").isChecked())
    field = driver.line_edit("Path of the file")
    driver.wait_until(lambda: field.text() == str(folder / "marsh_weather.env"))
    driver.press("Save file")
    driver.wait_for_text("Saved marsh_weather.env")
    assert (folder / "marsh_weather.env").stat().st_mode & 0o777 == 0o600


def test_enter_and_down_in_the_search_export_nothing(
    driver: WindowDriver, account: Account
) -> None:
    driver.open()
    driver.press("Export…")
    driver.wait_idle()
    driver.type("Search 71 presets", "snake")
    QTest.keyClick(driver.line_edit("Search 71 presets"), Qt.Key.Key_Return)
    assert driver.window.context.dialogs.count() == 1
    assert driver.button("Copy 4 values").hasFocus()
    driver.line_edit("Search 71 presets").setFocus()
    QTest.keyClick(driver.line_edit("Search 71 presets"), Qt.Key.Key_Down)
    assert focus_widget().accessibleName() == "Presets"
    assert driver.clipboard == ""


def test_a_file_for_each_account_with_any_preset(
    driver: WindowDriver, installation: Installation, accounts: list[Account], tmp_path: Path
) -> None:
    installation.services.store.settings.set(LAST_PRESET, "x")
    driver.open()
    driver.window.open_export([one.id for one in accounts])
    driver.wait_idle()
    driver.press("File")
    assert driver.button("One file").isChecked()
    driver.press("A file for each account")
    driver.type("Folder", str(tmp_path / "bots"))
    driver.press("Save 3 files")
    driver.wait_for_text("Saved 3 files")
    for account in accounts:
        text = (tmp_path / "bots" / f"{account.handle}.env").read_text(encoding="utf-8")
        assert f"X_ACCESS_TOKEN={installation.access_token(account)}" in text


def test_a_file_is_replaced_only_if_it_is_still_the_same(
    driver: WindowDriver, installation: Installation, account: Account, tmp_path: Path
) -> None:
    path = tmp_path / "bot.env"
    path.write_text("PORT=80\n", encoding="utf-8")
    path.chmod(0o600)
    save_to(driver, path)
    driver.press("Replace it")
    driver.wait_for_text("What it contains is replaced.")
    path.write_text("PORT=81\n", encoding="utf-8")  # by another program, meanwhile
    driver.press("Replace file")
    driver.wait_for_text("bot.env was changed by another program meanwhile.")
    assert path.read_text(encoding="utf-8") == "PORT=81\n"
    driver.press("Save file")  # which looks again
    driver.press("Replace it")
    driver.press("Replace file")
    driver.wait_for_text("Saved bot.env")
    text = path.read_text(encoding="utf-8")
    assert "PORT" not in text
    assert installation.access_token(account) in text


def test_what_cannot_be_merged_and_what_cannot_be_written(
    driver: WindowDriver, account: Account, tmp_path: Path
) -> None:
    path = tmp_path / "bot.env"
    path.write_bytes(b"\xff\xfe\x00")
    path.chmod(0o600)
    save_to(driver, path)
    driver.wait_for_text("What it contains is replaced.")
    assert not driver.has_button("Merge into it")
    assert driver.button("Replace file").isEnabled()
    link = tmp_path / "link.env"
    link.symlink_to(path)
    driver.type("Path of the file", str(link))
    driver.press("Save file")
    driver.wait_for_text("link.env is there already.")
    assert not driver.button("Save file").isEnabled()
    assert path.read_bytes() == b"\xff\xfe\x00"


def test_git_is_told_to_ignore_the_file(
    driver: WindowDriver,
    installation: Installation,
    account: Account,
    tmp_path: Path,
    *,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    git = require_program("git")
    monkeypatch.setenv("HOME", str(tmp_path))  # git stops if it cannot read its settings
    work_tree = tmp_path / "bot"
    _ = subprocess.run([git, "init", "--quiet", str(work_tree)], check=True)
    path = work_tree / "bot.env"
    save_to(driver, path)
    driver.wait_for_text("not ignored")
    assert not path.exists()
    driver.press("Add to .gitignore")
    driver.wait_until(lambda: not driver.has_text("not ignored"))
    assert "bot.env" in (work_tree / ".gitignore").read_text(encoding="utf-8")
    driver.press("Save file")
    driver.wait_for_text("Saved bot.env")
    assert installation.access_token(account) in path.read_text(encoding="utf-8")
    # The same for the files of a folder.
    driver.press("Export…")
    driver.type("Search 71 presets", "file for each")
    driver.press("File")
    driver.type("Folder", str(work_tree))
    driver.press("Save 1 file")
    driver.wait_for_text("fernwick_news.env is in a work tree of git and not ignored")
    driver.press("Add to .gitignore")
    driver.wait_until(lambda: not driver.has_text("not ignored"))
    driver.press("Save 1 file")
    driver.wait_for_text("Saved 1 file")


def open_folder_page(driver: WindowDriver, accounts: list[Account], folder: Path) -> None:
    """Open the dialog, and follow what it says instead of copying."""
    driver.open()
    driver.window.open_export([one.id for one in accounts])
    driver.wait_for_text("This preset makes several files")
    driver.wait_idle()
    assert not driver.button("Copy").isEnabled()
    driver.press("Write to a folder")
    driver.type("Folder", str(folder))


def test_a_file_for_each_account_in_a_folder(
    driver: WindowDriver, installation: Installation, accounts: list[Account], tmp_path: Path
) -> None:
    installation.services.store.settings.set(LAST_PRESET, "x-file")
    folder = tmp_path / "bots"
    folder.mkdir(mode=0o700)
    (folder / "marsh_weather.env").write_text("mine", encoding="utf-8")
    open_folder_page(driver, accounts, folder)
    files = driver.field("Files to write")
    driver.wait_until(lambda: "marsh_weather.env   (is there already)" in _text(files))
    assert "fernwick_news.env\n" in _text(files)
    driver.press("Save 3 files")
    driver.wait_for_text(f"In {folder}: marsh_weather.env. What is in them")
    driver.press("Keep")
    assert sorted(one.name for one in folder.iterdir()) == ["marsh_weather.env"]
    driver.press("Save 3 files")
    driver.wait_for_text("Replace 1 file?")
    (folder / "tidal_times.env").write_text("new", encoding="utf-8")  # meanwhile
    driver.press("Replace")
    driver.wait_for_text("marsh_weather.env, tidal_times.env. What is in them")
    assert (folder / "tidal_times.env").read_text(encoding="utf-8") == "new"
    driver.press("Replace")
    driver.wait_for_text("Saved 3 files")
    assert str(folder / "tidal_times.env") in _text(driver.field("Files written"))
    for account in accounts:
        text = (folder / f"{account.handle}.env").read_text(encoding="utf-8")
        assert installation.access_token(account) in text
    driver.press("Done")
    assert driver.window.context.dialogs.count() == 0


def _text(field: object) -> str:
    return str(getattr(field, "toPlainText")())  # noqa: B009 - one of two kinds of field
