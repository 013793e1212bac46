"""Credentials leave through the export sheet: to the clipboard, or to a file that is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.accounts import Account
from twauth_gui.services.handover import LAST_PRESET
from twauth_gui.store.vault_errors import VaultLockedError


def open_sheet(desk: Driver) -> None:
    desk.open()
    desk.press("Export…")
    desk.wait_for("Export @fernwick_news")
    desk.settle()


def test_to_the_clipboard(desk: Driver, ground: Ground, account: Account) -> None:
    open_sheet(desk)
    preview = desk.field("Preview")
    assert "••••" in _text(preview)
    assert ground.token_of(account) not in _text(preview)
    desk.press("Copy 4 values")
    desk.until(lambda: ground.token_of(account) in desk.clipboard)
    desk.wait_for("Clipboard clears in")
    assert desk.window.desk.sheets.count() == 0


def test_a_comment_is_offered_where_the_shape_has_such(
    desk: Driver, ground: Ground, account: Account
) -> None:
    ground.kit.store.settings.set(LAST_PRESET, "json-snake")
    open_sheet(desk)
    box = desk.button("Name the account in a comment")
    assert not box.isEnabled()
    assert not box.isChecked(), "what is not done does not look chosen"
    assert desk.sees("JSON has no comments.")
    desk.type("Search 23 presets", "classic")
    desk.until(box.isEnabled)
    assert box.isChecked()
    assert not desk.sees("JSON has no comments.")
    assert "# @fernwick_news" in _text(desk.field("Preview"))
    desk.press("Name the account in a comment")
    assert "@fernwick_news" not in _text(desk.field("Preview"))
    desk.type("Search 23 presets", "game")
    desk.type("Search 23 presets", "classic")
    assert not box.isChecked(), "the choice is remembered"


def _text(field: object) -> str:
    return str(getattr(field, "toPlainText")())  # noqa: B009 - one of two kinds of field


def test_to_a_file(desk: Driver, ground: Ground, account: Account, tmp_path: Path) -> None:
    path = tmp_path / "bot.env"
    open_sheet(desk)
    desk.press("File")
    desk.type("Path of the file", str(path))
    desk.press("Save file")
    desk.wait_for("Saved bot.env")
    assert ground.token_of(account) in path.read_text(encoding="utf-8")
    desk.wait_for("Exported to")


@pytest.mark.parametrize("replace", [True, False])
def test_a_file_is_replaced_only_when_asked_for(
    desk: Driver, ground: Ground, account: Account, tmp_path: Path, *, replace: bool
) -> None:
    path = tmp_path / "bot.env"
    path.write_text("mine", encoding="utf-8")
    open_sheet(desk)
    desk.press("File")
    desk.type("Path of the file", str(path))
    desk.press("Save file")
    desk.wait_for("Replace bot.env?")
    assert path.read_text(encoding="utf-8") == "mine"
    desk.press("Replace" if replace else "Keep")
    if replace:
        desk.wait_for("Saved bot.env")
        assert ground.token_of(account) in path.read_text(encoding="utf-8")
    else:
        desk.settle()
        assert path.read_text(encoding="utf-8") == "mine"
        assert desk.button("Save file").isEnabled()


def test_a_folder_that_is_not_there_is_told(desk: Driver, account: Account, tmp_path: Path) -> None:
    open_sheet(desk)
    desk.press("File")
    desk.type("Path of the file", "")
    assert not desk.button("Save file").isEnabled()
    desk.type("Path of the file", str(tmp_path / "nowhere" / "bot.env"))
    desk.press("Save file")
    desk.wait_for("nowhere")
    desk.until(lambda: desk.button("Save file").isEnabled())


def test_a_keychain_that_locks_meanwhile(desk: Driver, ground: Ground, account: Account) -> None:
    open_sheet(desk)
    ground.vault.fail_with = VaultLockedError("Test Keyring")
    desk.press("Copy 4 values")
    desk.wait_for("Test Keyring is locked")
    assert desk.clipboard == ""
    ground.vault.fail_with = None
    desk.press("Unlock keyring")  # and it goes on by itself
    desk.until(lambda: ground.token_of(account) in desk.clipboard)


def test_the_last_shape_is_offered_again(desk: Driver, ground: Ground, account: Account) -> None:
    ground.kit.store.settings.set("last-preset", "json-snake")
    open_sheet(desk)
    before = _text(desk.field("Preview"))
    desk.press("Cancel")
    ground.kit.store.settings.set("last-preset", "a shape of a later version")
    desk.press("Copy all")
    desk.until(lambda: ground.token_of(account) in desk.clipboard)
    desk.press("Export…")
    desk.settle()
    assert _text(desk.field("Preview")) != before
