"""Export credentials: show, copy, write to a file or pass to a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from twauth_gui.domain.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    AccountId,
    Credentials,
)
from twauth_gui.domain.apps import AppId, AppKeys
from twauth_gui.domain.credential_fields import CredentialField
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.services.app_paths import shorten_path
from twauth_gui.services.private_files import PrivateFiles
from twauth_gui.store.store import Store
from twauth_gui.transfer.export_presets import PRESETS, ExportPreset, find_preset
from twauth_gui.transfer.export_renderer import ExportEntry, render_accounts, render_variables

LAST_PRESET = "last-preset"
DEFAULT_PRESET = "classic-bot"
OAUTH2_PRESET = "oauth2"


@dataclass(frozen=True, slots=True)
class OAuth2ClientFields:
    """Which parts of an OAuth 2.0 client an app has."""

    has_id: bool
    has_secret: bool


class ExportService:
    """Exports values, and notes each export in the account's history."""

    def __init__(
        self,
        store: Store,
        tokens: Callable[[AccountId], TokenSet],
        files: PrivateFiles,
        now: Callable[[], datetime],
    ) -> None:
        """tokens: returns an account's OAuth 2.0 tokens, with some minutes before they expire."""
        self._store = store
        self._files = files
        self._tokens = tokens
        self._now = now

    def reveal(self, account_id: AccountId, field: CredentialField) -> Secret:
        """Return one value in order to show it."""
        value = self._value(account_id, field)
        self._log_export(account_id, AccountEventKind.REVEALED, f"Showed the {field.inline_label}")
        return value

    def copy(self, account_id: AccountId, field: CredentialField) -> Secret:
        """Return one value for the clipboard."""
        value = self._value(account_id, field)
        self._log_export(account_id, AccountEventKind.COPIED, f"Copied the {field.inline_label}")
        return value

    def _value(self, account_id: AccountId, field: CredentialField) -> Secret:
        if field in {CredentialField.API_KEY, CredentialField.API_SECRET}:
            keys = self._store.apps.read_keys(self._store.accounts.get(account_id).app_id)
            return keys.api_key if field is CredentialField.API_KEY else keys.api_secret
        credentials = self._store.accounts.read_credentials(account_id)
        if field is CredentialField.ACCESS_TOKEN:
            return credentials.access_token
        return credentials.access_secret

    def find_oauth2_clients(self, app_ids: Iterable[AppId]) -> dict[AppId, OAuth2ClientFields]:
        """Return which OAuth 2.0 client fields the apps have, without their values.

        Raises:
            DiagnosedError: the keychain refuses.
        """
        return {one: _client_fields(self._store.apps.read_keys(one)) for one in app_ids}

    def copy_with_last_preset(self, account_ids: Sequence[AccountId]) -> Secret:
        """Render for the clipboard with the preset that was copied last, else with the default."""
        last = self._store.settings.get(LAST_PRESET)
        known = last if last in {one.id for one in PRESETS} else None
        chosen = find_preset(known or DEFAULT_PRESET)
        accounts = [self._store.accounts.get(one) for one in account_ids]
        if chosen.needs_oauth1 and not any(one.has_oauth1 for one in accounts):
            chosen = find_preset(OAUTH2_PRESET)
        return self.copy_accounts(account_ids, chosen.id)

    def remember_preset(self, preset_id: str) -> None:
        """Save which preset was chosen, unless the store is read-only."""
        if not self._store.is_read_only:
            self._store.settings.set(LAST_PRESET, preset_id)

    def render_text(
        self,
        account_ids: Sequence[AccountId],
        preset_id: str,
        *,
        comment: bool = True,
        bearer: bool = False,
    ) -> Secret:
        """Render the accounts with one preset.

        bearer: whether the apps' own tokens are included, if there are any.

        Raises:
            DiagnosedError: the keychain refuses.
            LookupError: no such preset.
        """
        chosen = find_preset(preset_id)
        entries = self._entries(account_ids, chosen)
        return render_accounts(chosen, entries, comment=comment, bearer=bearer)

    def copy_accounts(
        self,
        account_ids: Sequence[AccountId],
        preset_id: str,
        *,
        comment: bool = True,
        bearer: bool = False,
    ) -> Secret:
        """Render the accounts for the clipboard."""
        text = self.render_text(account_ids, preset_id, comment=comment, bearer=bearer)
        for account_id in account_ids:
            self._log_export(
                account_id, AccountEventKind.COPIED, f"Copied as {find_preset(preset_id).title}"
            )
        return text

    def export_to_stdout(
        self,
        account_ids: Sequence[AccountId],
        preset_id: str,
        *,
        comment: bool = True,
        bearer: bool = False,
    ) -> Secret:
        """Render the accounts for standard output."""
        text = self.render_text(account_ids, preset_id, comment=comment, bearer=bearer)
        for account_id in account_ids:
            self._log_export(account_id, AccountEventKind.EXPORTED, "Exported to standard output")
        return text

    def export_to_environment(
        self, account_ids: Sequence[AccountId], preset_id: str, program: str
    ) -> list[dict[str, Secret]]:
        """Return the variables of each account. program: named in the history."""
        chosen = find_preset(preset_id)
        variables = [
            render_variables(chosen, entry, bearer=entry.keys.bearer_token is not None)
            for entry in self._entries(account_ids, chosen)
        ]
        for account_id in account_ids:
            self._log_export(account_id, AccountEventKind.EXPORTED, f"Exported to {program}")
        return variables

    def export_to_file(
        self,
        account_ids: Sequence[AccountId],
        preset_id: str,
        path: Path,
        *,
        comment: bool = True,
        overwrite: bool = False,
        bearer: bool = False,
    ) -> None:
        """Write the accounts to a file that only its owner can read.

        Raises:
            TargetExistsError: the file exists and overwrite is off.
            DiagnosedError: the keychain or the disk refuses; the old file is unchanged.
        """
        text = self.render_text(account_ids, preset_id, comment=comment, bearer=bearer)
        self._files.write_text(path, text, overwrite=overwrite)
        for account_id in account_ids:
            self._log_export(
                account_id, AccountEventKind.EXPORTED, f"Exported to {shorten_path(path)}"
            )

    def _entries(self, account_ids: Sequence[AccountId], preset: ExportPreset) -> list[ExportEntry]:
        entries: list[ExportEntry] = []
        for account_id in account_ids:
            account = self._store.accounts.get(account_id)
            app = self._store.apps.get(account.app_id)
            entries.append(
                ExportEntry(
                    handle=account.handle,
                    name=account.name,
                    user_id=account.user_id,
                    app_label=app.label,
                    keys=self._store.apps.read_keys(app.id),
                    credentials=self._read_credentials(account, preset),
                    api_url=app.hosts.api,
                    tokens=self._read_tokens(account_id, preset),
                )
            )
        return entries

    def _read_credentials(self, account: Account, preset: ExportPreset) -> Credentials | None:
        """Read what the preset has names for; None if that is optional and missing."""
        if not preset.needs_oauth1 and not account.has_oauth1:
            return None
        return self._store.accounts.read_credentials(account.id)

    def _read_tokens(self, account_id: AccountId, preset: ExportPreset) -> TokenSet | None:
        if not preset.names_oauth2:
            return None
        if not preset.needs_oauth2 and self._store.tokens.facts(account_id) is None:
            return None
        return self._tokens(account_id)

    def _log_export(self, account_id: AccountId, kind: AccountEventKind, text: str) -> None:
        self._store.events.add(AccountEvent(account_id, kind, self._now(), text))


def _client_fields(keys: AppKeys) -> OAuth2ClientFields:
    return OAuth2ClientFields(keys.client_id is not None, keys.client_secret is not None)
