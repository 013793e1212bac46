"""Values go out as they were kept, and the history says that they did."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from tests.services.approving import shown
from tests.services.ground import Ground
from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.events import EventKind
from twauth_gui.services.parts import CredentialField
from twauth_gui.store.vault_errors import VaultLockedError
from twauth_gui.transfer.filewriter import AlreadyThereError


def test_single_values(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    hand_over, store = ground.kit.exporter, ground.kit.store
    keys, credentials = store.apps.keys(app.id), store.accounts.credentials(account.id)
    expected = {
        CredentialField.ACCESS_TOKEN: credentials.access_token,
        CredentialField.ACCESS_SECRET: credentials.access_secret,
        CredentialField.API_KEY: keys.api_key,
        CredentialField.API_SECRET: keys.api_secret,
    }
    for part, value in expected.items():
        assert hand_over.reveal(account.id, part) == value
        assert store.events.latest(account.id)[0].kind is EventKind.REVEALED
        assert hand_over.copy(account.id, part) == value
        event = store.events.latest(account.id)[0]
        assert (event.kind, event.text) == (EventKind.COPIED, f"Copied the {part.inline}")


def test_a_locked_keychain_gives_nothing_and_notes_nothing(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    before = ground.kit.store.events.latest(account.id)
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        ground.kit.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN)
    with pytest.raises(VaultLockedError):
        ground.kit.exporter.copy_all([account.id], "classic-bot")
    assert ground.kit.store.events.latest(account.id) == before


def test_all_values_for_the_clipboard(ground: Ground, app: App) -> None:
    accounts = [ground.sign_in(app), ground.sign_in(app, "marsh_weather")]
    text = ground.kit.exporter.copy_all([one.id for one in accounts], "classic-bot").reveal()
    for account in accounts:
        credentials = ground.kit.store.accounts.credentials(account.id)
        assert shown(credentials.access_token) in text
        assert shown(credentials.access_secret) in text
        assert ground.kit.store.events.latest(account.id)[0].kind is EventKind.COPIED


def test_a_file_only_its_owner_can_read(ground: Ground, app: App, tmp_path: Path) -> None:
    account = ground.sign_in(app)
    path = tmp_path / "bots" / ".env"
    path.parent.mkdir()
    ground.kit.exporter.to_file([account.id], "classic-bot", path)
    text = path.read_text(encoding="utf-8")
    assert ground.token_of(account) in text
    assert "fernwick_news" in text
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    event = ground.kit.store.events.latest(account.id)[0]
    assert event.kind is EventKind.EXPORTED
    assert str(path) in event.text
    with pytest.raises(AlreadyThereError):
        ground.kit.exporter.to_file([account.id], "classic-bot", path)
    assert path.read_text(encoding="utf-8") == text
    ground.kit.exporter.to_file([account.id], "classic-bot", path, comment=False, overwrite=True)
    assert "fernwick_news" not in path.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there(ground: Ground, app: App, tmp_path: Path) -> None:
    account = ground.sign_in(app)
    before = ground.kit.store.events.latest(account.id)
    with pytest.raises(DiagnosedError) as refused:
        ground.kit.exporter.to_file([account.id], "classic-bot", tmp_path / "no" / "bot.env")
    assert refused.value.diagnosis.kind is ProblemKind.FILE_NOT_WRITTEN
    assert ground.kit.store.events.latest(account.id) == before
