"""Everything goes into one file and comes back, and nothing is replaced that nobody chose."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import collect, packed
from twauth_gui.store.sealed import new_key, seal
from twauth_gui.store.sealed_header import Purpose
from twauth_gui.store.vault_errors import VaultLockedError

PASSPHRASE = "tidal ferry lantern"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "all.twauth"


def nothing() -> None:
    """Nobody looks."""


def fill_in(desk: Driver, path: Path, *passphrases: str) -> None:
    desk.type("Path of the file", str(path))
    for name, text in zip(("Passphrase", "Repeat the passphrase"), passphrases, strict=False):
        desk.type(name, text)


def inside(desk: Driver, path: Path, passphrase: str = PASSPHRASE) -> None:
    fill_in(desk, path, passphrase)
    desk.press("Look inside")


def test_back_up_from_the_menu(desk: Driver, ground: Ground, account: Account, path: Path) -> None:
    desk.open()
    desk.choose("Menu", "Back up")
    desk.wait_for("One encrypted file with 1 account,")
    assert desk.line("Path of the file").text().endswith("twauth-2026-03-03.twauth")
    desk.press("Back up")
    desk.wait_for("Type a passphrase")
    fill_in(desk, path, PASSPHRASE, "tidal ferry lamp")
    desk.press("Back up")
    desk.wait_for("The passphrases do not match")
    assert not path.exists()
    desk.type("Repeat the passphrase", PASSPHRASE)
    desk.press("Back up")
    desk.wait_for(f"1 account backed up to all.twauth in {path.parent}")
    assert ground.kit.backups.open(path, Secret(PASSPHRASE)).plan.is_empty


@pytest.mark.parametrize("answer", ["Keep", "Replace"])
def test_a_file_in_the_way_is_asked_about(
    desk: Driver, account: Account, path: Path, answer: str
) -> None:
    path.write_text("mine", "utf-8")
    desk.open()
    desk.press("Settings")
    desk.press("Back up…")
    fill_in(desk, path, PASSPHRASE, PASSPHRASE)
    desk.press("Back up")
    desk.wait_for("Replace all.twauth?")
    desk.press(answer)
    desk.settle()
    assert (path.read_bytes() == b"mine") == (answer == "Keep")


def test_a_locked_keychain_is_unlocked_first(
    desk: Driver, ground: Ground, account: Account, path: Path
) -> None:
    desk.open()
    desk.choose("Menu", "Back up")
    ground.vault.fail_with = VaultLockedError("Test Keyring")
    fill_in(desk, path, PASSPHRASE, PASSPHRASE)
    desk.press("Back up")
    desk.wait_for("Test Keyring is locked")
    assert not path.exists()
    ground.vault.fail_with = None
    desk.press("Unlock keyring")  # and it goes on by itself
    desk.until(path.exists)


def test_restore_into_an_empty_window(
    desk: Driver, ground: Ground, account: Account, path: Path
) -> None:
    _ = ground.kit.backups.write(path, Secret(PASSPHRASE), nothing)
    ground.kit.account_removal.remove(account.id)
    ground.kit.account_removal.purge(account.id)
    desk.open()
    desk.press("Settings")
    desk.press("Restore…")
    inside(desk, path, "a wrong one")
    desk.wait_for("That passphrase does not open this backup")
    assert desk.window.desk.vault.problem is None, "the keychain is as open as before"
    inside(desk, path)
    desk.wait_for("Apps and accounts: 1 new, 1 here already")
    desk.press("Restore")
    desk.press("Done")
    desk.wait_for("Restored: 1 added, 1 left as they were")
    desk.until(lambda: desk.rows == ["@fernwick_news"])


def two_that_differ(ground: Ground, account: Account, path: Path) -> Account:
    """Back it up with another one, then change the note of both; gives the other."""
    store = ground.kit.store
    other = ground.sign_in(store.apps.get(account.app_id), "tidal_times")
    for note in ("theirs", "mine"):
        for one in (account, other):
            _ = store.accounts.update(replace(store.accounts.get(one.id), note=note))
        if note == "theirs":
            _ = ground.kit.backups.write(path, Secret(PASSPHRASE), nothing)
    return other


def test_what_differs_stays_unless_it_is_checked(
    desk: Driver, ground: Ground, account: Account, path: Path
) -> None:
    both = (account, two_that_differ(ground, account, path))
    desk.open()
    desk.choose("Menu", "Restore")
    inside(desk, path)
    desk.wait_for("2 differ from what is here")
    (view,) = desk.window.findChildren(QListView, "backupLines")
    desk.until(lambda: desk.window.focusWidget() is view)
    QTest.keyClick(view, Qt.Key.Key_Space)
    said = str(view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole))
    assert said == "@fernwick_news · Newsroom, Differs: note, the backup replaces it"
    desk.press("Check none")
    second = view.model().index(1, 0)
    place = view.visualRect(second).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.press("Restore")
    desk.wait_for("Restored: 1 replaced, 2 left as they were")
    assert [ground.kit.store.accounts.get(one.id).note for one in both] == ["mine", "theirs"]


def test_all_at_once(desk: Driver, ground: Ground, account: Account, path: Path) -> None:
    _ = two_that_differ(ground, account, path)
    desk.open()
    desk.choose("Menu", "Restore")
    inside(desk, path)
    desk.press("Check all")
    desk.press("Restore")
    desk.wait_for("Restored: 2 replaced, 1 left as they were")
    desk.choose("Menu", "Restore")
    inside(desk, path)
    desk.wait_for("Everything in it is here already")
    desk.press("Done")
    assert desk.window.desk.sheets.count() == 0


def test_what_a_forged_backup_brings_along_is_told_and_left(
    desk: Driver, ground: Ground, account: Account, path: Path
) -> None:
    """A proxy, and an app whose calls would not be protected."""
    whole = collect(ground.kit.store, ground.kit.now())
    (app, keys), secret = whole.apps[0], Secret(PASSPHRASE)
    away = replace(
        app, label="Night shift", hosts=Hosts("http://evil.example", "http://evil.example")
    )
    fields = json.loads(packed(replace(whole, apps=((away, keys),))))
    proxy = json.dumps({"proxy": "http://evil.example:3128"})
    raw = json.dumps({**fields, "settings": {"network": proxy}}).encode()
    path.write_bytes(seal(raw, new_key(secret, path), Purpose.BACKUP))
    desk.open()
    desk.choose("Menu", "Restore")
    inside(desk, path)
    desk.wait_for("2 refused. It also holds settings of the computer it was made on")
    (view,) = desk.window.findChildren(QListView, "backupLines")
    notes = [view.model().index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in range(2)]
    assert "http://evil.example is not protected" in notes[0]
    assert notes[1] == "Its app is refused"
    assert ground.kit.backups.open(path, secret).plan.is_empty
    desk.press("Done")
    assert ground.kit.network.current().proxy is None
    assert [one.label for one in ground.kit.store.apps.all()] == [app.label]


def test_a_file_that_is_no_backup_says_so(desk: Driver, account: Account, path: Path) -> None:
    path.write_text("a shopping list", "utf-8")
    desk.open()
    desk.choose("Menu", "Restore")
    desk.press("Look inside")
    desk.wait_for("Choose a file")
    inside(desk, path)
    desk.wait_for("This is no backup of Twauth")
