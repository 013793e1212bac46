"""The export dialog: to the clipboard, or to a file that is not lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.support.installations import NOON, Installation
from tests.support.sample_index import invent_account
from tests.window.driver import WindowDriver
from twauth_gui.domain.access import DEFAULT_SCOPES
from twauth_gui.domain.accounts import Account, TokenMetadata
from twauth_gui.domain.apps import App
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.export.export_dialog import ExportDialog
from twauth_gui.gui.export.export_preview import MAX_PREVIEWED
from twauth_gui.services.export_service import LAST_PRESET
from twauth_gui.store.vault_errors import VaultLockedError
from twauth_gui.transfer.export_presets import ROTATION_NOTE
from twauth_gui.transfer.preset_catalog import builtin_presets

SEARCH = f"Search {len(builtin_presets())} presets"


def open_dialog(driver: WindowDriver) -> None:
    driver.open()
    driver.press("Export…")
    driver.wait_for_text("Export @fernwick_news")
    driver.wait_idle()


def test_to_the_clipboard(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    open_dialog(driver)
    preview = driver.field("Preview")
    assert "••••" in _text(preview)
    assert installation.access_token(account) not in _text(preview)
    driver.press("Copy 4 values")
    driver.wait_until(lambda: installation.access_token(account) in driver.clipboard)
    driver.wait_for_text("Clipboard clears in")
    assert driver.window.context.dialogs.count() == 0


def test_a_comment_is_offered_where_the_preset_has_one(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    installation.services.store.settings.set(LAST_PRESET, "json-snake")
    open_dialog(driver)
    box = driver.button("Name the account in a comment")
    assert not box.isEnabled()
    assert not box.isChecked(), "what is not done does not look chosen"
    assert driver.has_text("JSON has no comments.")
    driver.type(SEARCH, "classic")
    driver.wait_until(box.isEnabled)
    assert box.isChecked()
    assert not driver.has_text("JSON has no comments.")
    assert "# @fernwick_news" in _text(driver.field("Preview"))
    driver.press("Name the account in a comment")
    assert "@fernwick_news" not in _text(driver.field("Preview"))
    driver.type(SEARCH, "game")
    driver.type(SEARCH, "classic")
    assert not box.isChecked(), "the choice is remembered"


def _text(field: object) -> str:
    return str(getattr(field, "toPlainText")())  # noqa: B009 - one of two kinds of field


def test_to_a_file(
    driver: WindowDriver, installation: Installation, account: Account, tmp_path: Path
) -> None:
    path = tmp_path / "bot.env"
    open_dialog(driver)
    driver.press("File")
    driver.type("Path of the file", str(path))
    driver.press("Save file")
    driver.wait_for_text("Saved bot.env")
    assert installation.access_token(account) in path.read_text(encoding="utf-8")
    driver.wait_for_text("Exported to")


def test_a_folder_that_is_not_there_is_reported(
    driver: WindowDriver, account: Account, tmp_path: Path
) -> None:
    open_dialog(driver)
    driver.press("File")
    driver.type("Path of the file", "")
    assert not driver.button("Save file").isEnabled()
    driver.type("Path of the file", str(tmp_path / "nowhere" / "bot.env"))
    driver.press("Save file")
    driver.wait_for_text("nowhere")
    driver.wait_until(lambda: driver.button("Save file").isEnabled())


def test_a_keychain_that_locks_meanwhile(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    open_dialog(driver)
    installation.vault.fail_with = VaultLockedError("Test Keyring")
    driver.press("Copy 4 values")
    driver.wait_for_text("Test Keyring is locked")
    assert driver.clipboard == ""
    installation.vault.fail_with = None
    driver.press("Unlock keyring")  # and it goes on by itself
    driver.wait_until(lambda: installation.access_token(account) in driver.clipboard)


def test_the_last_preset_is_chosen_again(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    installation.services.store.settings.set("last-preset", "json-snake")
    open_dialog(driver)
    before = _text(driver.field("Preview"))
    driver.press("Cancel")
    installation.services.store.settings.set("last-preset", "a shape of a later version")
    driver.press("Copy all")
    driver.wait_until(lambda: installation.access_token(account) in driver.clipboard)
    driver.press("Export…")
    driver.wait_idle()
    assert _text(driver.field("Preview")) != before


def test_own_presets_advice_and_what_has_no_value(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    presets = installation.services.presets
    presets.add(
        b"[mine]\ntitle = 'Newsletter'\nsyntax = 'dotenv'\nnames = {access_token = 'NEWS_TOKEN'}\n",
        "mine.toml",
    )
    installation.services.store.settings.set(LAST_PRESET, "mine")
    open_dialog(driver)
    preview = driver.field("Preview")
    assert "NEWS_TOKEN=" in _text(preview)
    count = int(SEARCH.split()[1]) + 1
    driver.type(f"Search {count} presets", "no values")
    driver.wait_until(lambda: '"mcpServers"' in _text(preview))
    driver.wait_for_text("It contains no value.")
    driver.press("Copy")
    driver.wait_until(lambda: '"@fernwick_news"' in driver.clipboard)


def test_refresh_tokens_come_with_ways_to_export_none(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    store = installation.services.store
    ends = NOON + timedelta(hours=2)
    tokens = TokenSet(Secret("access"), Secret("refresh"), ends, DEFAULT_SCOPES)
    metadata = TokenMetadata(DEFAULT_SCOPES, ends, NOON, SignInMethod.BROWSER)
    _ = store.tokens.save(account, tokens, metadata)
    store.settings.set(LAST_PRESET, "oauth2")
    open_dialog(driver)
    driver.wait_for_text(ROTATION_NOTE)
    driver.press("File")
    assert driver.has_text(ROTATION_NOTE)
    driver.press("Copy the command")
    assert driver.clipboard == "twauth run @fernwick_news --preset oauth2 -- COMMAND"
    driver.press("Use OAuth 1.0a")
    assert not driver.has_text(ROTATION_NOTE)
    assert "TWITTER_ACCESS_TOKEN=" in _text(driver.field("Preview"))


def test_thousands_of_accounts(driver: WindowDriver, app: App) -> None:
    driver.open()
    accounts = [
        replace(invent_account(number), app_id=app.id) for number in range(MAX_PREVIEWED + 950)
    ]
    context = driver.window.context
    context.dialogs.open(ExportDialog(context, AccountActions(context, driver.window), accounts))
    driver.wait_for_text("Export 1,000 accounts")
    driver.wait_idle()
    assert _text(driver.field("Preview")).endswith("… 950 more accounts\n")
    assert driver.button("Copy 1,000 accounts").isEnabled()
    driver.type(SEARCH, "file for each")
    driver.press("File")
    driver.wait_until(lambda: driver.has_button("Save 1,000 files"))
