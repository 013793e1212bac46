"""Common base of the sign-in flows: a link, a response to it, an account."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Generic, NoReturn, TypeVar

from twauth_gui.domain.accounts import Account, AccountEvent, AccountEventKind, AccountId
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.callback_response import OAuth1Response, OAuth2Response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence, Remedy
from twauth_gui.domain.oauth2 import OAuth2PendingSecrets
from twauth_gui.domain.sign_in import PendingSecrets, PendingSignIn, PendingSignInId, PendingState
from twauth_gui.services.access_grants import ExchangeJournal, Given, UnsavedGrant
from twauth_gui.services.conflict_retry import retry_on_conflict
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    SignInProgress,
    SignInRequest,
    SignInResult,
    SignInStep,
    StepStarted,
    WrongAccount,
    repeat_request,
)
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.errors import ChangedMeanwhileError, CredentialMissingError, NotFoundError
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind
from twauth_gui.xapi.callback_listener import CallbackListener, open_first_free_listener
from twauth_gui.xapi.callback_server import CallbackPorts
from twauth_gui.xapi.errors.messages import api_errors

Reply = TypeVar("Reply", bound=OAuth1Response | OAuth2Response)


class SignInFlowBase(ABC, Generic[Given, Reply]):
    """Runs sign-ins. From the moment X gives something for an answer, nothing of it is dropped.

    It is first stored with the attempt, then becomes an account's. Where the keychain fails before
    that, it is held in memory, and keep() tries again.
    """

    def __init__(
        self, store: Store, lines: XClients, ports: CallbackPorts, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._lines = lines
        self._ports = ports
        self._now = now
        self._record_exchange = ExchangeJournal(store, now).record
        self._unsaved_grants: dict[PendingSignInId, UnsavedGrant[Given]] = {}
        store.exchange_guard.add_in_hand_check(self.has_unsaved_grant)

    # -- the link ------------------------------------------------------------------------------

    def begin(self, request: SignInRequest, progress: SignInProgress) -> AuthorizationLink:
        """Get a link, and keep what its answer will need, so that it survives this process.

        Raises:
            DiagnosedError: the app's keys do not suffice; X, the network or the keychain refuses.
            CancelledError: the person ended it.
        """
        progress.report(StepStarted(SignInStep.READ_KEYS))
        app = self._store.apps.get(request.app_id)
        keys = self._store.apps.read_keys(app.id)
        return self._request_link(app, keys, request, self._choose_callback(app, request), progress)

    @abstractmethod
    def _choose_callback(self, app: App, request: SignInRequest) -> str:
        """Say where X is to lead to, where nobody listens."""

    @abstractmethod
    def _request_link(  # noqa: PLR0917 - each is another thing
        self,
        app: App,
        keys: AppKeys,
        request: SignInRequest,
        callback: str,
        progress: SignInProgress,
    ) -> AuthorizationLink: ...

    def _save_pending(
        self, pending: PendingSignIn, secrets: PendingSecrets | OAuth2PendingSecrets
    ) -> PendingSignIn:
        """Keep a new sign-in, or the new link of one that waits; never in place of what X gave.

        Where X gave anything, the attempt comes back as it is kept.
        """

        def keep() -> PendingSignIn:
            known = next(
                (one for one in self._store.pending_sign_ins.list_all() if one.id == pending.id),
                None,
            )
            if known is None:
                return self._store.pending_sign_ins.add(pending, secrets)
            if self._has_grant(known):
                return known
            return self._store.pending_sign_ins.update(
                replace(pending, generation=known.generation), secrets
            )

        return retry_on_conflict(keep)

    def renew(self, pending_id: PendingSignInId, progress: SignInProgress) -> AuthorizationLink:
        """Get a new link for a sign-in that waits; the old one's answer is refused from now on.

        App, way, handle and choices stay. Where X has given something meanwhile, there is nothing
        to ask: it is finished with, whatever is answered.

        Raises:
            DiagnosedError: as begin(); the old link stays.
        """
        pending = self._store.pending_sign_ins.get(pending_id)
        if self._has_grant(pending):
            return self.get_link(pending_id)
        return self.begin(repeat_request(pending), progress)

    @abstractmethod
    def get_link(self, pending_id: PendingSignInId) -> AuthorizationLink:
        """Give the link of a sign-in that was begun earlier.

        Raises:
            DiagnosedError: the keychain refuses, or has lost what belongs to it; or X may have
                taken the answer to this link.
        """

    # -- the browser that returns by itself ------------------------------------------------------

    def run_in_browser(self, request: SignInRequest, progress: SignInProgress) -> SignInResult:
        """Listen, get a link, hand it out through watch, and wait for the browser's return.

        The listener is up before there is a link, so that a taken port costs none. The app's
        addresses are tried in their order. Others of this process may wait at the same port.
        """
        progress.report(StepStarted(SignInStep.READ_KEYS))
        app = self._store.apps.get(request.app_id)
        keys = self._store.apps.read_keys(app.id)
        progress.report(StepStarted(SignInStep.LISTEN))
        with open_first_free_listener(app.callbacks, self._ports) as listener:
            callback = listener.callback_url
            progress.report(StepStarted(SignInStep.LISTEN, callback))
            invitation = self._request_link(app, keys, request, callback, progress)
            return self._wait_for_browser(listener, invitation, progress)

    def resume_in_browser(
        self, pending_id: PendingSignInId, progress: SignInProgress
    ) -> SignInResult:
        """Wait again for the return of a sign-in that was begun earlier."""
        pending = self._store.pending_sign_ins.get(pending_id)
        if self._has_grant(pending):
            return self.save(pending_id, progress)
        invitation = self.get_link(pending_id)
        progress.report(StepStarted(SignInStep.LISTEN, invitation.callback))
        # The app may name another address by now: X returns to the one it was given.
        with CallbackListener(invitation.callback, ports=self._ports) as listener:
            _ = self._lines.settings_for(self._store.apps.get(pending.app_id))
            return self._wait_for_browser(listener, invitation, progress)

    def _wait_for_browser(
        self, listener: CallbackListener, invitation: AuthorizationLink, progress: SignInProgress
    ) -> SignInResult:
        pending_id = invitation.pending.id
        if invitation.pending.state is not PendingState.WAITING:
            return self.save(pending_id, progress)  # X has answered already, to another process
        self._register(listener, pending_id)
        progress.report(StepStarted(SignInStep.APPROVE))
        progress.report(invitation)
        return self.complete(pending_id, self._receive(listener, progress.cancel), progress)

    @abstractmethod
    def _register(self, listener: CallbackListener, pending_id: PendingSignInId) -> None:
        """Tell the listener whose answer it is to take."""

    @abstractmethod
    def _receive(self, listener: CallbackListener, cancel: CancelToken) -> Reply: ...

    # -- the answer ------------------------------------------------------------------------------

    def complete(
        self, pending_id: PendingSignInId, answer: Reply, progress: SignInProgress
    ) -> SignInResult:
        """Trade the answer for credentials and keep them.

        Raises:
            DiagnosedError: X refuses (the attempt stays, except where the person denied), or the
                keychain does (what X gave is held: call keep()).
        """
        with self._store.exchange_guard.acquire(pending_id) as pending:
            if not self._has_grant(pending):  # X answers only once: what it gave is here then
                self._unsaved_grants[pending_id] = UnsavedGrant(
                    pending, self._exchange(pending, answer, progress)
                )
            progress.report(StepStarted(SignInStep.SAVE))
            stored = self._store_unsaved_grant(pending_id, progress.cancel)
        return self._finish(stored, progress)

    @abstractmethod
    def _exchange(
        self, pending: PendingSignIn, answer: Reply, progress: SignInProgress
    ) -> Given: ...

    @abstractmethod
    def check_response(self, pending_id: PendingSignInId, answer: Reply) -> None:
        """Return where an answer is this sign-in's; X is not asked.

        Raises:
            DiagnosedError: Kind.WRONG_ANSWER, it is another's; or the keychain refuses.
        """

    # -- the account -----------------------------------------------------------------------------

    def save(self, pending_id: PendingSignInId, progress: SignInProgress) -> SignInResult:
        """Make what X gave an account's; repeat it where the keychain failed the first time."""
        progress.report(StepStarted(SignInStep.SAVE))
        return self._finish(self._store_unsaved_grant(pending_id, progress.cancel), progress)

    def _finish(self, pending: PendingSignIn, progress: SignInProgress) -> SignInResult:
        progress.report(StepStarted(SignInStep.COMPARE))
        if pending.state is PendingState.WRONG_ACCOUNT:
            return WrongAccount(pending)
        return self._compare_account(pending, progress.cancel)

    def _store_unsaved_grant(
        self, pending_id: PendingSignInId, cancel: CancelToken
    ) -> PendingSignIn:
        """Store what is held, whatever became of the sign-in's link meanwhile."""

        def store() -> PendingSignIn:
            held = self._unsaved_grants.get(pending_id)
            if held is None:
                return self._store.pending_sign_ins.get(pending_id)
            try:
                pending = self._store.pending_sign_ins.get(pending_id)
            except NotFoundError:
                self._revoke_orphan(held, cancel)
            followed = pending.generation == held.pending.generation
            if not followed and pending.state is not PendingState.WAITING:
                return pending  # another process has a newer answer of X: that counts
            return self._store_grant(pending, held.grant)

        stored = retry_on_conflict(store)
        self._unsaved_grants.pop(pending_id, None)
        return stored

    def _revoke_orphan(self, held: UnsavedGrant[Given], cancel: CancelToken) -> NoReturn:
        """End what X gave for a sign-in that was given up elsewhere meanwhile.

        Raises:
            DiagnosedError: in any case; it says whether X has ended it.
        """
        try:
            self._revoke_grant(self._store.apps.get(held.pending.app_id), held.grant, cancel)
            told = api_errors.CANCELLED_ELSEWHERE.to_diagnosis(Evidence())
        except NotFoundError:  # without the app's keys nobody can ask X to end it
            told = api_errors.APP_GONE.to_diagnosis(Evidence())
        except DiagnosedError as error:
            told = error.diagnosis
            if told.remedy is not Remedy.OPEN_CONNECTED_APPS:  # else only a person can end it
                raise
        self._unsaved_grants.pop(held.pending.id, None)
        raise DiagnosedError(told)

    @abstractmethod
    def _store_grant(self, pending: PendingSignIn, given: Given) -> PendingSignIn:
        """Store what X gave with the attempt."""

    @abstractmethod
    def _compare_account(self, pending: PendingSignIn, cancel: CancelToken) -> SignInResult:
        """Promote what is stored, where it is the expected account's."""

    @abstractmethod
    def _create_account(
        self, pending: PendingSignIn, given: Given, cancel: CancelToken
    ) -> CompletedSignIn:
        """Turn what X gave into an account."""

    def save_other_account(
        self, pending_id: PendingSignInId, progress: SignInProgress
    ) -> CompletedSignIn:
        """Keep the account that approved, although another was expected."""
        pending = self._store.pending_sign_ins.get(pending_id)
        return self._create_account(pending, self._require_grant(pending_id), progress.cancel)

    def _build_account(self, pending: PendingSignIn, given: Given) -> Account:
        return Account(
            id=AccountId(uuid.uuid4().hex),
            app_id=pending.app_id,
            user_id=given.user_id,
            handle=given.handle or given.user_id,
            signed_in_at=self._now(),
            method=pending.method,
        )

    @staticmethod
    def _has_other_keys(pending: PendingSignIn, app: App) -> bool:
        """Whether the app's keys were replaced since X gave something for this sign-in."""
        return pending.app_generation not in {0, app.generation}

    def _log_sign_in(self, account: Account, words: str, *, again: bool) -> None:
        """Write the sign-in into the history; the first account of all becomes the active."""
        kind = AccountEventKind.SIGNED_IN_AGAIN if again else AccountEventKind.SIGNED_IN
        self._store.events.add(AccountEvent(account.id, kind, self._now(), words))
        if self._store.settings.active_account() is None:
            self._store.settings.set_active_account(account.id)

    # -- what X gave -----------------------------------------------------------------------------

    @property
    def has_unsaved_grants(self) -> bool:
        """Whether ending the process now would lose what X gave."""
        return bool(self._unsaved_grants)

    def has_unsaved_grant(self, pending_id: PendingSignInId) -> bool:
        """Whether what X gave is in memory only, so that keep() has to be repeated."""
        return pending_id in self._unsaved_grants

    def _has_grant(self, pending: PendingSignIn) -> bool:
        return self.has_unsaved_grant(pending.id) or pending.state is not PendingState.WAITING

    def _require_grant(self, pending_id: PendingSignInId) -> Given:
        given = self._read_grant(pending_id)
        if given is None:
            raise ChangedMeanwhileError(ItemKind.PENDING_SIGN_IN)  # it got a new link elsewhere
        return given

    @abstractmethod
    def _read_grant(self, pending_id: PendingSignInId) -> Given | None:
        """Read what is stored with the attempt."""

    # -- the end -----------------------------------------------------------------------------------

    def discard(self, pending_id: PendingSignInId, cancel: CancelToken) -> None:
        """Forget a sign-in, if it is there. What X has given meanwhile is taken back first.

        Raises:
            DiagnosedError: X did not end it, and the attempt is still there; it says how a person
                ends it by hand. forget() then drops the attempt.
        """

        def discard() -> None:
            pending = self._store.pending_sign_ins.get(pending_id)
            held = self._unsaved_grants.get(pending_id)
            given = self._find_grant(pending) if held is None else held.grant
            if given is not None:
                self._revoke_grant(self._store.apps.get(pending.app_id), given, cancel)
            self._store.pending_sign_ins.discard(pending_id, pending.generation)

        with suppress(NotFoundError):
            retry_on_conflict(discard)
        self.forget(pending_id)

    def forget(self, pending_id: PendingSignInId) -> None:
        """Drop a sign-in here, if it is there, whatever X has given."""
        self._unsaved_grants.pop(pending_id, None)
        with suppress(NotFoundError):
            self._store.pending_sign_ins.discard(pending_id)

    def _find_grant(self, pending: PendingSignIn) -> Given | None:
        if pending.state is PendingState.WAITING:
            return None
        try:
            return self._read_grant(pending.id)
        except CredentialMissingError:
            return None  # nobody has it any more, so nobody can take it back

    @abstractmethod
    def _revoke_grant(self, app: App, given: Given, cancel: CancelToken) -> None: ...
