"""The journal of keychain items in doubt, in the index.

A write is journaled with its row; the transaction that puts this row into its table removes the
entry and journals the deletion of what it replaced. So wherever a change is interrupted, each
existing item is either in a table or in the journal.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from twauth_gui.store.errors import ChangedMeanwhileError, NotFoundError
from twauth_gui.store.index import Row
from twauth_gui.store.index_rows import COLUMNS, TABLES, Columns
from twauth_gui.store.vault import ItemKind, service_name

SELECT_ENTRIES = "SELECT id, operation, kind, uuid, generation, plan FROM journal ORDER BY id"


class JournalOperation(StrEnum):
    """What was being done to the item."""

    WRITE = "write"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """The row to save once its keychain item is written.

    columns: the ones to set. is_new: whether to insert the row. finishes: the id of the pending
    sign-in that ends with this change, or "". account: for tokens, the columns of their account,
    which is inserted or updated with them.
    """

    kind: ItemKind
    uuid: str
    columns: Columns
    is_new: bool
    finishes: str = ""
    account: Columns | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One item in doubt."""

    id: int
    operation: JournalOperation
    kind: ItemKind
    uuid: str
    generation: int
    plan: ChangePlan | None = None

    @property
    def service(self) -> str:
        return service_name(self.kind, self.uuid, self.generation)


@dataclass(frozen=True, slots=True)
class Precondition:
    """A generation that a change was prepared with; 0 if there was no row."""

    kind: ItemKind
    uuid: str
    generation: int


def require_preconditions(
    connection: sqlite3.Connection, preconditions: Iterable[Precondition]
) -> None:
    """Check that everything that a change was prepared with is still there.

    Raises:
        NotFoundError: some of it is gone.
        ChangedMeanwhileError: some of it was replaced.
    """
    for expected in preconditions:
        found = current_generation(connection, expected.kind, expected.uuid)
        if found is None and expected.generation:
            raise NotFoundError(expected.kind)
        if (found or 0) != expected.generation:
            raise ChangedMeanwhileError(expected.kind)


def journal_write(connection: sqlite3.Connection, plan: ChangePlan, now: datetime) -> JournalEntry:
    """Reserve the next generation and journal that its item is being written.

    Raises:
        NotFoundError: the row to change is gone.
    """
    generation = (
        _first_generation(connection, plan)
        if plan.is_new
        else _reserve_generation(connection, plan)
    )
    entry = JournalEntry(0, JournalOperation.WRITE, plan.kind, plan.uuid, generation, plan)
    return _add_entry(connection, entry, now)


def journal_delete(
    connection: sqlite3.Connection, kind: ItemKind, item: tuple[str, int], now: datetime
) -> JournalEntry:
    """Journal that an item, named by id and generation, is being deleted."""
    uuid, generation = item
    return _add_entry(
        connection, JournalEntry(0, JournalOperation.DELETE, kind, uuid, generation), now
    )


