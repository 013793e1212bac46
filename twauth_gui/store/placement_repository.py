"""Placements of credentials, in the index; the key of their fingerprints, in the vault."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from twauth_gui.domain.accounts import AccountEvent, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.placements import (
    Generations,
    Place,
    Placement,
    PlacementId,
    PlacementKind,
    PlacementState,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.store.changes import StoreContext
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.event_log import insert_event
from twauth_gui.store.index import Row, Value
from twauth_gui.store.profile_id import ensure_profile_id
from twauth_gui.store.records import RecordError, parse_record_json
from twauth_gui.store.vault import ItemKind, fingerprint_key_name

LOCAL_PLACEMENTS_PER_HOLDER = 200
"""For a program that exports to a new file each time; secrets of destinations do not count."""

_KEY_BYTES = 32
_NAMES = (
    *("app_id", "account_id", "kind", "destination", "target", "name", "preset", "options"),
    *(
        "fields",
        "app_generation",
        "oauth1_generation",
        "oauth2_generation",
        "fingerprint",
        "marker",
    ),
    *("state", "written_at", "origin"),
)
_UNIQUE = "(kind, destination, target, name, coalesce(account_id, app_id))"
_INSERT = (
    f"INTO placements ({', '.join(_NAMES)}, compared)"  # noqa: S608 - our own names
    f" SELECT {', '.join('?' * len(_NAMES))}, ''"
    " WHERE EXISTS (SELECT 1 FROM apps WHERE id = ?)"
    " AND (? IS NULL OR EXISTS (SELECT 1 FROM accounts WHERE id = ?))"
)
_UPSERT = f"INSERT {_INSERT} ON CONFLICT {_UNIQUE} DO UPDATE SET compared = '', " + ", ".join(
    f"{name} = excluded.{name}" for name in _NAMES
)
_SELECT = (
    f"SELECT {', '.join(f'placements.{name}' for name in _NAMES)}, placements.id, compared,"  # noqa: S608 - our own names
    " iif(app_generation, apps.generation, 0),"
    " iif(oauth1_generation, coalesce(accounts.generation, 0), 0),"
    " iif(oauth2_generation, coalesce(tokens.generation, 0), 0)"
    " FROM placements JOIN apps ON apps.id = placements.app_id"
    " LEFT JOIN accounts ON accounts.id = placements.account_id"
    " LEFT JOIN tokens ON tokens.id = placements.account_id"
    " WHERE accounts.hidden_at IS NULL"
)
_ORDER = " ORDER BY placements.written_at DESC, placements.id DESC"
_PRUNE = (
    "DELETE FROM placements WHERE id IN (SELECT id FROM placements"
    " WHERE coalesce(account_id, app_id) = ? AND {column} = ? AND kind <> 'secret'"
    " ORDER BY written_at DESC, id DESC LIMIT -1 OFFSET ?)"
)


class PlacementRepository:
    """Where copies of credentials were put. Only fingerprint keys touch the vault.

    Every method raises NotWrittenError if the disk fails, and those that change something raise
    ReadOnlyError in a write-protected place.
    """

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    def list_all(
        self, *, account_id: AccountId | None = None, app_id: AppId | None = None
    ) -> list[Placement]:
        """Return placements of accounts that are not hidden, the latest first.

        account_id: of this account alone. app_id: of this app and its accounts alone.
        """
        conditions = {"placements.account_id": account_id, "placements.app_id": app_id}
        wanted = {name: value for name, value in conditions.items() if value is not None}
        where = "".join(f" AND {name} = ?" for name in wanted)
        return self._query(f"{where}{_ORDER}", tuple(wanted.values()))

    def list_at(self, place: Place) -> list[Placement]:
        """Return the placements in one place, the latest first."""
        where = " AND kind = ? AND destination = ? AND target = ?"
        return self._query(f"{where}{_ORDER}", (place.kind.value, place.destination, place.target))

    def find(self, place: Place, name: str, holder: AccountId | AppId) -> Placement | None:
        """Return what is noted of one name in a place; None if there is nothing.

        holder: whose values are there: the account, or the app if only its keys are.
        """
        where = (
            " AND kind = ? AND destination = ? AND target = ? AND placements.name = ?"
            " AND coalesce(placements.account_id, placements.app_id) = ?"
        )
        values = (place.kind.value, place.destination, place.target, name, holder)
        found = self._query(where, values)
        return found[0] if found else None

    def _query(self, ending: str, values: Sequence[Value]) -> list[Placement]:
        rows = self._context.index.query(f"{_SELECT}{ending}", values)
        return [_placement_from_row(row) for row in rows]

    def save(self, placements: Sequence[Placement], events: Iterable[AccountEvent] = ()) -> None:
        """Save placements, each over what is noted of its place, and events, as one transaction.

        Raises:
            NotFoundError: an account or app is gone; nothing was saved.
        """
        with self._context.index.transaction() as connection:
            for one in placements:
                if not connection.execute(_UPSERT, _bind(one)).rowcount:
                    raise NotFoundError(ItemKind.ACCOUNT if one.account_id else ItemKind.APP)
                _prune(connection, one)
            for event in events:
                insert_event(connection, event)

    def forget(self, ids: Iterable[PlacementId]) -> int:
        """Delete placements, because the copies are gone; return how many there were."""
        with self._context.index.transaction() as connection:
            return sum(
                connection.execute("DELETE FROM placements WHERE id = ?", (one,)).rowcount
                for one in ids
            )

    def record_comparison(self, placement: Placement, *, is_equal: bool) -> None:
        """Save whether the placement's values are those of its current generations.

        Nothing is saved if the placement was written anew since it was read.
        """
        now = placement.current
        values = (now.app, now.oauth1, now.oauth2)
        found = "app_generation = ?, oauth1_generation = ?, oauth2_generation = ?, compared = ''"
        sql = f"UPDATE placements SET {found if is_equal else 'compared = ?'}"  # noqa: S608 - ours
        _ = self._context.index.execute(
            f"{sql} WHERE id = ? AND written_at = ? AND fingerprint = ?",
            (
                *(values if is_equal else (_format_compared(now),)),
                *(placement.id, placement.written_at.isoformat(), placement.fingerprint.hex()),
            ),
        )

    def import_placements(self, placements: Sequence[Placement]) -> None:
        """Save placements of a backup, all of one account or app, if it has none here."""
        if not placements:
            return
        holder = placements[0].account_id, placements[0].app_id
        sql = "SELECT 1 FROM placements WHERE account_id IS ? AND app_id = ?"
        with self._context.index.transaction() as connection:
            if connection.execute(sql, holder).fetchone():
                return
            for one in placements:
                _ = connection.execute(f"INSERT OR IGNORE {_INSERT}", _bind(one))

    def fingerprint_key(self) -> Secret:
        """Return the key of fingerprints, made at its first use, and made anew if it was damaged.

        Raises:
            VaultError: the vault cannot be used.
        """
        found = self.read_fingerprint_key()
        if found is not None:
            return found
        with self._context.lock.acquire():
            found = self.read_fingerprint_key()  # another process may have been faster
            if found is None:
                found = Secret(secrets.token_hex(_KEY_BYTES))
                self._write_key(found)
        return found

    def read_fingerprint_key(self) -> Secret | None:
        """Return the key of fingerprints; None if there is none, or a damaged one.

        Raises:
            VaultError: the vault cannot be used.
        """
        record = self._context.vault.read(self._key_name())
        return None if record is None else _parse_key(record)

    def adopt_fingerprint_key(self, key: Secret) -> bool:
        """Use the key of a backup, unless there is one; return whether it is the one in use.

        Raises:
            VaultError: the vault cannot be used.
        """
        with self._context.lock.acquire():
            found = self.read_fingerprint_key()
            if found is None:
                self._write_key(key)
        return found is None or found == key

    def delete_fingerprint_key(self) -> None:
        """Delete the key of fingerprints; it is made again when it is needed.

        Raises:
            VaultError: the vault cannot be used.
        """
        self._context.vault.delete(self._key_name())

    def _write_key(self, key: Secret) -> None:
        record = Secret(json.dumps({"v": 1, "key": key.reveal()}, separators=(",", ":")))
        self._context.vault.write(self._key_name(), record)
        self._context.on_step("placements.key-written")

    def _key_name(self) -> str:
        return fingerprint_key_name(ensure_profile_id(self._context.index.path.parent))


def pack_placement(placement: Placement) -> list[Value]:
    """Return a placement as a backup keeps it: the values of its row, without its holder.

    A generation has a meaning only in its own data folder, and becomes -1.
    """
    taken = placement.generations
    past = Generations(-bool(taken.app), -bool(taken.oauth1), -bool(taken.oauth2))
    return list(_values(replace(placement, generations=past))[2:])


def parse_placement(
    app_id: AppId, account_id: AccountId | None, packed: Sequence[object]
) -> Placement:
    """Return what pack_placement() packed.

    Raises:
        ValueError, TypeError: it is something else.
    """
    values = list(packed)
    if len(values) != len(_NAMES) - 2 or not all(isinstance(one, str | int) for one in values):
        raise TypeError
    found = _placement_from_row((app_id, account_id, *values, 0, "", 0, 0, 0))
    if found.written_at.tzinfo is None:
        raise ValueError
    return found


def _values(placement: Placement) -> tuple[Value, ...]:
    """Return the values in the order of _NAMES."""
    place, generations = placement.place, placement.generations
    return (
        placement.app_id,
        placement.account_id,
        *(place.kind.value, place.destination, place.target),
        placement.name,
        placement.preset,
        placement.options,
        " ".join(placement.fields),
        *(generations.app, generations.oauth1, generations.oauth2),
        placement.fingerprint.hex(),
        placement.marker,
        placement.state.value,
        placement.written_at.isoformat(),
        placement.origin,
    )


def _bind(placement: Placement) -> tuple[Value, ...]:
    """Return the values for _INSERT: app and account have to be there still."""
    ids = (placement.app_id, placement.account_id, placement.account_id)
    return (*_values(placement), *ids)


def _placement_from_row(row: Row) -> Placement:
    app_id, account_id, kind, destination, target, name, preset, options = row[:8]
    fields, app, oauth1, oauth2, fingerprint, marker, state, written_at, origin = row[8:17]
    placement_id, compared, *current = row[17:]
    return Placement(
        app_id=AppId(app_id),
        account_id=None if account_id is None else AccountId(account_id),
        place=Place(PlacementKind(kind), destination, target),
        written_at=datetime.fromisoformat(written_at),
        name=name,
        preset=preset,
        options=options,
        fields=tuple(fields.split()),
        generations=Generations(app, oauth1, oauth2),
        fingerprint=bytes.fromhex(fingerprint),
        marker=marker,
        state=PlacementState(state),
        origin=origin,
        id=PlacementId(placement_id),
        current=Generations(*current),
        compared=Generations(*map(int, compared.split())) if compared else None,
    )


def _format_compared(generations: Generations) -> str:
    return f"{generations.app} {generations.oauth1} {generations.oauth2}"


def _prune(connection: sqlite3.Connection, placement: Placement) -> None:
    """Delete the oldest local placements of the account or app, if there are too many."""
    column = "app_id" if placement.account_id is None else "account_id"
    holder = placement.account_id or placement.app_id
    sql = _PRUNE.format(column=column)
    _ = connection.execute(sql, (holder, holder, LOCAL_PLACEMENTS_PER_HOLDER))


def _parse_key(record: Secret) -> Secret | None:
    """Return the key in its record; None if it is damaged."""
    try:
        key = parse_record_json(record).get("key")
        is_whole = isinstance(key, str) and len(bytes.fromhex(key)) == _KEY_BYTES
    except (RecordError, ValueError):
        return None
    return Secret(str(key)) if is_whole else None
