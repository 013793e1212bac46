"""The list of keychain items in doubt, kept in the index.

A write is journaled with the row that goes with it; the transaction that puts this row into its
table takes the entry away and journals the deletion of what it replaced. So whatever is cut off,
each item that exists is either in a table or in the journal.
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


class JournalOperation(StrEnum):
    """What was about to happen to the item."""

    WRITE = "write"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What the index shall say once the item is written.

    columns: the ones to set. is_new: whether the row is to be created.
    finishes: the id of the attempt that ends with this change, or "". account: for tokens, the
    columns of the account they belong to, which comes into being with them or is changed.
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
    """A generation that a change was prepared with; 0 for something that was not there."""

    kind: ItemKind
    uuid: str
    generation: int


def require_preconditions(
    connection: sqlite3.Connection, preconditions: Iterable[Precondition]
) -> None:
    """Compare what a change was prepared with to what there is now.

    Raises:
        NotFoundError: some of it is gone.
        ChangedMeanwhileError: some of it was replaced.
    """
    for one in preconditions:
        now = current_generation(connection, one.kind, one.uuid)
        if now is None and one.generation:
            raise NotFoundError(one.kind)
        if (now or 0) != one.generation:
            raise ChangedMeanwhileError(one.kind)


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
    """Journal that an item, given by id and generation, is being deleted."""
    uuid, generation = item
    return _add_entry(
        connection, JournalEntry(0, JournalOperation.DELETE, kind, uuid, generation), now
    )


def remove_entry(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Take an entry away: its item is settled."""
    _ = connection.execute("DELETE FROM journal WHERE id = ?", (entry.id,))


def current_generation(connection: sqlite3.Connection, kind: ItemKind, uuid: str) -> int | None:
    """Give the generation the table names; None where the row is gone."""
    sql = f"SELECT generation FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - our own names
    row = connection.execute(sql, (uuid,)).fetchone()
    return None if row is None else int(row[0])


def apply_plan(
    connection: sqlite3.Connection, entry: JournalEntry, now: datetime
) -> list[JournalEntry]:
    """Put the planned row into its table; give what is to be deleted from the keychain.

    Raises:
        NotFoundError: the row to change is gone.
    """
    plan = entry.plan
    assert plan is not None  # noqa: S101 - only writes are carried out
    doomed: list[JournalEntry] = []
    if plan.account is not None:
        _upsert_account(connection, plan.account)
    if plan.is_new:
        _insert_row(connection, plan, entry.generation)
    else:
        old = _update_row(connection, plan, entry.generation)
        if old:  # an account that had no credentials of OAuth 1.0a has no item either
            doomed.append(journal_delete(connection, plan.kind, (plan.uuid, old), now))
    if plan.finishes:
        doomed += delete_row(connection, ItemKind.PENDING_SIGN_IN, plan.finishes, now)
    remove_entry(connection, entry)
    return doomed


def delete_row(
    connection: sqlite3.Connection, kind: ItemKind, uuid: str, now: datetime
) -> list[JournalEntry]:
    """Delete a row; give the journaled deletion of its item, or nothing where it is gone.

    The tokens of an account go with it.
    """
    generation = current_generation(connection, kind, uuid)
    if generation is None:
        return []
    doomed = delete_row(connection, ItemKind.TOKENS, uuid, now) if kind is ItemKind.ACCOUNT else []
    _ = connection.execute(f"DELETE FROM {TABLES[kind]} WHERE id = ?", (uuid,))  # noqa: S608 - ours
    if generation:
        doomed.append(journal_delete(connection, kind, (uuid, generation), now))
    return doomed


def entry_from_row(row: Row) -> JournalEntry:
    """Read an entry from its row."""
    (entry_id, operation, kind, uuid, generation, plan) = row
    kind = ItemKind(kind)
    return JournalEntry(
        entry_id, JournalOperation(operation), kind, uuid, generation, _parse_plan(kind, uuid, plan)
    )


SELECT_ENTRIES = "SELECT id, operation, kind, uuid, generation, plan FROM journal ORDER BY id"


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
    """Choose the generation of a new row: after the ones an earlier try left in the journal."""
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
    """Change the account of these columns, or add it without credentials of OAuth 1.0a."""
    table = TABLES[ItemKind.ACCOUNT]
    known = current_generation(connection, ItemKind.ACCOUNT, str(columns["id"])) is not None
    if known:
        sets = ", ".join(f"{name} = ?" for name in columns)
        sql = f"UPDATE {table} SET {sets} WHERE id = ?"  # noqa: S608 - our own names
        _ = connection.execute(sql, (*columns.values(), columns["id"]))
        return
    names = (*columns, "generation", "last_generation")
    marks = ", ".join("?" * len(names))
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names
    _ = connection.execute(sql, (*columns.values(), 0, 0))


def _insert_row(connection: sqlite3.Connection, plan: ChangePlan, generation: int) -> None:
    names = (*plan.columns, "generation", "last_generation")
    marks = ", ".join("?" * len(names))
    sql = f"INSERT INTO {TABLES[plan.kind]} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - ours
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
