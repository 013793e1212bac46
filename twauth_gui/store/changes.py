"""Changes to keychain items that survive an interruption at any point."""

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
    """What every part of the store stands on.

    on_step: told the name of each step just after it happened; a test cuts the power there.
    running: how long the computer runs, for what must not depend on its clock.
    """

    index: Index
    vault: Vault
    lock: FileLock
    now: Callable[[], datetime]
    on_step: Callable[[str], None]
    read_uptime: Callable[[], Uptime] = read_uptime


class JournaledWriter:
    """Writes a new generation, reads it back, switches the index, deletes the old one."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    def write(self, plan: ChangePlan, record: Secret, *preconditions: Precondition) -> None:
        """Carry out a plan whose keychain item holds the record.

        seen: what the plan was prepared with. The lock is held from the comparison to the end, so
        nobody can replace any of it in between.

        Raises:
            VaultError: the item could not be kept; the index and the old item are as before.
            NotFoundError: the row to change is gone.
            ChangedMeanwhileError: something of what was seen was replaced; nothing was changed.
        """
        context = self._context
        _ = service_name(plan.kind, plan.uuid, 1)  # an unusable id shows before anything happens
        with context.lock.acquire():
            with context.index.transaction() as connection:
                require_preconditions(connection, preconditions)
                entry = journal_write(connection, plan, context.now())
                about = collect_metadata(connection, plan)
            record = add_metadata(
                record, {"place": ensure_profile_id(context.index.path.parent), **about}
            )
            context.on_step(f"{plan.kind}.journaled")
            self._write_item(entry, record)
            with context.index.transaction() as connection:
                doomed = apply_plan(connection, entry, context.now())
            context.on_step(f"{plan.kind}.switched")
            self.delete_items(doomed)

    def remove(self, kind: ItemKind, uuid: str, *preconditions: Precondition) -> None:
        """Take one thing off the index, then delete its items.

        Raises:
            NotFoundError: it is not there.
            ChangedMeanwhileError: something of what was seen was replaced; nothing was changed.
        """
        context = self._context
        with context.lock.acquire():
            with context.index.transaction() as connection:
                require_preconditions(connection, preconditions)
                doomed = delete_row(connection, kind, uuid, context.now())
            if not doomed:
                raise NotFoundError(kind)
            context.on_step(f"{kind}.unlisted")
            self.delete_items(doomed)

    def delete_items(self, doomed: Iterable[JournalEntry]) -> None:
        """Delete journaled items. What cannot be deleted now stays journaled for recovery."""
        with self._context.lock.acquire():
            for entry in doomed:
                try:
                    self.settle_entry(entry)
                except VaultError as error:
                    _log.info("left for recovery: %s: %s", entry.service, error)
                    return

    def settle_entry(self, entry: JournalEntry) -> None:
        """Delete one journaled item and its entry.

        Raises:
            VaultError: it could not be deleted; it stays journaled.
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
            # The write may still arrive. Its entry stays, and recovery sees what became of it.
            raise
        except VaultError:
            self.delete_items([entry])
            raise

    def _write_and_compare(self, entry: JournalEntry, record: Secret) -> None:
        context = self._context
        context.vault.write(entry.service, record)
        context.on_step(f"{entry.kind}.written")
        if context.vault.read(entry.service) != record:
            raise VaultFailedError(context.vault.name, "another value than the one it was given")
        context.on_step(f"{entry.kind}.compared")

    def _is_current(self, entry: JournalEntry) -> bool:
        """Whether the index names this very item: whatever the journal says, it stays then."""
        with self._context.index.transaction() as connection:
            current = current_generation(connection, entry.kind, entry.uuid)
        return current == entry.generation


def require_readable(context: StoreContext, uuid: str, *kinds: ItemKind) -> None:
    """Read what is kept of a thing, and give it to nobody; what is lost proves as much.

    Raises:
        VaultError: the vault does not open.
    """
    for kind in kinds:
        sql = f"SELECT generation FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - our own names
        for (generation,) in context.index.query(sql, (uuid,)):
            if generation:
                _ = context.vault.read(service_name(kind, uuid, generation))
