"""The vaults of this computer: which one is selected, locking, and migration between them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import override

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.lockable_vault import LockableVault
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import VaultDismissedError, VaultError, VaultLockedError
from twauth_gui.store.vault_selection import SelectedVault, VaultKind

if TYPE_CHECKING:
    from twauth_gui.store.crash_recovery import RecoveryReport
    from twauth_gui.store.file_vault import FileVault
    from twauth_gui.store.rollback_detection import Rollback, TornWrite
    from twauth_gui.store.store import Store
    from twauth_gui.store.vault_migration import MigrationEnd, MigrationRecovery, MigrationResult

_KIND_LABELS = {VaultKind.KEYCHAIN: "the keychain", VaultKind.FILE: "the encrypted file"}


def make_keychain_vault() -> Vault:
    """Give the system's keychain; it is not looked for before it is first used."""
    return DeadlineVault(_system_vault)


def _system_vault() -> Vault:
    from twauth_gui.store.keychain import open_system_vault  # noqa: PLC0415 - loads keyring

    return open_system_vault()


class VaultService:
    """The keychain and the encrypted file of one folder, and which of them is in use.

    The vault is the one for a store: it follows the choice that the store's index holds, so that
    another process may move everything meanwhile. All methods may be called from any thread; those
    that touch a vault raise VaultError.
    """

    def __init__(self, folder: Path, keychain: Vault) -> None:
        self.folder = folder
        self.keychain = keychain
        self.warnings: list[str] = []
        self._store: Store | None = None
        self._selected_kind = VaultKind.KEYCHAIN
        self._requested_kind: VaultKind | None = None
        self._once = threading.Lock()
        self._migration_flag = threading.Event()
        self._file_vault: FileVault | None = None
        self._guard = LockableVault(
            SelectedVault(self.read_selected_kind, _VaultsByKind(self)),
            lambda: self.name,
            self._locked_error,
        )

    @property
    def vault(self) -> Vault:
        """The one in use, whichever it is at the moment."""
        return self._guard

    def attach_store(self, store: Store) -> None:
        """Follow this store's choice from now on; it was opened with the vault of this storage."""
        self._store = store

    @property
    def file_vault(self) -> FileVault:
        """The encrypted file, be it there or not."""
        with self._once:
            if self._file_vault is None:
                self._file_vault = self._make_file_vault()
            return self._file_vault

    @property
    def open_kinds(self) -> tuple[VaultKind, ...]:
        """The ones that may hold something open."""
        return (VaultKind.KEYCHAIN,) if self._file_vault is None else tuple(VaultKind)

    # -- which one ---------------------------------------------------------------------------------

    @property
    def selected_kind(self) -> VaultKind:
        """The one that was in use when last looked up; never blocks."""
        return self._selected_kind

    @property
    def name(self) -> str:
        """What people call the one in use; never blocks."""
        if self._selected_kind is VaultKind.KEYCHAIN:
            return self.keychain.name
        return self.file_vault.name

    @property
    def is_file_requested(self) -> bool:
        """Whether the encrypted file was asked for by require(), and is not there yet."""
        return self._requested_kind is VaultKind.FILE

    def read_selected_kind(self) -> VaultKind:
        """Ask the index which one is in use."""
        chosen = self._require_store().vault_selection.selected()
        if self._requested_kind is not None and self.is_empty():
            chosen = self._requested_kind
        self._selected_kind = chosen or VaultKind.KEYCHAIN
        return self._selected_kind

    def is_empty(self) -> bool:
        """Whether nothing is kept here, so that a vault can be chosen freely."""
        store = self._require_store()
        if store.apps.list_all() or store.accounts.list_ids() or store.pending_sign_ins.list_all():
            return False
        return store.vault_selection.selected() is not VaultKind.FILE or not self.file_vault.exists

    def find_problem(self) -> Diagnosis | None:
        """Look how the one in use is, without any prompt; None where it is there and unlocked."""
        try:
            self.vault.probe()
        except VaultError as error:
            return error.diagnosis
        return None

    def select(self, wanted: VaultKind | None) -> None:
        """See that the wanted vault is the one in use; where nothing is kept it will be.

        Raises:
            DiagnosedError: the credentials are in the other one.
        """
        if wanted in {None, self.read_selected_kind()}:
            return
        if self.is_empty():
            self._requested_kind = wanted
            _ = self.read_selected_kind()
            return
        raise DiagnosedError(
            Diagnosis(
                ProblemKind.WRONG_VAULT,
                f"The credentials are in {_KIND_LABELS[self._selected_kind]}.",
                "Nothing was changed. To take them to "
                f"{_KIND_LABELS[wanted or self._selected_kind]}: twauth vault"
                f" move {wanted}. To use them where they are, leave out --vault and TWAUTH_VAULT.",
            )
        )

    # -- the encrypted file ------------------------------------------------------------------------

    def create_file_vault(self, passphrase: Secret) -> None:
        """Create the encrypted file and keep everything in it from now on; one that is there stays.

        Raises:
            WrongPassphraseError: there is a file, under another passphrase.
        """
        self.open_file_vault(passphrase)
        self._requested_kind = None
        self._require_store().vault_selection.select(VaultKind.FILE)
        _ = self.read_selected_kind()

    def open_file_vault(self, passphrase: Secret) -> None:
        """Unlock the file, creating it where it is missing; what is in use does not change."""
        if self.file_vault.exists:
            self.file_vault.unlock(passphrase)
        else:
            self.file_vault.create(passphrase)

    # -- locking -----------------------------------------------------------------------------------

    @property
    def is_locked(self) -> bool:
        """Whether Twauth itself gives nothing out; never blocks."""
        return self._guard.is_locked

    def block_access(self) -> Diagnosis:
        """Give nothing out from now on, and say so; returns at once. lock() forgets the key too."""
        self._guard.lock()
        return self._locked_error().diagnosis

    def lock(self) -> None:
        """Give nothing out until unlock(), and forget the encrypted file's key."""
        self._guard.lock()
        if self.read_selected_kind() is VaultKind.FILE:
            self.file_vault.lock()

    def unlock(self, passphrase: Secret | None = None) -> None:
        """Open the one in use: the file with its passphrase, the keychain with its own prompt.

        Twauth's own lock opens with it, and also where the keychain is gone: then it would keep
        people from their list, and from nothing else.
        """
        if self.read_selected_kind() is VaultKind.FILE:
            self.file_vault.unlock(passphrase)
        else:
            self._unlock_keychain()
        self._guard.release()

    def _unlock_keychain(self) -> None:
        try:
            self.keychain.unlock()
        except (VaultLockedError, VaultDismissedError):
            raise
        except VaultError:
            self._guard.release()
            raise

    # -- moving ------------------------------------------------------------------------------------

    def migrate(
        self,
        target: VaultKind,
        passphrase: Secret | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> MigrationResult:
        """Take everything to the other vault; both have to be there and unlocked.

        Args:
            target: not the one in use.
            passphrase: opens the file where it is the target, or creates it.
            progress: told (items done, items in all).

        Raises:
            VaultError: one of the two failed; the old one is in use as before.
        """
        self._migration_flag.set()
        try:
            return self._migrate(target, passphrase, progress)
        finally:
            self._migration_flag.clear()

    def _migrate(
        self,
        target: VaultKind,
        passphrase: Secret | None,
        progress: Callable[[int, int], None] | None,
    ) -> MigrationResult:
        source = self.read_selected_kind()
        fresh = target is VaultKind.FILE and not self.file_vault.exists
        if target is VaultKind.FILE and passphrase is not None:
            self.open_file_vault(passphrase)
        try:
            moved = self._require_store().vault_selection.migrate(
                self._migration_end(source), self._migration_end(target), progress
            )
        except VaultError:
            if fresh and not self._require_store().vault_selection.pending_migration():
                self._discard_empty_file()
            raise
        _ = self.read_selected_kind()
        return moved

    @property
    def is_migrating(self) -> bool:
        """Whether everything is being moved right now; never blocks."""
        return self._migration_flag.is_set()

    def finish_interrupted_migration(self) -> MigrationRecovery | None:
        """Undo or finish a move that was cut off; None where there was none.

        Raises:
            VaultError: one of the two cannot be used now; the move stays journaled.
        """
        store = self._require_store()
        if store.vault_selection.pending_migration() is None:
            return None
        settled = store.vault_selection.finish_interrupted_migration(
            *(self._migration_end(kind) for kind in VaultKind)
        )
        if self.read_selected_kind() is VaultKind.KEYCHAIN:
            self._discard_empty_file()
        return settled

    def recover(self) -> RecoveryReport:
        """Finish or undo what was cut off, and what had waited for the vault to open."""
        return self._require_store().recover()

    def _migration_end(self, kind: VaultKind) -> MigrationEnd:
        from twauth_gui.store.vault_migration import MigrationEnd  # noqa: PLC0415 - few need it

        discard = self.file_vault.discard_if_empty if kind is VaultKind.FILE else None
        return MigrationEnd(kind, self.vault_for(kind), discard)

    def _discard_empty_file(self) -> None:
        """Leave no file behind in which nothing is."""
        with contextlib.suppress(VaultError):
            _ = self.file_vault.discard_if_empty()

    def vault_for(self, kind: VaultKind) -> Vault:
        """Give one of the two."""
        return self.file_vault if kind is VaultKind.FILE else self.keychain

    def _require_store(self) -> Store:
        assert self._store is not None  # noqa: S101 - open_kit attaches it
        return self._store

    def _locked_error(self) -> VaultError:
        if self._selected_kind is VaultKind.FILE:
            from twauth_gui.store.vault_errors import FileLockedError  # noqa: PLC0415 - few need it

            return FileLockedError(self.file_vault.path)
        where = f"The credentials are safe in {self.keychain.name}. Unlock Twauth to go on."
        return VaultLockedError("Twauth", where)

    def _make_file_vault(self) -> FileVault:
        from twauth_gui.store.file_vault import FileVault  # noqa: PLC0415 - few need it
        from twauth_gui.store.rollback_detection import IndexGenerationMemory  # noqa: PLC0415 - goes with it
        from twauth_gui.store.vault_selection import FILE_VAULT_FILE_NAME  # noqa: PLC0415 - few need it

        path, seen = self.folder / FILE_VAULT_FILE_NAME, IndexGenerationMemory(self.folder)
        return FileVault(
            path,
            generations=seen,
            on_rollback=self._add_warning,
            on_torn=self._add_warning,
            was_created=lambda: not self.is_file_requested,
        )

    def _add_warning(self, what: Rollback | TornWrite) -> None:
        self.warnings.append(what.sentence())


class _VaultsByKind(Mapping[VaultKind, Vault]):
    """Both vaults by kind; closing looks only at what was used."""

    def __init__(self, storage: VaultService) -> None:
        self._storage = storage

    @override
    def __getitem__(self, kind: VaultKind) -> Vault:
        return self._storage.vault_for(kind)

    @override
    def __iter__(self) -> Iterator[VaultKind]:
        yield from self._storage.open_kinds

    @override
    def __len__(self) -> int:
        return len(self._storage.open_kinds)
