"""Changes to keychain items that survive being cut off at any point."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from twauth_gui.domain.secret import Secret
from twauth_gui.store.about import about_plan, with_about
from twauth_gui.store.change_lock import ChangeLock
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.index import Index
from twauth_gui.store.items import ItemKind, service_name
from twauth_gui.store.journal import (
    JournalEntry,
    Plan,
    Seen,
    carry_out,
    current_generation,
    forget,
    note_write,
    require_unchanged,
    unlist,
)
from twauth_gui.store.place import place_of
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import VaultError, VaultFailedError, VaultHungError
from twauth_gui.store.waiting import Running, running

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoreContext:
    """What every part of the store stands on.

    on_step: told the name of each step just after it happened; a test cuts the power there.
    running: how long the computer runs, for what must not depend on its clock.
    """

    index: Index
    vault: Vault
    lock: ChangeLock
    now: Callable[[], datetime]
    on_step: Callable[[str], None]
    running: Callable[[], Running] = running


class Changes:
    """Writes a new generation, reads it back, switches the index, deletes the old one."""

    def __init__(self, ground: StoreContext) -> None:
        self._ground = ground

    def write(self, plan: Plan, record: Secret, *seen: Seen) -> None:
        """Carry out a plan whose keychain item holds the record.

        seen: what the plan was prepared with. The lock is held from the comparison to the end, so
        nobody can replace any of it in between.

        Raises:
            VaultError: the item could not be kept; the index and the old item are as before.
            NotFoundError: the row to change is gone.
            ChangedMeanwhileError: something of what was seen was replaced; nothing was changed.
        """
        ground = self._ground
        _ = service_name(plan.kind, plan.uuid, 1)  # an unusable id shows before anything happens
        with ground.lock.held():
            with ground.index.transaction() as connection:
                require_unchanged(connection, seen)
                entry = note_write(connection, plan, ground.now())
                about = about_plan(connection, plan)
            record = with_about(record, {"place": place_of(ground.index.path.parent), **about})
            ground.on_step(f"{plan.kind}.journaled")
            self._keep(entry, record)
            with ground.index.transaction() as connection:
                doomed = carry_out(connection, entry, ground.now())
            ground.on_step(f"{plan.kind}.switched")
            self.delete(doomed)

    def drop(self, kind: ItemKind, uuid: str, *seen: Seen) -> None:
        """Take one thing off the index, then delete its items.

        Raises:
            NotFoundError: it is not there.
            ChangedMeanwhileError: something of what was seen was replaced; nothing was changed.
        """
        ground = self._ground
        with ground.lock.held():
            with ground.index.transaction() as connection:
                require_unchanged(connection, seen)
                doomed = unlist(connection, kind, uuid, ground.now())
            if not doomed:
                raise NotFoundError(kind)
            ground.on_step(f"{kind}.unlisted")
            self.delete(doomed)

    def delete(self, doomed: Iterable[JournalEntry]) -> None:
        """Delete journaled items. What cannot be deleted now stays journaled for recovery."""
        with self._ground.lock.held():
            for entry in doomed:
                try:
                    self.settle(entry)
                except VaultError as error:
                    _log.info("left for recovery: %s: %s", entry.service, error)
                    return

    def settle(self, entry: JournalEntry) -> None:
        """Delete one journaled item and its entry.

        Raises:
            VaultError: it could not be deleted; it stays journaled.
        """
        ground = self._ground
        if not self._is_current(entry):
            ground.vault.delete(entry.service)
        ground.on_step(f"{entry.kind}.deleted")
        with ground.index.transaction() as connection:
            forget(connection, entry)
        ground.on_step(f"{entry.kind}.settled")

    def _keep(self, entry: JournalEntry, record: Secret) -> None:
        try:
            self._write_and_compare(entry, record)
        except VaultHungError:
            # The write may still arrive. Its entry stays, and recovery sees what became of it.
            raise
        except VaultError:
            self.delete([entry])
            raise

    def _write_and_compare(self, entry: JournalEntry, record: Secret) -> None:
        ground = self._ground
        ground.vault.write(entry.service, record)
        ground.on_step(f"{entry.kind}.written")
        if ground.vault.read(entry.service) != record:
            raise VaultFailedError(ground.vault.name, "another value than the one it was given")
        ground.on_step(f"{entry.kind}.compared")

    def _is_current(self, entry: JournalEntry) -> bool:
        """Whether the index names this very item: whatever the journal says, it stays then."""
        with self._ground.index.transaction() as connection:
            current = current_generation(connection, entry.kind, entry.uuid)
        return current == entry.generation
