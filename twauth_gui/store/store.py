"""The one door to everything that is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from twauth_gui.domain.accounts import Account, Credentials, TokenFacts
from twauth_gui.domain.attempts import PendingSignInId
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.store import rescue, rescue_words
from twauth_gui.store.account_shelf import NOTHING_EXPECTED, AccountRepository, Expected
from twauth_gui.store.app_shelf import AppRepository
from twauth_gui.store.asking_lock import AskingLocks
from twauth_gui.store.attempt_shelf import PendingSignInRepository
from twauth_gui.store.change_lock import ChangeLock
from twauth_gui.store.changes import Changes, StoreContext
from twauth_gui.store.errors import READ_ONLY_NOTE
from twauth_gui.store.exchanges import Exchanges
from twauth_gui.store.index import Index
from twauth_gui.store.listing import read_listing
from twauth_gui.store.notebook import EventLog, SettingsRepository
from twauth_gui.store.place import place_of, place_so_far
from twauth_gui.store.read_only import RefusingLock
from twauth_gui.store.rebuild import Rebuilder
from twauth_gui.store.recovery import Recoverer, Recovery
from twauth_gui.store.token_shelf import TokenRepository
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import VaultError
from twauth_gui.store.waiting import Running, running
from twauth_gui.store.whereabouts import VaultSelection

UNDO_TIME = timedelta(minutes=10)
"""How long recovery leaves a hidden account alone: another window may still offer to undo."""


class Store:
    """Apps, accounts and attempts: what can be listed from the index, secrets from the keychain.

    Every method may be called from any thread. Reading lists never touches the keychain. Methods
    with an id raise NotFoundError where it is not kept; those that touch the keychain raise
    VaultError; all raise IndexUnusableError or NotWrittenError where the disk fails.

    tokens: those of OAuth 2.0. exchanges: of sign-ins, at X. vault_selection: the vault in use.
    """

    def __init__(self, ground: StoreContext) -> None:
        self._ground = ground
        self._changes = Changes(ground)
        self.apps = AppRepository(ground, self._changes)
        self.accounts = AccountRepository(ground, self._changes)
        asking = AskingLocks(ground.lock.path.parent)
        self.tokens = TokenRepository(ground, self._changes, self.accounts, asking)
        self.pending_sign_ins = PendingSignInRepository(ground, self._changes, asking)
        self.exchanges = Exchanges(ground, self.pending_sign_ins, asking)
        self.settings = SettingsRepository(ground.index)
        self.events = EventLog(ground.index)
        self.vault_selection = VaultSelection(ground)

    @classmethod
    def open(
        cls,
        directory: Path,
        vault: Vault,
        *,
        now: Callable[[], datetime],
        on_step: Callable[[str], None] = lambda _name: None,
        running: Callable[[], Running] = running,
    ) -> Store:
        """Open the index of a directory; the keychain is not touched.

        A damaged index is set aside, with its newest copy in its place; recover() does the rest.

        Args:
            directory: created with mode 0700 where it is missing.
            vault: must be usable from every thread that uses the store (DeadlineVault is).
            now: the clock; times with a time zone.
            on_step: told each step of a change after it happened.
            running: how long the computer runs; it, and not the clock, times what can be undone.
        """
        index = rescue.opened_index(directory, now)
        refuse = index.refuse_changes if index.is_read_only else None
        lock = ChangeLock(directory) if refuse is None else RefusingLock(directory, refuse)
        return cls(StoreContext(index, vault, lock, now, on_step, running))

    @classmethod
    def look(cls, directory: Path, vault: Vault, *, now: Callable[[], datetime]) -> Store:
        """Open a copy in memory, to see what a change would do: the directory is not even created.

        Nothing is kept of what is done with it, and no change of credentials can be made.
        """
        ground = StoreContext(
            Index.look(directory), vault, ChangeLock(directory), now, lambda _name: None
        )
        return cls(ground)

    def close(self) -> None:
        """Close the index, then the keychain's connection."""
        self._ground.index.close()
        self._ground.vault.close()

    @property
    def is_read_only(self) -> bool:
        """Whether the disk lets nothing be changed: then what was cut off waits."""
        return self._ground.index.is_read_only

    def require_writable(self) -> None:
        """Say so before X is asked for what could not be kept; raises ReadOnlyError."""
        if self.is_read_only:
            self._ground.index.refuse_changes()

    @property
    def vault(self) -> Vault:
        """The keychain."""
        return self._ground.vault

    @property
    def place(self) -> str:
        """The name of this folder of data, which no other folder has."""
        return place_of(self._ground.index.path.parent)

    @property
    def place_so_far(self) -> str:
        """The same, without making one; "" before the first change."""
        return place_so_far(self._ground.index.path.parent)

    def data_version(self) -> int:
        """A number that changes when another process has changed the index."""
        return self._ground.index.data_version()

    def recover(self) -> Recovery:
        """Finish or undo what was cut off; purge what was removed longer than UNDO_TIME ago.

        Call it once after start, on a worker. The keychain is touched only where there is work.
        """
        if self.is_read_only:
            return Recovery(messages=(READ_ONLY_NOTE,))
        try:
            rebuilt = Rebuilder(self._ground).run()
        except VaultError as error:
            return Recovery(messages=(rescue_words.waits(error.diagnosis),))
        recovery = Recoverer(self._ground, self._changes).run()
        purged = self.accounts.purge(UNDO_TIME)
        told = rescue_words.explained(rebuilt, self.vault.name)
        return replace(recovery, orphans=recovery.orphans + purged, rebuilt=told)

    def rescue_under_way(self) -> str:
        """Say what happened to a damaged index that recover() still compares; "" for none."""
        return rescue_words.set_aside(rescue.rescue_under_way(self._ground.index))

    def renew_copy(self) -> None:
        """Keep a copy of the index, for the case that it is damaged one day; not too often."""
        rescue.renew_copy(self._ground.index)

    def listed_accounts(self) -> list[tuple[Any, ...]]:
        """Give them as a list shows them, in the same order; nothing but text is made of them."""
        return read_listing(self._ground.index.rows)

    def finish_attempt(
        self,
        attempt_id: PendingSignInId,
        account: Account,
        credentials: Credentials,
        expected: Expected = NOTHING_EXPECTED,
    ) -> Account:
        """Keep what a sign-in brought, and end the attempt, as one change.

        Where the app has the user already, that account keeps its id, note, tags and active flag.
        ChangedMeanwhileError where something else is there than what was expected.
        """
        _ = self.pending_sign_ins.get(attempt_id)
        return self.accounts.save(account, credentials, finishes=attempt_id, expected=expected)

    def finish_with_tokens(  # noqa: PLR0917 - each is another thing
        self,
        attempt_id: PendingSignInId,
        account: Account,
        tokens: TokenSet,
        facts: TokenFacts,
        expected: Expected = NOTHING_EXPECTED,
    ) -> Account:
        """The same for a sign-in with OAuth 2.0."""
        _ = self.pending_sign_ins.get(attempt_id)
        return self.tokens.save(account, tokens, facts, finishes=attempt_id, expected=expected)
