"""Accounts: rows in the index, with OAuth 1.0a credentials in the keychain."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from twauth_gui.domain.account_changes import find_changes
from twauth_gui.domain.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    AccountId,
    Credentials,
)
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Remedy
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.store.boot_clock import elapsed_since
from twauth_gui.store.change_repository import insert_changes
from twauth_gui.store.changes import JournaledWriter, StoreContext, require_readable
from twauth_gui.store.errors import (
    AccountExistsError,
    ChangedMeanwhileError,
    CredentialMissingError,
    NotFoundError,
    NotSignedInError,
)
from twauth_gui.store.event_log import insert_event
from twauth_gui.store.index_rows import (
    SELECT,
    account_columns,
    account_from_row,
    annotation_columns,
    sign_in_columns,
)
from twauth_gui.store.journal import ChangePlan, Precondition, delete_row
from twauth_gui.store.records import decode_account, encode
from twauth_gui.store.settings_repository import delete_setting, write_setting
from twauth_gui.store.vault import ItemKind, read_consistent

_SELECT_VISIBLE = f"{SELECT[ItemKind.ACCOUNT]} WHERE hidden_at IS NULL"
_SELECT_ONE = f"{_SELECT_VISIBLE} AND id = ?"

_HIDDEN_KEY_PREFIX = "store.hidden."
"""Prefix of the settings that note the uptime at which each account was hidden."""

_CHECK_COLUMNS = (
    *("handle", "name", "access", "health", "health_at", "health_reason"),
    *("check_failed_at", "check_failure"),
)
_ANNOTATION_COLUMNS = ("note", "tags", "is_favourite")
_EDITABLE_COLUMNS = (*_CHECK_COLUMNS, *_ANNOTATION_COLUMNS)


def _update_sql(names: Sequence[str], verb: str = "UPDATE") -> str:
    columns = ", ".join(f"{name} = ?" for name in names)
    return f"{verb} accounts SET {columns} WHERE id = ? AND hidden_at IS NULL AND generation = ?"


_UPDATE = _update_sql(_EDITABLE_COLUMNS)
_ANNOTATE = _update_sql(_ANNOTATION_COLUMNS)
_NOTE_HEALTH = (
    "UPDATE accounts SET health = ?, health_at = ?, health_reason = ?, check_failed_at = NULL,"
    " check_failure = '' WHERE id = ? AND hidden_at IS NULL AND generation = ?"
)
_NOTE_CHECK = (
    # Ignore: a sign-in may save an account of the same user meanwhile.
    _update_sql((*_CHECK_COLUMNS, "user_id"), "UPDATE OR IGNORE")  # noqa: S608 - ours
    + " AND ? IN (0, (SELECT generation FROM apps WHERE apps.id = accounts.app_id))"
    " AND (generation > 0"
    " OR ? IS (SELECT signed_in_at FROM tokens WHERE tokens.id = accounts.id))"
)


@dataclass(frozen=True, slots=True)
class CheckNote:
    """What a check of an account showed, and which credentials it was made with.

    account: the account to save, with the generation of its credentials. app_generation: of the
    app's keys, 0 if the check did not use them. tokens_from: when the OAuth 2.0 tokens were signed
    in, if the check used them.
    """

    account: Account
    event: AccountEvent
    app_generation: int = 0
    tokens_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountPreconditions:
    """The generations that a change of an account was prepared with; None accepts any.

    app: of the app's keys. replaced: of the credentials to replace, 0 if there were none.
    """

    app: int | None = None
    replaced: int | None = None

    def for_app_keys(self, app_id: AppId) -> tuple[Precondition, ...]:
        """Return the precondition on the app's keys, or none if any keys will do."""
        return () if self.app is None else (Precondition(ItemKind.APP, app_id, self.app),)


NO_PRECONDITIONS = AccountPreconditions()


