"""The store: all apps, accounts and pending sign-ins of a data folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from twauth_gui.domain.accounts import Account, Credentials, TokenMetadata
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.store import index_rebuild, index_repair
from twauth_gui.store.account_list import AccountListRow, query_account_list
from twauth_gui.store.account_repository import (
    NO_PRECONDITIONS,
    AccountPreconditions,
    AccountRepository,
)
from twauth_gui.store.app_repository import AppRepository
from twauth_gui.store.boot_clock import Uptime, read_uptime
from twauth_gui.store.change_repository import ChangeRepository
from twauth_gui.store.changes import JournaledWriter, StoreContext
from twauth_gui.store.crash_recovery import CrashRecoverer, RecoveryReport
from twauth_gui.store.errors import READ_ONLY_NOTE
from twauth_gui.store.event_log import EventLog
from twauth_gui.store.file_lock import ExchangeLocks, FileLock, ReadOnlyLock
from twauth_gui.store.index import Index
from twauth_gui.store.index_rebuild import IndexRebuilder
from twauth_gui.store.pending_sign_in_repository import ExchangeGuard, PendingSignInRepository
from twauth_gui.store.placement_repository import PlacementRepository
from twauth_gui.store.profile_id import ensure_profile_id, read_profile_id
from twauth_gui.store.settings_repository import SettingsRepository
from twauth_gui.store.token_repository import TokenRepository
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import VaultError
from twauth_gui.store.vault_migration import VaultSelection

UNDO_TIME = timedelta(minutes=10)
"""How long recovery leaves a hidden account alone: another window may still offer Undo."""


class Store:
    """Apps, accounts and pending sign-ins: lists from the index, secrets from the keychain.

    Every method may be called from any thread. Lists never touch the keychain. Methods with an id
    raise NotFoundError if it is unknown; those that touch the keychain raise VaultError; all raise
    IndexUnusableError or NotWrittenError if the disk fails.

    tokens: OAuth 2.0 tokens. exchange_guard: allows one exchange with X per sign-in.
    vault_selection: which vault is in use.
    """

    def __init__(self, context: StoreContext) -> None:
        self._context = context
        self._changes = JournaledWriter(context)
        self.placements = PlacementRepository(context)
        self.apps = AppRepository(context, self._changes, self.placements)
        self.accounts = AccountRepository(context, self._changes)
        exchange_locks = ExchangeLocks(context.lock.path.parent)
        self.tokens = TokenRepository(context, self._changes, self.accounts, exchange_locks)
        self.pending_sign_ins = PendingSignInRepository(context, self._changes, exchange_locks)
        self.exchange_guard = ExchangeGuard(context, self.pending_sign_ins, exchange_locks)
        self.settings = SettingsRepository(context.index)
        self.events = EventLog(context.index)
        self.account_changes = ChangeRepository(context.index)
        self.vault_selection = VaultSelection(context)

    @classmethod
    def open(
        cls,
        directory: Path,
        vault: Vault,
        *,
        now: Callable[[], datetime],
        on_step: Callable[[str], None] = ignore,
        read_uptime: Callable[[], Uptime] = read_uptime,
    ) -> Store:
        """Open the index of a directory; the keychain is not touched.

        A damaged index is set aside, with its newest copy in its place; recover() does the rest.

        Args:
            directory: created with mode 0700 if it is missing.
            vault: must be usable from every thread that uses the store, as DeadlineVault is.
            now: the clock; returns times with a time zone.
            on_step: called with the name of each step of a change after it happened.
            read_uptime: the uptime of the computer, which limits how long a removal can be undone.
        """
        index = index_repair.open_index(directory, now)
        refuse = index.refuse_changes if index.is_read_only else None
        lock = FileLock(directory) if refuse is None else ReadOnlyLock(directory, refuse)
        return cls(StoreContext(index, vault, lock, now, on_step, read_uptime))

    @classmethod
    def open_copy(cls, directory: Path, vault: Vault, *, now: Callable[[], datetime]) -> Store:
        """Open a copy in memory, to try out changes; the directory is not even created.

        Changes are never saved, and credentials cannot be changed.
        """
        context = StoreContext(
            Index.open_copy(directory), vault, FileLock(directory), now, on_step=ignore
        )
        return cls(context)

    def close(self) -> None:
        """Close the index, then the keychain's connection."""
        self._context.index.close()
        self._context.vault.close()

    @property
    def is_read_only(self) -> bool:
        """Whether the disk is write-protected, so that interrupted changes have to wait."""
        return self._context.index.is_read_only

    def require_writable(self) -> None:
        """Raise ReadOnlyError before X is asked for what could not be saved."""
        if self.is_read_only:
            self._context.index.refuse_changes()

    @property
    def vault(self) -> Vault:
        """The keychain."""
        return self._context.vault

    @property
    def profile_id(self) -> str:
        """The unique id of this data folder."""
        return ensure_profile_id(self._context.index.path.parent)

    @property
    def existing_profile_id(self) -> str:
        """The id of this data folder, without creating one; "" before the first change."""
        return read_profile_id(self._context.index.path.parent)

    def data_version(self) -> int:
        """Return a number that changes when another process changes the index."""
        return self._context.index.data_version()

    def recover(self) -> RecoveryReport:
        """Finish or undo interrupted changes; delete what was removed more than UNDO_TIME ago.

        Call it once after the start, on a worker. The keychain is touched only if necessary.
        """
        if self.is_read_only:
            return RecoveryReport(messages=(READ_ONLY_NOTE,))
        try:
            rebuild = IndexRebuilder(self._context).run()
        except VaultError as error:
            return RecoveryReport(messages=(index_rebuild.describe_delay(error.diagnosis),))
        recovery = CrashRecoverer(self._context, self._changes).run()
        purged = self.accounts.purge_older(UNDO_TIME)
        diagnosis = index_rebuild.explain_rebuild(rebuild, self.vault.name)
        return replace(recovery, orphans=recovery.orphans + purged, rebuilt=diagnosis)

    def describe_index_repair(self) -> str:
        """Describe the damage to an index that recover() has yet to rebuild; "" for none."""
        return index_rebuild.describe_damage(index_repair.pending_repair(self._context.index))

    def renew_index_copy(self) -> None:
        """Copy the index, in case it gets damaged, unless there is a recent copy."""
        index_repair.renew_index_copy(self._context.index)

    def account_list_rows(self) -> list[AccountListRow]:
        """Return the accounts as the list shows them, in its order, without making records."""
        return query_account_list(self._context.index.query)

    def finish_sign_in(
        self,
        pending_id: PendingSignInId,
        account: Account,
        credentials: Credentials,
        expected: AccountPreconditions = NO_PRECONDITIONS,
    ) -> Account:
        """Save the credentials of a sign-in and delete the pending sign-in, as one change.

        If the app has this user already, that account keeps its id, note, tags and active flag.

        Raises:
            ChangedMeanwhileError: something else is there than what was expected.
        """
        _ = self.pending_sign_ins.get(pending_id)
        return self.accounts.save(account, credentials, finishes=pending_id, expected=expected)

    def finish_sign_in_with_tokens(  # noqa: PLR0917 - each is something else
        self,
        pending_id: PendingSignInId,
        account: Account,
        tokens: TokenSet,
        metadata: TokenMetadata,
        expected: AccountPreconditions = NO_PRECONDITIONS,
    ) -> Account:
        """Save the tokens of an OAuth 2.0 sign-in, as finish_sign_in() does for OAuth 1.0a."""
        _ = self.pending_sign_ins.get(pending_id)
        return self.tokens.save(account, tokens, metadata, finishes=pending_id, expected=expected)
