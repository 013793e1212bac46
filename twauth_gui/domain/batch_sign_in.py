"""Accounts to sign in one after the other, with the status of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from twauth_gui.domain.access import DEFAULT_SCOPES
from twauth_gui.domain.account_names import is_same_handle
from twauth_gui.domain.accounts import Account, AccountId, TokenMetadata
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.sign_in import PendingSignIn, SignInMethod, SignInOptions

TokensByAccount = Mapping[AccountId, TokenMetadata]


class BatchStatus(Enum):
    """How far one account of the list has come."""

    SIGNED_IN = "signed-in"
    PENDING = "pending"  # a sign-in is under way, perhaps with its link sent to the owner
    QUEUED = "queued"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One account of the list. error: why its last sign-in failed; "" if none did.

    app_id: of the app to sign in under; None for that of the list.
    """

    handle: str
    is_skipped: bool = False
    error: str = ""
    app_id: AppId | None = None


@dataclass(frozen=True, slots=True)
class BatchSignIn:
    """The list, with the method, kind and options that its accounts share, and their usual app."""

    app_id: AppId
    method: SignInMethod
    started_at: datetime
    items: tuple[BatchItem, ...]
    options: SignInOptions
    kind: CredentialKind = CredentialKind.OAUTH1
    scopes: tuple[str, ...] = DEFAULT_SCOPES

    def with_item(self, handle: str, *, is_skipped: bool = False, error: str = "") -> BatchSignIn:
        """Return the list with the outcome of one account noted."""
        items = (
            replace(one, is_skipped=is_skipped, error=error)
            if is_same_handle(one.handle, handle)
            else one
            for one in self.items
        )
        return replace(self, items=tuple(items))

    def app_of(self, item: BatchItem) -> AppId:
        """Return the app that this account signs in under."""
        return item.app_id or self.app_id

    @property
    def is_again(self) -> bool:
        """Whether its accounts are known, each under its app, and sign in again."""
        return all(one.app_id is not None for one in self.items)

    @property
    def app_ids(self) -> frozenset[AppId]:
        """All apps that accounts of the list sign in under."""
        return frozenset(map(self.app_of, self.items))

    def find_account(
        self, item: BatchItem, accounts: Iterable[Account], tokens: TokensByAccount
    ) -> Account | None:
        """Return the account that was signed in for this item since the list was started."""
        return next(
            (
                one
                for one in accounts
                if one.app_id == self.app_of(item)
                and is_same_handle(one.handle, item.handle)
                and self._is_signed_in(one, tokens)
            ),
            None,
        )

    def _is_signed_in(self, account: Account, tokens: TokensByAccount) -> bool:
        """Whether it got credentials of this list's kind; those of the other kind may be older."""
        if self.kind is CredentialKind.OAUTH1:
            return account.has_oauth1 and account.signed_in_at >= self.started_at
        metadata = tokens.get(account.id)
        return metadata is not None and metadata.signed_in_at >= self.started_at

    def find_pending(
        self, item: BatchItem, pending_sign_ins: Iterable[PendingSignIn]
    ) -> PendingSignIn | None:
        """Return the pending sign-in of this item."""
        return next(
            (
                one
                for one in pending_sign_ins
                if (one.app_id, one.kind) == (self.app_of(item), self.kind)
                and is_same_handle(one.expected_handle, item.handle)
            ),
            None,
        )

    def status_of(
        self,
        item: BatchItem,
        accounts: Iterable[Account],
        pending_sign_ins: Iterable[PendingSignIn],
        tokens: TokensByAccount,
    ) -> BatchStatus:
        """Return how far an item has come, from what is stored: it is right after a crash too."""
        if self.find_account(item, accounts, tokens) is not None:
            return BatchStatus.SIGNED_IN
        if self.find_pending(item, pending_sign_ins) is not None:
            return BatchStatus.PENDING
        if item.is_skipped:
            return BatchStatus.SKIPPED
        return BatchStatus.FAILED if item.error else BatchStatus.QUEUED
