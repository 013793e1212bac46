"""Which vault a directory's credentials are in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from twauth_gui.domain.secret import Secret
from twauth_gui.store.index import Index
from twauth_gui.store.listing_vaults import services_in
from twauth_gui.store.outcome import Err, capture
from twauth_gui.store.vault import Vault

_CHOSEN = "store.vault"
_MOVE = "store.move"


class VaultKind(StrEnum):
    """The vaults that can be chosen; the values are those of --vault."""

    KEYCHAIN = "keychain"
    FILE = "file"


class MoveStage(StrEnum):
    """How far moving has come."""

    COPYING = "copying"  # the old vault is in use; copies may be in the new one
    CLEANING = "cleaning"  # the new vault is in use; originals may be in the old one


@dataclass(frozen=True, slots=True)
class MoveNote:
    """What is journaled while everything moves: names of items, and no secret."""

    source: VaultKind
    target: VaultKind
    stage: MoveStage
    services: tuple[str, ...]


def chosen(index: Index) -> VaultKind | None:
    """Give the vault the credentials are in; None where none was ever chosen."""
    text = _setting(index, _CHOSEN)
    return None if text is None else VaultKind(text)


def choose(index: Index, kind: VaultKind) -> None:
    """Say where the credentials are; moving says so by itself."""
    _ = index.change(_SET, (_CHOSEN, kind))


def move_under_way(index: Index) -> MoveNote | None:
    """Give what was journaled of a move that has not ended."""
    text = _setting(index, _MOVE)
    if text is None:
        return None
    note = json.loads(text)
    return MoveNote(
        VaultKind(note["source"]),
        VaultKind(note["target"]),
        MoveStage(note["stage"]),
        tuple(note["services"]),
    )


def journal_move(index: Index, note: MoveNote | None) -> None:
    """Write how far moving has come, with the vault that is in use from now on; None at its end."""
    with index.transaction() as connection:
        if note is None:
            _ = connection.execute("DELETE FROM settings WHERE key = ?", (_MOVE,))
            return
        _ = connection.execute(_SET, (_MOVE, json.dumps(asdict(note))))
        in_use = note.source if note.stage is MoveStage.COPYING else note.target
        _ = connection.execute(_SET, (_CHOSEN, in_use))


_SET = (
    "INSERT INTO settings (key, value) VALUES (?, ?)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


def _setting(index: Index, key: str) -> str | None:
    rows = index.rows("SELECT value FROM settings WHERE key = ?", (key,))
    return str(rows[0][0]) if rows else None


class ChosenVault:
    """The vault in use at each moment, so that moving is seen by every process.

    Args:
        choice: asked before every call.
        vaults: one per kind that can be in use; each usable from every thread.
    """

    def __init__(self, choice: Callable[[], VaultKind], vaults: Mapping[VaultKind, Vault]) -> None:
        self._choice = choice
        self._vaults = vaults

    @property
    def name(self) -> str:
        return self._now().name

    def read(self, service: str) -> Secret | None:
        kind = self._choice()
        found = capture(lambda: self._vaults[kind].read(service))
        missed = found is None or isinstance(found, Err)
        if missed and self._choice() is not kind:
            return self._now().read(service)  # it was moved in between
        if isinstance(found, Err):
            raise found.error
        return found

    def write(self, service: str, value: Secret) -> None:
        self._now().write(service, value)

    def delete(self, service: str) -> None:
        self._now().delete(service)

    def unlock(self) -> None:
        self._now().unlock()

    def probe(self) -> None:
        self._now().probe()

    def services(self) -> list[str] | None:
        return services_in(self._now())

    def close(self) -> None:
        """Close all of them."""
        for vault in self._vaults.values():
            vault.close()

    def _now(self) -> Vault:
        return self._vaults[self._choice()]
