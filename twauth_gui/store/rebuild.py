"""Brings a rebuilt list up to what the keychain really holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from twauth_gui.domain.health import HealthState
from twauth_gui.store import found_rows
from twauth_gui.store.about import about_in
from twauth_gui.store.changes import StoreContext
from twauth_gui.store.fields import RecordError
from twauth_gui.store.found_rows import FoundRecord
from twauth_gui.store.items import ItemKind, parts_of, service_name
from twauth_gui.store.journal import note_delete
from twauth_gui.store.listing_vaults import services_in
from twauth_gui.store.place import place_of
from twauth_gui.store.records import decode
from twauth_gui.store.rescue import Rescue, end_rescue, rescue_under_way
from twauth_gui.store.rows import TABLES

Name = tuple[ItemKind, str, int]

AHEAD = 32
"""So many generations are tried where a keychain cannot list: a copy is not older than hours."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a list was rebuilt to.

    added: accounts that only the keychain knew. missing: rows whose item is gone. left: items whose
    place in the list is not known, so that they were left alone.
    """

    rescue: Rescue
    accounts: int
    added: int = 0
    missing: int = 0
    left: int = 0


class Rebuilder:
    """Compares the list with the keychain once, after a damaged index was set aside.

    Nothing in the keychain is changed here: what no row needs is journaled, and recovery deletes
    it.
    """

    def __init__(self, ground: StoreContext) -> None:
        self._ground = ground

    def run(self) -> Rebuilt | None:
        """Do it; None where there is nothing to do.

        Raises:
            VaultError: the keychain cannot be asked now; the next call tries again.
        """
        ground = self._ground
        rescue = rescue_under_way(ground.index)
        if rescue is None:
            return None
        with ground.lock.held():
            listed = services_in(ground.vault)
            names = None if listed is None else [one for one in map(parts_of, listed) if one]
            newest = self._ahead() if names is None else _newest(names)
            rows = self._rows()
            found = [
                one
                for kind in ItemKind
                for one in self._found(kind, newest[kind], rows[kind])
                if one is not None
            ]
            with ground.index.transaction() as connection:
                left = sum(not found_rows.put(connection, one, ground.now()) for one in found)
                missing = 0
                if names is not None:
                    _ = connection.execute("DELETE FROM journal")
                    self._doom(connection, names, newest)
                    missing = self._mark_missing(connection, newest)
                (count,) = connection.execute(
                    "SELECT count(*) FROM accounts WHERE hidden_at IS NULL"
                ).fetchone()
                end_rescue(connection)
        added = count - sum(1 for _ in rows[ItemKind.ACCOUNT])
        return Rebuilt(rescue, count, max(0, added), missing, left)

    def _rows(self) -> dict[ItemKind, dict[str, int]]:
        index = self._ground.index
        return {
            kind: dict(index.rows(f"SELECT id, generation FROM {TABLES[kind]}"))  # noqa: S608 - ours
            for kind in ItemKind
        }

    def _ahead(self) -> dict[ItemKind, dict[str, int]]:
        """Look for newer generations of what the list has, where a keychain cannot list."""
        vault = self._ground.vault
        newest: dict[ItemKind, dict[str, int]] = {kind: {} for kind in ItemKind}
        for kind, rows in self._rows().items():
            for uuid, generation in rows.items():
                if generation and vault.read(service_name(kind, uuid, generation)) is None:
                    for number in range(generation + 1, generation + AHEAD + 1):
                        if vault.read(service_name(kind, uuid, number)) is not None:
                            newest[kind][uuid] = number
        return newest

    def _found(
        self, kind: ItemKind, newest: dict[str, int], rows: dict[str, int]
    ) -> Iterable[FoundRecord | None]:
        """Read what the list does not have, or has in another generation."""
        for uuid, generation in newest.items():
            if rows.get(uuid) != generation:
                yield self._read(kind, uuid, generation)

    def _read(self, kind: ItemKind, uuid: str, generation: int) -> FoundRecord | None:
        record = self._ground.vault.read(service_name(kind, uuid, generation))
        if record is None:
            return None
        about = about_in(record)
        if about.get("place") not in {None, place_of(self._ground.index.path.parent)}:
            return None  # of another folder of data, over the same keychain
        try:
            return FoundRecord(kind, uuid, generation, decode(kind, record), about)
        except RecordError:
            return None

    def _doom(
        self,
        connection: sqlite3.Connection,
        names: list[Name],
        newest: dict[ItemKind, dict[str, int]],
    ) -> None:
        """Journal the deletion of older generations of what is in the list."""
        for kind, uuid, generation in names:
            if generation < newest[kind][uuid] and _is_listed(connection, kind, uuid):
                _ = note_delete(connection, kind, (uuid, generation), self._ground.now())

    def _mark_missing(
        self, connection: sqlite3.Connection, newest: dict[ItemKind, dict[str, int]]
    ) -> int:
        """Say in the health of accounts that their item is gone."""
        rows = connection.execute("SELECT id FROM accounts WHERE generation > 0").fetchall()
        gone = [uuid for (uuid,) in rows if uuid not in newest[ItemKind.ACCOUNT]]
        values = (HealthState.CREDENTIAL_MISSING.value, self._ground.now().isoformat())
        _ = connection.executemany(
            "UPDATE accounts SET health = ?, health_at = ?, health_reason ="
            " 'The keychain has no item of it.', check_failed_at = NULL, check_failure = ''"
            " WHERE id = ?",
            [(*values, uuid) for uuid in gone],
        )
        return len(gone)


def _newest(names: Iterable[Name]) -> dict[ItemKind, dict[str, int]]:
    newest: dict[ItemKind, dict[str, int]] = {kind: {} for kind in ItemKind}
    for kind, uuid, generation in names:
        newest[kind][uuid] = max(generation, newest[kind].get(uuid, 0))
    return newest


def _is_listed(connection: sqlite3.Connection, kind: ItemKind, uuid: str) -> bool:
    sql = f"SELECT 1 FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - our own names
    return connection.execute(sql, (uuid,)).fetchone() is not None
