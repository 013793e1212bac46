"""What a keychain record says of the row it belongs to, so that a lost list can be rebuilt.

None of it is secret. It is as old as the record: a handle that has changed since is the old one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from twauth_gui.domain.secret import Secret
from twauth_gui.store.fields import RecordError, loaded
from twauth_gui.store.items import ItemKind
from twauth_gui.store.journal import Plan
from twauth_gui.store.limits import MAX_UNITS, units
from twauth_gui.store.rows import TABLES

_OWNER = ("app_id", "user_id", "handle")

_NAMES = {
    ItemKind.APP: ("label", "callback", "api_host", "page_host"),
    ItemKind.ACCOUNT: (*_OWNER, "method"),
    ItemKind.TOKENS: (*_OWNER, "method"),
    ItemKind.ATTEMPT: ("app_id", "expected_handle", "method", "kind"),
}


def about_plan(connection: sqlite3.Connection, plan: Plan) -> dict[str, str]:
    """Say what the row will be once the plan is carried out."""
    kind = ItemKind.ACCOUNT if plan.kind is ItemKind.TOKENS else plan.kind
    names = _NAMES[plan.kind]
    sql = f"SELECT {', '.join(names)} FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - our own names
    row = connection.execute(sql, (plan.uuid,)).fetchone()
    known = {} if row is None else dict(zip(names, row, strict=True))
    columns = {**known, **(plan.account or {}), **plan.columns}
    return {name: str(columns[name]) for name in names if columns.get(name)}


def with_about(record: Secret, about: Mapping[str, str]) -> Secret:
    """Add it at the end of a record, as much as every keychain can hold."""
    text = record.reveal()
    left = dict(about)
    while left:
        added = f'{text[:-1]},"about":{json.dumps(left, separators=(",", ":"))}}}'
        if units(added) <= MAX_UNITS:
            return Secret(added)
        _ = left.popitem()
    return record


def about_in(record: Secret) -> dict[str, str]:
    """Read it; older records say nothing."""
    try:
        found = loaded(record).get("about")
    except RecordError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): value for name, value in found.items() if isinstance(value, str)}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
