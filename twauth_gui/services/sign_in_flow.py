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
from twauth_gui.services.access_grants import ExchangeJournal, GrantT, UnsavedGrant
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
from twauth_gui.store.errors import (
    ChangedMeanwhileError,
    CredentialMissingError,
    NotFoundError,
    retry_on_conflict,
)
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind
from twauth_gui.xapi.callback_listener import CallbackListener, open_first_free_listener
from twauth_gui.xapi.callback_server import CallbackPorts
from twauth_gui.xapi.errors.messages import api_errors

ResponseT = TypeVar("ResponseT", bound=OAuth1Response | OAuth2Response)


class SignInFlowBase(ABC, Generic[GrantT, ResponseT]):
    """Runs sign-ins. From the moment X grants access, the grant is never dropped.

    It is first stored with the pending sign-in, then becomes an account's. If the keychain fails
    before that, it stays in memory, and save() tries again.
    """

    def __init__(
        self, store: Store, x_clients: XClients, ports: CallbackPorts, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._x_clients = x_clients
        self._ports = ports
        self._now = now
        self._record_exchange = ExchangeJournal(store, now).record
        self._unsaved_grants: dict[PendingSignInId, UnsavedGrant[GrantT]] = {}
        store.exchange_guard.add_unsaved_grant_check(self.has_unsaved_grant)

    # -- the link ------------------------------------------------------------------------------

    def begin(self, request: SignInRequest, progress: SignInProgress) -> AuthorizationLink:
        """Get a link, and save what its response will need, so that it survives this process.

        Raises:
            DiagnosedError: the app's keys do not suffice; X, the network or the keychain refuses.
            CancelledError: the user cancelled.
        """
        progress.report(StepStarted(SignInStep.READ_KEYS))
        app = self._store.apps.get(request.app_id)
        keys = self._store.apps.read_keys(app.id)
        return self._request_link(app, keys, request, self._choose_callback(app, request), progress)

    @abstractmethod
    def _choose_callback(self, app: App, request: SignInRequest) -> str:
        """Return the callback of a link that Twauth does not listen for."""

    @abstractmethod
    def _request_link(  # noqa: PLR0917 - all of different types
        self,
        app: App,
        keys: AppKeys,
        request: SignInRequest,
        callback: str,
        progress: SignInProgress,
    ) -> AuthorizationLink: ...

    def _save_pending(
        self, app: App, request: SignInRequest, secrets: PendingSecrets | OAuth2PendingSecrets
    ) -> PendingSignIn:
        """Save a new sign-in, or the new link of a pending one; never overwrite a grant.

        If there is a grant, the pending sign-in is returned as it is stored.
        """
        pending = PendingSignIn(
            id=request.pending_id,
            app_id=app.id,
            method=request.method,
            started_at=self._now(),
            expected_handle=request.expected_handle,
            kind=request.kind,
            options=request.options,
        )

        def save() -> PendingSignIn:
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

        return retry_on_conflict(save)

    def renew(self, pending_id: PendingSignInId, progress: SignInProgress) -> AuthorizationLink:
        """Get a new link for a pending sign-in; responses to the old one are refused from now on.

        App, method, handle and options stay. If X has granted access meanwhile, the link is not
        renewed: complete() finishes with that grant, whatever the response.

        Raises:
            DiagnosedError: as begin() does; the old link stays.
        """
        pending = self._store.pending_sign_ins.get(pending_id)
        if self._has_grant(pending):
            return self.get_link(pending_id)
        return self.begin(repeat_request(pending), progress)

    @abstractmethod
    def get_link(self, pending_id: PendingSignInId) -> AuthorizationLink:
        """Return the link of a pending sign-in.

        Raises:
            DiagnosedError: the keychain refuses, or has lost its secrets; or X may have used the
                response to this link.
        """

    # -- the browser that returns by itself ------------------------------------------------------

    def run_in_browser(self, request: SignInRequest, progress: SignInProgress) -> SignInResult:
        """Listen, get a link, report it to progress, and wait for the browser's return.

        The listener is started before there is a link, so that a port in use costs none. The app's
        callback URLs are tried in their order. Other sign-ins of this process may use the port too.
        """
        progress.report(StepStarted(SignInStep.READ_KEYS))
        app = self._store.apps.get(request.app_id)
        keys = self._store.apps.read_keys(app.id)
        progress.report(StepStarted(SignInStep.LISTEN))
        with open_first_free_listener(app.callbacks, self._ports) as listener:
            callback = listener.callback_url
            progress.report(StepStarted(SignInStep.LISTEN, callback))
            link = self._request_link(app, keys, request, callback, progress)
            return self._wait_for_browser(listener, link, progress)

    def resume_in_browser(
        self, pending_id: PendingSignInId, progress: SignInProgress
    ) -> SignInResult:
        """Wait again for the browser's return to a pending sign-in."""
        pending = self._store.pending_sign_ins.get(pending_id)
        if self._has_grant(pending):
            return self.save(pending_id, progress)
        link = self.get_link(pending_id)
        progress.report(StepStarted(SignInStep.LISTEN, link.callback))
        # The app may have another callback URL now: X returns to the one of the link.
        with CallbackListener(link.callback, ports=self._ports) as listener:
            _ = self._x_clients.settings_for(self._store.apps.get(pending.app_id))
            return self._wait_for_browser(listener, link, progress)

    def _wait_for_browser(
        self, listener: CallbackListener, link: AuthorizationLink, progress: SignInProgress
    ) -> SignInResult:
        pending_id = link.pending.id
        if link.pending.state is not PendingState.WAITING:
            return self.save(pending_id, progress)  # another process has the grant already
        self._register(listener, pending_id)
        progress.report(StepStarted(SignInStep.APPROVE))
        progress.report(link)
        return self.complete(pending_id, self._receive(listener, progress.cancel), progress)

    @abstractmethod
    def _register(self, listener: CallbackListener, pending_id: PendingSignInId) -> None:
        """Register the sign-in whose response the listener should accept."""

    @abstractmethod
    def _receive(self, listener: CallbackListener, cancel: CancelToken) -> ResponseT: ...

    # -- the response ------------------------------------------------------------------------------

    def complete(
        self, pending_id: PendingSignInId, response: ResponseT, progress: SignInProgress
    ) -> SignInResult:
        """Exchange the response for credentials and save them.

        Raises:
            DiagnosedError: X refuses (the pending sign-in stays, unless the user denied access),
                or the keychain does (the grant is in memory: call save()).
        """
        with self._store.exchange_guard.acquire(pending_id) as pending:
            if not self._has_grant(pending):  # a response can be exchanged only once
                self._unsaved_grants[pending_id] = UnsavedGrant(
                    pending, self._exchange(pending, response, progress)
                )
            progress.report(StepStarted(SignInStep.SAVE))
            stored = self._store_unsaved_grant(pending_id, progress.cancel)
        return self._finish(stored, progress)

    @abstractmethod
    def _exchange(
        self, pending: PendingSignIn, response: ResponseT, progress: SignInProgress
    ) -> GrantT: ...

    @abstractmethod
    def check_response(self, pending_id: PendingSignInId, response: ResponseT) -> None:
        """Raise if a response belongs to another sign-in; X is not asked.

        Raises:
            DiagnosedError: ProblemKind.WRONG_ANSWER, it does; or the keychain refuses.
        """

    # -- the account -----------------------------------------------------------------------------

    def save(self, pending_id: PendingSignInId, progress: SignInProgress) -> SignInResult:
        """Turn the grant into an account; call it again if the keychain failed before."""
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
        """Store a grant that is in memory, whatever happened to the sign-in's link meanwhile."""

        def store() -> PendingSignIn:
            unsaved = self._unsaved_grants.get(pending_id)
            if unsaved is None:
                return self._store.pending_sign_ins.get(pending_id)
            try:
                pending = self._store.pending_sign_ins.get(pending_id)
            except NotFoundError:
                self._revoke_orphan(unsaved, cancel)
            is_same = pending.generation == unsaved.pending.generation
            if not is_same and pending.state is not PendingState.WAITING:
                return pending  # another process has stored a newer grant: that counts
            return self._store_grant(pending, unsaved.grant)

        stored = retry_on_conflict(store)
        self._unsaved_grants.pop(pending_id, None)
        return stored

    def _revoke_orphan(self, unsaved: UnsavedGrant[GrantT], cancel: CancelToken) -> NoReturn:
        """Revoke the grant of a sign-in that another process discarded meanwhile.

        Raises:
            DiagnosedError: always; it says whether X has revoked it.
        """
        try:
            self._revoke_grant(self._store.apps.get(unsaved.pending.app_id), unsaved.grant, cancel)
            diagnosis = api_errors.CANCELLED_ELSEWHERE.to_diagnosis(Evidence())
        except NotFoundError:  # without the app's keys X cannot be asked to revoke it
            diagnosis = api_errors.APP_GONE.to_diagnosis(Evidence())
        except DiagnosedError as error:
            diagnosis = error.diagnosis
            if diagnosis.remedy is not Remedy.OPEN_CONNECTED_APPS:  # else only by hand
                raise
        self._unsaved_grants.pop(unsaved.pending.id, None)
        raise DiagnosedError(diagnosis)

    @abstractmethod
    def _store_grant(self, pending: PendingSignIn, grant: GrantT) -> PendingSignIn:
        """Store the grant with the pending sign-in."""

    @abstractmethod
    def _compare_account(self, pending: PendingSignIn, cancel: CancelToken) -> SignInResult:
        """Create the account from the stored grant, if it is the expected one."""

    @abstractmethod
    def _create_account(
        self, pending: PendingSignIn, grant: GrantT, cancel: CancelToken
    ) -> CompletedSignIn:
        """Turn the grant into an account."""

    def save_other_account(
        self, pending_id: PendingSignInId, progress: SignInProgress
    ) -> CompletedSignIn:
        """Save the account that approved, although another was expected."""
        pending = self._store.pending_sign_ins.get(pending_id)
        return self._create_account(pending, self._require_grant(pending_id), progress.cancel)

    def _build_account(self, pending: PendingSignIn, grant: GrantT) -> Account:
        return Account(
            id=AccountId(uuid.uuid4().hex),
            app_id=pending.app_id,
            user_id=grant.user_id,
            handle=grant.handle or grant.user_id,
            signed_in_at=self._now(),
            method=pending.method,
        )

    @staticmethod
    def _has_other_keys(pending: PendingSignIn, app: App) -> bool:
        """Whether the app's keys were replaced since the exchange of this sign-in."""
        return pending.app_generation not in {0, app.generation}

    def _log_sign_in(self, account: Account, text: str, *, again: bool) -> None:
        """Add the sign-in to the history; the first account of all becomes the active one."""
        kind = AccountEventKind.SIGNED_IN_AGAIN if again else AccountEventKind.SIGNED_IN
        self._store.events.add(AccountEvent(account.id, kind, self._now(), text))
        if self._store.settings.active_account() is None:
            self._store.settings.set_active_account(account.id)

    # -- the grant -------------------------------------------------------------------------------

    @property
    def has_unsaved_grants(self) -> bool:
        """Whether ending the process now would lose a grant."""
        return bool(self._unsaved_grants)

    def has_unsaved_grant(self, pending_id: PendingSignInId) -> bool:
        """Whether the grant is in memory only, so that save() has to be repeated."""
        return pending_id in self._unsaved_grants

    def _has_grant(self, pending: PendingSignIn) -> bool:
        return self.has_unsaved_grant(pending.id) or pending.state is not PendingState.WAITING

    def _require_grant(self, pending_id: PendingSignInId) -> GrantT:
        grant = self._read_grant(pending_id)
        if grant is None:
            raise ChangedMeanwhileError(ItemKind.PENDING_SIGN_IN)  # another process got a new link
        return grant

    @abstractmethod
    def _read_grant(self, pending_id: PendingSignInId) -> GrantT | None:
        """Read the grant that is stored with the pending sign-in."""

    # -- the end -----------------------------------------------------------------------------------

    def discard(self, pending_id: PendingSignInId, cancel: CancelToken) -> None:
        """Delete a pending sign-in, if it is there. A grant is revoked at X first.

        Raises:
            DiagnosedError: X did not revoke it, and the pending sign-in is still there; the advice
                says how to revoke it by hand. forget() then deletes the pending sign-in.
        """

        def discard() -> None:
            pending = self._store.pending_sign_ins.get(pending_id)
            unsaved = self._unsaved_grants.get(pending_id)
            grant = self._find_grant(pending) if unsaved is None else unsaved.grant
            if grant is not None:
                self._revoke_grant(self._store.apps.get(pending.app_id), grant, cancel)
            self._store.pending_sign_ins.discard(pending_id, pending.generation)

        with suppress(NotFoundError):
            retry_on_conflict(discard)
        self.forget(pending_id)

    def forget(self, pending_id: PendingSignInId) -> None:
        """Delete a pending sign-in here, if it is there, without revoking a grant."""
        self._unsaved_grants.pop(pending_id, None)
        with suppress(NotFoundError):
            self._store.pending_sign_ins.discard(pending_id)

    def _find_grant(self, pending: PendingSignIn) -> GrantT | None:
        if pending.state is PendingState.WAITING:
            return None
        try:
            return self._read_grant(pending.id)
        except CredentialMissingError:
            return None  # the keychain has lost it, so it cannot be revoked

    @abstractmethod
    def _revoke_grant(self, app: App, grant: GrantT, cancel: CancelToken) -> None: ...
