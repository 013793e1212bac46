"""Values are exported as they were stored, and the history says so."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from tests.support.installations import Installation
from tests.support.sandbox_browser import reveal
from twauth_gui.domain.accounts import AccountEventKind
from twauth_gui.domain.apps import App
from twauth_gui.domain.credential_fields import CredentialField
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.osfiles.private_file import TargetExistsError
from twauth_gui.store.vault_errors import VaultLockedError


def test_single_values(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    exporter, store = installation.services.exporter, installation.services.store
    keys, credentials = store.apps.read_keys(app.id), store.accounts.read_credentials(account.id)
    expected = {
        CredentialField.ACCESS_TOKEN: credentials.access_token,
        CredentialField.ACCESS_SECRET: credentials.access_secret,
        CredentialField.API_KEY: keys.api_key,
        CredentialField.API_SECRET: keys.api_secret,
    }
    for part, value in expected.items():
        assert exporter.reveal(account.id, part) == value
        assert store.events.latest(account.id)[0].kind is AccountEventKind.REVEALED
        assert exporter.copy(account.id, part) == value
        event = store.events.latest(account.id)[0]
        assert (event.kind, event.text) == (
            AccountEventKind.COPIED,
            f"Copied the {part.inline_label}",
        )


def test_a_locked_keychain_gives_nothing_and_notes_nothing(
    installation: Installation, app: App
) -> None:
    account = installation.sign_in(app)
    before = installation.services.store.events.latest(account.id)
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        installation.services.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN)
    with pytest.raises(VaultLockedError):
        installation.services.exporter.export_text([account.id], "classic-bot", copied=True)
    assert installation.services.store.events.latest(account.id) == before


def test_all_values_for_the_clipboard(installation: Installation, app: App) -> None:
    accounts = [installation.sign_in(app), installation.sign_in(app, "marsh_weather")]
    text = installation.services.exporter.export_text(
        [one.id for one in accounts], "classic-bot", copied=True
    ).reveal()
    for account in accounts:
        credentials = installation.services.store.accounts.read_credentials(account.id)
        assert reveal(credentials.access_token) in text
        assert reveal(credentials.access_secret) in text
        assert (
            installation.services.store.events.latest(account.id)[0].kind is AccountEventKind.COPIED
        )


def test_a_file_only_its_owner_can_read(
    installation: Installation, app: App, tmp_path: Path
) -> None:
    account = installation.sign_in(app)
    path = tmp_path / "bots" / ".env"
    path.parent.mkdir()
    installation.services.exporter.export_to_file([account.id], "classic-bot", path)
    text = path.read_text(encoding="utf-8")
    assert installation.access_token(account) in text
    assert "fernwick_news" in text
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    event = installation.services.store.events.latest(account.id)[0]
    assert event.kind is AccountEventKind.EXPORTED
    assert str(path) in event.text
    with pytest.raises(TargetExistsError):
        installation.services.exporter.export_to_file([account.id], "classic-bot", path)
    assert path.read_text(encoding="utf-8") == text
    installation.services.exporter.export_to_file(
        [account.id], "classic-bot", path, comment=False, overwrite=True
    )
    assert "fernwick_news" not in path.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there(installation: Installation, app: App, tmp_path: Path) -> None:
    account = installation.sign_in(app)
    before = installation.services.store.events.latest(account.id)
    with pytest.raises(DiagnosedError) as refused:
        installation.services.exporter.export_to_file(
            [account.id], "classic-bot", tmp_path / "no" / "bot.env"
        )
    assert refused.value.diagnosis.kind is ProblemKind.FILE_NOT_WRITTEN
    assert installation.services.store.events.latest(account.id) == before
