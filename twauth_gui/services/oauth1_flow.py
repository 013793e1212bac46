"""Sign in with OAuth 1.0a: from the app's keys to saved credentials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from typing_extensions import override

from twauth_gui.domain.account_names import is_same_handle
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.callback_response import OAuth1Response
from twauth_gui.domain.callback_urls import OUT_OF_BAND
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind, Remedy
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import (
    AccessGrant,
    PendingSecrets,
    PendingSignIn,
    PendingSignInId,
    PendingState,
)
from twauth_gui.services.access_grants import require_unused_link, verify_grant
from twauth_gui.services.account_removal import explain_manual_revocation
from twauth_gui.services.sign_in_flow import SignInFlowBase
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    SignInProgress,
    SignInRequest,
    SignInResult,
    SignInStep,
    StepStarted,
)
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.account_repository import AccountPreconditions
from twauth_gui.store.errors import retry_on_conflict
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError
from twauth_gui.xapi import oauth1
from twauth_gui.xapi.callback_listener import CallbackListener
from twauth_gui.xapi.callback_server import CallbackPorts


class OAuth1Flow(SignInFlowBase[AccessGrant, OAuth1Response]):
    """Runs sign-ins with OAuth 1.0a: X exchanges a verifier for a token that does not expire."""

    def __init__(
        self, store: Store, x_clients: XClients, ports: CallbackPorts, now: Callable[[], datetime]
    ) -> None:
        super().__init__(store, x_clients, ports, now)
        self._unsent_responses: dict[PendingSignInId, OAuth1Response] = {}
        store.exchange_guard.add_unsaved_grant_check(self._unsent_responses.__contains__)

    # -- the link ------------------------------------------------------------------------------

    @override
    def _choose_callback(self, app: App, request: SignInRequest) -> str:
        return app.callback if request.method.uses_callback else OUT_OF_BAND

    @override
    def _request_link(
        self,
        app: App,
        keys: AppKeys,
        request: SignInRequest,
        callback: str,
        progress: SignInProgress,
    ) -> AuthorizationLink:
        self._unsent_responses.pop(request.pending_id, None)  # it belongs to the old link
        progress.report(StepStarted(SignInStep.REQUEST_TOKEN))
        access = request.options.access.x_parameter
        token = self._x_clients.call(
            app,
            lambda settings: oauth1.obtain_request_token(
                app.hosts, keys, callback, progress.cancel, access=access, settings=settings
            ),
        )
        saved = self._save_pending(app, request, PendingSecrets(token))
        if saved.state is not PendingState.WAITING:
            return self.get_link(saved.id)
        return self._build_link(app, saved, PendingSecrets(token))

    @override
    def get_link(self, pending_id: PendingSignInId) -> AuthorizationLink:
        pending = self._store.pending_sign_ins.get(pending_id)
        require_unused_link(pending)
        app = self._store.apps.get(pending.app_id)
        return self._build_link(
            app, pending, self._store.pending_sign_ins.read_oauth1_secrets(pending_id)
        )

    def _build_link(
        self, app: App, pending: PendingSignIn, secrets: PendingSecrets
    ) -> AuthorizationLink:
        url = oauth1.build_authorization_url(
            app.hosts,
            secrets.request,
            expected_handle=pending.expected_handle,
            options=pending.options,
        )
        return AuthorizationLink(pending, Secret(url), secrets.request.callback)

    # -- the response ------------------------------------------------------------------------------

    @override
    def resume_in_browser(
        self, pending_id: PendingSignInId, progress: SignInProgress
    ) -> SignInResult:
        if (response := self.unsent_response(pending_id)) is not None:
            return self.complete(pending_id, response, progress)
        return super().resume_in_browser(pending_id, progress)

    @override
    def _register(self, listener: CallbackListener, pending_id: PendingSignInId) -> None:
        listener.expect_token(
            self._store.pending_sign_ins.read_oauth1_secrets(pending_id).request.token
        )

    @override
    def _receive(self, listener: CallbackListener, cancel: CancelToken) -> OAuth1Response:
        return listener.wait_for_verifier(cancel, self._ports.seconds)

    @override
    def _exchange(
        self, pending: PendingSignIn, response: OAuth1Response, progress: SignInProgress
    ) -> AccessGrant:
        app = self._store.apps.get(pending.app_id)
        try:
            secrets = self._store.pending_sign_ins.read_oauth1_secrets(pending.id)
            keys = self._store.apps.read_keys(app.id)
        except VaultError:
            # Twauth may have locked while the user approved.
            self._unsent_responses[pending.id] = response
            raise
        verifier = self._check_verifier(pending, secrets, response)
        progress.report(StepStarted(SignInStep.EXCHANGE))
        try:
            with self._record_exchange(pending, app, progress.cancel):
                grant = self._x_clients.call(
                    app,
                    lambda settings: oauth1.exchange_verifier(
                        app.hosts,
                        keys,
                        secrets.request,
                        verifier,
                        progress.cancel,
                        settings=settings,
                    ),
                )
        except DiagnosedError as error:
            self._unsent_responses.pop(pending.id, None)
            if error.diagnosis.remedy is not Remedy.START_AGAIN:  # X did not refuse the response
                self._unsent_responses[pending.id] = response
            raise
        self._unsent_responses.pop(pending.id, None)
        return grant

    def unsent_response(self, pending_id: PendingSignInId) -> OAuth1Response | None:
        """Return the response that did not reach X, so that the user need not approve again."""
        return self._unsent_responses.get(pending_id)

    @override
    def check_response(self, pending_id: PendingSignInId, response: OAuth1Response) -> None:
        try:
            _ = oauth1.check_verifier_response(
                self._store.pending_sign_ins.read_oauth1_secrets(pending_id).request, response
            )
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.DENIED:
                raise

    def _check_verifier(
        self, pending: PendingSignIn, secrets: PendingSecrets, response: OAuth1Response
    ) -> Secret:
        try:
            return oauth1.check_verifier_response(secrets.request, response)
        except DiagnosedError as error:
            if error.diagnosis.kind is ProblemKind.DENIED:
                self.forget(pending.id)  # X has invalidated the request token
            raise

    # -- the account -----------------------------------------------------------------------------

    @override
    def _read_grant(self, pending_id: PendingSignInId) -> AccessGrant | None:
        return self._store.pending_sign_ins.read_oauth1_secrets(pending_id).grant

    @override
    def _store_grant(self, pending: PendingSignIn, grant: AccessGrant) -> PendingSignIn:
        secrets = self._store.pending_sign_ins.read_oauth1_secrets(pending.id)
        expected = pending.expected_handle
        fits = not expected or is_same_handle(expected, grant.handle)
        state = PendingState.GRANTED if fits else PendingState.WRONG_ACCOUNT
        granted = replace(pending, state=state, granted_handle=grant.handle)
        return self._store.pending_sign_ins.update(granted, replace(secrets, grant=grant))

    @override
    def _compare_account(self, pending: PendingSignIn, cancel: CancelToken) -> SignInResult:
        return self._create_account(pending, self._require_grant(pending.id), cancel)

    @override
    def _create_account(
        self, pending: PendingSignIn, grant: AccessGrant, cancel: CancelToken
    ) -> CompletedSignIn:
        """Turn the grant into an account.

        A known account keeps its credentials until X has accepted the new ones. X is asked too if
        the app's keys were replaced since the exchange: a grant is of no use with other keys.
        """
        account = self._build_account(pending, grant)

        def save() -> tuple[Account, bool]:
            app = self._store.apps.get(pending.app_id)
            keys = self._store.apps.read_keys(app.id)
            known = self._store.accounts.find(app.id, grant.user_id)
            if known is not None or self._has_other_keys(pending, app):
                replaces = known is not None
                self._x_clients.call(
                    app,
                    lambda settings: verify_grant(
                        app, keys, grant, cancel, settings=settings, replaces=replaces
                    ),
                )
            expected = AccountPreconditions(
                app.generation, 0 if known is None else known.generation
            )
            credentials = _to_credentials(grant)
            saved = self._store.finish_sign_in(pending.id, account, credentials, expected)
            return saved, known is not None

        saved, again = retry_on_conflict(save)
        verb = "Signed in again" if again else "Signed in"
        self._log_sign_in(saved, f"{verb}, {pending.method.phrase}", again=again)
        return CompletedSignIn(saved, again)

    # -- the end -----------------------------------------------------------------------------------

    @override
    def forget(self, pending_id: PendingSignInId) -> None:
        self._unsent_responses.pop(pending_id, None)
        super().forget(pending_id)

    @override
    def _revoke_grant(self, app: App, grant: AccessGrant, cancel: CancelToken) -> None:
        keys = self._store.apps.read_keys(app.id)
        credentials = _to_credentials(grant)
        try:
            self._x_clients.call(
                app,
                lambda settings: oauth1.invalidate_access_token(
                    app.hosts, keys, credentials, cancel, settings=settings
                ),
            )
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.REVOKED:  # that is what was wanted
                found = explain_manual_revocation(error.diagnosis, f"@{grant.handle}", app.label)
                raise DiagnosedError(found) from error


def _to_credentials(grant: AccessGrant) -> Credentials:
    return Credentials(grant.access_token, grant.access_secret)
