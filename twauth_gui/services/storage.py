"""Where secrets are kept on this machine."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import override

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.store.choice import ChosenVault, VaultKind
from twauth_gui.store.deadline import DeadlineVault
from twauth_gui.store.guard import VaultManager
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import VaultDismissedError, VaultError, VaultLockedError

if TYPE_CHECKING:
    from twauth_gui.store.file_vault import FileVault
    from twauth_gui.store.moving import End, Moved, Settled
    from twauth_gui.store.recovery import Recovery
    from twauth_gui.store.rollback import Rollback, Torn
    from twauth_gui.store.store import Store

_KINDS = {VaultKind.KEYCHAIN: "the keychain", VaultKind.FILE: "the encrypted file"}


def keychain_vault() -> Vault:
    """Give the system's keychain; it is not looked for before it is first used."""
    return DeadlineVault(_system_vault)


def _system_vault() -> Vault:
    from twauth_gui.store.keychain import system_vault  # noqa: PLC0415 - loads keyring

    return system_vault()


class Storage:
    """The keychain and the encrypted file of one folder, and which of them is in use.

    The vault is the one for a store: it follows the choice that the store's index holds, so that
    another process may move everything meanwhile. All methods may be called from any thread; those
    that touch a vault raise VaultError.
    """

    def __init__(self, folder: Path, keychain: Vault) -> None:
        self.folder = folder
        self.keychain = keychain
        self.news: list[str] = []
        self._store: Store | None = None
        self._kind = VaultKind.KEYCHAIN
        self._wish: VaultKind | None = None
        self._once = threading.Lock()
        self._moving = threading.Event()
        self._file: FileVault | None = None
        self._guard = VaultManager(
            ChosenVault(self.look_up, _Vaults(self)), lambda: self.name, self._refusal
        )

    @property
    def vault(self) -> Vault:
        """The one in use, whichever it is at the moment."""
        return self._guard

    def attach(self, store: Store) -> None:
        """Follow this store's choice from now on; it was opened with the vault of this storage."""
        self._store = store

    @property
    def file(self) -> FileVault:
        """The encrypted file, be it there or not."""
        with self._once:
            if self._file is None:
                self._file = self._make_file()
            return self._file

    @property
    def used(self) -> tuple[VaultKind, ...]:
        """The ones that may hold something open."""
        return (VaultKind.KEYCHAIN,) if self._file is None else tuple(VaultKind)

    # -- which one ---------------------------------------------------------------------------------

    @property
    def kind(self) -> VaultKind:
        """The one that was in use when last looked up; never blocks."""
        return self._kind

    @property
    def name(self) -> str:
        """What people call the one in use; never blocks."""
        if self._kind is VaultKind.KEYCHAIN:
            return self.keychain.name
        return self.file.name

    @property
    def wants_file(self) -> bool:
        """Whether the encrypted file was asked for by require(), and is not there yet."""
        return self._wish is VaultKind.FILE

    def look_up(self) -> VaultKind:
        """Ask the index which one is in use."""
        chosen = self._kept().vault_selection.chosen()
        if self._wish is not None and self.is_fresh():
            chosen = self._wish
        self._kind = chosen or VaultKind.KEYCHAIN
        return self._kind

    def is_fresh(self) -> bool:
        """Whether nothing is kept here, so that a vault can be chosen freely."""
        store = self._kept()
        if store.apps.all() or store.accounts.ids() or store.pending_sign_ins.all():
            return False
        return store.vault_selection.chosen() is not VaultKind.FILE or not self.file.exists

    def problem(self) -> Diagnosis | None:
        """Look how the one in use is, without any prompt; None where it is there and unlocked."""
        try:
            self.vault.probe()
        except VaultError as error:
            return error.diagnosis
        return None

    def require(self, wanted: VaultKind | None) -> None:
        """See that the wanted vault is the one in use; where nothing is kept it will be.

        Raises:
            DiagnosedError: the credentials are in the other one.
        """
        if wanted in {None, self.look_up()}:
            return
        if self.is_fresh():
            self._wish = wanted
            _ = self.look_up()
            return
        raise DiagnosedError(
            Diagnosis(
                ProblemKind.WRONG_VAULT,
                f"The credentials are in {_KINDS[self._kind]}.",
                f"Nothing was changed. To take them to {_KINDS[wanted or self._kind]}: twauth vault"
                f" move {wanted}. To use them where they are, leave out --vault and TWAUTH_VAULT.",
            )
        )

    # -- the encrypted file ------------------------------------------------------------------------

    def create_file(self, passphrase: Secret) -> None:
        """Create the encrypted file and keep everything in it from now on; one that is there stays.

        Raises:
            WrongPassphraseError: there is a file, under another passphrase.
        """
        self.open_file(passphrase)
        self._wish = None
        self._kept().vault_selection.choose(VaultKind.FILE)
        _ = self.look_up()

    def open_file(self, passphrase: Secret) -> None:
        """Unlock the file, creating it where it is missing; what is in use does not change."""
        if self.file.exists:
            self.file.unlock(passphrase)
        else:
            self.file.create(passphrase)

    # -- locking -----------------------------------------------------------------------------------

    @property
    def locked(self) -> bool:
        """Whether Twauth itself gives nothing out; never blocks."""
        return self._guard.is_shut

    def shut(self) -> Diagnosis:
        """Give nothing out from now on, and say so; returns at once. lock() forgets the key too."""
        self._guard.shut()
        return self._refusal().diagnosis

    def lock(self) -> None:
        """Give nothing out until unlock(), and forget the encrypted file's key."""
        self._guard.shut()
        if self.look_up() is VaultKind.FILE:
            self.file.lock()

    def unlock(self, passphrase: Secret | None = None) -> None:
        """Open the one in use: the file with its passphrase, the keychain with its own prompt.

        Twauth's own lock opens with it, and also where the keychain is gone: then it would keep
        people from their list, and from nothing else.
        """
        if self.look_up() is VaultKind.FILE:
            self.file.unlock(passphrase)
        else:
            self._unlock_keychain()
        self._guard.open()

    def _unlock_keychain(self) -> None:
        try:
            self.keychain.unlock()
        except (VaultLockedError, VaultDismissedError):
            raise
        except VaultError:
            self._guard.open()
            raise

    # -- moving ------------------------------------------------------------------------------------

    def move(
        self,
        target: VaultKind,
        passphrase: Secret | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Moved:
        """Take everything to the other vault; both have to be there and unlocked.

        Args:
            target: not the one in use.
            passphrase: opens the file where it is the target, or creates it.
            progress: told (items done, items in all).

        Raises:
            VaultError: one of the two failed; the old one is in use as before.
        """
        self._moving.set()
        try:
            return self._moved(target, passphrase, progress)
        finally:
            self._moving.clear()

    def _moved(
        self,
        target: VaultKind,
        passphrase: Secret | None,
        progress: Callable[[int, int], None] | None,
    ) -> Moved:
        source = self.look_up()
        fresh = target is VaultKind.FILE and not self.file.exists
        if target is VaultKind.FILE and passphrase is not None:
            self.open_file(passphrase)
        try:
            moved = self._kept().vault_selection.move(
                self._end(source), self._end(target), progress
            )
        except VaultError:
            if fresh and not self._kept().vault_selection.move_under_way():
                self._drop_empty_file()
            raise
        _ = self.look_up()
        return moved

    @property
    def moving(self) -> bool:
        """Whether everything is being moved right now; never blocks."""
        return self._moving.is_set()

    def settle(self) -> Settled | None:
        """Undo or finish a move that was cut off; None where there was none.

        Raises:
            VaultError: one of the two cannot be used now; the move stays journaled.
        """
        store = self._kept()
        if store.vault_selection.move_under_way() is None:
            return None
        settled = store.vault_selection.settle(*(self._end(kind) for kind in VaultKind))
        if self.look_up() is VaultKind.KEYCHAIN:
            self._drop_empty_file()
        return settled

    def recover(self) -> Recovery:
        """Finish or undo what was cut off, and what had waited for the vault to open."""
        return self._kept().recover()

    def _end(self, kind: VaultKind) -> End:
        from twauth_gui.store.moving import End  # noqa: PLC0415 - few need it

        discard = self.file.discard_if_empty if kind is VaultKind.FILE else None
        return End(kind, self.of(kind), discard)

    def _drop_empty_file(self) -> None:
        """Leave no file behind in which nothing is."""
        with contextlib.suppress(VaultError):
            _ = self.file.discard_if_empty()

    def of(self, kind: VaultKind) -> Vault:
        """Give one of the two."""
        return self.file if kind is VaultKind.FILE else self.keychain

    def _kept(self) -> Store:
        assert self._store is not None  # noqa: S101 - open_kit attaches it
        return self._store

    def _refusal(self) -> VaultError:
        if self._kind is VaultKind.FILE:
            from twauth_gui.store.sealed_errors import FileLockedError  # noqa: PLC0415 - few need it

            return FileLockedError(self.file.path)
        where = f"The credentials are safe in {self.keychain.name}. Unlock Twauth to go on."
        return VaultLockedError("Twauth", where)

    def _make_file(self) -> FileVault:
        from twauth_gui.store.file_vault import FILE_NAME, FileVault  # noqa: PLC0415 - few need it
        from twauth_gui.store.rollback import SeenInIndex  # noqa: PLC0415 - goes with it

        path, seen = self.folder / FILE_NAME, SeenInIndex(self.folder)
        return FileVault(
            path,
            seen=seen,
            on_rollback=self._note_news,
            on_torn=self._note_news,
            is_begun=lambda: not self.wants_file,
        )

    def _note_news(self, what: Rollback | Torn) -> None:
        self.news.append(what.sentence())


class _Vaults(Mapping[VaultKind, Vault]):
    """Both vaults by kind; closing looks only at what was used."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @override
    def __getitem__(self, kind: VaultKind) -> Vault:
        return self._storage.of(kind)

    @override
    def __iter__(self) -> Iterator[VaultKind]:
        yield from self._storage.used

    @override
    def __len__(self) -> int:
        return len(self._storage.used)
