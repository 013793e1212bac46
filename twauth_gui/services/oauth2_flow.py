"""Sign in with OAuth 2.0: from the app's client ID to saved tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from typing_extensions import override

from twauth_gui.domain.access import add_required_scopes, derive_access_level
from twauth_gui.domain.account_names import is_same_handle
from twauth_gui.domain.accounts import Account, TokenMetadata
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.callback_response import OAuth2Response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.oauth2 import AuthorizationRequest, OAuth2Grant, OAuth2PendingSecrets
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, PendingState
from twauth_gui.services.access_grants import UnsavedGrant, explain_older_keys, require_unused_link
from twauth_gui.services.oauth2_tokens import RENEW_AHEAD_SECONDS, OAuth2TokenService
from twauth_gui.services.sign_in_flow import SignInFlowBase
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    SignInProgress,
    SignInRequest,
    SignInResult,
    SignInStep,
    StepStarted,
    WrongAccount,
)
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.account_repository import AccountPreconditions
from twauth_gui.store.errors import (
    ChangedMeanwhileError,
    CredentialMissingError,
    NotFoundError,
    retry_on_conflict,
)
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.callback_listener import CallbackListener
from twauth_gui.xapi.callback_server import CallbackPorts


class OAuth2Flow(SignInFlowBase[OAuth2Grant, OAuth2Response]):
    """Runs sign-ins with OAuth 2.0: X exchanges a code for tokens, then says whose they are.

    The link is made here, without X: if X refuses the app, its page says so.
    """

    def __init__(  # noqa: PLR0917 - all of different types
        self,
        store: Store,
        x_clients: XClients,
        ports: CallbackPorts,
        tokens: OAuth2TokenService,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(store, x_clients, ports, now)
        self._tokens = tokens

    # -- the link ------------------------------------------------------------------------------

    @override
    def _choose_callback(self, app: App, request: SignInRequest) -> str:
        return app.callback

    @override
    def _request_link(
        self,
        app: App,
        keys: AppKeys,
        request: SignInRequest,
        callback: str,
        progress: SignInProgress,
    ) -> AuthorizationLink:
        client = oauth2.read_oauth2_client(keys)
        progress.cancel.raise_if_cancelled()
        _ = self._x_clients.settings_for(app)  # starts the sandbox, which has the page
        authorization = oauth2.create_authorization_request(
            app.hosts, client, callback, self._choose_scopes(request)
        )
        secrets = OAuth2PendingSecrets(replace(authorization, url=""))
        saved = self._save_pending(app, request, secrets)
        if saved.state is not PendingState.WAITING:
            return self.get_link(saved.id)
        return AuthorizationLink(saved, Secret(authorization.url), authorization.redirect_uri)

    def _choose_scopes(self, request: SignInRequest) -> tuple[str, ...]:
        """Return the scopes of the request, or those that the pending sign-in has asked for."""
        try:
            saved = self._store.pending_sign_ins.read_oauth2_secrets(request.pending_id).request
        except (NotFoundError, CredentialMissingError):
            saved = None
        return add_required_scopes(request.scopes) if saved is None else saved.scopes

    @override
    def get_link(self, pending_id: PendingSignInId) -> AuthorizationLink:
        pending = self._store.pending_sign_ins.get(pending_id)
        require_unused_link(pending)
        request = self._store.pending_sign_ins.read_oauth2_secrets(pending_id).request
        if request is None:  # the code was exchanged: the link is of no use
            return AuthorizationLink(pending, Secret(""), "")
        app = self._store.apps.get(pending.app_id)
        client = oauth2.read_oauth2_client(self._store.apps.read_keys(app.id))
        linked = oauth2.restore_authorization_url(app.hosts, client, request)
        return AuthorizationLink(pending, Secret(linked.url), linked.redirect_uri)

    # -- the response ------------------------------------------------------------------------------

    @override
    def _register(self, listener: CallbackListener, pending_id: PendingSignInId) -> None:
        listener.expect_state(self._require_request(pending_id).state)

    @override
    def _receive(self, listener: CallbackListener, cancel: CancelToken) -> OAuth2Response:
        return listener.wait_for_code(cancel, self._ports.seconds)

    @override
    def _exchange(
        self, pending: PendingSignIn, response: OAuth2Response, progress: SignInProgress
    ) -> OAuth2Grant:
        app = self._store.apps.get(pending.app_id)
        request = self._require_request(pending.id)
        code = self._check_code(pending, request, response)
        client = oauth2.read_oauth2_client(self._store.apps.read_keys(app.id))
        settings = self._x_clients.settings_for(app)
        progress.report(StepStarted(SignInStep.EXCHANGE))
        with self._record_exchange(pending, app, progress.cancel):
            tokens = oauth2.exchange_code(
                app.hosts, client, request, code, progress.cancel, settings=settings
            )
        return OAuth2Grant(tokens, tokens.missing_scopes(request.scopes))

    @override
    def check_response(self, pending_id: PendingSignInId, response: OAuth2Response) -> None:
        request = self._require_request(pending_id)
        try:
            _ = oauth2.check_code_response(request, response)
        except DiagnosedError as error:
            if error.diagnosis.kind is ProblemKind.WRONG_RESPONSE:
                raise

    def _require_request(self, pending_id: PendingSignInId) -> AuthorizationRequest:
        request = self._store.pending_sign_ins.read_oauth2_secrets(pending_id).request
        if request is None:
            # Another process exchanged its code.
            raise ChangedMeanwhileError(ItemKind.PENDING_SIGN_IN)
        return request

    def _check_code(
        self, pending: PendingSignIn, request: AuthorizationRequest, response: OAuth2Response
    ) -> Secret:
        try:
            return oauth2.check_code_response(request, response)
        except DiagnosedError as error:
            if error.diagnosis.kind is ProblemKind.DENIED:
                self.forget(pending.id)
            raise

    # -- the account -----------------------------------------------------------------------------

    @override
    def _read_grant(self, pending_id: PendingSignInId) -> OAuth2Grant | None:
        return self._store.pending_sign_ins.read_oauth2_secrets(pending_id).grant

    @override
    def _store_grant(self, pending: PendingSignIn, grant: OAuth2Grant) -> PendingSignIn:
        granted = replace(pending, state=PendingState.GRANTED)
        return self._store.pending_sign_ins.update(granted, OAuth2PendingSecrets(None, grant))

    @override
    def _compare_account(self, pending: PendingSignIn, cancel: CancelToken) -> SignInResult:
        """Ask X whose the tokens are, then create the account or report the wrong one."""
        grant = self._identify_account(pending, cancel)
        expected = pending.expected_handle
        if not expected or is_same_handle(expected, grant.handle):
            return self._create_account(pending, grant, cancel)
        wrong = replace(pending, state=PendingState.WRONG_ACCOUNT, granted_handle=grant.handle)
        return WrongAccount(
            self._store.pending_sign_ins.update(wrong, OAuth2PendingSecrets(None, grant))
        )

    def _identify_account(self, pending: PendingSignIn, cancel: CancelToken) -> OAuth2Grant:
        """Ask X whose the tokens are, renewing them first if the access token expires soon."""
        from twauth_gui.xapi.identity import verify_oauth2_token  # noqa: PLC0415 - loads tweepy

        app = self._store.apps.get(pending.app_id)
        grant = self._require_grant(pending.id)
        if grant.tokens.expires_within(RENEW_AHEAD_SECONDS, self._now()):
            grant = self._renew_grant(pending, app, grant, cancel)
        settings = self._x_clients.settings_for(app)
        identity = verify_oauth2_token(
            app.hosts, grant.tokens.access_token, cancel, settings=settings
        )
        return replace(grant, user_id=identity.user_id, handle=identity.handle)

    def _renew_grant(
        self, pending: PendingSignIn, app: App, grant: OAuth2Grant, cancel: CancelToken
    ) -> OAuth2Grant:
        """Renew the tokens of a sign-in that is finished hours after it was approved."""
        client = oauth2.read_oauth2_client(self._store.apps.read_keys(app.id))
        with self._store.exchange_guard.acquire(pending.id) as now:
            saved = self._require_grant(now.id).tokens
            if saved != grant.tokens:  # another process renewed them meanwhile
                return replace(grant, tokens=saved)
            settings = self._x_clients.settings_for(app)
            with self._record_exchange(now, app, cancel):
                tokens = oauth2.refresh_tokens(app.hosts, client, saved, cancel, settings=settings)
            fresh = replace(grant, tokens=tokens)
            self._unsaved_grants[now.id] = UnsavedGrant(now, fresh)
            _ = self._store_unsaved_grant(now.id, cancel)
        return fresh

    @override
    def _create_account(
        self, pending: PendingSignIn, grant: OAuth2Grant, cancel: CancelToken
    ) -> CompletedSignIn:
        account = self._build_account(pending, grant)

        def save() -> tuple[Account, bool]:
            app = self._store.apps.get(pending.app_id)
            tokens = self._renew_for_new_keys(app, pending.id, grant, cancel).tokens
            again = self._store.accounts.find(pending.app_id, grant.user_id) is not None
            metadata = TokenMetadata(
                tokens.scopes, tokens.expires_at, account.signed_in_at, pending.method
            )
            whole = replace(account, access=derive_access_level(tokens.scopes))
            expected = AccountPreconditions(app.generation)
            saved = self._store.finish_sign_in_with_tokens(
                pending.id, whole, tokens, metadata, expected
            )
            return saved, again

        saved, again = retry_on_conflict(save)
        self._log_sign_in(saved, f"Signed in with OAuth 2.0, {pending.method.phrase}", again=again)
        return CompletedSignIn(saved, again, grant.missing_scopes)

    def _renew_for_new_keys(
        self, app: App, pending_id: PendingSignInId, grant: OAuth2Grant, cancel: CancelToken
    ) -> OAuth2Grant:
        """Renew the tokens if the app's keys were replaced: only the new keys can renew them.

        Raises:
            DiagnosedError: X does not renew them with the new keys.
        """
        pending = self._store.pending_sign_ins.get(pending_id)
        if not self._has_other_keys(pending, app) or grant.tokens.refresh_token is None:
            return grant
        now = replace(grant, tokens=self._require_grant(pending_id).tokens)
        try:
            return self._renew_grant(pending, app, now, cancel)
        except DiagnosedError as error:
            raise explain_older_keys(error) from error

    @override
    def _revoke_grant(self, app: App, grant: OAuth2Grant, cancel: CancelToken) -> None:
        who = f"@{grant.handle}" if grant.handle else "the account"
        self._tokens.revoke_tokens(app, who, grant.tokens, cancel)