def remove_entry(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Remove an entry, because its item is no longer in doubt."""
    _ = connection.execute("DELETE FROM journal WHERE id = ?", (entry.id,))


def current_generation(connection: sqlite3.Connection, kind: ItemKind, uuid: str) -> int | None:
    """Return the generation that a row names; None if there is no such row."""
    sql = f"SELECT generation FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - our own names
    row = connection.execute(sql, (uuid,)).fetchone()
    return None if row is None else int(row[0])


def apply_plan(
    connection: sqlite3.Connection, entry: JournalEntry, now: datetime
) -> list[JournalEntry]:
    """Save the planned row; return the journaled deletions of what it replaces.

    Raises:
        NotFoundError: the row to change is gone.
    """
    plan = entry.plan
    assert plan is not None  # noqa: S101 - only writes are applied
    deletions: list[JournalEntry] = []
    if plan.account is not None:
        _upsert_account(connection, plan.account)
    if plan.is_new:
        _insert_row(connection, plan, entry.generation)
    else:
        old = _update_row(connection, plan, entry.generation)
        if old:  # an account without OAuth 1.0a credentials has no item either
            deletions.append(journal_delete(connection, plan.kind, (plan.uuid, old), now))
    if plan.finishes:
        deletions += delete_row(connection, ItemKind.PENDING_SIGN_IN, plan.finishes, now)
    remove_entry(connection, entry)
    return deletions


def delete_row(
    connection: sqlite3.Connection, kind: ItemKind, uuid: str, now: datetime
) -> list[JournalEntry]:
    """Delete a row, and an account's tokens with it; return the journaled deletions of items."""
    generation = current_generation(connection, kind, uuid)
    if generation is None:
        return []
    deletions = (
        delete_row(connection, ItemKind.TOKENS, uuid, now) if kind is ItemKind.ACCOUNT else []
    )
    _ = connection.execute(f"DELETE FROM {TABLES[kind]} WHERE id = ?", (uuid,))  # noqa: S608 - ours
    if generation:
        deletions.append(journal_delete(connection, kind, (uuid, generation), now))
    return deletions


def entry_from_row(row: Row) -> JournalEntry:
    """Build an entry from its row."""
    (entry_id, operation, kind, uuid, generation, plan) = row
    kind = ItemKind(kind)
    return JournalEntry(
        entry_id, JournalOperation(operation), kind, uuid, generation, _parse_plan(kind, uuid, plan)
    )


def _parse_plan(kind: ItemKind, uuid: str, text: str) -> ChangePlan | None:
    if not text:
        return None
    data = json.loads(text)
    columns = {name: data["columns"].get(name) for name in COLUMNS[kind] if name in data["columns"]}
    return ChangePlan(kind, uuid, columns, data["is_new"], data["finishes"], data.get("account"))


def _add_entry(connection: sqlite3.Connection, entry: JournalEntry, now: datetime) -> JournalEntry:
    plan = entry.plan
    text = ""
    if plan is not None:
        fields = {"columns": plan.columns, "is_new": plan.is_new, "finishes": plan.finishes}
        text = json.dumps({**fields, "account": plan.account})
    cursor = connection.execute(
        "INSERT INTO journal (operation, kind, uuid, generation, plan, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (entry.operation, entry.kind, entry.uuid, entry.generation, text, now.isoformat()),
    )
    return replace(entry, id=cursor.lastrowid or 0)


def _first_generation(connection: sqlite3.Connection, plan: ChangePlan) -> int:
    """Return the generation for a new row: after those that an earlier try left in the journal."""
    sql = "SELECT coalesce(max(generation), 0) + 1 FROM journal WHERE kind = ? AND uuid = ?"
    return int(connection.execute(sql, (plan.kind, plan.uuid)).fetchone()[0])


def _reserve_generation(connection: sqlite3.Connection, plan: ChangePlan) -> int:
    sql = (
        f"UPDATE {TABLES[plan.kind]} SET last_generation = last_generation + 1"  # noqa: S608 - ours
        " WHERE id = ? RETURNING last_generation"
    )
    rows = connection.execute(sql, (plan.uuid,)).fetchall()
    if not rows:
        raise NotFoundError(plan.kind)
    return int(rows[0][0])


def _upsert_account(connection: sqlite3.Connection, columns: Columns) -> None:
    """Update the account with these columns, or insert it without OAuth 1.0a credentials."""
    table = TABLES[ItemKind.ACCOUNT]
    if current_generation(connection, ItemKind.ACCOUNT, str(columns["id"])) is not None:
        sets = ", ".join(f"{name} = ?" for name in columns)
        sql = f"UPDATE {table} SET {sets} WHERE id = ?"  # noqa: S608 - our own names
        _ = connection.execute(sql, (*columns.values(), columns["id"]))
        return
    names = (*columns, "generation", "last_generation")
    placeholders = ", ".join("?" * len(names))
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({placeholders})"  # noqa: S608 - our own names
    _ = connection.execute(sql, (*columns.values(), 0, 0))


def _insert_row(connection: sqlite3.Connection, plan: ChangePlan, generation: int) -> None:
    names = (*plan.columns, "generation", "last_generation")
    placeholders = ", ".join("?" * len(names))
    sql = f"INSERT INTO {TABLES[plan.kind]} ({', '.join(names)}) VALUES ({placeholders})"  # noqa: S608 - ours
    _ = connection.execute(sql, (*plan.columns.values(), generation, generation))


def _update_row(connection: sqlite3.Connection, plan: ChangePlan, generation: int) -> int:
    old = current_generation(connection, plan.kind, plan.uuid)
    if old is None:
        raise NotFoundError(plan.kind)
    names = (*plan.columns, "generation")
    sets = ", ".join(f"{name} = ?" for name in names)
    sql = f"UPDATE {TABLES[plan.kind]} SET {sets} WHERE id = ?"  # noqa: S608 - our own names
    _ = connection.execute(sql, (*plan.columns.values(), generation, plan.uuid))
    return old
