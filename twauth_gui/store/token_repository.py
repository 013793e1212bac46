"""OAuth 2.0 tokens, which accounts have beside or instead of OAuth 1.0a credentials."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId, TokenMetadata
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Remedy
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.store.account_repository import (
    NO_PRECONDITIONS,
    AccountPreconditions,
    AccountRepository,
)
from twauth_gui.store.changes import JournaledWriter, StoreContext
from twauth_gui.store.errors import (
    ChangedMeanwhileError,
    CredentialMissingError,
    NotFoundError,
    NotSignedInError,
)
from twauth_gui.store.file_lock import ExchangeLocks
from twauth_gui.store.index_rows import (
    SELECT,
    Columns,
    account_columns,
    token_columns,
    token_metadata_from_row,
)
from twauth_gui.store.journal import ChangePlan, Precondition
from twauth_gui.store.records import decode_tokens, encode
from twauth_gui.store.vault import ItemKind, read_consistent

_SELECT = SELECT[ItemKind.TOKENS]


class TokenRepository:
    """Tokens in the keychain, under the id of their account, with their metadata in the index.

    They have a keychain item of their own: renewing them every two hours leaves the OAuth 1.0a
    credentials alone.
    """

    def __init__(
        self,
        context: StoreContext,
        changes: JournaledWriter,
        accounts: AccountRepository,
        exchange_locks: ExchangeLocks,
    ) -> None:
        self._context = context
        self._changes = changes
        self._accounts = accounts
        self._exchange_locks = exchange_locks

    def list_metadata(self) -> dict[AccountId, TokenMetadata]:
        """Return the metadata of all tokens by account."""
        rows = self._context.index.query(_SELECT)
        return {AccountId(row[0]): token_metadata_from_row(row) for row in rows}

    def get_metadata(self, account_id: AccountId) -> TokenMetadata | None:
        rows = self._context.index.query(f"{_SELECT} WHERE id = ?", (account_id,))
        return token_metadata_from_row(rows[0]) if rows else None

    def get(self, account_id: AccountId) -> TokenSet:
        """Read the tokens of an account.

        Raises:
            NotSignedInError: it has none.
            CredentialMissingError: the keychain lost them; if the account has no other
                credentials, its health says so from now on.
        """
        account = self._accounts.get(account_id)
        vault = self._context.vault
        record = read_consistent(
            vault, ItemKind.TOKENS, account_id, lambda: self._generation(account)
        )
        if record is not None:
            return decode_tokens(record)
        whose = f"the OAuth 2.0 sign-in of {account.at_handle}"
        error = CredentialMissingError(whose, vault.name, Remedy.SIGN_IN_OAUTH2)
        if not account.has_oauth1:
            self._accounts.mark_credentials_missing(account, error)
        raise error

    def save(
        self,
        account: Account,
        tokens: TokenSet,
        metadata: TokenMetadata,
        finishes: PendingSignInId | None = None,
        *,
        expected: AccountPreconditions = NO_PRECONDITIONS,
    ) -> Account:
        """Save tokens for an account, which is added if the app does not have this user yet.

        Args:
            account: of the tokens; an existing one keeps its id.
            tokens: to save.
            metadata: of the tokens.
            finishes: the pending sign-in that ends with this change.
            expected: what the change was prepared with.

        Raises:
            NotFoundError: the app is gone.
            ChangedMeanwhileError: something else is there than what was expected.
        """
        record = encode(tokens)
        with self._context.lock.acquire():
            existing_id = self._accounts.find_id(account)
            columns: Columns = {"id": existing_id, "handle": account.handle, "hidden_at": None}
            if existing_id is None:
                columns = account_columns(account)
            uuid = existing_id or account.id
            old = self.get_metadata(AccountId(uuid))
            is_visible = self._accounts.find(account.app_id, account.user_id) is not None
            if expected.replaced not in {None, old.generation if old and is_visible else 0}:
                raise ChangedMeanwhileError(ItemKind.TOKENS)
            row = {**({} if old else {"id": uuid}), **token_columns(metadata)}
            plan = ChangePlan(ItemKind.TOKENS, uuid, row, old is None, finishes or "", columns)
            self._changes.write(plan, record, *expected.for_app_keys(account.app_id))
        return self._accounts.get(AccountId(uuid))

    def renew(self, account_id: AccountId, tokens: TokenSet, generation: int) -> None:
        """Save renewed tokens; the previous ones are deleted once these are safe.

        Raises:
            NotFoundError: the account has no tokens.
            ChangedMeanwhileError: the previous tokens are no longer of this generation, because
                the account was signed in again.
        """
        old = self.get_metadata(account_id)
        if old is None:
            raise NotFoundError(ItemKind.TOKENS)
        new = replace(old, scopes=tokens.scopes, expires_at=tokens.expires_at, renewing_at=None)
        plan = ChangePlan(ItemKind.TOKENS, account_id, token_columns(new), is_new=False)
        unchanged = Precondition(ItemKind.TOKENS, account_id, generation)
        self._changes.write(plan, encode(tokens), unchanged)

    def renewal_lock(self, account_id: AccountId) -> AbstractContextManager[None]:
        """Keep out other renewals for the account, by this process and others.

        Raises:
            NotWrittenError: another renewal lasts longer than a call to X can.
        """
        return self._exchange_locks.acquire(account_id)

    def record_renewal_start(
        self, account_id: AccountId, at: datetime | None, generation: int
    ) -> None:
        """Note that a renewal begins; renew() clears the note.

        Tokens of another generation are left alone. at: None to clear the note.
        """
        sql = "UPDATE tokens SET renewing_at = ? WHERE id = ? AND generation = ?"
        values = (None if at is None else at.isoformat(), account_id, generation)
        _ = self._context.index.execute(sql, values)

    def delete(self, account_id: AccountId, generation: int) -> None:
        """Delete tokens; the account and its other credentials stay.

        Raises:
            ChangedMeanwhileError: they are no longer of this generation.
        """
        self._changes.remove(
            ItemKind.TOKENS, account_id, Precondition(ItemKind.TOKENS, account_id, generation)
        )

    def _generation(self, account: Account) -> int:
        rows = self._context.index.query(
            "SELECT generation FROM tokens WHERE id = ?", (account.id,)
        )
        if not rows:
            raise NotSignedInError(account.at_handle, CredentialKind.OAUTH2)
        return int(rows[0][0])
