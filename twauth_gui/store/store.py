"""The one door to everything that is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from twauth_gui.domain.accounts import Account, Credentials, TokenMetadata
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
from twauth_gui.store.changes import JournaledWriter, StoreContext
from twauth_gui.store.crash_recovery import CrashRecoverer, RecoveryReport
from twauth_gui.store.errors import READ_ONLY_NOTE
from twauth_gui.store.event_log import EventLog, SettingsRepository
from twauth_gui.store.file_lock import ExchangeLocks, FileLock
from twauth_gui.store.index import Index, ReadOnlyLock
from twauth_gui.store.index_rebuild import IndexRebuilder
from twauth_gui.store.pending_sign_in_repository import ExchangeGuard, PendingSignInRepository
from twauth_gui.store.profile_id import ensure_profile_id, read_profile_id
from twauth_gui.store.token_repository import TokenRepository
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import VaultError
from twauth_gui.store.vault_migration import VaultSelection

UNDO_TIME = timedelta(minutes=10)
"""How long recovery leaves a hidden account alone: another window may still offer to undo."""


class Store:
    """Apps, accounts and attempts: what can be listed from the index, secrets from the keychain.

    Every method may be called from any thread. Reading lists never touches the keychain. Methods
    with an id raise NotFoundError where it is not kept; those that touch the keychain raise
    VaultError; all raise IndexUnusableError or NotWrittenError where the disk fails.

    tokens: those of OAuth 2.0. exchanges: of sign-ins, at X. vault_selection: the vault in use.
    """

    def __init__(self, context: StoreContext) -> None:
        self._context = context
        self._changes = JournaledWriter(context)
        self.apps = AppRepository(context, self._changes)
        self.accounts = AccountRepository(context, self._changes)
        asking = ExchangeLocks(context.lock.path.parent)
        self.tokens = TokenRepository(context, self._changes, self.accounts, asking)
        self.pending_sign_ins = PendingSignInRepository(context, self._changes, asking)
        self.exchange_guard = ExchangeGuard(context, self.pending_sign_ins, asking)
        self.settings = SettingsRepository(context.index)
        self.events = EventLog(context.index)
        self.vault_selection = VaultSelection(context)

    @classmethod
    def open(
        cls,
        directory: Path,
        vault: Vault,
        *,
        now: Callable[[], datetime],
        on_step: Callable[[str], None] = lambda _name: None,
        read_uptime: Callable[[], Uptime] = read_uptime,
    ) -> Store:
        """Open the index of a directory; the keychain is not touched.

        A damaged index is set aside, with its newest copy in its place; recover() does the rest.

        Args:
            directory: created with mode 0700 where it is missing.
            vault: must be usable from every thread that uses the store (DeadlineVault is).
            now: the clock; times with a time zone.
            on_step: told each step of a change after it happened.
            read_uptime: how long the computer runs; it times what can be undone.
        """
        index = index_repair.open_index(directory, now)
        refuse = index.refuse_changes if index.is_read_only else None
        lock = FileLock(directory) if refuse is None else ReadOnlyLock(directory, refuse)
        return cls(StoreContext(index, vault, lock, now, on_step, read_uptime))

    @classmethod
    def open_copy(cls, directory: Path, vault: Vault, *, now: Callable[[], datetime]) -> Store:
        """Open a copy in memory, to see what a change would do: the directory is not even created.

        Nothing is kept of what is done with it, and no change of credentials can be made.
        """
        context = StoreContext(
            Index.open_copy(directory), vault, FileLock(directory), now, lambda _name: None
        )
        return cls(context)

    def close(self) -> None:
        """Close the index, then the keychain's connection."""
        self._context.index.close()
        self._context.vault.close()

    @property
    def is_read_only(self) -> bool:
        """Whether the disk lets nothing be changed: then what was cut off waits."""
        return self._context.index.is_read_only

    def require_writable(self) -> None:
        """Say so before X is asked for what could not be kept; raises ReadOnlyError."""
        if self.is_read_only:
            self._context.index.refuse_changes()

    @property
    def vault(self) -> Vault:
        """The keychain."""
        return self._context.vault

    @property
    def profile_id(self) -> str:
        """The name of this folder of data, which no other folder has."""
        return ensure_profile_id(self._context.index.path.parent)

    @property
    def existing_profile_id(self) -> str:
        """The same, without making one; "" before the first change."""
        return read_profile_id(self._context.index.path.parent)

    def data_version(self) -> int:
        """A number that changes when another process has changed the index."""
        return self._context.index.data_version()

    def recover(self) -> RecoveryReport:
        """Finish or undo what was cut off; purge what was removed longer than UNDO_TIME ago.

        Call it once after start, on a worker. The keychain is touched only where there is work.
        """
        if self.is_read_only:
            return RecoveryReport(messages=(READ_ONLY_NOTE,))
        try:
            rebuilt = IndexRebuilder(self._context).run()
        except VaultError as error:
            return RecoveryReport(messages=(index_rebuild.describe_delay(error.diagnosis),))
        recovery = CrashRecoverer(self._context, self._changes).run()
        purged = self.accounts.purge_older(UNDO_TIME)
        told = index_rebuild.explain_rebuild(rebuilt, self.vault.name)
        return replace(recovery, orphans=recovery.orphans + purged, rebuilt=told)

    def describe_index_repair(self) -> str:
        """Say what happened to a damaged index that recover() still compares; "" for none."""
        return index_rebuild.describe_damage(index_repair.pending_repair(self._context.index))

    def renew_index_copy(self) -> None:
        """Keep a copy of the index, for the case that it is damaged one day; not too often."""
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
        """Keep what a sign-in brought, and end the attempt, as one change.

        Where the app has the user already, that account keeps its id, note, tags and active flag.
        ChangedMeanwhileError where something else is there than what was expected.
        """
        _ = self.pending_sign_ins.get(pending_id)
        return self.accounts.save(account, credentials, finishes=pending_id, expected=expected)

    def finish_sign_in_with_tokens(  # noqa: PLR0917 - each is another thing
        self,
        pending_id: PendingSignInId,
        account: Account,
        tokens: TokenSet,
        facts: TokenMetadata,
        expected: AccountPreconditions = NO_PRECONDITIONS,
    ) -> Account:
        """The same for a sign-in with OAuth 2.0."""
        _ = self.pending_sign_ins.get(pending_id)
        return self.tokens.save(account, tokens, facts, finishes=pending_id, expected=expected)
