"""The encrypted file, a vault for machines without a keychain."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import Path

from twauth_gui.domain.callbacks import ignore
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

SAVE_TIMEOUT_SECONDS = 10.0
"""Below the deadline of a keychain call; one save of another process takes milliseconds."""


class FileVault:
    """Keeps all items in one file under a passphrase; nothing is stored as plain text.

    While unlocked it holds the key and the items, never the passphrase. Any thread and several
    processes may use it: before each read it checks whether the file has changed, and for each
    change it takes a lock beside the file. A change costs the same however many items there are
    (store.sealed_log).

    Args:
        path: of the file; its folder exists.
        passphrase: called by unlock() without an argument; returns None if the user gave up.
        generations: remembers the newest generation; by default only in this process.
        cost: of deriving a new key.
        timeout_seconds: how long to wait for a save of another process.
        on_rollback: called when an older file took the place of a newer one.
        on_torn: called when an interrupted change was found, which is lost.
        was_created: whether the file ever existed; if so, a missing one is lost.
        on_step: called with the name of each step of a save after it happened; tests end the
            process there.
    """

    def __init__(
        self,
        path: Path,
        passphrase: Callable[[], Secret | None] | None = None,
        *,
        generations: GenerationMemory | None = None,
        cost: KdfCost = STANDARD_COST,
        timeout_seconds: float = SAVE_TIMEOUT_SECONDS,
        on_rollback: Callable[[Rollback], None] = ignore,
        on_torn: Callable[[TornWrite], None] = ignore,
        was_created: Callable[[], bool] = lambda: True,
        on_step: Callable[[str], None] = ignore,
    ) -> None:
        self.path = path
        self._ask_passphrase = passphrase
        self._generations = generations or ProcessGenerationMemory()
        self._cost = cost
        self._on_rollback = on_rollback
        self._on_torn = on_torn
        self._was_created = was_created
        self._on_step = on_step
        self._mutex = threading.RLock()
        self._file_lock = FileLock(path.parent, timeout_seconds, f"{path.name}.lock")
        self._log: SealedLog | None = None

    @property
    def name(self) -> str:
        return FILE_VAULT_NAME

    @property
    def is_locked(self) -> bool:
        return self._log is None

    @property
    def exists(self) -> bool:
        """Whether anything is at the path, be it a file or not."""
        return os.path.lexists(self.path)

    def create(self, passphrase: Secret) -> None:
        """Create an empty file, and leave it unlocked.

        Raises:
            FileInTheWayError: the path is taken.
            EmptyPassphraseError: the passphrase is empty.
            DerivationError: this computer cannot derive the key.
            FileNotWrittenError: the disk refused the file.
        """
        key = derive_new_key(passphrase, self.path, self._cost)
        with self._exclusive():
            if self.exists:
                raise FileInTheWayError(self.path)
            self._save(key, VaultMap(os.urandom(16).hex(), 0))

    def unlock(self, passphrase: Secret | None = None) -> None:
        """Unlock the file with a passphrase, asking the user if there is none.

        Raises:
            WrongPassphraseError: the passphrase does not open it.
            VaultDismissedError: the user gave up.
            SealedFileError: the file is absent, damaged, newer, or not one of Twauth's.
        """
        if passphrase is None and self._is_unlocked_and_current():
            return
        self._require_created()
        secret = passphrase if passphrase is not None else self._require_passphrase()
        with self._mutex:
            self._log = self._check_generation(sealed_log.unlock_log(self.path, secret))
            if self._log.is_torn or temporary_path(self.path).exists():
                self._remove_leftovers()

    def lock(self) -> None:
        """Forget the key and all items."""
        with self._mutex:
            self._log = None

    def change_passphrase(self, old: Secret, new: Secret) -> None:
        """Encrypt everything under another passphrase; the file is unlocked afterwards.

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
        """Write several items with one save; raises as write does."""
        for value in items.values():
            require_fit(value)
        with self._exclusive():
            self._save_change(self._catch_up_exclusively(), VaultChange(put=dict(items)))

    def delete(self, service: str) -> None:
        self.delete_all([service])

    def delete_all(self, services: Iterable[str]) -> None:
        """Delete several items with one save; those that are not there are ignored."""
        with self._exclusive():
            state = self._catch_up_exclusively()
            present = tuple(name for name in services if name in state.map.items)
            if present:
                self._save_change(state, VaultChange(deleted=present))

    def services(self) -> list[str]:
        """List all items."""
        with self._mutex:
            return sorted(self._read_current().map.items)

    def discard_if_empty(self) -> bool:
        """Delete the file if it has no items; return whether it is gone."""
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
        """Raise the VaultError that keeps the file from being read, if any."""
        with self._mutex:
            _ = self._read_current()

    def close(self) -> None:
        """Lock the file and release its resources."""
        self.lock()
        self._generations.close()

    def _require_created(self) -> None:
        if not self.exists and not self._was_created():
            raise FileNotCreatedError(self.path)

    def _require_passphrase(self) -> Secret:
        if not self.exists:
            raise FileAbsentError(self.path)
        passphrase = None if self._ask_passphrase is None else self._ask_passphrase()
        if passphrase is None:
            raise VaultDismissedError(FILE_VAULT_NAME)
        return passphrase

    def _is_unlocked_and_current(self) -> bool:
        with self._mutex, contextlib.suppress(FileLockedError):
            _ = self._read_current()
            return True
        return False

    def _read_current(self) -> SealedLog:
        """Return the current state of the file."""
        try:
            return self._catch_up()
        except DamagedFileError:
            # Some file systems show another process's write half done, but not under the lock.
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
        """Return the current state while holding the lock, so that a torn end was interrupted."""
        state = self._catch_up()
        if state.is_torn:
            self._on_torn(TornWrite(self.path))
        return state

    def _check_generation(self, state: SealedLog) -> SealedLog:
        """Report a rollback if the generation is older than the newest one remembered."""
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
        """Write everything as the next generation, which becomes the current state."""
        changed.generation = self._next_generation(changed)
        self._log = sealed_log.save_log(self.path, key, changed, self._on_step)
        self._generations.note(changed.id, changed.generation)

    def _next_generation(self, found: VaultMap) -> int:
        return max(found.generation, self._generations.newest(found.id)) + 1

    def _remove_leftovers(self) -> None:
        """Remove what a process that died left behind; failures do not matter."""
        with contextlib.suppress(OSError, FileNotWrittenError), self._exclusive():
            state = self._catch_up_exclusively()
            if state.is_torn:
                self._save_change(state, VaultChange())
            remove_if_present(temporary_path(self.path))

    @contextlib.contextmanager
    def _exclusive(self) -> Generator[None]:
        """Keep other threads and processes from changing the file meanwhile."""
        with self._mutex, contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._file_lock.acquire())
            except NotWrittenError as error:
                why = "Another Twauth is writing to it. Try again in a moment."
                if error.diagnosis.evidence.code and isinstance(error.__cause__, OSError):
                    why = explain_os_error(error.__cause__)
                raise FileNotWrittenError(self.path, why) from error
            yield
