"""The encrypted file for machines without a keychain."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from twauth_gui.domain.secret import Secret
from twauth_gui.store import durable_file, sealed_header, vault_map
from twauth_gui.store.change_lock import ChangeLock
from twauth_gui.store.errors import NotWrittenError
from twauth_gui.store.limits import require_fit
from twauth_gui.store.rollback import Rollback, SeenGenerations, SeenHere
from twauth_gui.store.sealed import Key, key_for, new_key, open_sealed, seal
from twauth_gui.store.sealed_errors import (
    NAME,
    DamagedFileError,
    FileAbsentError,
    FileInTheWayError,
    FileLockedError,
    FileNotWrittenError,
    WrongPassphraseError,
)
from twauth_gui.store.sealed_header import STANDARD, Cost, Purpose, unpacked
from twauth_gui.store.vault_errors import VaultDismissedError
from twauth_gui.store.vault_map import VaultMap

FILE_NAME = "credentials.twauth"

PATIENCE_SECONDS = 10.0
"""Below the deadline of a keychain call; one save of another process takes milliseconds."""

_CHANGED_ELSEWHERE = "Its passphrase was changed in another Twauth."


def _no_step(_name: str) -> None:
    """Nobody watches."""


def _no_report(_rollback: Rollback) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class _Open:
    """What is known while unlocked. head: the file's first bytes; its nonce is new per save."""

    key: Key
    head: bytes
    map: VaultMap


