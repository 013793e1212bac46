"""Recovery of changes that a crash interrupted: they are finished or undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.store.changes import JournaledWriter, StoreContext
from twauth_gui.store.journal import (
    SELECT_ENTRIES,
    ChangePlan,
    JournalEntry,
    JournalOperation,
    apply_plan,
    current_generation,
    entry_from_row,
)
from twauth_gui.store.records import RecordError, decode
from twauth_gui.store.vault import ItemKind
from twauth_gui.store.vault_errors import VaultError

_INTERRUPTED = "being saved when Twauth ended."

_ADVICE_WHEN_NEW = {
    ItemKind.APP: "Add the app again.",
    ItemKind.ACCOUNT: "Sign in again.",
    ItemKind.TOKENS: "Sign in again.",
    ItemKind.PENDING_SIGN_IN: "Start it again.",
}

_PREVIOUS_STATE = {
    ItemKind.APP: "The keys from before are still there.",
    ItemKind.ACCOUNT: "The credentials from before are still there.",
    ItemKind.TOKENS: "The credentials from before are still there.",
    ItemKind.PENDING_SIGN_IN: "It can go on from the step before.",
}


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """What recovery did.

    finished: changes whose item had been written, so that they could be completed. undone: changes
    whose item was missing. orphans: items deleted because nothing needs them. messages: for the
    user. rebuilt: how a damaged index was rebuilt.
    """

    finished: int = 0
    undone: int = 0
    orphans: int = 0
    messages: tuple[str, ...] = ()
    rebuilt: Diagnosis | None = None


class CrashRecoverer:
    """Settles every entry of the journal; it may be interrupted itself."""

    def __init__(self, context: StoreContext, changes: JournaledWriter) -> None:
        self._context = context
        self._changes = changes
        self._finished = 0
        self._undone = 0
        self._orphans = 0
        self._messages: list[str] = []

    def run(self) -> RecoveryReport:
        """Finish or undo every journaled change; without any, the keychain is not touched.

        If the keychain fails, the run ends with a message, and the rest stays journaled.
        """
        if not self._context.index.query(SELECT_ENTRIES):
            return RecoveryReport()
        with self._context.lock.acquire():
            self._process_journal()
        return RecoveryReport(self._finished, self._undone, self._orphans, tuple(self._messages))

    def _process_journal(self) -> None:
        for row in self._context.index.query(SELECT_ENTRIES):
            entry = entry_from_row(row)
            process: Callable[[JournalEntry], None] = self._discard
            if entry.operation is JournalOperation.WRITE:
                process = self._finish_or_undo
            try:
                process(entry)
            except VaultError as error:
                self._messages.append(f"Cleaning up waits: {error.diagnosis.to_sentence()}")
                return

    def _discard(self, entry: JournalEntry) -> None:
        self._changes.finish_entry(entry)
        self._orphans += 1

    def _finish_or_undo(self, entry: JournalEntry) -> None:
        if not self._is_whole(entry):
            self._changes.finish_entry(entry)
            self._undone += 1
            self._messages.append(_describe_undone(entry))
        elif self._is_still_wanted(entry):
            self._finish(entry)
        else:
            self._discard(entry)

    def _finish(self, entry: JournalEntry) -> None:
        with self._context.index.transaction() as connection:
            deletions = apply_plan(connection, entry, self._context.now())
        self._finished += 1
        self._messages.append(_describe_finished(entry))
        self._context.on_step(f"{entry.kind}.finished")
        for old in deletions:
            self._discard(old)

    def _is_whole(self, entry: JournalEntry) -> bool:
        """Whether the item was written completely: no generation is written twice."""
        record = self._context.vault.read(entry.service)
        if record is None:
            return False
        try:
            _ = decode(entry.kind, record)
        except RecordError:
            return False
        return True

    def _is_still_wanted(self, entry: JournalEntry) -> bool:
        """Whether the index can still take this item, because nothing newer took its place."""
        plan = entry.plan
        if plan is None:
            return False
        with self._context.index.transaction() as connection:
            current = current_generation(connection, entry.kind, entry.uuid)
            if not plan.is_new:
                return current is not None and current < entry.generation
            return current is None and _has_room(connection, plan)


def _has_room(connection: sqlite3.Connection, plan: ChangePlan) -> bool:
    """Whether the new row's app or account is there, and no other row has taken its place."""
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


def _describe_finished(entry: JournalEntry) -> str:
    """Describe an interrupted change that is complete now."""
    match entry.kind:
        case ItemKind.APP:
            return f"The keys of {_app_label(entry)} were {_INTERRUPTED} They are saved now."
        case ItemKind.ACCOUNT:
            return f"{_account_handle(entry)} was {_INTERRUPTED} It is saved now."
        case ItemKind.TOKENS:
            return f"OAuth 2.0 tokens were {_INTERRUPTED} They are saved now."
        case ItemKind.PENDING_SIGN_IN:
            return f"A sign-in was {_INTERRUPTED} It can go on."


def _describe_undone(entry: JournalEntry) -> str:
    """Describe an interrupted change that was undone, and what to do."""
    plan = entry.plan
    is_new = plan is None or plan.is_new
    undone = f"{_describe_change(entry)} was interrupted, so it was undone."
    if plan is not None and plan.finishes:
        return f"{undone} The sign-in is still in the list: finish it from there."
    return f"{undone} {_ADVICE_WHEN_NEW[entry.kind] if is_new else _PREVIOUS_STATE[entry.kind]}"


def _describe_change(entry: JournalEntry) -> str:
    match entry.kind:
        case ItemKind.APP:
            return f"Saving the keys of {_app_label(entry)}"
        case ItemKind.ACCOUNT:
            return f"Saving the credentials of {_account_handle(entry)}"
        case ItemKind.TOKENS:
            return "Saving OAuth 2.0 tokens"
        case ItemKind.PENDING_SIGN_IN:
            return "The last step of a sign-in"


def _app_label(entry: JournalEntry) -> str:
    return str(entry.plan.columns.get("label")) if entry.plan is not None else "an app"


def _account_handle(entry: JournalEntry) -> str:
    return f"@{entry.plan.columns.get('handle')}" if entry.plan is not None else "an account"
