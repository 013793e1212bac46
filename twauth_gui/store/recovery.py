"""Finishes or undoes the changes that were cut off."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.store import recovery_words
from twauth_gui.store.changes import Changes, StoreContext
from twauth_gui.store.fields import RecordError
from twauth_gui.store.items import ItemKind
from twauth_gui.store.journal import (
    SELECT_ENTRIES,
    JournalEntry,
    Operation,
    Plan,
    carry_out,
    current_generation,
    entry_of,
)
from twauth_gui.store.records import decode
from twauth_gui.store.vault_errors import VaultError


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was done.

    finished: changes whose item was there, so that only the rest had to be done. undone: changes
    whose item was not there. orphans: items deleted because nothing needs them. messages: what a
    person should know, one sentence each. rebuilt: what was done about a damaged index.
    """

    finished: int = 0
    undone: int = 0
    orphans: int = 0
    messages: tuple[str, ...] = ()
    rebuilt: Diagnosis | None = None


class Recoverer:
    """Settles every entry of the journal. Being cut off itself does no harm."""

    def __init__(self, ground: StoreContext, changes: Changes) -> None:
        self._ground = ground
        self._changes = changes
        self._finished = 0
        self._undone = 0
        self._orphans = 0
        self._messages: list[str] = []

    def run(self) -> Recovery:
        """Settle what can be settled; without a journal the keychain is not touched.

        A keychain that fails ends the run with a message: the rest stays journaled.
        """
        if not self._ground.index.rows(SELECT_ENTRIES):
            return Recovery()
        with self._ground.lock.held():
            self._settle_all()
        return Recovery(self._finished, self._undone, self._orphans, tuple(self._messages))

    def _settle_all(self) -> None:
        for row in self._ground.index.rows(SELECT_ENTRIES):
            entry = entry_of(row)
            settle: Callable[[JournalEntry], None] = self._discard
            if entry.operation is Operation.WRITE:
                settle = self._finish_or_undo
            try:
                settle(entry)
            except VaultError as error:
                self._messages.append(f"Cleaning up waits: {error.diagnosis.sentence()}")
                return

    def _discard(self, entry: JournalEntry) -> None:
        self._changes.settle(entry)
        self._orphans += 1

    def _finish_or_undo(self, entry: JournalEntry) -> None:
        if not self._is_whole(entry):
            self._changes.settle(entry)
            self._undone += 1
            self._messages.append(recovery_words.undone(entry))
        elif self._is_welcome(entry):
            self._finish(entry)
        else:
            self._discard(entry)

    def _finish(self, entry: JournalEntry) -> None:
        with self._ground.index.transaction() as connection:
            doomed = carry_out(connection, entry, self._ground.now())
        self._finished += 1
        self._messages.append(recovery_words.finished(entry))
        self._ground.on_step(f"{entry.kind}.finished")
        for old in doomed:
            self._discard(old)

    def _is_whole(self, entry: JournalEntry) -> bool:
        """Whether the item is there and readable: each generation is written at most once."""
        record = self._ground.vault.read(entry.service)
        if record is None:
            return False
        try:
            _ = decode(entry.kind, record)
        except RecordError:
            return False
        return True

    def _is_welcome(self, entry: JournalEntry) -> bool:
        """Whether the index still waits for this item, and nothing newer came in between."""
        plan = entry.plan
        if plan is None:
            return False
        with self._ground.index.transaction() as connection:
            current = current_generation(connection, entry.kind, entry.uuid)
            if not plan.is_new:
                return current is not None and current < entry.generation
            return current is None and _has_room(connection, plan)


def _has_room(connection: sqlite3.Connection, plan: Plan) -> bool:
    """Whether what a new row belongs to is there, and no other has taken its place."""
    if plan.kind is ItemKind.APP:
        return True
    if (
        plan.kind is ItemKind.TOKENS
        and current_generation(connection, ItemKind.ACCOUNT, plan.uuid) is not None
    ):
        return True
    columns = plan.account or plan.columns
    values = (columns.get("app_id"), columns.get("user_id"))
    sql = "SELECT 1 FROM accounts WHERE app_id = ? AND user_id = ?"
    same = connection.execute(sql, values).fetchone()
    app = connection.execute("SELECT 1 FROM apps WHERE id = ?", values[:1]).fetchone()
    return same is None and app is not None
