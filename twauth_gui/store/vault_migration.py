"""Migration of all credentials from one vault to another."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol, TypeVar, runtime_checkable

from twauth_gui.domain.display_text import name_in_sentence
from twauth_gui.domain.secret import Secret
from twauth_gui.store.changes import JournaledWriter, StoreContext
from twauth_gui.store.crash_recovery import CrashRecoverer
from twauth_gui.store.index_rows import TABLES
from twauth_gui.store.journal import SELECT_ENTRIES
from twauth_gui.store.profile_id import read_profile_id
from twauth_gui.store.vault import (
    ItemKind,
    Vault,
    fingerprint_key_name,
    parse_service_name,
    service_name,
)
from twauth_gui.store.vault_errors import (
    FileAbsentError,
    VaultError,
    VaultFailedError,
    VaultHungError,
)
from twauth_gui.store.vault_selection import (
    MigrationNote,
    MigrationStage,
    VaultKind,
    journal_migration,
    pending_migration,
    select_vault,
    selected_vault,
)

T = TypeVar("T")

BATCH_SIZE = 200
"""Items per save of a vault that saves several at once."""

_log = logging.getLogger(__name__)


@runtime_checkable
class BulkVault(Protocol):
    """A vault whose save costs the same for many items as for one."""

    def write_all(self, items: Mapping[str, Secret]) -> None: ...

    def delete_all(self, services: Iterable[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class MigrationSide:
    """One of the two vaults of a migration.

    discard: called after the old vault was emptied (FileVault.discard_if_empty); None for a
    keychain.
    """

    kind: VaultKind
    vault: Vault
    discard: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What a migration did.

    items: how many records are in the new vault. missing: the services that the old vault had no
    item for. not_deleted: how many are still in the old vault, which refused to delete them;
    finish_interrupted_migration() tries again.
    """

    items: int
    missing: tuple[str, ...] = ()
    not_deleted: int = 0


@dataclass(frozen=True, slots=True)
class MigrationRecovery:
    """What became of an interrupted migration.

    is_undone: whether everything is in the old vault again, and not in the new one. message: for
    the user.
    """

    is_undone: bool
    message: str


