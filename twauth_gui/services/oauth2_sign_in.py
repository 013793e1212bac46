"""Signing an account in with OAuth 2.0: from the app's client id to kept tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from typing_extensions import override

from twauth_gui.domain.accounts import Account, TokenFacts
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId, PendingState
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import OAuth2Response
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.handles import same_handle
from twauth_gui.domain.oauth2 import AuthorizationRequest, CodeGrant, CodeSecrets
from twauth_gui.domain.scopes import access_of, with_needed
from twauth_gui.domain.secret import Secret
from twauth_gui.services.exchange import Held, refuse_used_link
from twauth_gui.services.lines import XClients
from twauth_gui.services.oauth2_tokens import NEAR_SECONDS, TokenKeeper
from twauth_gui.services.proving import with_older_keys
from twauth_gui.services.redo import until_unchanged
from twauth_gui.services.requests import Outcome, SignedIn, SignInRequest, WrongAccount
from twauth_gui.services.sign_in import SignInFlowBase
from twauth_gui.services.watch import AuthorizationLink, SignInProgress, SignInStep, StepStarted
from twauth_gui.store.account_shelf import Expected
from twauth_gui.store.errors import (
    ChangedMeanwhileError,
    CredentialMissingError,
    NotFoundError,
)
from twauth_gui.store.items import ItemKind
from twauth_gui.store.store import Store
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.callback_ports import CallbackPorts
from twauth_gui.xapi.loopback import CallbackListener


class OAuth2Flow(SignInFlowBase[CodeGrant, OAuth2Response]):
    """Runs sign-ins with OAuth 2.0: for a code X gives tokens, and is asked whose they are.

    X is not asked for the link: what it thinks of the app shows on its page.
    """

    def __init__(  # noqa: PLR0917 - each is another thing
        self,
        store: Store,
        lines: XClients,
        ports: CallbackPorts,
        keeper: TokenKeeper,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(store, lines, ports, now)
        self._keeper = keeper

    # -- the link ------------------------------------------------------------------------------

    @override
    def _callback(self, app: App, request: SignInRequest) -> str:
        return app.callback

    @override
    def _begin(
        self, app: App, keys: AppKeys, request: SignInRequest, callback: str, watch: SignInProgress
    ) -> AuthorizationLink:
        client = oauth2.client_of(keys)
        watch.cancel.check()
        _ = self._lines.to(app)  # a pretend X has its page only while it runs
        begun = oauth2.begin(app.hosts, client, callback, self._scopes(request))
        attempt = PendingSignIn(
            id=request.attempt_id,
            app_id=app.id,
            method=request.method,
            started_at=self._now(),
            expected_handle=request.expected_handle,
            kind=CredentialKind.OAUTH2,
        )
        kept = self._keep_begun(attempt, CodeSecrets(replace(begun, url="")))
        if kept.state is not PendingState.WAITING:
            return self.invitation(kept.id)
        return AuthorizationLink(kept, Secret(begun.url), begun.redirect_uri)

    def _scopes(self, request: SignInRequest) -> tuple[str, ...]:
        """A sign-in that waits keeps what it asks for, whoever begins it again."""
        try:
            kept = self._store.pending_sign_ins.code_secrets(request.attempt_id).request
        except (NotFoundError, CredentialMissingError):
            kept = None
        return with_needed(request.scopes) if kept is None else kept.scopes

    @override
    def invitation(self, attempt_id: PendingSignInId) -> AuthorizationLink:
        attempt = self._store.pending_sign_ins.get(attempt_id)
        refuse_used_link(attempt)
        request = self._store.pending_sign_ins.code_secrets(attempt_id).request
        if request is None:  # the code is traded: no page has anything more to ask
            return AuthorizationLink(attempt, Secret(""), "")
        app = self._store.apps.get(attempt.app_id)
        client = oauth2.client_of(self._store.apps.keys(app.id))
        linked = oauth2.linked(app.hosts, client, request)
        return AuthorizationLink(attempt, Secret(linked.url), linked.redirect_uri)

    # -- the answer ------------------------------------------------------------------------------

    @override
    def _expect(self, listener: CallbackListener, attempt_id: PendingSignInId) -> None:
        listener.expect_state(self._request(attempt_id).state)

    @override
    def _heard(self, listener: CallbackListener, cancel: CancelToken) -> OAuth2Response:
        return listener.wait_for_code(cancel, self._ports.seconds)

    @override
    def _traded(
        self, attempt: PendingSignIn, answer: OAuth2Response, watch: SignInProgress
    ) -> CodeGrant:
        app = self._store.apps.get(attempt.app_id)
        request = self._request(attempt.id)
        code = self._code(attempt, request, answer)
        client = oauth2.client_of(self._store.apps.keys(app.id))
        line = self._lines.to(app)
        watch.report(StepStarted(SignInStep.EXCHANGE))
        with self._noted(attempt, app, watch.cancel):
            tokens = oauth2.exchange(app.hosts, client, request, code, watch.cancel, line=line)
        return CodeGrant(tokens, tokens.missing(request.scopes))

    @override
    def check_fits(self, attempt_id: PendingSignInId, answer: OAuth2Response) -> None:
        request = self._request(attempt_id)  # where the keychain refuses, nothing is known to fit
        try:
            _ = oauth2.check_code_answer(request, answer)
        except DiagnosedError as error:
            if error.diagnosis.kind is ProblemKind.WRONG_ANSWER:
                raise

    def _request(self, attempt_id: PendingSignInId) -> AuthorizationRequest:
        request = self._store.pending_sign_ins.code_secrets(attempt_id).request
        if request is None:
            raise ChangedMeanwhileError(ItemKind.ATTEMPT)  # its code was traded elsewhere
        return request

    def _code(
        self, attempt: PendingSignIn, request: AuthorizationRequest, answer: OAuth2Response
    ) -> Secret:
        try:
            return oauth2.check_code_answer(request, answer)
        except DiagnosedError as error:
            if error.diagnosis.kind is ProblemKind.DENIED:
                self.forget(attempt.id)
            raise

    # -- the account -----------------------------------------------------------------------------

    @override
    def _read(self, attempt_id: PendingSignInId) -> CodeGrant | None:
        return self._store.pending_sign_ins.code_secrets(attempt_id).grant

    @override
    def _stored(self, attempt: PendingSignIn, given: CodeGrant) -> PendingSignIn:
        granted = replace(attempt, state=PendingState.GRANTED)
        return self._store.pending_sign_ins.update(granted, CodeSecrets(None, given))

    @override
    def _compared(self, attempt: PendingSignIn, cancel: CancelToken) -> Outcome:
        """Ask X whose the tokens are first; it can be asked again by another process."""
        given = self._identified(attempt, cancel)
        expected = attempt.expected_handle
        if not expected or same_handle(expected, given.handle):
            return self._promoted(attempt, given, cancel)
        held = replace(attempt, state=PendingState.WRONG_ACCOUNT, granted_handle=given.handle)
        return WrongAccount(self._store.pending_sign_ins.update(held, CodeSecrets(None, given)))

    def _identified(self, attempt: PendingSignIn, cancel: CancelToken) -> CodeGrant:
        """Ask X whose the tokens are; it says so only with an access token that still works."""
        from twauth_gui.xapi.identity import verify_oauth2  # noqa: PLC0415 - loads tweepy

        app = self._store.apps.get(attempt.app_id)
        given = self._given(attempt.id)
        if given.tokens.expires_within(NEAR_SECONDS, self._now()):
            given = self._renewed(attempt, app, given, cancel)
        line = self._lines.to(app)
        identity = verify_oauth2(app.hosts, given.tokens.access, cancel, line=line)
        return replace(given, user_id=identity.user_id, handle=identity.handle)

    def _renewed(
        self, attempt: PendingSignIn, app: App, given: CodeGrant, cancel: CancelToken
    ) -> CodeGrant:
        """Renew the tokens of a sign-in that was finished hours after it was approved."""
        client = oauth2.client_of(self._store.apps.keys(app.id))
        with self._store.exchanges.held(attempt.id) as now:
            kept = self._given(now.id).tokens
            if kept != given.tokens:  # another process did it while this one waited
                return replace(given, tokens=kept)
            with self._noted(now, app, cancel):
                fresh = replace(given, tokens=self._keeper.ask(app, client, kept, cancel))
            self._held[now.id] = Held(now, fresh)
            _ = self._with_given_stored(now.id, cancel)
        return fresh

    @override
    def _promoted(self, attempt: PendingSignIn, given: CodeGrant, cancel: CancelToken) -> SignedIn:
        account = self._account_of(attempt, given)

        def promote() -> tuple[Account, bool]:
            app = self._store.apps.get(attempt.app_id)
            tokens = self._with_own_keys(app, attempt.id, given, cancel).tokens
            again = self._store.accounts.find(attempt.app_id, given.user_id) is not None
            facts = TokenFacts(
                tokens.scopes, tokens.expires_at, account.signed_in_at, attempt.method
            )
            whole = replace(account, access=access_of(tokens.scopes))
            expected = Expected(app.generation)
            kept = self._store.finish_with_tokens(attempt.id, whole, tokens, facts, expected)
            return kept, again

        kept, again = until_unchanged(promote)
        self._note_kept(kept, f"Signed in with OAuth 2.0, {attempt.method.words}", again=again)
        return SignedIn(kept, again, given.missing)

    def _with_own_keys(
        self, app: App, attempt_id: PendingSignInId, given: CodeGrant, cancel: CancelToken
    ) -> CodeGrant:
        """Renew the tokens once where the app's keys were replaced: others cannot renew them.

        Raises:
            DiagnosedError: X does not renew them with the new keys.
        """
        attempt = self._store.pending_sign_ins.get(attempt_id)
        if not self._has_other_keys(attempt, app) or given.tokens.refresh is None:
            return given
        now = replace(given, tokens=self._given(attempt_id).tokens)
        try:
            return self._renewed(attempt, app, now, cancel)
        except DiagnosedError as error:
            raise with_older_keys(error) from error

    @override
    def _take_back(self, app: App, given: CodeGrant, cancel: CancelToken) -> None:
        who = f"@{given.handle}" if given.handle else "the account"
        self._keeper.end(app, who, given.tokens, cancel)
