"""Values are exported as they were stored, and the history says so."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from tests.support.installations import (
    Installation,
    add_oauth2_app,
    export_to_file,
    sign_in_oauth2,
)
from tests.support.sandbox_browser import reveal
from twauth_gui.domain.accounts import AccountEventKind
from twauth_gui.domain.apps import App
from twauth_gui.domain.credential_fields import CredentialField
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.osfiles.private_file import TargetExistsError
from twauth_gui.store.vault_errors import VaultLockedError
from twauth_gui.transfer.export_presets import ROTATION_NOTE


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
    services = installation.services
    plan = services.export_files.plan([account.id], "classic-bot", path, merge=False)
    export_to_file(services, [account.id], "classic-bot", path)
    text = path.read_text(encoding="utf-8")
    assert installation.access_token(account) in text
    assert "fernwick_news" in text
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    event = installation.services.store.events.latest(account.id)[0]
    assert event.kind is AccountEventKind.EXPORTED
    assert str(path) in event.text
    with pytest.raises(TargetExistsError):
        services.export_files.write(plan)
    assert path.read_text(encoding="utf-8") == text
    plan = services.export_files.plan([account.id], "classic-bot", path, merge=False, comment=False)
    services.export_files.write(plan)
    assert "fernwick_news" not in path.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there(installation: Installation, app: App, tmp_path: Path) -> None:
    account = installation.sign_in(app)
    before = installation.services.store.events.latest(account.id)
    with pytest.raises(DiagnosedError) as refused:
        export_to_file(
            installation.services, [account.id], "classic-bot", tmp_path / "no" / "bot.env"
        )
    assert refused.value.diagnosis.kind is ProblemKind.FILE_NOT_WRITTEN
    assert installation.services.store.events.latest(account.id) == before


def test_files_for_each_account_and_for_each_value(
    installation: Installation, app: App, tmp_path: Path
) -> None:
    accounts = [installation.sign_in(app), installation.sign_in(app, "marsh_weather")]
    ids = [one.id for one in accounts]
    exporter, events = installation.services.exporter, installation.services.store.events
    (tmp_path / "marsh_weather.env").write_text("mine")
    with pytest.raises(TargetExistsError):
        exporter.export_to_folder(ids, "x-file", tmp_path)
    assert [path.name for path in tmp_path.glob("*.env")] == ["marsh_weather.env"]
    folder = tmp_path / "new" / "bots"
    paths = exporter.export_to_folder(ids, "x-file", folder)
    assert [path.name for path in paths] == ["fernwick_news.env", "marsh_weather.env"]
    for account, path in zip(accounts, paths, strict=True):
        assert installation.access_token(account) in path.read_text(encoding="utf-8")
        assert str(folder) in events.latest(account.id)[0].text
    values = exporter.export_to_folder(ids[:1], "systemd-credentials", folder / "one")
    tokens = {path.name: path.read_text(encoding="utf-8") for path in values}
    assert tokens["x_access_token"] == installation.access_token(accounts[0])
    if sys.platform != "win32":
        assert {stat.S_IMODE(path.stat().st_mode) for path in (*paths, *values)} == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with pytest.raises(DiagnosedError, match="cannot hold these accounts"):
        exporter.render_text(ids, "x-file")


def test_what_has_no_value_in_it_is_no_export(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    exporter, events = installation.services.exporter, installation.services.store.events
    before = events.latest(account.id)
    installation.vault.fail_with = VaultLockedError()
    text = exporter.export_text([account.id], "mcp-run", copied=True).reveal()
    assert '"@fernwick_news"' in text
    assert (
        "secrets.X_ACCESS_TOKEN }}"
        in exporter.export_text([account.id], "github-workflow").reveal()
    )
    assert events.latest(account.id) == before
    assert exporter.find_notes([account.id], "mcp-run")[0].startswith("It contains no value.")


def test_a_handle_under_two_apps_is_named_with_its_app(
    installation: Installation, app: App
) -> None:
    account = installation.sign_in(app)
    other = installation.add_app("Tide office")
    installation.sign_in(other)
    text = installation.services.exporter.render_text([account.id], "mcp-run").reveal()
    assert f'"{app.label}/@fernwick_news"' in text


def test_a_quick_copy_of_several_is_one_text(installation: Installation, app: App) -> None:
    accounts = [installation.sign_in(app), installation.sign_in(app, "marsh_weather")]
    exporter = installation.services.exporter
    exporter.remember_preset("twarc2")
    assert "consumer_key = '" in exporter.copy_with_last_preset([accounts[0].id]).reveal()
    both = exporter.copy_with_last_preset([one.id for one in accounts]).reveal()
    assert "MARSH_WEATHER_TWITTER_ACCESS_TOKEN=" in both


def test_app_keys_alone_need_no_token(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    keys = installation.services.store.apps.read_keys(app.id)
    text = installation.services.exporter.render_text([account.id], "app-keys").reveal()
    assert reveal(keys.api_secret) in text
    assert installation.access_token(account) not in text


def test_a_refresh_token_is_said_to_rotate(installation: Installation) -> None:
    account = sign_in_oauth2(installation, add_oauth2_app(installation))
    exporter = installation.services.exporter
    assert exporter.find_notes([account.id], "oauth2") == (ROTATION_NOTE,)
    assert exporter.find_notes([account.id], "oauth2-tweepy") == ()
    assert exporter.find_notes([account.id], "twauth-json") == (ROTATION_NOTE,)
