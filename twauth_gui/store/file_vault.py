"""The encrypted file for machines without a keychain."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import Path

from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles.descriptors import remove_if_present, sync_directory
from twauth_gui.osfiles.durable_file import read_head_and_tail, temporary_path
from twauth_gui.osfiles.error_sentences import explain_os_error
from twauth_gui.store import sealed_log
from twauth_gui.store.errors import NotWrittenError
from twauth_gui.store.file_lock import FileLock
from twauth_gui.store.rollback_detection import (
    GenerationMemory,
    ProcessGenerationMemory,
    Rollback,
    TornWrite,
)
from twauth_gui.store.sealed_file import DerivedKey, derive_new_key
from twauth_gui.store.sealed_format import STANDARD_COST, KdfCost
from twauth_gui.store.sealed_log import SealedLog, VaultChange, VaultMap
from twauth_gui.store.vault import require_fit
from twauth_gui.store.vault_errors import (
    FILE_VAULT_NAME,
    DamagedFileError,
    FileAbsentError,
    FileInTheWayError,
    FileLockedError,
    FileNotCreatedError,
    FileNotWrittenError,
    VaultDismissedError,
    diagnose_read_errors,
    diagnose_write_errors,
)

FILE_VAULT_FILE_NAME = "credentials.twauth"

SAVE_TIMEOUT_SECONDS = 10.0
"""Below the deadline of a keychain call; one save of another process takes milliseconds."""


def _no_step(_name: str) -> None:
    """Nobody watches."""


def _always() -> bool:
    """A file without a history of its own."""
    return True


def _no_report(_what: Rollback | TornWrite) -> None:
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
        seen: GenerationMemory | None = None,
        cost: KdfCost = STANDARD_COST,
        patience: float = SAVE_TIMEOUT_SECONDS,
        on_rollback: Callable[[Rollback], None] = _no_report,
        on_torn: Callable[[TornWrite], None] = _no_report,
        is_begun: Callable[[], bool] = _always,
        on_step: Callable[[str], None] = _no_step,
    ) -> None:
        self.path = path
        self._ask_passphrase = passphrase
        self._generations = ProcessGenerationMemory() if seen is None else seen
        self._cost = cost
        self._on_rollback = on_rollback
        self._on_torn = on_torn
        self._was_created = is_begun
        self._on_step = on_step
        self._mutex = threading.RLock()
        self._file_lock = FileLock(path.parent, patience, f"{path.name}.lock")
        self._log: SealedLog | None = None

    @property
    def name(self) -> str:
        return FILE_VAULT_NAME

    @property
    def is_locked(self) -> bool:
        return self._log is None

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
        key = derive_new_key(passphrase, self.path, self._cost)
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
        if passphrase is None and self._is_unlocked_and_current():
            return
        self._require_created()
        given = passphrase if passphrase is not None else self._require_passphrase()
        with self._mutex:
            self._log = self._check_generation(sealed_log.unlock_log(self.path, given))
            if self._log.is_torn or temporary_path(self.path).exists():
                self._remove_leftovers()

    def lock(self) -> None:
        """Forget the key with all items."""
        with self._mutex:
            self._log = None

    def change_passphrase(self, old: Secret, new: Secret) -> None:
        """Seal everything under another passphrase; the file is unlocked afterwards.

        Raises:
            WrongPassphraseError: the old one is not the file's.
            EmptyPassphraseError: the new one is empty.
        """
        key = derive_new_key(new, self.path, self._cost)
        with self._exclusive():
            self._save(key, self._check_generation(sealed_log.unlock_log(self.path, old)).map)

    def read(self, service: str) -> Secret | None:
        with self._mutex:
            return self._read_current().map.items.get(service)

    def write(self, service: str, value: Secret) -> None:
        self.write_all({service: value})

    def write_all(self, items: Mapping[str, Secret]) -> None:
        """Keep several items with one save; raises as write does."""
        for value in items.values():
            require_fit(value)
        with self._exclusive():
            self._save_change(self._catch_up_exclusively(), VaultChange(put=dict(items)))

    def delete(self, service: str) -> None:
        self.delete_all([service])

    def delete_all(self, services: Iterable[str]) -> None:
        """Remove several items with one save; quiet about those that are not there."""
        with self._exclusive():
            state = self._catch_up_exclusively()
            gone = tuple(name for name in services if name in state.map.items)
            if gone:
                self._save_change(state, VaultChange(deleted=gone))

    def services(self) -> list[str]:
        """Name all items: unlike a keychain this can be listed."""
        with self._mutex:
            return sorted(self._read_current().map.items)

    def discard_if_empty(self) -> bool:
        """Delete the file where no item is in it; give whether it is gone."""
        with self._exclusive():
            if not self.exists:
                return True
            if self._catch_up_exclusively().map.items:
                return False
            with diagnose_write_errors(self.path):
                remove_if_present(self.path)
                sync_directory(self.path.parent)
            self._log = None
            return True

    def probe(self) -> None:
        """Return where the file is there and unlocked."""
        with self._mutex:
            _ = self._read_current()

    def close(self) -> None:
        """Lock it; only unlock opens it again."""
        self.lock()
        self._generations.close()

    def _require_created(self) -> None:
        if not self.exists and not self._was_created():
            raise FileNotCreatedError(self.path)

    def _require_passphrase(self) -> Secret:
        if not self.exists:
            raise FileAbsentError(self.path)
        given = None if self._ask_passphrase is None else self._ask_passphrase()
        if given is None:
            raise VaultDismissedError(FILE_VAULT_NAME)
        return given

    def _is_unlocked_and_current(self) -> bool:
        with self._mutex, contextlib.suppress(FileLockedError):
            _ = self._read_current()
            return True
        return False

    def _read_current(self) -> SealedLog:
        """Give the state of the file as it is now."""
        try:
            return self._catch_up()
        except DamagedFileError:
            # Some file systems show a write of another process half done; not under the lock.
            with contextlib.suppress(FileNotWrittenError), self._exclusive():
                return self._catch_up()
            raise

    def _catch_up(self) -> SealedLog:
        state = self._log
        if state is None:
            self._require_created()
            with diagnose_read_errors(self.path):
                _ = read_head_and_tail(self.path, 0, 0)
            raise FileLockedError(self.path)
        before = (state, state.map.generation)
        try:
            state = state.catch_up()
        except FileLockedError:
            self._log = None
            raise
        if (state, state.map.generation) != before:
            self._log = self._check_generation(state)
        return state

    def _catch_up_exclusively(self) -> SealedLog:
        """Give the state under the lock, where nobody is writing: a torn end was cut off."""
        state = self._catch_up()
        if state.is_torn:
            self._on_torn(TornWrite(self.path))
        return state

    def _check_generation(self, state: SealedLog) -> SealedLog:
        """Compare the generation with the newest that was ever seen."""
        found = state.map
        known = self._generations.newest(found.id)
        if found.generation < known:
            self._on_rollback(Rollback(self.path, found.generation, known))
        self._generations.note(found.id, found.generation)
        return state

    def _save_change(self, state: SealedLog, change: VaultChange) -> None:
        if not state.can_append:
            changed = VaultMap(state.map.id, state.map.generation, dict(state.map.items))
            changed.apply(change, state.map.generation)
            self._save(state.key, changed)
            return
        generation = self._next_generation(state.map)
        state.append(change, generation, self._on_step)
        self._generations.note(state.map.id, generation)

    def _save(self, key: DerivedKey, changed: VaultMap) -> None:
        """Write everything as the next generation, and make it the state."""
        changed.generation = self._next_generation(changed)
        self._log = sealed_log.save_log(self.path, key, changed, self._on_step)
        self._generations.note(changed.id, changed.generation)

    def _next_generation(self, found: VaultMap) -> int:
        return max(found.generation, self._generations.newest(found.id)) + 1

    def _remove_leftovers(self) -> None:
        """Clear away what a process that died left behind; only tidiness, so it may fail."""
        with contextlib.suppress(OSError, FileNotWrittenError), self._exclusive():
            state = self._catch_up_exclusively()
            if state.is_torn:
                self._save_change(state, VaultChange())
            remove_if_present(temporary_path(self.path))

    @contextlib.contextmanager
    def _exclusive(self) -> Generator[None]:
        """Keep other threads and processes from changing the file."""
        with self._mutex, contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._file_lock.acquire())
            except NotWrittenError as error:
                why = "Another Twauth is writing it. Try again in a moment."
                if error.diagnosis.evidence.code and isinstance(error.__cause__, OSError):
                    why = explain_os_error(error.__cause__)
                raise FileNotWrittenError(self.path, why) from error
            yield
