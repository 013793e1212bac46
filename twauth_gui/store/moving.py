"""Takes everything from one vault to another."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol, TypeVar, runtime_checkable

from twauth_gui.domain.secret import Secret
from twauth_gui.store.changes import Changes, StoreContext
from twauth_gui.store.choice import MoveNote, MoveStage, VaultKind, journal_move, move_under_way
from twauth_gui.store.items import ItemKind, service_name
from twauth_gui.store.journal import SELECT_ENTRIES
from twauth_gui.store.recovery import Recoverer
from twauth_gui.store.rows import TABLES
from twauth_gui.store.sealed_errors import FileAbsentError
from twauth_gui.store.vault import Vault, mid_sentence
from twauth_gui.store.vault_errors import VaultError, VaultFailedError, VaultHungError

T = TypeVar("T")

BATCH = 200
"""Items per save of a vault that saves several at once."""

_log = logging.getLogger(__name__)


@runtime_checkable
class BulkVault(Protocol):
    """A vault whose save costs the same for many items as for one."""

    def write_all(self, items: Mapping[str, Secret]) -> None: ...

    def delete_all(self, services: Iterable[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class End:
    """One end of a move.

    discard: called when the old vault was emptied (FileVault.discard_if_empty); None for a
    keychain.
    """

    kind: VaultKind
    vault: Vault
    discard: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did.

    items: how many are in the new vault. missing: the services the old one had no item of.
    left: how many are still in the old vault, which refused to delete them; settle() tries again.
    """

    items: int
    missing: tuple[str, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a move that was cut off.

    undone: whether everything is in the old vault again; else it is in the new one. message: one
    sentence for a person.
    """

    undone: bool
    message: str


class Mover:
    """Copies all, switches the index in one transaction, then empties the old vault.

    Cut off before the switch, the copies go; after it, the originals go. settle() does that at the
    next start. It needs both vaults unlocked.

    Args:
        ground: its vault is the one in use.
        source: the vault that is in use.
        target: the one that will be.
        progress: told (items done, items in all) after each batch.
    """

    def __init__(
        self,
        ground: StoreContext,
        source: End,
        target: End,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._ground = ground
        self._source = source
        self._target = target
        self._progress = progress

    def run(self) -> Moved:
        """Move everything.

        Raises:
            VaultError: one of the two failed before the switch; the old one is in use as before.
            NotWrittenError: the index failed, or another process is changing credentials.
        """
        ground = self._ground
        with ground.lock.held():
            self._prepare()
            note = MoveNote(
                self._source.kind, self._target.kind, MoveStage.COPYING, self._services()
            )
            journal_move(ground.index, note)
            ground.on_step("move.journaled")
            missing = self._copy_or_undo(note)
            note = replace(note, stage=MoveStage.CLEANING)
            journal_move(ground.index, note)
            ground.on_step("move.switched")
            left = self._clean(note)
        return Moved(len(note.services) - len(missing), tuple(missing), left)

    def _prepare(self) -> None:
        self._source.vault.probe()
        self._target.vault.probe()
        _ = settle(self._ground, (self._source, self._target))
        recovery = Recoverer(self._ground, Changes(self._ground)).run()
        if self._ground.index.rows(SELECT_ENTRIES):
            raise VaultFailedError(
                self._source.vault.name, advice=" ".join(recovery.messages) or "Try again."
            )

    def _services(self) -> tuple[str, ...]:
        found: list[str] = []
        for kind in ItemKind:
            sql = f"SELECT id, generation FROM {TABLES[kind]} WHERE generation ORDER BY id"  # noqa: S608 - ours
            rows = self._ground.index.rows(sql)
            found += [service_name(kind, row[0], row[1]) for row in rows]
        return tuple(found)

    def _copy_or_undo(self, note: MoveNote) -> list[str]:
        try:
            return self._copy(note.services)
        except VaultHungError:
            raise  # what was being written may still arrive: settle() looks after it
        except VaultError:
            with contextlib.suppress(VaultError):  # then settle() does it
                _empty(self._ground, note, replace(self._target, discard=None))
            raise

    def _copy(self, services: tuple[str, ...]) -> list[str]:
        missing: list[str] = []
        done = 0
        for batch in _batches(services, BATCH):
            found = {name: self._source.vault.read(name) for name in batch}
            missing += [name for name, secret in found.items() if secret is None]
            items = {name: secret for name, secret in found.items() if secret is not None}
            self._put(items)
            done += len(batch)
            if self._progress is not None:
                self._progress(done, len(services))
        return missing

    def _put(self, items: Mapping[str, Secret]) -> None:
        vault, on_step = self._target.vault, self._ground.on_step
        if isinstance(vault, BulkVault):
            vault.write_all(items)
            on_step("move.copied")
        else:
            for name, secret in items.items():
                vault.write(name, secret)
                on_step("move.copied")
        if any(vault.read(name) != secret for name, secret in items.items()):
            raise VaultFailedError(vault.name, "another value than the one it was given")

    def _clean(self, note: MoveNote) -> int:
        try:
            _empty(self._ground, note, self._source)
        except VaultError as error:
            _log.info("left in the old vault: %s", error)
            return len(note.services)
        return 0


def settle(ground: StoreContext, ends: tuple[End, ...]) -> Settled | None:
    """Undo or finish a move that was cut off; None where there was none.

    Args:
        ground: of the store.
        ends: both vaults, unlocked.

    Raises:
        VaultError: a vault failed; the move stays journaled, and what is in use stays in use.
    """
    if move_under_way(ground.index) is None:
        return None
    with ground.lock.held():
        note = move_under_way(ground.index)
        if note is None:
            return None  # another process was faster
        by_kind = {end.kind: end for end in ends}
        source, target = by_kind[note.source], by_kind[note.target]
        if note.stage is MoveStage.COPYING:
            _empty(ground, note, replace(target, discard=None))
            where = mid_sentence(source.vault.name)
            told = f"Moving the credentials was cut off. Nothing was lost: all are in {where}."
            return Settled(undone=True, message=told)
        _empty(ground, note, source)
        where = mid_sentence(target.vault.name)
        told = f"Moving the credentials was cut off at its end. All are in {where}."
        return Settled(undone=False, message=told)


def _empty(ground: StoreContext, note: MoveNote, end: End) -> None:
    """Delete all items of the move from one end, then the journal's note."""
    try:
        if isinstance(end.vault, BulkVault):
            end.vault.delete_all(note.services)
            ground.on_step("move.deleted")
        else:
            for name in note.services:
                end.vault.delete(name)
                ground.on_step("move.deleted")
        if end.discard is not None:
            _ = end.discard()
            ground.on_step("move.discarded")
    except FileAbsentError:
        _log.info("nothing is left to delete: the file is gone")
    journal_move(ground.index, None)
    ground.on_step("move.settled")


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
