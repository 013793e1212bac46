"""Which vault holds the credentials of a directory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from twauth_gui.domain.secret import Secret
from twauth_gui.store.index import Index
from twauth_gui.store.result import Err, capture
from twauth_gui.store.vault import Vault, list_services

_VAULT_KEY = "store.vault"
_MIGRATION_KEY = "store.move"


class VaultKind(StrEnum):
    """The vaults that can be chosen; the values are those of --vault."""

    KEYCHAIN = "keychain"
    FILE = "file"


class MigrationStage(StrEnum):
    """How far moving has come."""

    COPYING = "copying"  # the old vault is in use; copies may be in the new one
    CLEANING = "cleaning"  # the new vault is in use; originals may be in the old one


@dataclass(frozen=True, slots=True)
class MigrationNote:
    """What is journaled while everything moves: names of items, and no secret."""

    source: VaultKind
    target: VaultKind
    stage: MigrationStage
    services: tuple[str, ...]


def selected_vault(index: Index) -> VaultKind | None:
    """Give the vault the credentials are in; None where none was ever chosen."""
    text = _read_setting(index, _VAULT_KEY)
    return None if text is None else VaultKind(text)


def select_vault(index: Index, kind: VaultKind) -> None:
    """Say where the credentials are; moving says so by itself."""
    _ = index.execute(_UPSERT_SETTING, (_VAULT_KEY, kind))


def pending_migration(index: Index) -> MigrationNote | None:
    """Give what was journaled of a move that has not ended."""
    text = _read_setting(index, _MIGRATION_KEY)
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
    """Write how far moving has come, with the vault that is in use from now on; None at its end."""
    with index.transaction() as connection:
        if note is None:
            _ = connection.execute("DELETE FROM settings WHERE key = ?", (_MIGRATION_KEY,))
            return
        _ = connection.execute(_UPSERT_SETTING, (_MIGRATION_KEY, json.dumps(asdict(note))))
        in_use = note.source if note.stage is MigrationStage.COPYING else note.target
        _ = connection.execute(_UPSERT_SETTING, (_VAULT_KEY, in_use))


_UPSERT_SETTING = (
    "INSERT INTO settings (key, value) VALUES (?, ?)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


def _read_setting(index: Index, key: str) -> str | None:
    rows = index.query("SELECT value FROM settings WHERE key = ?", (key,))
    return str(rows[0][0]) if rows else None


class SelectedVault:
    """The vault in use at each moment, so that moving is seen by every process.

    Args:
        choice: asked before every call.
        vaults: one per kind that can be in use; each usable from every thread.
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
        missed = found is None or isinstance(found, Err)
        if missed and self._selected_kind() is not kind:
            return self._current().read(service)  # it was moved in between
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
        """Close all of them."""
        for vault in self._vaults.values():
            vault.close()

    def _current(self) -> Vault:
        return self._vaults[self._selected_kind()]
