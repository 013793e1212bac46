"""The one door to everything that is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from twauth_gui.domain.accounts import Account, AccountId, Credentials, TokenFacts
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.attempts import PendingSecrets, PendingSignIn, PendingSignInId
from twauth_gui.domain.events import Event
from twauth_gui.domain.oauth2 import CodeSecrets, TokenSet
from twauth_gui.store import rescue, rescue_words
from twauth_gui.store.account_shelf import NOTHING_EXPECTED, AccountRepository, CheckNote, Expected
from twauth_gui.store.app_shelf import AppRepository
from twauth_gui.store.asking_lock import AskingLocks
from twauth_gui.store.attempt_shelf import PendingSignInRepository
from twauth_gui.store.change_lock import ChangeLock
from twauth_gui.store.changes import Changes, StoreContext
from twauth_gui.store.errors import READ_ONLY_NOTE
from twauth_gui.store.exchanges import Exchanges
from twauth_gui.store.index import Index
from twauth_gui.store.listing import read_listing
from twauth_gui.store.notebook import EventLog
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

    tokens: those of OAuth 2.0. exchanges: of sign-ins, at X. whereabouts: the vault in use.
    """

    def __init__(self, ground: StoreContext) -> None:
        self._ground = ground
        self._changes = Changes(ground)
        self._apps = AppRepository(ground, self._changes)
        self._accounts = AccountRepository(ground, self._changes)
        asking = AskingLocks(ground.lock.path.parent)
        self.tokens = TokenRepository(ground, self._changes, self._accounts, asking)
        self._attempts = PendingSignInRepository(ground, self._changes, asking)
        self.exchanges = Exchanges(ground, self._attempts, asking)
        self._notebook = EventLog(ground.index)
        self.whereabouts = VaultSelection(ground)

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
        purged = self._accounts.purge(UNDO_TIME)
        told = rescue_words.explained(rebuilt, self.vault.name)
        return replace(recovery, orphans=recovery.orphans + purged, rebuilt=told)

    def rescue_under_way(self) -> str:
        """Say what happened to a damaged index that recover() still compares; "" for none."""
        return rescue_words.set_aside(rescue.rescue_under_way(self._ground.index))

    def renew_copy(self) -> None:
        """Keep a copy of the index, for the case that it is damaged one day; not too often."""
        rescue.renew_copy(self._ground.index)

    # apps

    def apps(self) -> list[App]:
        return self._apps.all()

    def app(self, app_id: AppId) -> App:
        return self._apps.one(app_id)

    def app_keys(self, app_id: AppId) -> AppKeys:
        """Read the keys; CredentialMissingError where the keychain lost them."""
        return self._apps.keys(app_id)

    def add_app(self, app: App, keys: AppKeys) -> App:
        return self._apps.add(app, keys)

    def update_app(self, app: App, keys: AppKeys | None = None) -> App:
        """Change label, callback and hosts, and the keys where they are given.

        ChangedMeanwhileError where keys of another generation are there by now.
        """
        return self._apps.update(app, keys)

    def remove_app(self, app_id: AppId) -> None:
        """Remove an app with its attempts; AppInUseError where it has accounts."""
        self._apps.remove(app_id)

    # accounts

    def accounts(self) -> list[Account]:
        return self._accounts.all()

    def listed_accounts(self) -> list[tuple[Any, ...]]:
        """Give them as a list shows them, in the same order; nothing but text is made of them."""
        return read_listing(self._ground.index.rows)

    def account(self, account_id: AccountId) -> Account:
        return self._accounts.one(account_id)

    def account_ids(self) -> set[AccountId]:
        """Give all ids that are taken, those of removed accounts too."""
        return self._accounts.ids()

    def find_account(self, app_id: AppId, user_id: str) -> Account | None:
        return self._accounts.find(app_id, user_id)

    def credentials(self, account_id: AccountId) -> Credentials:
        """Read the credentials; CredentialMissingError where the keychain lost them.

        The account's health says so then too.
        """
        return self._accounts.credentials(account_id)

    def update_account(self, account: Account) -> Account:
        """Change what is no secret of it; ChangedMeanwhileError where it was signed in again."""
        return self._accounts.update(account)

    def note_checks(self, notes: Sequence[CheckNote]) -> set[AccountId]:
        """Keep what checks showed, each with its line of history, as one change.

        Note and tags stay as they are. Left out is what was removed or signed in again since the
        account was read, or whose app has other keys by now; gives the ids of the others.
        """
        return self._accounts.note_checks(notes)

    def add_account(self, account: Account, credentials: Credentials) -> Account:
        """Keep an account; AlreadyKeptError where the app has it. A hidden one comes back."""
        return self._accounts.add(account, credentials)

    def replace_credentials(
        self, account: Account, credentials: Credentials, expected: Expected = NOTHING_EXPECTED
    ) -> Account:
        """Keep newer credentials of an account; its id, note and tags stay.

        ChangedMeanwhileError where something else is there than what was expected.
        """
        return self._accounts.put(account, credentials, expected=expected)

    def replace_account(
        self, account: Account, credentials: Credentials, expected: Expected = NOTHING_EXPECTED
    ) -> Account:
        """Keep newer credentials with note and tags, as one change; the id stays.

        ChangedMeanwhileError where something else is there than what was expected.
        """
        return self._accounts.put(account, credentials, with_notes=True, expected=expected)

    def hide_account(self, account_id: AccountId) -> None:
        """Remove an account so that it can be restored."""
        self._accounts.hide(account_id)

    def restore_account(self, account_id: AccountId) -> Account:
        """Bring back a hidden account."""
        return self._accounts.restore(account_id)

    def purge_hidden(self, account_id: AccountId | None = None) -> None:
        """Delete one hidden account, or all; what the keychain refuses now, recover deletes."""
        _ = self._accounts.purge(only=account_id)

    # attempts

    def attempts(self) -> list[PendingSignIn]:
        return self._attempts.all()

    def attempt(self, attempt_id: PendingSignInId) -> PendingSignIn:
        return self._attempts.one(attempt_id)

    def attempt_secrets(self, attempt_id: PendingSignInId) -> PendingSecrets:
        """Read the tokens; CredentialMissingError where the keychain lost them."""
        return self._attempts.request_secrets(attempt_id)

    def code_secrets(self, attempt_id: PendingSignInId) -> CodeSecrets:
        """Read those of a sign-in with OAuth 2.0; CredentialMissingError as attempt_secrets."""
        return self._attempts.code_secrets(attempt_id)

    def any_secrets(self, attempt_id: PendingSignInId) -> PendingSecrets | CodeSecrets:
        """Read those of either kind."""
        return self._attempts.secrets(attempt_id)

    def begin_attempt(
        self, attempt: PendingSignIn, secrets: PendingSecrets | CodeSecrets
    ) -> PendingSignIn:
        return self._attempts.begin(attempt, secrets)

    def update_attempt(
        self, attempt: PendingSignIn, secrets: PendingSecrets | CodeSecrets
    ) -> PendingSignIn:
        """Change everything but the app, with the next generation.

        ChangedMeanwhileError where there is another generation than the attempt's by now.
        """
        return self._attempts.update(attempt, secrets)

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
        _ = self._attempts.one(attempt_id)
        return self._accounts.put(account, credentials, finishes=attempt_id, expected=expected)

    def finish_with_tokens(  # noqa: PLR0917 - each is another thing
        self,
        attempt_id: PendingSignInId,
        account: Account,
        tokens: TokenSet,
        facts: TokenFacts,
        expected: Expected = NOTHING_EXPECTED,
    ) -> Account:
        """The same for a sign-in with OAuth 2.0."""
        _ = self._attempts.one(attempt_id)
        return self.tokens.put(account, tokens, facts, finishes=attempt_id, expected=expected)

    def discard_attempt(self, attempt_id: PendingSignInId, generation: int | None = None) -> None:
        """Drop a sign-in. What the keychain refuses to delete now, recover deletes later.

        generation: the one to drop, None for any; ChangedMeanwhileError where there is another.
        """
        self._attempts.discard(attempt_id, generation)

    # the rest

    def active_account(self) -> AccountId | None:
        return self._notebook.active_account()

    def set_active_account(self, account_id: AccountId | None) -> None:
        self._notebook.set_active_account(account_id)

    def setting(self, key: str) -> str | None:
        return self._notebook.setting(key)

    def set_setting(self, key: str, value: str) -> None:
        self._notebook.set_setting(key, value)

    def settings(self) -> dict[str, str]:
        """Give all settings but the store's own."""
        return self._notebook.settings()

    def add_history(self, events: Sequence[Event]) -> bool:
        """Give an account without history these lines, oldest first; False where it has some."""
        return self._notebook.add_history(events)

    def add_event(self, event: Event) -> None:
        """Add a line to an account's history, which keeps the newest 200; none while read-only."""
        if not self.is_read_only:
            self._notebook.add_event(event)

    def events(self, account_id: AccountId, limit: int = 20) -> list[Event]:
        """Give the newest lines of an account's history, newest first."""
        return self._notebook.events(account_id, limit)
