"""The OAuth 2.0 tokens that accounts have beside or instead of OAuth 1.0a credentials."""

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
    token_facts_from_row,
)
from twauth_gui.store.journal import ChangePlan, Precondition
from twauth_gui.store.records import decode_tokens, encode
from twauth_gui.store.vault import ItemKind, read_consistent

_SELECT = SELECT[ItemKind.TOKENS]


class TokenRepository:
    """Tokens in the keychain, under the id of their account; what is no secret in the index.

    They have an item of their own: a renewal every two hours leaves the other one alone.
    """

    def __init__(
        self,
        context: StoreContext,
        changes: JournaledWriter,
        accounts: AccountRepository,
        asking: ExchangeLocks,
    ) -> None:
        self._context = context
        self._changes = changes
        self._accounts = accounts
        self._exchange_locks = asking

    def all_facts(self) -> dict[AccountId, TokenMetadata]:
        """Say which accounts have some, with what is no secret of them."""
        rows = self._context.index.query(_SELECT)
        return {AccountId(row[0]): token_facts_from_row(row) for row in rows}

    def facts(self, account_id: AccountId) -> TokenMetadata | None:
        rows = self._context.index.query(f"{_SELECT} WHERE id = ?", (account_id,))
        return token_facts_from_row(rows[0]) if rows else None

    def get(self, account_id: AccountId) -> TokenSet:
        """Read them; NotSignedInError where there never were any.

        CredentialMissingError where the keychain lost them. The account's health says so then too,
        where it has no others.
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
        facts: TokenMetadata,
        finishes: PendingSignInId | None = None,
        *,
        expected: AccountPreconditions = NO_PRECONDITIONS,
    ) -> Account:
        """Keep them for an account, which is added where the app does not have the user yet."""
        record = encode(tokens)
        with self._context.lock.acquire():
            kept_id = self._accounts.find_id(account)
            columns: Columns = {"id": kept_id, "handle": account.handle, "hidden_at": None}
            if kept_id is None:
                columns = account_columns(account)
            uuid = account.id if kept_id is None else kept_id
            known = self.facts(AccountId(uuid))
            shown = self._accounts.find(account.app_id, account.user_id)  # not a removed one
            if expected.replaced not in {None, known.generation if known and shown else 0}:
                raise ChangedMeanwhileError(ItemKind.TOKENS)
            row = {**({} if known else {"id": uuid}), **token_columns(facts)}
            plan = ChangePlan(ItemKind.TOKENS, uuid, row, known is None, finishes or "", columns)
            self._changes.write(plan, record, *expected.for_app_keys(account.app_id))
        return self._accounts.get(AccountId(uuid))

    def renew(self, account_id: AccountId, tokens: TokenSet, generation: int) -> None:
        """Keep the next pair; the one before is deleted once this one is safe.

        Raises:
            ChangedMeanwhileError: the pair before is no longer of this generation; the account was
                signed in again.
        """
        facts = self.facts(account_id)
        if facts is None:
            raise NotFoundError(ItemKind.TOKENS)
        fresh = replace(facts, scopes=tokens.scopes, expires_at=tokens.expires_at, renewing_at=None)
        plan = ChangePlan(ItemKind.TOKENS, account_id, token_columns(fresh), is_new=False)
        seen = Precondition(ItemKind.TOKENS, account_id, generation)
        self._changes.write(plan, encode(tokens), seen)

    def renewal_lock(self, account_id: AccountId) -> AbstractContextManager[None]:
        """Hold off other renewals of the account, of this process and of others.

        Raises:
            NotWrittenError: another one lasts longer than a call to X can.
        """
        return self._exchange_locks.acquire(account_id)

    def record_renewal_start(
        self, account_id: AccountId, at: datetime | None, generation: int
    ) -> None:
        """Note that X is being asked for the next pair; renew() takes the note away.

        A pair of another generation is left alone: nobody has asked for its next.
        """
        sql = "UPDATE tokens SET renewing_at = ? WHERE id = ? AND generation = ?"
        values = (None if at is None else at.isoformat(), account_id, generation)
        _ = self._context.index.execute(sql, values)

    def delete(self, account_id: AccountId, generation: int) -> None:
        """Forget them; the account and its other credentials stay.

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
