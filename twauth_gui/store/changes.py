"""Changes of keychain items that survive an interruption at any point."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from twauth_gui.domain.secret import Secret
from twauth_gui.store.boot_clock import Uptime, read_uptime
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.file_lock import FileLock
from twauth_gui.store.index import Index
from twauth_gui.store.index_rows import TABLES
from twauth_gui.store.journal import (
    ChangePlan,
    JournalEntry,
    Precondition,
    apply_plan,
    current_generation,
    delete_row,
    journal_write,
    remove_entry,
    require_preconditions,
)
from twauth_gui.store.profile_id import ensure_profile_id
from twauth_gui.store.record_metadata import add_metadata, collect_metadata
from twauth_gui.store.vault import ItemKind, Vault, service_name
from twauth_gui.store.vault_errors import VaultError, VaultFailedError, VaultHungError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoreContext:
    """What every part of the store shares.

    on_step: called with the name of each step just after it happened; tests cut the power there.
    read_uptime: for spans of time that must not depend on the clock.
    """

    index: Index
    vault: Vault
    lock: FileLock
    now: Callable[[], datetime]
    on_step: Callable[[str], None]
    read_uptime: Callable[[], Uptime] = read_uptime


class JournaledWriter:
    """Writes a new generation, reads it back, switches the index, then deletes the old one."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    def write(self, plan: ChangePlan, record: Secret, *preconditions: Precondition) -> None:
        """Write the record to the keychain, then carry out the plan.

        The lock is held from the check of the preconditions to the end, so that no other process
        can invalidate them in between.

        Raises:
            VaultError: the item could not be saved; the index and the old item are as before.
            NotFoundError: the row to change is gone.
            ChangedMeanwhileError: a precondition no longer holds; nothing was changed.
        """
        context = self._context
        # Raises for an unusable id, before anything happens.
        _ = service_name(plan.kind, plan.uuid, 1)
        with context.lock.acquire():
            with context.index.transaction() as connection:
                require_preconditions(connection, preconditions)
                entry = journal_write(connection, plan, context.now())
                metadata = collect_metadata(connection, plan)
            profile_id = ensure_profile_id(context.index.path.parent)
            record = add_metadata(record, {"place": profile_id, **metadata})
            context.on_step(f"{plan.kind}.journaled")
            self._write_item(entry, record)
            with context.index.transaction() as connection:
                deletions = apply_plan(connection, entry, context.now())
            context.on_step(f"{plan.kind}.switched")
            self.delete_items(deletions)

    def remove(self, kind: ItemKind, uuid: str, *preconditions: Precondition) -> None:
        """Delete a row of the index, then its keychain items.

        Raises:
            NotFoundError: the row is not there.
            ChangedMeanwhileError: a precondition no longer holds; nothing was changed.
        """
        context = self._context
        with context.lock.acquire():
            with context.index.transaction() as connection:
                require_preconditions(connection, preconditions)
                deletions = delete_row(connection, kind, uuid, context.now())
            if not deletions:
                raise NotFoundError(kind)
            context.on_step(f"{kind}.unlisted")
            self.delete_items(deletions)

    def delete_items(self, deletions: Iterable[JournalEntry]) -> None:
        """Delete journaled items; what cannot be deleted now stays journaled for recovery."""
        with self._context.lock.acquire():
            for entry in deletions:
                try:
                    self.finish_entry(entry)
                except VaultError as error:
                    _log.info("left for recovery: %s: %s", entry.service, error)
                    return

    def finish_entry(self, entry: JournalEntry) -> None:
        """Delete one journaled item and its entry.

        Raises:
            VaultError: the item could not be deleted; it stays journaled.
        """
        context = self._context
        if not self._is_current(entry):
            context.vault.delete(entry.service)
        context.on_step(f"{entry.kind}.deleted")
        with context.index.transaction() as connection:
            remove_entry(connection, entry)
        context.on_step(f"{entry.kind}.settled")

    def _write_item(self, entry: JournalEntry, record: Secret) -> None:
        try:
            self._write_and_compare(entry, record)
        except VaultHungError:
            # The write may still arrive. Its entry stays, and recovery finds out.
            raise
        except VaultError:
            self.delete_items([entry])
            raise

    def _write_and_compare(self, entry: JournalEntry, record: Secret) -> None:
        context = self._context
        context.vault.write(entry.service, record)
        context.on_step(f"{entry.kind}.written")
        if context.vault.read(entry.service) != record:
            raise VaultFailedError(context.vault.name, "another value than the one written")
        context.on_step(f"{entry.kind}.compared")

    def _is_current(self, entry: JournalEntry) -> bool:
        """Whether the index names this very item, which must then stay."""
        with self._context.index.transaction() as connection:
            current = current_generation(connection, entry.kind, entry.uuid)
        return current == entry.generation


def require_readable(context: StoreContext, uuid: str, *kinds: ItemKind) -> None:
    """Read the keychain items of a record to prove that the vault is open; lost items are fine.

    Raises:
        VaultError: the vault cannot be read.
    """
    for kind in kinds:
        sql = f"SELECT generation FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - our own names
        for (generation,) in context.index.query(sql, (uuid,)):
            if generation:
                _ = context.vault.read(service_name(kind, uuid, generation))
