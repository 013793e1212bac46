"""The accounts that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from twauth_gui.domain.accounts import Account, AccountId, Credentials
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import PendingSignInId
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import Remedy
from twauth_gui.domain.events import Event
from twauth_gui.domain.health import HealthState
from twauth_gui.store.changes import Changes, StoreContext
from twauth_gui.store.current import read_current
from twauth_gui.store.errors import (
    AlreadyKeptError,
    ChangedMeanwhileError,
    CredentialMissingError,
    NotFoundError,
    NotSignedInError,
)
from twauth_gui.store.items import ItemKind
from twauth_gui.store.journal import Plan, Seen, unlist
from twauth_gui.store.notebook import insert_event
from twauth_gui.store.ownership import require_open
from twauth_gui.store.records import decode_account, encode
from twauth_gui.store.rows import (
    SELECT,
    account_columns,
    account_of,
    note_columns,
    sign_in_columns,
)
from twauth_gui.store.waiting import waited

_SHOWN = f"{SELECT[ItemKind.ACCOUNT]} WHERE hidden_at IS NULL"

_HIDDEN = "store.hidden."
"""Begins the setting that notes, per hidden account, how long the computer had been running."""

_CHECKED = (
    *("handle", "name", "access", "health", "health_at", "health_reason"),
    *("check_failed_at", "check_failure"),
)
_NOTED = (*_CHECKED, "note", "tags")


def _setting(names: Sequence[str]) -> str:
    columns = ", ".join(f"{name} = ?" for name in names)
    return (
        f"UPDATE accounts SET {columns}"  # noqa: S608 - ours
        " WHERE id = ? AND hidden_at IS NULL AND generation = ?"
    )


_UPDATE = _setting(_NOTED)
_NOTE_HEALTH = (
    "UPDATE accounts SET health = ?, health_at = ?, health_reason = ?, check_failed_at = NULL,"
    " check_failure = '' WHERE id = ? AND hidden_at IS NULL AND generation = ?"
)
_NOTE_CHECK = (
    _setting(_CHECKED)  # noqa: S608 - ours
    + " AND ? IN (0, (SELECT generation FROM apps WHERE apps.id = accounts.app_id))"
    " AND (generation > 0"
    " OR ? IS (SELECT signed_in_at FROM tokens WHERE tokens.id = accounts.id))"
)


@dataclass(frozen=True, slots=True)
class CheckNote:
    """What a check showed, and what it was made with.

    account: as it is to be, with the generation of its credentials. app_generation: of the app's
    keys, 0 where X was not asked with them. tokens_from: when the OAuth 2.0 tokens were signed in,
    where they were the ones that X was asked with.
    """

    account: Account
    event: Event
    app_generation: int = 0
    tokens_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """The generations that a change of an account was prepared with; None: whatever is there.

    app: of the app's keys. replaced: of the credentials that it replaces, 0 where there were none.
    """

    app: int | None = None
    replaced: int | None = None

    def keys_of(self, app_id: AppId) -> tuple[Seen, ...]:
        """Say which keys of the app the change was prepared with, where that is known."""
        return () if self.app is None else (Seen(ItemKind.APP, app_id, self.app),)


NOTHING_EXPECTED = Expected()


class AccountRepository:
    """Accounts in the index, with their credentials in the keychain."""

    def __init__(self, ground: StoreContext, changes: Changes) -> None:
        self._ground = ground
        self._changes = changes

    def all(self) -> list[Account]:
        rows = self._ground.index.rows(f"{_SHOWN} ORDER BY handle COLLATE NOCASE, id")
        return [account_of(row) for row in rows]

    def get(self, account_id: AccountId) -> Account:
        rows = self._ground.index.rows(f"{_SHOWN} AND id = ?", (account_id,))
        if not rows:
            raise NotFoundError(ItemKind.ACCOUNT)
        return account_of(rows[0])

    def ids(self) -> set[AccountId]:
        """Return all ids that are taken, those of removed accounts too."""
        """Give all ids that are taken, those of hidden accounts too."""
        return {AccountId(row[0]) for row in self._ground.index.rows("SELECT id FROM accounts")}

    def find(self, app_id: AppId, user_id: str) -> Account | None:
        sql = f"{_SHOWN} AND app_id = ? AND user_id = ?"
        rows = self._ground.index.rows(sql, (app_id, user_id))
        return account_of(rows[0]) if rows else None

    def kept_id(self, account: Account) -> str | None:
        """Give the id under which the app has this user already, hidden or not.

        Raises:
            NotFoundError: the app is gone.
        """
        _ = self._label(account.app_id)
        rows = self._ground.index.rows(
            "SELECT id FROM accounts WHERE app_id = ? AND user_id = ?",
            (account.app_id, account.user_id),
        )
        return rows[0][0] if rows else None

    def credentials(self, account_id: AccountId) -> Credentials:
        """Read the credentials; CredentialMissingError if the keychain lost them.

        The account's health says so then, too.
        """
        vault = self._ground.vault
        record = read_current(
            vault, ItemKind.ACCOUNT, account_id, lambda: self._signed_in(account_id).generation
        )
        if record is not None:
            return decode_account(record)
        account = self.get(account_id)
        error = CredentialMissingError(account.at_handle, vault.name, Remedy.SIGN_IN_AGAIN)
        self.note_missing(account, error)
        raise error

    def _signed_in(self, account_id: AccountId) -> Account:
        account = self.get(account_id)
        if not account.has_oauth1:
            raise NotSignedInError(account.at_handle, CredentialKind.OAUTH1)
        return account

    def note_missing(self, account: Account, error: CredentialMissingError) -> None:
        """Let the account's health say that the keychain lost its credentials."""
        at, words = self._ground.now().isoformat(), error.diagnosis.sentence()
        values = (HealthState.CREDENTIAL_MISSING.value, at, words, account.id, account.generation)
        _ = self._ground.index.change(_NOTE_HEALTH, values)

    def update(self, account: Account) -> Account:
        """Change what is no secret of it; ChangedMeanwhileError if it was signed in again."""
        columns = {**sign_in_columns(account), **note_columns(account)}
        values = [columns[name] for name in _NOTED]
        if not self._ground.index.change(_UPDATE, (*values, account.id, account.generation)):
            _ = self.get(account.id)  # raises NotFoundError where it is gone
            raise ChangedMeanwhileError(ItemKind.ACCOUNT)
        return self.get(account.id)

    def note_checks(self, notes: Sequence[CheckNote]) -> set[AccountId]:
        noted: set[AccountId] = set()
        with self._ground.index.transaction() as connection:
            for one in notes:
                account, since = one.account, one.tokens_from
                columns = sign_in_columns(account)
                values = [columns[name] for name in _CHECKED]
                made_with = (one.app_generation, None if since is None else since.isoformat())
                changed = connection.execute(
                    _NOTE_CHECK, (*values, account.id, account.generation, *made_with)
                )
                if changed.rowcount:
                    insert_event(connection, one.event)
                    noted.add(account.id)
        return noted

    def add(self, account: Account, credentials: Credentials) -> Account:
        kept = self.find(account.app_id, account.user_id)
        if kept is not None:
            raise AlreadyKeptError(kept.handle, self._label(account.app_id))
        return self.save(account, credentials)

    def save(
        self,
        account: Account,
        credentials: Credentials,
        finishes: PendingSignInId | None = None,
        *,
        with_notes: bool = False,
        expected: Expected = NOTHING_EXPECTED,
    ) -> Account:
        """Keep a sign-in: as a new account, or as the next generation of the one that is kept.

        with_notes: whether note and tags of the kept one are replaced too.
        """
        record = encode(credentials)
        with self._ground.lock.held():
            kept_id = self.kept_id(account)
            known = self.find(account.app_id, account.user_id)  # not one that was removed
            if expected.replaced not in {None, known.generation if known else 0}:
                raise ChangedMeanwhileError(ItemKind.ACCOUNT)
            columns = account_columns(account)
            if kept_id is not None:
                notes = note_columns(account) if with_notes else {}
                columns = {**sign_in_columns(account), **notes, "hidden_at": None}
            uuid = account.id if kept_id is None else kept_id
            plan = Plan(
                ItemKind.ACCOUNT, uuid, columns, is_new=kept_id is None, finishes=finishes or ""
            )
            self._changes.write(plan, record, *expected.keys_of(account.app_id))
        return self.get(AccountId(uuid))

    def replace_credentials(
        self, account: Account, credentials: Credentials, expected: Expected = NOTHING_EXPECTED
    ) -> Account:
        """Keep newer credentials of an account; its id, note and tags stay.

        ChangedMeanwhileError if something else is there than what was expected.
        """
        return self.save(account, credentials, expected=expected)

    def replace(
        self, account: Account, credentials: Credentials, expected: Expected = NOTHING_EXPECTED
    ) -> Account:
        """Keep newer credentials with note and tags, as one change; the id stays.

        ChangedMeanwhileError if something else is there than what was expected.
        """
        return self.save(account, credentials, with_notes=True, expected=expected)

    def hide(self, account_id: AccountId) -> None:
        """Remove an account so that it can be restored."""
        require_open(self._ground, account_id, ItemKind.ACCOUNT, ItemKind.TOKENS)
        sql = "UPDATE accounts SET hidden_at = ? WHERE id = ? AND hidden_at IS NULL"
        ground = self._ground
        with ground.index.transaction() as connection:
            if not connection.execute(sql, (ground.now().isoformat(), account_id)).rowcount:
                raise NotFoundError(ItemKind.ACCOUNT)
            values = (_HIDDEN + account_id, ground.running().packed())
            _ = connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", values)

    def restore(self, account_id: AccountId) -> Account:
        """Bring back a hidden account."""
        sql = "UPDATE accounts SET hidden_at = NULL WHERE id = ?"
        if not self._ground.index.change(sql, (account_id,)):
            raise NotFoundError(ItemKind.ACCOUNT)
        return self.get(account_id)

    def purge_hidden(self, account_id: AccountId | None = None) -> None:
        """Delete one hidden account, or all; what the keychain refuses now, recover deletes."""
        _ = self.purge(only=account_id)

    def purge(self, older_than: timedelta = timedelta(), *, only: AccountId | None = None) -> int:
        """Delete what was hidden at least so long ago; give the number of accounts.

        only: this one account and no other, which somebody else may still want back.
        """
        ground = self._ground
        if not self._hidden(older_than):
            return 0
        with ground.lock.held():
            hidden = [one for one in self._hidden(older_than) if only in {None, one}]
            with ground.index.transaction() as connection:
                doomed = [
                    entry
                    for uuid in hidden
                    for entry in unlist(connection, ItemKind.ACCOUNT, uuid, ground.now())
                ]
                notes = [(_HIDDEN + uuid,) for uuid in hidden]
                _ = connection.executemany("DELETE FROM settings WHERE key = ?", notes)
            ground.on_step("account.unlisted")
            self._changes.delete(doomed)
        return len(hidden)

    def _hidden(self, older_than: timedelta) -> list[str]:
        rows = self._ground.index.rows(
            "SELECT id, hidden_at, settings.value FROM accounts LEFT JOIN settings"
            " ON settings.key = ? || id WHERE hidden_at IS NOT NULL",
            (_HIDDEN,),
        )
        return [uuid for uuid, at, noted in rows if self._is_over(at, noted, older_than)]

    def _is_over(self, at: str, noted: str | None, span: timedelta) -> bool:
        """Whether so much time has passed; nobody can undo what was before the computer started."""
        now = self._ground.now()
        ago = waited(noted, datetime.fromisoformat(at), now, self._ground.running())
        return ago is None or ago >= span

    def _label(self, app_id: AppId) -> str:
        rows = self._ground.index.rows("SELECT label FROM apps WHERE id = ?", (app_id,))
        if not rows:
            raise NotFoundError(ItemKind.APP)
        return str(rows[0][0])
