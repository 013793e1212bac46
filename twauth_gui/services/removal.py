"""Taking accounts away, here and at X."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import NOT_REACHED, DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.services.by_hand import by_hand
from twauth_gui.services.lines import XClients
from twauth_gui.services.revoked import note_revoked
from twauth_gui.store.account_shelf import CheckNote
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError

_NOT_NOW = NOT_REACHED | {ProblemKind.RATE_LIMITED}
_NOT_OF_X = {
    ProblemKind.NOT_FOUND,
    ProblemKind.CHANGED_MEANWHILE,
    ProblemKind.FILE_NOT_WRITTEN,
    ProblemKind.INDEX_UNUSABLE,
}


class Removal:
    """Removes with a way back, and revokes without one."""

    def __init__(
        self,
        store: Store,
        lines: XClients,
        end_tokens: Callable[[AccountId, CancelToken], None],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._lines = lines
        self._end_tokens = end_tokens
        self._now = now
        self._was_active: AccountId | None = None

    def remove(self, account_id: AccountId) -> None:
        """Take the account out of the list; its item goes with the next purge.

        Raises:
            VaultError: the vault does not open; the account stays.
        """
        was_active = self._store.settings.active_account() == account_id
        self._store.accounts.hide(account_id)
        if was_active:
            self._store.settings.set_active_account(None)
            self._was_active = account_id

    def revoke_and_remove(self, account_id: AccountId, cancel: CancelToken) -> Diagnosis | None:
        """Make X forget the access token, then take the account out of the list.

        Gives why X refused that, with the way to do it by hand; None where X has ended it.

        Raises:
            DiagnosedError: X was not reached or asks to wait, the keychain or the disk refuses, or
                it was signed in again meanwhile. The account is still there: without it nothing
                could be ended later.
            CancelledError: the person ended it before X answered; the account is still there.
        """
        account = self._store.accounts.get(account_id)
        refused = None
        try:
            self.revoke(account_id, cancel)
        except VaultError:
            raise
        except DiagnosedError as error:
            refused = error.diagnosis
            if refused.kind in _NOT_NOW | _NOT_OF_X:
                raise
            if refused.remedy is not Remedy.OPEN_CONNECTED_APPS:  # X was not even asked
                label = self._store.apps.get(account.app_id).label
                refused = by_hand(refused, account.at_handle, label)
        self.remove(account_id)
        return refused

    def restore(self, account_id: AccountId) -> None:
        """Undo a removal that has not been purged; who was active is so again."""
        self._store.accounts.restore(account_id)
        if self._was_active == account_id and self._store.settings.active_account() is None:
            self._store.settings.set_active_account(account_id)

    def purge(self, account_id: AccountId) -> None:
        """Delete for good what was removed."""
        self._store.accounts.purge_hidden(account_id)

    def revoke(self, account_id: AccountId, cancel: CancelToken) -> Account:
        """Make X forget all the account's tokens; it stays in the list as revoked.

        It is also fine where X had forgotten it before.

        Raises:
            DiagnosedError: X or the keychain refuses, and nothing was changed; where it was X, it
                says how a person ends the token by hand.
        """
        self._store.require_writable()
        if self._store.tokens.facts(account_id) is not None:
            self._end_tokens(account_id, cancel)
        account = self._store.accounts.get(account_id)
        if not account.has_oauth1:
            return account
        return self._end_oauth1(account, cancel)

    def _end_oauth1(self, account: Account, cancel: CancelToken) -> Account:
        from twauth_gui.xapi.revocation import invalidate  # noqa: PLC0415 - loads tweepy

        account_id = account.id
        app = self._store.apps.get(account.app_id)
        keys = self._store.apps.keys(app.id)
        credentials = self._store.accounts.credentials(account_id)
        try:
            self._lines.call(
                app, lambda line: invalidate(app.hosts, keys, credentials, cancel, line=line)
            )
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.REVOKED:
                words = by_hand(error.diagnosis, account.at_handle, app.label)
                raise DiagnosedError(words) from error
        event = Event(account_id, EventKind.REVOKED, self._now(), "Revoked at X")
        health = Health(HealthState.REVOKED, self._now(), "Revoked from here.")
        return note_revoked(self._store, CheckNote(replace(account, health=health), event))
