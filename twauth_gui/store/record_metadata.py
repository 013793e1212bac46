"""The metadata in a keychain record, from which a lost index can be rebuilt.

None of it is secret. It is as old as the record: a handle that has changed since is out of date.
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
    """Return the metadata of the row that a plan leads to."""
    kind = ItemKind.ACCOUNT if plan.kind is ItemKind.TOKENS else plan.kind
    names = _NAMES[plan.kind]
    sql = f"SELECT {', '.join(names)} FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - our own names
    row = connection.execute(sql, (plan.uuid,)).fetchone()
    known = {} if row is None else dict(zip(names, row, strict=True))
    columns = {**known, **(plan.account or {}), **plan.columns}
    return {name: str(columns[name]) for name in names if columns.get(name)}


def add_metadata(record: Secret, metadata: Mapping[str, str]) -> Secret:
    """Append metadata to a record, as much as fits into every keychain."""
    text = record.reveal()
    fitting = dict(metadata)
    while fitting:
        extended = f'{text[:-1]},"about":{json.dumps(fitting, separators=(",", ":"))}}}'
        if count_utf16_units(extended) <= MAX_UNITS:
            return Secret(extended)
        _ = fitting.popitem()
    return record


def read_metadata(record: Secret) -> dict[str, str]:
    """Read the metadata of a record; older records have none."""
    try:
        found = parse_record_json(record).get("about")
    except RecordError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): value for name, value in found.items() if isinstance(value, str)}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