class FileVault:
    """Keeps all items in one file under a passphrase (store.sealed); nothing else is plain.

    While unlocked it holds the key with the items, and never the passphrase. It may be used from
    every thread, and by several processes: it looks whether the file is another one before each
    answer, and takes a lock beside the file for each change.

    Args:
        path: of the file; its folder exists.
        passphrase: asked by unlock() without an argument; None where the person gave up.
        seen: remembers generations; by default only in this process.
        cost: of a new key.
        patience: seconds to wait for a save of another process.
        on_rollback: told when an older file took the place of a newer one.
        on_step: told each step of a save after it happened; a test ends the process there.
    """

    def __init__(
        self,
        path: Path,
        passphrase: Callable[[], Secret | None] | None = None,
        *,
        seen: SeenGenerations | None = None,
        cost: Cost = STANDARD,
        patience: float = PATIENCE_SECONDS,
        on_rollback: Callable[[Rollback], None] = _no_report,
        on_step: Callable[[str], None] = _no_step,
    ) -> None:
        self.path = path
        self._ask = passphrase
        self._seen = SeenHere() if seen is None else seen
        self._cost = cost
        self._on_rollback = on_rollback
        self._on_step = on_step
        self._mutex = threading.RLock()
        self._file_lock = ChangeLock(path.parent, patience, f"{path.name}.lock")
        self._open: _Open | None = None

    @property
    def name(self) -> str:
        return NAME

    @property
    def locked(self) -> bool:
        return self._open is None

    @property
    def exists(self) -> bool:
        """Whether something is at the path, be it a file or not."""
        return os.path.lexists(self.path)

    def create(self, passphrase: Secret) -> None:
        """Make an empty file, and leave it unlocked.

        Raises:
            FileInTheWayError: there is one.
            EmptyPassphraseError, DerivationError, FileNotWrittenError: as they say.
        """
        key = new_key(passphrase, self.path, self._cost)
        with self._exclusive():
            if self.exists:
                raise FileInTheWayError(self.path)
            self._save(key, VaultMap(os.urandom(16).hex(), 0))

    def unlock(self, passphrase: Secret | None = None) -> None:
        """Open the file with a passphrase, the given one or the one that is asked for.

        Raises:
            WrongPassphraseError: it is another one.
            VaultDismissedError: nobody gave one.
            SealedFileError: the file is absent, damaged, newer, or no file of ours.
        """
        if passphrase is None and self._is_fresh():
            return
        given = passphrase if passphrase is not None else self._asked()
        with self._mutex:
            self._open = self._opened(given)
            if durable_file.fresh_name(self.path).exists():
                self._sweep()

    def lock(self) -> None:
        """Forget the key with all items."""
        with self._mutex:
            self._open = None

    def change_passphrase(self, old: Secret, new: Secret) -> None:
        """Seal everything under another passphrase; the file is unlocked afterwards.

        Raises:
            WrongPassphraseError: the old one is not the file's.
            EmptyPassphraseError: the new one is empty.
        """
        key = new_key(new, self.path, self._cost)
        with self._exclusive():
            self._save(key, self._opened(old).map)

    def read(self, service: str) -> Secret | None:
        with self._mutex:
            return self._fresh().map.items.get(service)

    def write(self, service: str, value: Secret) -> None:
        self.write_all({service: value})

    def write_all(self, items: Mapping[str, Secret]) -> None:
        """Keep several items with one save; raises as write does."""
        for value in items.values():
            require_fit(value)
        with self._exclusive():
            state = self._fresh()
            self._save(state.key, replace(state.map, items={**state.map.items, **items}))

    def delete(self, service: str) -> None:
        self.delete_all([service])

    def delete_all(self, services: Iterable[str]) -> None:
        """Remove several items with one save; quiet about those that are not there."""
        doomed = set(services)
        with self._exclusive():
            state = self._fresh()
            kept = {name: one for name, one in state.map.items.items() if name not in doomed}
            if len(kept) != len(state.map.items):
                self._save(state.key, replace(state.map, items=kept))

    def services(self) -> list[str]:
        """Name all items: unlike a keychain this can be listed."""
        with self._mutex:
            return sorted(self._fresh().map.items)

    def discard_if_empty(self) -> bool:
        """Delete the file where no item is in it; give whether it is gone."""
        with self._exclusive():
            if not self.exists:
                return True
            if self._fresh().map.items:
                return False
            try:
                durable_file.remove(self.path)
                durable_file.sync_folder(self.path.parent)
            except OSError as error:
                raise FileNotWrittenError(self.path, durable_file.why(error)) from error
            self._open = None
            return True

    def probe(self) -> None:
        """Return where the file is there and unlocked."""
        with self._mutex:
            _ = self._fresh()

    def close(self) -> None:
        """Lock it; only unlock opens it again."""
        self.lock()
        self._seen.close()

    def _asked(self) -> Secret:
        if not self.exists:
            raise FileAbsentError(self.path)
        given = None if self._ask is None else self._ask()
        if given is None:
            raise VaultDismissedError(NAME)
        return given

    def _is_fresh(self) -> bool:
        with self._mutex, contextlib.suppress(FileLockedError):
            _ = self._fresh()
            return True
        return False

    def _opened(self, passphrase: Secret) -> _Open:
        raw = durable_file.read_whole(self.path)
        return self._understood(raw, key_for(raw, passphrase, Purpose.VAULT, self.path))

    def _fresh(self) -> _Open:
        """Give the state of the file as it is now, reading it again where it is another one."""
        state = self._open
        head = durable_file.read_start(self.path, sealed_header.SIZE)
        if state is None:
            raise FileLockedError(self.path)
        if head != state.head:
            state = self._open = self._reread(state.key)
        return state

    def _reread(self, key: Key) -> _Open:
        raw = durable_file.read_whole(self.path)
        header = unpacked(raw)
        if header is not None and not key.fits(header):
            self._open = None
            raise FileLockedError(self.path, _CHANGED_ELSEWHERE)
        try:
            return self._understood(raw, key)
        except WrongPassphraseError:
            # The key is known to be right, so it is the file that is wrong.
            raise DamagedFileError(self.path, "tag") from None

    def _understood(self, raw: bytes, key: Key) -> _Open:
        data = open_sealed(raw, key, Purpose.VAULT, self.path)
        found = vault_map.unpacked(data, self.path)
        known = self._seen.newest(found.id)
        if found.generation < known:
            self._on_rollback(Rollback(self.path, found.generation, known))
        self._seen.note(found.id, found.generation)
        return _Open(key, raw[: sealed_header.SIZE], found)

    def _save(self, key: Key, changed: VaultMap) -> None:
        """Write the next generation, read it back, and make it the state."""
        newest = max(changed.generation, self._seen.newest(changed.id))
        saved = replace(changed, generation=newest + 1)
        raw = seal(saved.packed(), key, Purpose.VAULT)
        durable_file.replace_whole(self.path, raw, self._on_step)
        self._seen.note(saved.id, saved.generation)
        self._open = _Open(key, raw[: sealed_header.SIZE], saved)

    def _sweep(self) -> None:
        """Remove what a process that died left beside the file; only tidiness, so it may fail."""
        with contextlib.suppress(OSError, FileNotWrittenError), self._exclusive():
            durable_file.remove(durable_file.fresh_name(self.path))

    @contextlib.contextmanager
    def _exclusive(self) -> Generator[None]:
        """Keep other threads and processes from changing the file."""
        with self._mutex, contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._file_lock.held())
            except NotWrittenError as error:
                why = "Another Twauth is writing it. Try again in a moment."
                raise FileNotWrittenError(self.path, why) from error
            except OSError as error:
                raise FileNotWrittenError(self.path, durable_file.why(error)) from error
            yield
