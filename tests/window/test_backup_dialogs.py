"""Backup and restore: everything goes into one file and back, replacing only what is chosen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import collect_backup, pack_backup
from twauth_gui.store.sealed_file import derive_new_key, seal
from twauth_gui.store.sealed_format import SealPurpose
from twauth_gui.store.vault_errors import VaultLockedError

PASSPHRASE = "tidal ferry lantern"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "all.twauth"


def ignore() -> None:
    """Do nothing."""


def fill_in(driver: WindowDriver, path: Path, *passphrases: str) -> None:
    driver.type("Path of the file", str(path))
    for name, text in zip(("Passphrase", "Repeat the passphrase"), passphrases, strict=False):
        driver.type(name, text)


def open_backup(driver: WindowDriver, path: Path, passphrase: str = PASSPHRASE) -> None:
    fill_in(driver, path, passphrase)
    driver.press("Open backup")


def test_back_up_from_the_menu(
    driver: WindowDriver, installation: Installation, account: Account, path: Path
) -> None:
    driver.open()
    driver.choose_entry("Menu", "Back up")
    driver.wait_for_text("One encrypted file with 1 account,")
    assert driver.line_edit("Path of the file").text().endswith("twauth-2026-03-03.twauth")
    driver.press("Back up")
    driver.wait_for_text("Type a passphrase")
    fill_in(driver, path, PASSPHRASE, "tidal ferry lamp")
    driver.press("Back up")
    driver.wait_for_text("The passphrases do not match")
    assert not path.exists()
    driver.type("Repeat the passphrase", PASSPHRASE)
    driver.press("Back up")
    driver.wait_for_text(f"1 account backed up to all.twauth in {path.parent}")
    assert installation.services.backups.read(path, Secret(PASSPHRASE)).plan.is_empty


@pytest.mark.parametrize("answer", ["Keep", "Replace"])
def test_a_file_in_the_way_is_asked_about(
    driver: WindowDriver, account: Account, path: Path, answer: str
) -> None:
    path.write_text("mine", "utf-8")
    driver.open()
    driver.press("Settings")
    driver.press("Back up…")
    fill_in(driver, path, PASSPHRASE, PASSPHRASE)
    driver.press("Back up")
    driver.wait_for_text("Replace all.twauth?")
    driver.press(answer)
    driver.wait_idle()
    assert (path.read_bytes() == b"mine") == (answer == "Keep")


def test_a_locked_keychain_is_unlocked_first(
    driver: WindowDriver, installation: Installation, account: Account, path: Path
) -> None:
    driver.open()
    driver.choose_entry("Menu", "Back up")
    installation.vault.fail_with = VaultLockedError("Test Keyring")
    fill_in(driver, path, PASSPHRASE, PASSPHRASE)
    driver.press("Back up")
    driver.wait_for_text("Test Keyring is locked")
    assert not path.exists()
    installation.vault.fail_with = None
    driver.press("Unlock keyring")  # and it goes on by itself
    driver.wait_until(path.exists)


def test_restore_into_an_empty_window(
    driver: WindowDriver, installation: Installation, account: Account, path: Path
) -> None:
    _ = installation.services.backups.write(path, Secret(PASSPHRASE), ignore)
    installation.services.account_removal.remove(account.id)
    installation.services.account_removal.purge(account.id)
    driver.open()
    driver.press("Settings")
    driver.press("Restore…")
    open_backup(driver, path, "a wrong one")
    driver.wait_for_text("That passphrase does not open this backup")
    assert driver.window.context.vault.problem is None, "the keychain is as open as before"
    open_backup(driver, path)
    driver.wait_for_text("Apps and accounts: 1 new, 1 here already")
    driver.press("Restore")
    driver.press("Done")
    driver.wait_for_text("Restored: 1 added, 1 left as they were")
    driver.wait_until(lambda: driver.rows == ["@fernwick_news"])


def change_after_backup(installation: Installation, account: Account, path: Path) -> Account:
    """Back up with another account, then change the note of both; return the other."""
    store = installation.services.store
    other = installation.sign_in(store.apps.get(account.app_id), "tidal_times")
    for note in ("theirs", "mine"):
        for one in (account, other):
            _ = store.accounts.update(replace(store.accounts.get(one.id), note=note))
        if note == "theirs":
            _ = installation.services.backups.write(path, Secret(PASSPHRASE), ignore)
    return other


def test_what_differs_stays_unless_it_is_checked(
    driver: WindowDriver, installation: Installation, account: Account, path: Path
) -> None:
    both = (account, change_after_backup(installation, account, path))
    driver.open()
    driver.choose_entry("Menu", "Restore")
    open_backup(driver, path)
    driver.wait_for_text("2 differ from what is here")
    (view,) = driver.window.findChildren(QListView, "backupLines")
    driver.wait_until(lambda: driver.window.focusWidget() is view)
    QTest.keyClick(view, Qt.Key.Key_Space)
    spoken = str(view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken == "@fernwick_news · Newsroom, Differs: note, the backup replaces it"
    driver.press("Check none")
    second = view.model().index(1, 0)
    place = view.visualRect(second).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    driver.press("Restore")
    driver.wait_for_text("Restored: 1 replaced, 2 left as they were")
    assert [installation.services.store.accounts.get(one.id).note for one in both] == [
        "mine",
        "theirs",
    ]


def test_all_at_once(
    driver: WindowDriver, installation: Installation, account: Account, path: Path
) -> None:
    _ = change_after_backup(installation, account, path)
    driver.open()
    driver.choose_entry("Menu", "Restore")
    open_backup(driver, path)
    driver.press("Check all")
    driver.press("Restore")
    driver.wait_for_text("Restored: 2 replaced, 1 left as they were")
    driver.choose_entry("Menu", "Restore")
    open_backup(driver, path)
    driver.wait_for_text("Everything in it is here already")
    driver.press("Done")
    assert driver.window.context.dialogs.count() == 0


def test_what_a_forged_backup_brings_along_is_reported_and_left(
    driver: WindowDriver, installation: Installation, account: Account, path: Path
) -> None:
    """A proxy, and an app whose calls would not be protected."""
    whole = collect_backup(installation.services.store, installation.services.now())
    (app, keys), secret = whole.apps[0], Secret(PASSPHRASE)
    away = replace(
        app, label="Night shift", hosts=Hosts("http://evil.example", "http://evil.example")
    )
    fields = json.loads(pack_backup(replace(whole, apps=((away, keys),))))
    proxy = json.dumps({"proxy": "http://evil.example:3128"})
    raw = json.dumps({**fields, "settings": {"network": proxy}}).encode()
    path.write_bytes(seal(raw, derive_new_key(secret, path), SealPurpose.BACKUP))
    driver.open()
    driver.choose_entry("Menu", "Restore")
    open_backup(driver, path)
    driver.wait_for_text("2 refused. It also holds settings of the computer it was made on")
    (view,) = driver.window.findChildren(QListView, "backupLines")
    notes = [view.model().index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in range(2)]
    assert "http://evil.example is not protected" in notes[0]
    assert notes[1] == "Its app is refused"
    assert installation.services.backups.read(path, secret).plan.is_empty
    driver.press("Done")
    assert installation.services.network_settings.load().proxy is None
    assert [one.label for one in installation.services.store.apps.list_all()] == [app.label]


def test_a_file_that_is_no_backup_says_so(
    driver: WindowDriver, account: Account, path: Path
) -> None:
    path.write_text("a shopping list", "utf-8")
    driver.open()
    driver.choose_entry("Menu", "Restore")
    driver.press("Open backup")
    driver.wait_for_text("Choose a file")
    open_backup(driver, path)
    driver.wait_for_text("This is not a Twauth backup")
