"""The selected vault, which holds the credentials of a data folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from twauth_gui.domain.secret import Secret
from twauth_gui.store.index import Index
from twauth_gui.store.result import Err, capture
from twauth_gui.store.settings_repository import (
    SettingsRepository,
    delete_setting,
    write_setting,
)
from twauth_gui.store.vault import Vault, list_services

FILE_VAULT_FILE_NAME = "credentials.twauth"
_VAULT_KEY = "store.vault"
_MIGRATION_KEY = "store.move"


class VaultKind(StrEnum):
    """The vaults that can be chosen; the values are those of --vault."""

    KEYCHAIN = "keychain"
    FILE = "file"


class MigrationStage(StrEnum):
    """How far a migration has come."""

    COPYING = "copying"  # the old vault is in use; copies may be in the new one
    CLEANING = "cleaning"  # the new vault is in use; originals may be in the old one


@dataclass(frozen=True, slots=True)
class MigrationNote:
    """The journaled note of a migration; services: the names of all items."""

    source: VaultKind
    target: VaultKind
    stage: MigrationStage
    services: tuple[str, ...]


def selected_vault(index: Index) -> VaultKind | None:
    """Return the kind of vault in use; None if none was ever selected."""
    text = SettingsRepository(index).get(_VAULT_KEY)
    return None if text is None else VaultKind(text)


def select_vault(index: Index, kind: VaultKind) -> None:
    """Note which vault is in use; a migration does so by itself."""
    SettingsRepository(index).set(_VAULT_KEY, kind)


def pending_migration(index: Index) -> MigrationNote | None:
    """Return the note of a migration that has not ended; None if there is none."""
    text = SettingsRepository(index).get(_MIGRATION_KEY)
    if text is None:
        return None
    note = json.loads(text)
    return MigrationNote(
        VaultKind(note["source"]),
        VaultKind(note["target"]),
        MigrationStage(note["stage"]),
        tuple(note["services"]),
    )


def journal_migration(index: Index, note: MigrationNote | None) -> None:
    """Save the note with the vault that is in use from now on, or delete it at the end (None)."""
    with index.transaction() as connection:
        if note is None:
            delete_setting(connection, _MIGRATION_KEY)
            return
        write_setting(connection, _MIGRATION_KEY, json.dumps(asdict(note)))
        in_use = note.source if note.stage is MigrationStage.COPYING else note.target
        write_setting(connection, _VAULT_KEY, in_use)


class SelectedVault:
    """The vault in use at the moment of each call, so that every process notices a migration.

    Args:
        selected_kind: called before every call.
        vaults: one per kind that can be in use; any thread can use them.
    """

    def __init__(
        self, selected_kind: Callable[[], VaultKind], vaults: Mapping[VaultKind, Vault]
    ) -> None:
        self._selected_kind = selected_kind
        self._vaults = vaults

    @property
    def name(self) -> str:
        return self._current().name

    def read(self, service: str) -> Secret | None:
        kind = self._selected_kind()
        found = capture(lambda: self._vaults[kind].read(service))
        is_missing = found is None or isinstance(found, Err)
        if is_missing and self._selected_kind() is not kind:
            return self._current().read(service)  # it was migrated in between
        if isinstance(found, Err):
            raise found.error
        return found

    def write(self, service: str, value: Secret) -> None:
        self._current().write(service, value)

    def delete(self, service: str) -> None:
        self._current().delete(service)

    def unlock(self) -> None:
        self._current().unlock()

    def probe(self) -> None:
        self._current().probe()

    def services(self) -> list[str] | None:
        return list_services(self._current())

    def close(self) -> None:
        """Close all vaults."""
        for vault in self._vaults.values():
            vault.close()

    def _current(self) -> Vault:
        return self._vaults[self._selected_kind()]