class AccountRepository:
    """Accounts, with their OAuth 1.0a credentials."""

    def __init__(self, context: StoreContext, changes: JournaledWriter) -> None:
        self._context = context
        self._changes = changes

    def list_all(self) -> list[Account]:
        rows = self._context.index.query(f"{_SELECT_VISIBLE} ORDER BY handle COLLATE NOCASE, id")
        return [account_from_row(row) for row in rows]

    def get(self, account_id: AccountId) -> Account:
        rows = self._context.index.query(_SELECT_ONE, (account_id,))
        if not rows:
            raise NotFoundError(ItemKind.ACCOUNT)
        return account_from_row(rows[0])

    def list_ids(self) -> set[AccountId]:
        """Return all ids that are taken, those of hidden accounts too."""
        return {AccountId(row[0]) for row in self._context.index.query("SELECT id FROM accounts")}

    def find(self, app_id: AppId, user_id: str) -> Account | None:
        sql = f"{_SELECT_VISIBLE} AND app_id = ? AND user_id = ?"
        rows = self._context.index.query(sql, (app_id, user_id))
        return account_from_row(rows[0]) if rows else None

    def find_id(self, account: Account) -> str | None:
        """Return the id of the app's account for this user, hidden or not; None if there is none.

        Raises:
            NotFoundError: the app is gone.
        """
        _ = self._app_label(account.app_id)
        rows = self._context.index.query(
            "SELECT id FROM accounts WHERE app_id = ? AND user_id = ?",
            (account.app_id, account.user_id),
        )
        return rows[0][0] if rows else None

    def read_credentials(self, account_id: AccountId) -> Credentials:
        """Read the OAuth 1.0a credentials of an account.

        Raises:
            NotSignedInError: it has none.
            CredentialMissingError: the keychain lost them; the account's health says so from now.
        """
        vault = self._context.vault
        record = read_consistent(
            vault, ItemKind.ACCOUNT, account_id, lambda: self._require_oauth1(account_id).generation
        )
        if record is not None:
            return decode_account(record)
        account = self.get(account_id)
        error = CredentialMissingError(account.at_handle, vault.name, Remedy.SIGN_IN_AGAIN)
        self.mark_credentials_missing(account, error)
        raise error

    def _require_oauth1(self, account_id: AccountId) -> Account:
        account = self.get(account_id)
        if not account.has_oauth1:
            raise NotSignedInError(account.at_handle, CredentialKind.OAUTH1)
        return account

    def mark_credentials_missing(self, account: Account, error: CredentialMissingError) -> None:
        """Set the account's health to "credential missing"."""
        now, words = self._context.now(), error.diagnosis.to_sentence()
        missing = HealthState.CREDENTIAL_MISSING
        values = (missing.value, now.isoformat(), words, account.id, account.generation)
        with self._context.index.transaction() as connection:
            row = connection.execute(_SELECT_ONE, (account.id,)).fetchone()
            if connection.execute(_NOTE_HEALTH, values).rowcount:
                before = account_from_row(row)
                _insert_changes(connection, before, replace(before, health=Health(missing)), now)

    def update(self, account: Account) -> Account:
        """Save everything about an account but its credentials.

        Raises:
            ChangedMeanwhileError: the account was signed in again since it was read.
        """
        columns = {**sign_in_columns(account), **annotation_columns(account)}
        values = [columns[name] for name in _EDITABLE_COLUMNS]
        if not self._context.index.execute(_UPDATE, (*values, account.id, account.generation)):
            _ = self.get(account.id)  # raises NotFoundError if it is gone
            raise ChangedMeanwhileError(ItemKind.ACCOUNT)
        return self.get(account.id)

    def annotate(
        self, account_ids: Iterable[AccountId], edit: Callable[[Account], Account]
    ) -> list[tuple[Account, Account]]:
        """Change tags, notes and favourite marks of accounts, of all or of none.

        Nothing another process saves can come between reading and writing.

        Args:
            account_ids: those that are not there any more are skipped.
            edit: returns the account with other annotations; if it raises, nothing is changed.

        Returns:
            Each account that is there, before and after.
        """
        changes: list[tuple[Account, Account]] = []
        with self._context.index.transaction() as connection:
            for account_id in account_ids:
                row = connection.execute(_SELECT_ONE, (account_id,)).fetchone()
                if row is None:
                    continue
                before = account_from_row(row)
                after = edit(before)
                columns = annotation_columns(after)
                if columns != annotation_columns(before):
                    values = [columns[name] for name in _ANNOTATION_COLUMNS]
                    _ = connection.execute(_ANNOTATE, (*values, before.id, before.generation))
                changes.append((before, after))
        return changes

    def record_checks(self, notes: Sequence[CheckNote]) -> set[AccountId]:
        """Save what checks showed, except for accounts that have other credentials by now.

        An account whose user X has told only now gets that number.
        """
        recorded: set[AccountId] = set()
        with self._context.index.transaction() as connection:
            for note in notes:
                account, since = note.account, note.tokens_from
                columns = sign_in_columns(account)
                values = [*(columns[name] for name in _CHECK_COLUMNS), account.user_id]
                used = (note.app_generation, None if since is None else since.isoformat())
                row = connection.execute(_SELECT_ONE, (account.id,)).fetchone()
                changed = connection.execute(
                    _NOTE_CHECK, (*values, account.id, account.generation, *used)
                )
                if changed.rowcount:
                    before = account_from_row(row)
                    _insert_changes(connection, before, account, note.event.at)
                    insert_event(connection, note.event)
                    recorded.add(account.id)
        return recorded

    def add(self, account: Account, credentials: Credentials) -> Account:
        existing = self.find(account.app_id, account.user_id)
        if existing is not None:
            raise AccountExistsError(existing.handle, self._app_label(account.app_id))
        return self.save(account, credentials)

    def save(
        self,
        account: Account,
        credentials: Credentials,
        finishes: PendingSignInId | None = None,
        *,
        with_annotations: bool = False,
        expected: AccountPreconditions = NO_PRECONDITIONS,
    ) -> Account:
        """Save what a sign-in brought, as a new account or as the next generation of the existing.

        Args:
            account: the account to save; an existing one keeps its id.
            credentials: of the account.
            finishes: the pending sign-in that ends with this change.
            with_annotations: whether to replace those of an existing account too.
            expected: what the change was prepared with.

        Raises:
            NotFoundError: the app is gone.
            ChangedMeanwhileError: something else is there than what was expected.
        """
        record = encode(credentials)
        with self._context.lock.acquire():
            existing_id = self.find_id(account)
            visible = self.find(account.app_id, account.user_id)
            if expected.replaced not in {None, visible.generation if visible else 0}:
                raise ChangedMeanwhileError(ItemKind.ACCOUNT)
            is_new = existing_id is None
            columns = account_columns(account)
            if not is_new:
                annotations = annotation_columns(account) if with_annotations else {}
                columns = {**sign_in_columns(account), **annotations, "hidden_at": None}
            uuid = existing_id or account.id
            plan = ChangePlan(ItemKind.ACCOUNT, uuid, columns, is_new, finishes or "")
            self._changes.write(plan, record, *expected.for_app_keys(account.app_id))
        return self.get(AccountId(uuid))

    def replace_credentials(
        self,
        account: Account,
        credentials: Credentials,
        expected: AccountPreconditions = NO_PRECONDITIONS,
    ) -> Account:
        """Replace the credentials of an account; id and annotations stay. Raises as save."""
        return self.save(account, credentials, expected=expected)

    def replace(
        self,
        account: Account,
        credentials: Credentials,
        expected: AccountPreconditions = NO_PRECONDITIONS,
    ) -> Account:
        """Replace credentials and annotations of an account as one change. Raises as save."""
        return self.save(account, credentials, with_annotations=True, expected=expected)

    def hide(self, account_id: AccountId) -> None:
        """Remove an account from the list so that the removal can be undone."""
        require_readable(self._context, account_id, ItemKind.ACCOUNT, ItemKind.TOKENS)
        sql = "UPDATE accounts SET hidden_at = ? WHERE id = ? AND hidden_at IS NULL"
        context = self._context
        with context.index.transaction() as connection:
            if not connection.execute(sql, (context.now().isoformat(), account_id)).rowcount:
                raise NotFoundError(ItemKind.ACCOUNT)
            key = _HIDDEN_KEY_PREFIX + account_id
            write_setting(connection, key, context.read_uptime().to_text())

    def restore(self, account_id: AccountId) -> Account:
        """Show a hidden account again."""
        sql = "UPDATE accounts SET hidden_at = NULL WHERE id = ?"
        if not self._context.index.execute(sql, (account_id,)):
            raise NotFoundError(ItemKind.ACCOUNT)
        return self.get(account_id)

    def purge_hidden(self, account_ids: Collection[AccountId] | None = None) -> None:
        """Delete some hidden accounts, or all; recovery deletes what the keychain refuses now."""
        _ = self.purge_older(only=account_ids)

    def purge_older(
        self, older_than: timedelta = timedelta(), *, only: Collection[AccountId] | None = None
    ) -> int:
        """Delete the accounts that were hidden at least so long ago; return their number.

        only: these alone; the removal of others may still be undone elsewhere.
        """
        context = self._context
        if not self._list_hidden(older_than):
            return 0
        with context.lock.acquire():
            hidden = [one for one in self._list_hidden(older_than) if only is None or one in only]
            with context.index.transaction() as connection:
                deletions = [
                    entry
                    for uuid in hidden
                    for entry in delete_row(connection, ItemKind.ACCOUNT, uuid, context.now())
                ]
                for uuid in hidden:
                    delete_setting(connection, _HIDDEN_KEY_PREFIX + uuid)
            context.on_step("account.unlisted")
            self._changes.delete_items(deletions)
        return len(hidden)

    def _list_hidden(self, older_than: timedelta) -> list[str]:
        rows = self._context.index.query(
            "SELECT id, hidden_at, settings.value FROM accounts LEFT JOIN settings"
            " ON settings.key = ? || id WHERE hidden_at IS NOT NULL",
            (_HIDDEN_KEY_PREFIX,),
        )
        return [uuid for uuid, at, noted in rows if self._has_elapsed(at, noted, older_than)]

    def _has_elapsed(self, at: str, noted: str | None, span: timedelta) -> bool:
        """Whether so much time has passed, or the computer was restarted: no undo survives that."""
        now = self._context.now()
        ago = elapsed_since(noted, datetime.fromisoformat(at), now, self._context.read_uptime())
        return ago is None or ago >= span

    def _app_label(self, app_id: AppId) -> str:
        rows = self._context.index.query("SELECT label FROM apps WHERE id = ?", (app_id,))
        if not rows:
            raise NotFoundError(ItemKind.APP)
        return str(rows[0][0])


def _insert_changes(
    connection: sqlite3.Connection, before: Account, after: Account, at: datetime
) -> None:
    """Add what has changed to the changes and to the history, within a transaction."""
    changes = find_changes(before, after, at)
    insert_changes(connection, changes)
    for one in changes:
        text = one.describe(datetime.isoformat)
        insert_event(connection, AccountEvent(after.id, AccountEventKind.CHANGED, at, text))
