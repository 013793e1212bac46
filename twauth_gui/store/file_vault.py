"""The encrypted file for machines without a keychain."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import Path

from twauth_gui.domain.secret import Secret
from twauth_gui.store import durable_file, sealed_log
from twauth_gui.store.change_lock import ChangeLock
from twauth_gui.store.errors import NotWrittenError
from twauth_gui.store.limits import require_fit
from twauth_gui.store.rollback import Rollback, SeenGenerations, SeenHere, Torn
from twauth_gui.store.sealed import Key, new_key
from twauth_gui.store.sealed_errors import (
    NAME,
    DamagedFileError,
    FileAbsentError,
    FileInTheWayError,
    FileLockedError,
    FileNotCreatedError,
    FileNotWrittenError,
)
from twauth_gui.store.sealed_header import STANDARD, Cost
from twauth_gui.store.sealed_log import SealedLog
from twauth_gui.store.vault_errors import VaultDismissedError
from twauth_gui.store.vault_map import VaultChange, VaultMap

FILE_NAME = "credentials.twauth"

PATIENCE_SECONDS = 10.0
"""Below the deadline of a keychain call; one save of another process takes milliseconds."""


def _no_step(_name: str) -> None:
    """Nobody watches."""


def _always() -> bool:
    """A file without a history of its own."""
    return True


def _no_report(_what: Rollback | Torn) -> None:
    """Nobody wants to know."""


class FileVault:
    """Keeps all items in one file under a passphrase (store.sealed); nothing else is plain.

    While unlocked it holds the key with the items, and never the passphrase. It may be used from
    every thread, and by several processes: it looks whether the file was changed before each
    answer, and takes a lock beside the file for each change. A change costs the same however many
    items there are (store.sealed_log).

    Args:
        path: of the file; its folder exists.
        passphrase: asked by unlock() without an argument; None where the person gave up.
        seen: remembers generations; by default only in this process.
        cost: of a new key.
        patience: seconds to wait for a save of another process.
        on_rollback: told when an older file took the place of a newer one.
        on_torn: told when a change was cut off while it was being saved, and is gone.
        is_begun: whether there was such a file ever; one that is missing is lost then.
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
        on_torn: Callable[[Torn], None] = _no_report,
        is_begun: Callable[[], bool] = _always,
        on_step: Callable[[str], None] = _no_step,
    ) -> None:
        self.path = path
        self._ask = passphrase
        self._seen = SeenHere() if seen is None else seen
        self._cost = cost
        self._on_rollback = on_rollback
        self._on_torn = on_torn
        self._is_begun = is_begun
        self._on_step = on_step
        self._mutex = threading.RLock()
        self._file_lock = ChangeLock(path.parent, patience, f"{path.name}.lock")
        self._open: SealedLog | None = None

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
        self._require_begun()
        given = passphrase if passphrase is not None else self._asked()
        with self._mutex:
            self._open = self._noted(sealed_log.unlocked(self.path, given))
            if self._open.torn or durable_file.fresh_name(self.path).exists():
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
            self._save(key, self._noted(sealed_log.unlocked(self.path, old)).map)

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
            self._change(self._settled(), VaultChange(put=dict(items)))

    def delete(self, service: str) -> None:
        self.delete_all([service])

    def delete_all(self, services: Iterable[str]) -> None:
        """Remove several items with one save; quiet about those that are not there."""
        with self._exclusive():
            state = self._settled()
            gone = tuple(name for name in services if name in state.map.items)
            if gone:
                self._change(state, VaultChange(gone=gone))

    def services(self) -> list[str]:
        """Name all items: unlike a keychain this can be listed."""
        with self._mutex:
            return sorted(self._fresh().map.items)

    def discard_if_empty(self) -> bool:
        """Delete the file where no item is in it; give whether it is gone."""
        with self._exclusive():
            if not self.exists:
                return True
            if self._settled().map.items:
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

    def _require_begun(self) -> None:
        if not self.exists and not self._is_begun():
            raise FileNotCreatedError(self.path)

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

    def _fresh(self) -> SealedLog:
        """Give the state of the file as it is now."""
        try:
            return self._caught_up()
        except DamagedFileError:
            # Some file systems show a write of another process half done; not under the lock.
            with contextlib.suppress(FileNotWrittenError), self._exclusive():
                return self._caught_up()
            raise

    def _caught_up(self) -> SealedLog:
        state = self._open
        if state is None:
            self._require_begun()
            _ = durable_file.read_parts(self.path, 0, 0)
            raise FileLockedError(self.path)
        before = (state, state.map.generation)
        try:
            state = state.caught_up()
        except FileLockedError:
            self._open = None
            raise
        if (state, state.map.generation) != before:
            self._open = self._noted(state)
        return state

    def _settled(self) -> SealedLog:
        """Give the state under the lock, where nobody is writing: a torn end was cut off."""
        state = self._caught_up()
        if state.torn:
            self._on_torn(Torn(self.path))
        return state

    def _noted(self, state: SealedLog) -> SealedLog:
        """Compare the generation with the newest that was ever seen."""
        found = state.map
        known = self._seen.newest(found.id)
        if found.generation < known:
            self._on_rollback(Rollback(self.path, found.generation, known))
        self._seen.note(found.id, found.generation)
        return state

    def _change(self, state: SealedLog, change: VaultChange) -> None:
        if not state.takes_changes:
            changed = VaultMap(state.map.id, state.map.generation, dict(state.map.items))
            changed.apply(change, state.map.generation)
            self._save(state.key, changed)
            return
        generation = self._next(state.map)
        state.append(change, generation, self._on_step)
        self._seen.note(state.map.id, generation)

    def _save(self, key: Key, changed: VaultMap) -> None:
        """Write everything as the next generation, and make it the state."""
        changed.generation = self._next(changed)
        self._open = sealed_log.saved(self.path, key, changed, self._on_step)
        self._seen.note(changed.id, changed.generation)

    def _next(self, found: VaultMap) -> int:
        return max(found.generation, self._seen.newest(found.id)) + 1

    def _sweep(self) -> None:
        """Clear away what a process that died left behind; only tidiness, so it may fail."""
        with contextlib.suppress(OSError, FileNotWrittenError), self._exclusive():
            state = self._settled()
            if state.torn:
                self._change(state, VaultChange())
            durable_file.remove(durable_file.fresh_name(self.path))

    @contextlib.contextmanager
    def _exclusive(self) -> Generator[None]:
        """Keep other threads and processes from changing the file."""
        with self._mutex, contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._file_lock.held())
            except NotWrittenError as error:
                why = "Another Twauth is writing it. Try again in a moment."
                if error.diagnosis.evidence.code and isinstance(error.__cause__, OSError):
                    why = durable_file.why(error.__cause__)
                raise FileNotWrittenError(self.path, why) from error
            yield
