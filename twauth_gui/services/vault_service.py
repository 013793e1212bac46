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
    from twauth_gui.store.vault_migration import MigrationRecovery, MigrationResult, MigrationSide

_KIND_LABELS = {VaultKind.KEYCHAIN: "the keychain", VaultKind.FILE: "the encrypted file"}


def make_keychain_vault() -> Vault:
    """Return the system's keychain; it is opened when first used."""
    return DeadlineVault(_system_vault)


def _system_vault() -> Vault:
    from twauth_gui.store.keychain import open_system_vault  # noqa: PLC0415 - loads keyring

    return open_system_vault()


class VaultService:
    """The keychain and the encrypted file of one folder, and which of them is in use.

    Its vault follows the selection in the store's index, so that another process may migrate
    everything meanwhile. All methods may be called from any thread; those that use a vault raise
    VaultError.
    """

    def __init__(self, folder: Path, keychain: Vault) -> None:
        self.folder = folder
        self.keychain = keychain
        self.warnings: list[str] = []
        self._store: Store | None = None
        self._selected_kind = VaultKind.KEYCHAIN
        self._requested_kind: VaultKind | None = None
        self._once = threading.Lock()
        self._key_mutex = threading.Lock()
        self._migration_flag = threading.Event()
        self._file_vault: FileVault | None = None
        self._guard = LockableVault(
            SelectedVault(self.read_selected_kind, _VaultsByKind(self)),
            lambda: self.name,
            self._locked_error,
        )

    @property
    def vault(self) -> Vault:
        """The vault in use; it follows the selection."""
        return self._guard

    def attach_store(self, store: Store) -> None:
        """Follow this store's selection from now on; the store was opened with this vault."""
        self._store = store

    @property
    def file_vault(self) -> FileVault:
        """The encrypted file, whether it exists or not."""
        with self._once:
            if self._file_vault is None:
                self._file_vault = self._make_file_vault()
            return self._file_vault

    @property
    def open_kinds(self) -> tuple[VaultKind, ...]:
        """The vaults that may have something to close."""
        return (VaultKind.KEYCHAIN,) if self._file_vault is None else tuple(VaultKind)

    # -- which one ---------------------------------------------------------------------------------

    @property
    def selected_kind(self) -> VaultKind:
        """The vault that was in use when last read; never blocks."""
        return self._selected_kind

    @property
    def name(self) -> str:
        """The name of the vault in use; never blocks."""
        if self._selected_kind is VaultKind.KEYCHAIN:
            return self.keychain.name
        return self.file_vault.name

    @property
    def is_file_requested(self) -> bool:
        """Whether select() has requested the encrypted file, and it does not exist yet."""
        return self._requested_kind is VaultKind.FILE

    def read_selected_kind(self) -> VaultKind:
        """Read from the index which vault is in use."""
        selected = self._require_store().vault_selection.selected()
        if self._requested_kind is not None and self.is_empty():
            selected = self._requested_kind
        self._selected_kind = selected or VaultKind.KEYCHAIN
        return self._selected_kind

    def is_empty(self) -> bool:
        """Whether nothing is stored here, so that either vault can be selected."""
        store = self._require_store()
        if store.apps.list_all() or store.accounts.list_ids() or store.pending_sign_ins.list_all():
            return False
        return store.vault_selection.selected() is not VaultKind.FILE or not self.file_vault.exists

    def find_problem(self) -> Diagnosis | None:
        """Return what is wrong with the vault in use, without a prompt; None if nothing is."""
        try:
            self.vault.probe()
        except VaultError as error:
            return error.diagnosis
        return None

    def select(self, wanted: VaultKind | None) -> None:
        """Select the vault, if nothing is stored yet; None selects nothing.

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
                "Nothing was changed. To move them to "
                f"{_KIND_LABELS[wanted or self._selected_kind]}, run twauth vault move {wanted}. "
                "To use them where they are, leave out --vault and TWAUTH_VAULT.",
            )
        )

    # -- the encrypted file ------------------------------------------------------------------------

    def create_file_vault(self, passphrase: Secret) -> None:
        """Create the encrypted file, unless it exists, and select it.

        Raises:
            WrongPassphraseError: there is a file with another passphrase.
        """
        self.open_file_vault(passphrase)
        self._requested_kind = None
        self._require_store().vault_selection.select(VaultKind.FILE)
        _ = self.read_selected_kind()

    def open_file_vault(self, passphrase: Secret) -> None:
        """Unlock the file, or create it if it is missing; the selection does not change."""
        if self.file_vault.exists:
            self.file_vault.unlock(passphrase)
        else:
            self.file_vault.create(passphrase)

    # -- locking -----------------------------------------------------------------------------------

    @property
    def is_locked(self) -> bool:
        """Whether Twauth itself is locked; never blocks."""
        return self._guard.is_locked

    def block_access(self) -> Diagnosis:
        """Lock Twauth at once, and return why; forget_key() is still to be called."""
        self._guard.lock()
        return self._locked_error().diagnosis

    def lock(self) -> None:
        """Lock Twauth until unlock(), and forget the encrypted file's key."""
        self._guard.lock()
        self.forget_key()

    def forget_key(self) -> None:
        """Forget the encrypted file's key, unless Twauth was unlocked again meanwhile."""
        with self._key_mutex:
            if self._guard.is_locked and self.read_selected_kind() is VaultKind.FILE:
                self.file_vault.lock()

    def unlock(self, passphrase: Secret | None = None) -> None:
        """Unlock the vault in use: the file with its passphrase, the keychain with its prompt.

        This unlocks Twauth too, even if the keychain is gone: otherwise the lock would only keep
        people from their list of accounts.
        """
        if self.read_selected_kind() is VaultKind.FILE:
            with self._key_mutex:
                self.file_vault.unlock(passphrase)
                self._guard.release()
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

    # -- migration --------------------------------------------------------------------------

    def migrate(
        self,
        target: VaultKind,
        passphrase: Secret | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> MigrationResult:
        """Move everything to the other vault; both have to be there and unlocked.

        Args:
            target: the vault that is not in use.
            passphrase: opens or creates the file, if it is the target.
            progress: called with the items done and the items in all.

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
                self._migration_side(source), self._migration_side(target), progress
            )
        except VaultError:
            if fresh and not self._require_store().vault_selection.pending_migration():
                self._discard_empty_file()
            raise
        _ = self.read_selected_kind()
        return moved

    @property
    def is_migrating(self) -> bool:
        """Whether a migration is running; never blocks."""
        return self._migration_flag.is_set()

    def finish_interrupted_migration(self) -> MigrationRecovery | None:
        """Undo or finish a migration that was cut off; None if there was none.

        Raises:
            VaultError: one of the two cannot be used now; the migration stays journaled.
        """
        store = self._require_store()
        if store.vault_selection.pending_migration() is None:
            return None
        recovery = store.vault_selection.finish_interrupted_migration(
            *(self._migration_side(kind) for kind in VaultKind)
        )
        if self.read_selected_kind() is VaultKind.KEYCHAIN:
            self._discard_empty_file()
        return recovery

    def recover(self) -> RecoveryReport:
        """Finish or undo what was cut off, and what had to wait until the vault was unlocked."""
        return self._require_store().recover()

    def _migration_side(self, kind: VaultKind) -> MigrationSide:
        from twauth_gui.store.vault_migration import MigrationSide  # noqa: PLC0415 - few need it

        discard = self.file_vault.discard_if_empty if kind is VaultKind.FILE else None
        return MigrationSide(kind, self.vault_for(kind), discard)

    def _discard_empty_file(self) -> None:
        """Delete the file if it holds nothing."""
        with contextlib.suppress(VaultError):
            _ = self.file_vault.discard_if_empty()

    def vault_for(self, kind: VaultKind) -> Vault:
        """Return the vault of this kind."""
        return self.file_vault if kind is VaultKind.FILE else self.keychain

    def _require_store(self) -> Store:
        assert self._store is not None  # noqa: S101 - open_services attaches it
        return self._store

    def _locked_error(self) -> VaultError:
        if self._selected_kind is VaultKind.FILE:
            from twauth_gui.store.vault_errors import FileLockedError  # noqa: PLC0415 - few need it

            return FileLockedError(self.file_vault.path)
        advice = (
            f"This window is locked, {self.keychain.name} is not: whoever sits at this computer can"
            " unlock it with a click. Lock the screen or the keychain to keep others out."
        )
        return VaultLockedError("Twauth", advice)

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
    """Both vaults by kind; iteration yields only those that were used."""

    def __init__(self, vaults: VaultService) -> None:
        self._vaults = vaults

    @override
    def __getitem__(self, kind: VaultKind) -> Vault:
        return self._vaults.vault_for(kind)

    @override
    def __iter__(self) -> Iterator[VaultKind]:
        yield from self._vaults.open_kinds

    @override
    def __len__(self) -> int:
        return len(self._vaults.open_kinds)
