"""What a keychain record says of its row, so that a lost index can be rebuilt.

None of it is secret. It is as old as the record: a handle that has changed since is the old one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from twauth_gui.domain.secret import Secret
from twauth_gui.store.index_rows import TABLES
from twauth_gui.store.journal import ChangePlan
from twauth_gui.store.records import RecordError, parse_record_json
from twauth_gui.store.vault import MAX_UNITS, ItemKind, count_utf16_units

_OWNER = ("app_id", "user_id", "handle")

_NAMES = {
    ItemKind.APP: ("label", "callback", "api_host", "page_host"),
    ItemKind.ACCOUNT: (*_OWNER, "method"),
    ItemKind.TOKENS: (*_OWNER, "method"),
    ItemKind.PENDING_SIGN_IN: ("app_id", "expected_handle", "method", "kind"),
}


def collect_metadata(connection: sqlite3.Connection, plan: ChangePlan) -> dict[str, str]:
    """Say what the row will be once the plan is carried out."""
    kind = ItemKind.ACCOUNT if plan.kind is ItemKind.TOKENS else plan.kind
    names = _NAMES[plan.kind]
    sql = f"SELECT {', '.join(names)} FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - our own names
    row = connection.execute(sql, (plan.uuid,)).fetchone()
    known = {} if row is None else dict(zip(names, row, strict=True))
    columns = {**known, **(plan.account or {}), **plan.columns}
    return {name: str(columns[name]) for name in names if columns.get(name)}


def add_metadata(record: Secret, metadata: Mapping[str, str]) -> Secret:
    """Add it at the end of a record, as much as every keychain can hold."""
    text = record.reveal()
    left = dict(metadata)
    while left:
        added = f'{text[:-1]},"about":{json.dumps(left, separators=(",", ":"))}}}'
        if count_utf16_units(added) <= MAX_UNITS:
            return Secret(added)
        _ = left.popitem()
    return record


def read_metadata(record: Secret) -> dict[str, str]:
    """Read it; older records say nothing."""
    try:
        found = parse_record_json(record).get("about")
    except RecordError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): value for name, value in found.items() if isinstance(value, str)}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
