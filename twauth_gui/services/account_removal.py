"""Remove accounts, and revoke their credentials at X."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountEvent, AccountEventKind, AccountId
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import (
    UNREACHABLE_KINDS,
    DiagnosedError,
    Diagnosis,
    ProblemKind,
    Remedy,
)
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.account_repository import CheckNote
from twauth_gui.store.errors import ChangedMeanwhileError
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError


def record_revocation(store: Store, note: CheckNote) -> Account:
    """Save the account's health with an entry of its history; return the account as saved.

    Raises:
        NotFoundError: the account is gone.
        DiagnosedError: it was signed in again since its credentials were read.
    """
    noted = store.accounts.record_checks((note,))
    account = store.accounts.get(note.account.id)
    if not noted:
        raise DiagnosedError(_signed_in_again(account.at_handle))
    return account


def drop_revoked_tokens(account: Account, drop: Callable[[], None]) -> None:
    """Delete credentials that X has revoked, with drop.

    Raises:
        NotFoundError: the account is gone.
        DiagnosedError: it was signed in again since its credentials were read.
    """
    try:
        drop()
    except ChangedMeanwhileError as error:
        raise DiagnosedError(_signed_in_again(account.at_handle)) from error


def _signed_in_again(at_handle: str) -> Diagnosis:
    return Diagnosis(
        ProblemKind.CHANGED_MEANWHILE,
        f"{at_handle} was signed in again meanwhile.",
        "X has revoked the earlier access. The new one is kept and still works. Revoke again to"
        " revoke that too.",
    )


def explain_manual_revocation(diagnosis: Diagnosis, at_handle: str, app_label: str) -> Diagnosis:
    """Return the diagnosis of a failed revocation, with how to revoke by hand."""
    return replace(
        diagnosis,
        title=f"X did not revoke the credentials of {at_handle}.",
        advice=f"{diagnosis.title} They still work. To revoke them by hand, sign in to x.com as "
        f"{at_handle}, open Connected apps, choose {app_label} and revoke its permissions.",
        remedy=Remedy.OPEN_CONNECTED_APPS,
    )


_TRANSIENT_KINDS = UNREACHABLE_KINDS | {ProblemKind.RATE_LIMITED}
_LOCAL_KINDS = {
    ProblemKind.NOT_FOUND,
    ProblemKind.CHANGED_MEANWHILE,
    ProblemKind.FILE_NOT_WRITTEN,
    ProblemKind.INDEX_UNUSABLE,
}


class AccountRemoval:
    """Removes accounts, which can be undone, and revokes them, which cannot."""

    def __init__(
        self,
        store: Store,
        x_clients: XClients,
        revoke_tokens: Callable[[AccountId, CancelToken], Account],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._x_clients = x_clients
        self._revoke_tokens = revoke_tokens
        self._now = now
        self._was_active: AccountId | None = None

    def remove(self, account_id: AccountId) -> None:
        """Hide the account; purge() deletes it for good.

        Raises:
            VaultError: the vault does not open; the account stays.
        """
        was_active = self._store.settings.active_account() == account_id
        self._store.accounts.hide(account_id)
        if was_active:
            self._store.settings.set_active_account(None)
            self._was_active = account_id

    def revoke_and_remove(self, account_id: AccountId, cancel: CancelToken) -> Diagnosis | None:
        """Revoke the account's credentials at X, then remove it.

        Returns:
            Why X did not revoke them, with how to do it by hand; None if X did.

        Raises:
            DiagnosedError: X was not reached or asks to wait, the keychain or the disk refuses, or
                it was signed in again meanwhile. The account is still there: without it nothing
                could be revoked later.
            CancelledError: the user cancelled before X answered; the account is still there.
        """
        account = self._store.accounts.get(account_id)
        refused = None
        try:
            self.revoke(account_id, cancel)
        except VaultError:
            raise
        except DiagnosedError as error:
            refused = error.diagnosis
            if refused.kind in _TRANSIENT_KINDS | _LOCAL_KINDS:
                raise
            if refused.remedy is not Remedy.OPEN_CONNECTED_APPS:  # X was not even asked
                label = self._store.apps.get(account.app_id).label
                refused = explain_manual_revocation(refused, account.at_handle, label)
        self.remove(account_id)
        return refused

    def restore(self, account_id: AccountId) -> None:
        """Undo a removal that was not purged; an account that was active is active again.

        Raises:
            NotFoundError: another process has deleted it for good.
        """
        self._store.accounts.restore(account_id)
        if self._was_active == account_id and self._store.settings.active_account() is None:
            self._store.settings.set_active_account(account_id)

    def purge(self, *account_ids: AccountId) -> None:
        """Delete removed accounts for good."""
        self._store.accounts.purge_hidden(account_ids)

    def revoke(self, account_id: AccountId, cancel: CancelToken) -> Account:
        """Revoke all the account's tokens at X; it stays in the list as revoked.

        Tokens that X had revoked before count as revoked.

        Raises:
            DiagnosedError: X or the keychain refuses, and nothing was changed; if it was X, the
                advice says how to revoke the token by hand.
        """
        self._store.require_writable()
        if self._store.tokens.get_metadata(account_id) is not None:
            _ = self._revoke_tokens(account_id, cancel)
        account = self._store.accounts.get(account_id)
        if not account.has_oauth1:
            return account
        return self._revoke_oauth1(account, cancel)

    def _revoke_oauth1(self, account: Account, cancel: CancelToken) -> Account:
        from twauth_gui.xapi.oauth1 import invalidate_access_token  # noqa: PLC0415 - loads tweepy

        account_id = account.id
        app = self._store.apps.get(account.app_id)
        keys = self._store.apps.read_keys(app.id)
        credentials = self._store.accounts.read_credentials(account_id)
        try:
            self._x_clients.call(
                app,
                lambda settings: invalidate_access_token(
                    app.hosts, keys, credentials, cancel, settings=settings
                ),
            )
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.REVOKED:
                found = explain_manual_revocation(error.diagnosis, account.at_handle, app.label)
                raise DiagnosedError(found) from error
        event = AccountEvent(account_id, AccountEventKind.REVOKED, self._now(), "Revoked at X")
        health = Health(HealthState.REVOKED, self._now(), "Revoked from here.")
        return record_revocation(self._store, CheckNote(replace(account, health=health), event))
