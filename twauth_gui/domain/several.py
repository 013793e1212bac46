"""A list of accounts that are signed in one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from twauth_gui.domain.accounts import Account, AccountId, TokenFacts
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import PendingSignIn, SignInMethod
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.handles import same_handle
from twauth_gui.domain.scopes import USUAL
from twauth_gui.domain.sign_in_options import SignInOptions

Tokens = Mapping[AccountId, TokenFacts]


class BatchStatus(Enum):
    """How far one of them has come."""

    IN = "in"
    BEGUN = "begun"  # a sign-in of it is under way, perhaps with its link sent to somebody
    WAITS = "waits"
    SKIPPED = "skipped"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One of them. why: what kept it out the last time, "" before the first."""

    handle: str
    skipped: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class BatchSignIn:
    """The list, with the app, way, kind and choices that all of them share."""

    app_id: AppId
    method: SignInMethod
    started_at: datetime
    wishes: tuple[BatchItem, ...]
    options: SignInOptions
    kind: CredentialKind = CredentialKind.OAUTH1
    scopes: tuple[str, ...] = USUAL

    def changed(self, handle: str, *, skipped: bool = False, why: str = "") -> BatchSignIn:
        """Note how it went with one of them."""
        wishes = (
            BatchItem(one.handle, skipped, why) if same_handle(one.handle, handle) else one
            for one in self.wishes
        )
        return replace(self, wishes=tuple(wishes))

    def account(
        self, wish: BatchItem, accounts: Iterable[Account], tokens: Tokens
    ) -> Account | None:
        """Find the account that came of it since the list was begun."""
        return next(
            (
                one
                for one in accounts
                if one.app_id == self.app_id
                and same_handle(one.handle, wish.handle)
                and self._came(one, tokens)
            ),
            None,
        )

    def _came(self, account: Account, tokens: Tokens) -> bool:
        """Whether it got credentials of this list's kind; those of the other can be older."""
        if self.kind is CredentialKind.OAUTH1:
            return account.has_oauth1 and account.signed_in_at >= self.started_at
        facts = tokens.get(account.id)
        return facts is not None and facts.signed_in_at >= self.started_at

    def attempt(self, wish: BatchItem, attempts: Iterable[PendingSignIn]) -> PendingSignIn | None:
        """Find the sign-in of it that is under way."""
        return next(
            (
                one
                for one in attempts
                if (one.app_id, one.kind) == (self.app_id, self.kind)
                and same_handle(one.expected_handle, wish.handle)
            ),
            None,
        )

    def standing(
        self,
        wish: BatchItem,
        accounts: Iterable[Account],
        attempts: Iterable[PendingSignIn],
        tokens: Tokens,
    ) -> BatchStatus:
        """Tell how far one of them has come; what is kept says so, also after a crash."""
        if self.account(wish, accounts, tokens) is not None:
            return BatchStatus.IN
        if self.attempt(wish, attempts) is not None:
            return BatchStatus.BEGUN
        if wish.skipped:
            return BatchStatus.SKIPPED
        return BatchStatus.OUT if wish.why else BatchStatus.WAITS
