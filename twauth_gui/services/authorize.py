"""Signing an account in: from the app's keys to a kept credential."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from typing_extensions import override

from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.answer import OAuth1Response
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.attempts import (
    AccessGrant,
    PendingSecrets,
    PendingSignIn,
    PendingSignInId,
    PendingState,
)
from twauth_gui.domain.callbacks import OUT_OF_BAND
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind, Remedy
from twauth_gui.domain.handles import same_handle
from twauth_gui.domain.secret import Secret
from twauth_gui.services.by_hand import by_hand
from twauth_gui.services.exchange import refuse_used_link
from twauth_gui.services.lines import XClients
from twauth_gui.services.proving import prove
from twauth_gui.services.redo import until_unchanged
from twauth_gui.services.requests import Outcome, SignedIn, SignInRequest
from twauth_gui.services.sign_in import SignInFlowBase
from twauth_gui.services.watch import AuthorizationLink, SignInProgress, SignInStep, StepStarted
from twauth_gui.store.account_shelf import Expected
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError
from twauth_gui.xapi import oauth1, revocation
from twauth_gui.xapi.callback_ports import CallbackPorts
from twauth_gui.xapi.loopback import CallbackListener


class OAuth1Flow(SignInFlowBase[AccessGrant, OAuth1Response]):
    """Runs sign-ins with OAuth 1.0a: for a verifier X grants a token that does not end."""

    def __init__(
        self, store: Store, lines: XClients, ports: CallbackPorts, now: Callable[[], datetime]
    ) -> None:
        super().__init__(store, lines, ports, now)
        self._unsent: dict[PendingSignInId, OAuth1Response] = {}
        store.exchanges.ask_before(self._unsent.__contains__)

    # -- the link ------------------------------------------------------------------------------

    @override
    def _callback(self, app: App, request: SignInRequest) -> str:
        return app.callback if request.method.returns_by_callback else OUT_OF_BAND

    @override
    def _begin(
        self, app: App, keys: AppKeys, request: SignInRequest, callback: str, watch: SignInProgress
    ) -> AuthorizationLink:
        self._unsent.pop(request.attempt_id, None)  # it was the old link's
        watch.report(StepStarted(SignInStep.REQUEST_TOKEN))
        access = request.options.access.asked
        token = self._lines.call(
            app,
            lambda line: oauth1.obtain_request_token(
                app.hosts, keys, callback, watch.cancel, access=access, line=line
            ),
        )
        attempt = PendingSignIn(
            id=request.attempt_id,
            app_id=app.id,
            method=request.method,
            started_at=self._now(),
            expected_handle=request.expected_handle,
            options=request.options,
        )
        kept = self._keep_begun(attempt, PendingSecrets(token))
        if kept.state is not PendingState.WAITING:
            return self.invitation(kept.id)
        return self._invitation(app, kept, PendingSecrets(token))

    @override
    def invitation(self, attempt_id: PendingSignInId) -> AuthorizationLink:
        attempt = self._store.pending_sign_ins.get(attempt_id)
        refuse_used_link(attempt)
        app = self._store.apps.get(attempt.app_id)
        return self._invitation(
            app, attempt, self._store.pending_sign_ins.request_secrets(attempt_id)
        )

    def _invitation(
        self, app: App, attempt: PendingSignIn, secrets: PendingSecrets
    ) -> AuthorizationLink:
        url = oauth1.authorization_url(
            app.hosts,
            secrets.request,
            expected_handle=attempt.expected_handle,
            options=attempt.options,
        )
        return AuthorizationLink(attempt, Secret(url), secrets.request.callback)

    # -- the answer ------------------------------------------------------------------------------

    @override
    def resume_in_browser(self, attempt_id: PendingSignInId, watch: SignInProgress) -> Outcome:
        if (answer := self.unsent_answer(attempt_id)) is not None:
            return self.complete(attempt_id, answer, watch)
        return super().resume_in_browser(attempt_id, watch)

    @override
    def _expect(self, listener: CallbackListener, attempt_id: PendingSignInId) -> None:
        listener.expect(self._store.pending_sign_ins.request_secrets(attempt_id).request.token)

    @override
    def _heard(self, listener: CallbackListener, cancel: CancelToken) -> OAuth1Response:
        return listener.wait(cancel, self._ports.seconds)

    @override
    def _traded(
        self, attempt: PendingSignIn, answer: OAuth1Response, watch: SignInProgress
    ) -> AccessGrant:
        app = self._store.apps.get(attempt.app_id)
        try:
            secrets = self._store.pending_sign_ins.request_secrets(attempt.id)
            keys = self._store.apps.keys(app.id)
        except VaultError:
            self._unsent[attempt.id] = answer  # Twauth may have locked while the person approved
            raise
        verifier = self._verifier(attempt, secrets, answer)
        watch.report(StepStarted(SignInStep.EXCHANGE))
        try:
            with self._noted(attempt, app, watch.cancel):
                grant = self._lines.call(
                    app,
                    lambda line: oauth1.exchange_verifier(
                        app.hosts, keys, secrets.request, verifier, watch.cancel, line=line
                    ),
                )
        except DiagnosedError as error:
            self._unsent.pop(attempt.id, None)
            if error.diagnosis.remedy is not Remedy.START_AGAIN:  # X did not refuse the answer
                self._unsent[attempt.id] = answer
            raise
        self._unsent.pop(attempt.id, None)
        return grant

    def unsent_answer(self, attempt_id: PendingSignInId) -> OAuth1Response | None:
        """Give the answer that did not get through to X: the person need not approve again."""
        return self._unsent.get(attempt_id)

    @override
    def check_fits(self, attempt_id: PendingSignInId, answer: OAuth1Response) -> None:
        try:
            _ = oauth1.check_answer(
                self._store.pending_sign_ins.request_secrets(attempt_id).request, answer
            )
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.DENIED:
                raise

    def _verifier(
        self, attempt: PendingSignIn, secrets: PendingSecrets, answer: OAuth1Response
    ) -> Secret:
        try:
            return oauth1.check_answer(secrets.request, answer)
        except DiagnosedError as error:
            if error.diagnosis.kind is ProblemKind.DENIED:
                self.forget(attempt.id)  # X has spent the request token
            raise

    # -- the account -----------------------------------------------------------------------------

    @override
    def _read(self, attempt_id: PendingSignInId) -> AccessGrant | None:
        return self._store.pending_sign_ins.request_secrets(attempt_id).grant

    @override
    def _stored(self, attempt: PendingSignIn, given: AccessGrant) -> PendingSignIn:
        secrets = self._store.pending_sign_ins.request_secrets(attempt.id)
        expected = attempt.expected_handle
        fits = not expected or same_handle(expected, given.handle)
        state = PendingState.GRANTED if fits else PendingState.WRONG_ACCOUNT
        granted = replace(attempt, state=state, granted_handle=given.handle)
        return self._store.pending_sign_ins.update(granted, replace(secrets, grant=given))

    @override
    def _compared(self, attempt: PendingSignIn, cancel: CancelToken) -> Outcome:
        return self._promoted(attempt, self._given(attempt.id), cancel)

    @override
    def _promoted(
        self, attempt: PendingSignIn, given: AccessGrant, cancel: CancelToken
    ) -> SignedIn:
        """Turn the grant into an account.

        One that is known keeps its credential until X has accepted the new one. So does any where
        the app's keys were replaced since X was asked: a grant is of no use with other keys.
        """
        account = self._account_of(attempt, given)

        def promote() -> tuple[Account, bool]:
            app = self._store.apps.get(attempt.app_id)
            keys = self._store.apps.keys(app.id)
            known = self._store.accounts.find(app.id, given.user_id)
            if known is not None or self._has_other_keys(attempt, app):
                replaces = known is not None
                self._lines.call(
                    app,
                    lambda line: prove(app, keys, given, cancel, line=line, replaces=replaces),
                )
            expected = Expected(app.generation, 0 if known is None else known.generation)
            credentials = _credentials(given)
            kept = self._store.finish_attempt(attempt.id, account, credentials, expected)
            return kept, known is not None

        kept, again = until_unchanged(promote)
        word = "Signed in again" if again else "Signed in"
        self._note_kept(kept, f"{word}, {attempt.method.words}", again=again)
        return SignedIn(kept, again)

    # -- the end -----------------------------------------------------------------------------------

    @override
    def forget(self, attempt_id: PendingSignInId) -> None:
        self._unsent.pop(attempt_id, None)
        super().forget(attempt_id)

    @override
    def _take_back(self, app: App, given: AccessGrant, cancel: CancelToken) -> None:
        keys = self._store.apps.keys(app.id)
        credentials = _credentials(given)
        try:
            self._lines.call(
                app,
                lambda line: revocation.invalidate(app.hosts, keys, credentials, cancel, line=line),
            )
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.REVOKED:  # that is what was wanted
                words = by_hand(error.diagnosis, f"@{given.handle}", app.label)
                raise DiagnosedError(words) from error


def _credentials(grant: AccessGrant) -> Credentials:
    return Credentials(grant.access_token, grant.access_secret)