class VaultMigrator:
    """Copies all items, switches the index in one transaction, then empties the old vault.

    If it is interrupted before the switch, the copies are deleted at the next start; after it, the
    originals (finish_interrupted_migration). That needs both vaults unlocked.

    Args:
        context: of the store.
        source: the vault in use.
        target: the vault to use from now on.
        progress: called with the number of items done and of all items after each batch.
    """

    def __init__(
        self,
        context: StoreContext,
        source: MigrationSide,
        target: MigrationSide,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._context = context
        self._source = source
        self._target = target
        self._progress = progress

    def run(self) -> MigrationResult:
        """Migrate everything.

        Raises:
            VaultError: one of the two failed before the switch; the old one is in use as before.
            NotWrittenError: the index failed, or another process is changing credentials.
        """
        context = self._context
        with context.lock.acquire():
            self._prepare()
            note = MigrationNote(
                self._source.kind, self._target.kind, MigrationStage.COPYING, self._services()
            )
            journal_migration(context.index, note)
            context.on_step("move.journaled")
            absent = self._copy_or_undo(note)
            note = replace(note, stage=MigrationStage.CLEANING)
            journal_migration(context.index, note)
            context.on_step("move.switched")
            left = self._empty_source(note)
        missing = _list_records(absent)
        items = len(_list_records(note.services)) - len(missing)
        return MigrationResult(items, missing, min(left, items))

    def _prepare(self) -> None:
        self._source.vault.probe()
        self._target.vault.probe()
        _ = finish_interrupted_migration(self._context, (self._source, self._target))
        recovery = CrashRecoverer(self._context, JournaledWriter(self._context)).run()
        if self._context.index.query(SELECT_ENTRIES):
            raise VaultFailedError(
                self._source.vault.name, advice=" ".join(recovery.messages) or "Try again."
            )

    def _services(self) -> tuple[str, ...]:
        found: list[str] = []
        for kind in ItemKind:
            sql = f"SELECT id, generation FROM {TABLES[kind]} WHERE generation ORDER BY id"  # noqa: S608 - ours
            rows = self._context.index.query(sql)
            found += [service_name(kind, row[0], row[1]) for row in rows]
        # Not known to the index: there is one if there ever was a placement.
        key = fingerprint_key_name(read_profile_id(self._context.index.path.parent))
        return (*found, key)

    def _copy_or_undo(self, note: MigrationNote) -> list[str]:
        try:
            return self._copy(note.services)
        except VaultHungError:
            raise  # the write may still arrive: finish_interrupted_migration() will delete it
        except VaultError:
            with contextlib.suppress(VaultError):  # or finish_interrupted_migration() does it
                _empty_side(self._context, note, replace(self._target, discard=None))
            raise

    def _copy(self, services: tuple[str, ...]) -> list[str]:
        missing: list[str] = []
        done = 0
        for batch in _batches(services, BATCH_SIZE):
            found = {name: self._source.vault.read(name) for name in batch}
            missing += [name for name, secret in found.items() if secret is None]
            items = {name: secret for name, secret in found.items() if secret is not None}
            self._write_items(items)
            done += len(batch)
            if self._progress is not None:
                records = len(_list_records(services))
                self._progress(min(done, records), records)
        return missing

    def _write_items(self, items: Mapping[str, Secret]) -> None:
        vault, on_step = self._target.vault, self._context.on_step
        if isinstance(vault, BulkVault):
            vault.write_all(items)
            on_step("move.copied")
        else:
            for name, secret in items.items():
                vault.write(name, secret)
                on_step("move.copied")
        if any(vault.read(name) != secret for name, secret in items.items()):
            raise VaultFailedError(vault.name, "another value than the one written")

    def _empty_source(self, note: MigrationNote) -> int:
        try:
            _empty_side(self._context, note, self._source)
        except VaultError as error:
            _log.info("left in the old vault: %s", error)
            return len(note.services)
        return 0


def finish_interrupted_migration(
    context: StoreContext, sides: tuple[MigrationSide, ...]
) -> MigrationRecovery | None:
    """Undo or finish an interrupted migration; return None if there was none.

    Args:
        context: of the store.
        sides: both vaults, unlocked.

    Raises:
        VaultError: a vault failed; the migration stays journaled, and the vault in use stays.
    """
    if pending_migration(context.index) is None:
        return None
    with context.lock.acquire():
        note = pending_migration(context.index)
        if note is None:
            return None  # another process was faster
        by_kind = {side.kind: side for side in sides}
        source, target = by_kind[note.source], by_kind[note.target]
        if note.stage is MigrationStage.COPYING:
            _empty_side(context, note, replace(target, discard=None))
            name = name_in_sentence(source.vault.name)
            message = (
                f"Moving the credentials was interrupted. Nothing was lost: all are in {name}."
            )
            return MigrationRecovery(is_undone=True, message=message)
        _empty_side(context, note, source)
        name = name_in_sentence(target.vault.name)
        message = f"Moving the credentials was interrupted at its end. All are in {name}."
        return MigrationRecovery(is_undone=False, message=message)


def _empty_side(context: StoreContext, note: MigrationNote, side: MigrationSide) -> None:
    """Delete all items of the migration from one side, then the journal's note."""
    try:
        if isinstance(side.vault, BulkVault):
            side.vault.delete_all(note.services)
            context.on_step("move.deleted")
        else:
            for name in note.services:
                side.vault.delete(name)
                context.on_step("move.deleted")
        if side.discard is not None:
            _ = side.discard()
            context.on_step("move.discarded")
    except FileAbsentError:
        _log.info("nothing to delete: the file is gone")
    journal_migration(context.index, None)
    context.on_step("move.settled")


def _list_records(services: Iterable[str]) -> tuple[str, ...]:
    """Return the items without the key of fingerprints, which moves unseen."""
    return tuple(name for name in services if parse_service_name(name) is not None)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


class VaultSelection:
    """Which vault is in use, with the migration to another one."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    def selected(self) -> VaultKind | None:
        """Return the kind of vault in use; None if none was ever selected."""
        return selected_vault(self._context.index)

    def select(self, kind: VaultKind) -> None:
        """Select the vault of a new data folder; nothing is migrated."""
        select_vault(self._context.index, kind)

    def migrate(
        self,
        source: MigrationSide,
        target: MigrationSide,
        progress: Callable[[int, int], None] | None = None,
    ) -> MigrationResult:
        """Migrate everything to another vault; raises as VaultMigrator.run does.

        Open the store with a SelectedVault, or open it again afterwards with the other vault.
        """
        return VaultMigrator(self._context, source, target, progress).run()

    def pending_migration(self) -> MigrationNote | None:
        """Return the note of an interrupted migration; None if there is none."""
        return pending_migration(self._context.index)

    def finish_interrupted_migration(self, *sides: MigrationSide) -> MigrationRecovery | None:
        """Undo or finish an interrupted migration; raises as the function of this name does."""
        return finish_interrupted_migration(self._context, sides)
