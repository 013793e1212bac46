"""The credentials of OAuth 2.0 that accounts have beside or in place of those of OAuth 1.0a."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId, TokenFacts
from twauth_gui.domain.attempts import AttemptId
from twauth_gui.domain.diagnosis import Remedy
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.store.changes import Changes, Ground
from twauth_gui.store.errors import CredentialMissingError, NotFoundError, NotSignedInError
from twauth_gui.store.items import ItemKind, service_name
from twauth_gui.store.journal import Plan, unlist
from twauth_gui.store.records import decode_tokens, encode
from twauth_gui.store.rows import SELECT, Columns, account_columns, token_columns, token_facts_of

_SELECT = SELECT[ItemKind.TOKENS]


class TokenShelf:
    """Tokens in the keychain, under the id of their account; what is no secret in the index.

    They have an item of their own: a renewal every two hours leaves the other one alone.
    """

    def __init__(self, ground: Ground, changes: Changes) -> None:
        self._ground = ground
        self._changes = changes

    def all_facts(self) -> dict[AccountId, TokenFacts]:
        rows = self._ground.index.rows(_SELECT)
        return {AccountId(row[0]): token_facts_of(row) for row in rows}

    def facts(self, account_id: AccountId) -> TokenFacts | None:
        rows = self._ground.index.rows(f"{_SELECT} WHERE id = ?", (account_id,))
        return token_facts_of(rows[0]) if rows else None

    def read(self, account: Account) -> TokenSet:
        generation = self._generation(account)
        vault = self._ground.vault
        record = vault.read(service_name(ItemKind.TOKENS, account.id, generation))
        if record is not None:
            return decode_tokens(record)
        if self._generation(account) != generation:
            return self.read(account)  # another process has just switched
        whose = f"the OAuth 2.0 sign-in of {account.at_handle}"
        raise CredentialMissingError(whose, vault.name, Remedy.SIGN_IN_AGAIN)

    def put(
        self,
        account: Account,
        tokens: TokenSet,
        facts: TokenFacts,
        finishes: AttemptId | None = None,
    ) -> AccountId:
        """Keep a sign-in, of an account that is kept already or with it; give the account's id."""
        record = encode(tokens)
        with self._ground.lock.held():
            kept_id = self._kept_id(account)
            columns: Columns = {"id": kept_id, "handle": account.handle, "hidden_at": None}
            if kept_id is None:
                columns = account_columns(account)
            uuid = account.id if kept_id is None else kept_id
            known = self.facts(AccountId(uuid))
            row = {**({} if known else {"id": uuid}), **token_columns(facts)}
            plan = Plan(ItemKind.TOKENS, uuid, row, known is None, finishes or "", columns)
            self._changes.write(plan, record)
        return AccountId(uuid)

    def renew(self, account_id: AccountId, tokens: TokenSet) -> None:
        """Keep the next pair in the place of the one it was got with."""
        facts = self.facts(account_id)
        if facts is None:
            raise NotFoundError(account_id)
        fresh = replace(facts, scopes=tokens.scopes, expires_at=tokens.expires_at, renewing_at=None)
        plan = Plan(ItemKind.TOKENS, account_id, token_columns(fresh), is_new=False)
        self._changes.write(plan, encode(tokens))

    def note_renewing(self, account_id: AccountId, at: datetime | None) -> None:
        sql = "UPDATE tokens SET renewing_at = ? WHERE id = ?"
        _ = self._ground.index.change(sql, (None if at is None else at.isoformat(), account_id))

    def drop(self, account_id: AccountId) -> None:
        ground = self._ground
        with ground.lock.held():
            with ground.index.transaction() as connection:
                doomed = unlist(connection, ItemKind.TOKENS, account_id, ground.now())
            if not doomed:
                raise NotFoundError(account_id)
            ground.on_step("tokens.unlisted")
            self._changes.delete(doomed)

    def _generation(self, account: Account) -> int:
        rows = self._ground.index.rows("SELECT generation FROM tokens WHERE id = ?", (account.id,))
        if not rows:
            raise NotSignedInError(account.at_handle, "OAuth 2.0")
        return int(rows[0][0])

    def _kept_id(self, account: Account) -> str | None:
        rows = self._ground.index.rows(
            "SELECT id FROM accounts WHERE app_id = ? AND user_id = ?",
            (account.app_id, account.user_id),
        )
        return rows[0][0] if rows else None
