"""Signing an account in: from the app's keys to a kept credential."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId, Credentials
from twauth_gui.domain.answer import Answer
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.attempts import (
    Attempt,
    AttemptId,
    AttemptSecrets,
    AttemptState,
    Grant,
)
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Kind, Remedy
from twauth_gui.domain.handles import same_handle
from twauth_gui.domain.secret import Secret
from twauth_gui.services.by_hand import by_hand
from twauth_gui.services.lines import Lines
from twauth_gui.services.proving import prove
from twauth_gui.services.requests import (
    Outcome,
    SignedIn,
    SignInRequest,
    WrongAccount,
    request_of,
)
from twauth_gui.services.sign_in_records import APPROVAL_SECONDS, keep_begun, note_kept
from twauth_gui.services.watch import Invitation, SignInStep, StepBegun, Watch
from twauth_gui.store.errors import CredentialMissingError, NotFoundError
from twauth_gui.store.store import Store
from twauth_gui.xapi import oauth1, revocation
from twauth_gui.xapi.loopback import CallbackListener
from twauth_gui.xapi.ports import listen_at_first_free

OUT_OF_BAND = "oob"


class Authorizer:
    """Runs sign-ins. From the moment X grants a token, nothing of it is dropped.

    A grant is first stored with the attempt, then becomes an account. Where the keychain fails
    in between, the grant is held in memory, and keep() tries again.
    """

    def __init__(self, store: Store, lines: Lines, now: Callable[[], datetime]) -> None:
        self._store = store
        self._lines = lines
        self._now = now
        self._held: dict[AttemptId, Grant] = {}
        self._unsent: dict[AttemptId, Answer] = {}

    # -- the link ------------------------------------------------------------------------------

    def begin(self, request: SignInRequest, watch: Watch) -> Invitation:
        """Ask X for a request token and keep it, so that the sign-in survives this process.

        Raises:
            DiagnosedError: X, the network or the keychain refuses.
            CancelledError: the person ended it.
        """
        watch.report(StepBegun(SignInStep.READ_KEYS))
        app = self._store.app(request.app_id)
        callback = app.callback if request.method.returns_by_callback else OUT_OF_BAND
        return self._begin(app, self._store.app_keys(app.id), request, callback, watch)

    def _begin(  # noqa: PLR0917 - each is another thing
        self, app: App, keys: AppKeys, request: SignInRequest, callback: str, watch: Watch
    ) -> Invitation:
        self._unsent.pop(request.attempt_id, None)  # it was the old link's
        watch.report(StepBegun(SignInStep.REQUEST_TOKEN))
        access = request.options.access.asked
        token = self._lines.call(
            app,
            lambda line: oauth1.obtain_request_token(
                app.hosts, keys, callback, watch.cancel, access=access, line=line
            ),
        )
        attempt = Attempt(
            id=request.attempt_id,
            app_id=app.id,
            method=request.method,
            started_at=self._now(),
            expected_handle=request.expected_handle,
            options=request.options,
        )
        kept = keep_begun(self._store, attempt, AttemptSecrets(token), held=self.holds(attempt.id))
        if kept.state is not AttemptState.WAITING:
            return self.invitation(kept.id)
        return self._invitation(app, kept, AttemptSecrets(token))

    def renew(self, attempt_id: AttemptId, watch: Watch) -> Invitation:
        """Get a new link for a sign-in that waits: X's request tokens do not live for ever.

        App, way, handle and choices stay; the old link ends here. Where X has granted meanwhile,
        nothing is asked: what it gave is finished with, whatever is answered.

        Raises:
            DiagnosedError: X, the network or the keychain refuses; the old link stays.
        """
        attempt = self._store.attempt(attempt_id)
        if self.holds(attempt_id) or attempt.state is not AttemptState.WAITING:
            return self.invitation(attempt_id)
        return self.begin(request_of(attempt), watch)

    def invitation(self, attempt_id: AttemptId) -> Invitation:
        """Give the link of a sign-in that was begun earlier.

        Raises:
            DiagnosedError: the keychain refuses, or has lost the request token.
        """
        attempt = self._store.attempt(attempt_id)
        app = self._store.app(attempt.app_id)
        return self._invitation(app, attempt, self._store.attempt_secrets(attempt_id))

    def _invitation(self, app: App, attempt: Attempt, secrets: AttemptSecrets) -> Invitation:
        url = oauth1.authorization_url(
            app.hosts,
            secrets.request,
            expected_handle=attempt.expected_handle,
            options=attempt.options,
        )
        return Invitation(attempt, Secret(url), secrets.request.callback)

    # -- the browser that returns by itself ------------------------------------------------------

    def in_browser(self, request: SignInRequest, watch: Watch) -> Outcome:
        """Listen, get a link, hand it out through watch, and wait for the browser's return.

        The listener is up before X is asked, so that a taken port costs no request token. The
        app's addresses are tried in their order.
        """
        watch.report(StepBegun(SignInStep.READ_KEYS))
        app = self._store.app(request.app_id)
        keys = self._store.app_keys(app.id)
        watch.report(StepBegun(SignInStep.LISTEN))
        with listen_at_first_free(app.callbacks) as listener:
            callback = listener.callback_url
            watch.report(StepBegun(SignInStep.LISTEN, callback))
            invitation = self._begin(app, keys, request, callback, watch)
            return self._await(listener, invitation, watch)

    def resume_in_browser(self, attempt_id: AttemptId, watch: Watch) -> Outcome:
        """Wait again for the return of a sign-in that was begun earlier."""
        if self.holds(attempt_id):
            return self.keep(attempt_id, watch)
        if (answer := self.unsent_answer(attempt_id)) is not None:
            return self.complete(attempt_id, answer, watch)
        app = self._store.app(self._store.attempt(attempt_id).app_id)
        invitation = self.invitation(attempt_id)
        watch.report(StepBegun(SignInStep.LISTEN, invitation.callback))
        # The app may name another address by now: X returns to the one it was given.
        with CallbackListener(invitation.callback) as listener:
            _ = self._lines.to(app)
            return self._await(listener, invitation, watch)

    def _await(self, listener: CallbackListener, invitation: Invitation, watch: Watch) -> Outcome:
        attempt_id = invitation.attempt.id
        if invitation.attempt.state is not AttemptState.WAITING:
            return self.keep(attempt_id, watch)  # X has answered already, to another process
        listener.expect(self._store.attempt_secrets(attempt_id).request.token)
        watch.report(StepBegun(SignInStep.APPROVE))
        watch.report(invitation)
        answer = listener.wait(watch.cancel, APPROVAL_SECONDS)
        return self.complete(attempt_id, answer, watch)

    # -- the answer ------------------------------------------------------------------------------

    def complete(self, attempt_id: AttemptId, answer: Answer, watch: Watch) -> Outcome:
        """Exchange the verifier for an access token and keep it.

        Raises:
            DiagnosedError: X refuses (the attempt stays, except where the person denied), or the
                keychain does (the grant is held: call keep()).
        """
        attempt = self._store.attempt(attempt_id)
        if self.holds(attempt_id) or attempt.state is not AttemptState.WAITING:
            return self.keep(attempt_id, watch)  # X answers only once: what it gave is here
        app = self._store.app(attempt.app_id)
        secrets = self._store.attempt_secrets(attempt_id)
        verifier = self._verifier(attempt, secrets, answer)
        keys = self._store.app_keys(app.id)
        watch.report(StepBegun(SignInStep.EXCHANGE))
        try:
            grant = self._lines.call(
                app,
                lambda line: oauth1.exchange_verifier(
                    app.hosts, keys, secrets.request, verifier, watch.cancel, line=line
                ),
            )
        except DiagnosedError as error:
            self._unsent.pop(attempt_id, None)
            if error.diagnosis.remedy is not Remedy.START_AGAIN:  # X did not refuse the answer
                self._unsent[attempt_id] = answer
            raise
        self._held[attempt_id] = grant
        self._unsent.pop(attempt_id, None)
        return self.keep(attempt_id, watch)

    def unsent_answer(self, attempt_id: AttemptId) -> Answer | None:
        """Give the answer that did not get through to X: the person need not approve again."""
        return self._unsent.get(attempt_id)

    def check_fits(self, attempt_id: AttemptId, answer: Answer) -> None:
        """Return where an answer is this sign-in's; X is not asked.

        Raises:
            DiagnosedError: Kind.WRONG_ANSWER, it is another's; or the keychain refuses.
        """
        try:
            _ = oauth1.check_answer(self._store.attempt_secrets(attempt_id).request, answer)
        except DiagnosedError as error:
            if error.diagnosis.kind is not Kind.DENIED:
                raise

    def _verifier(self, attempt: Attempt, secrets: AttemptSecrets, answer: Answer) -> Secret:
        try:
            return oauth1.check_answer(secrets.request, answer)
        except DiagnosedError as error:
            if error.diagnosis.kind is Kind.DENIED:
                self._store.discard_attempt(attempt.id)  # X has spent the request token
            raise

    def keep(self, attempt_id: AttemptId, watch: Watch) -> Outcome:
        """Store a granted credential; repeat it where the keychain failed the first time."""
        watch.report(StepBegun(SignInStep.SAVE))
        attempt = self._with_grant_stored(self._store.attempt(attempt_id))
        watch.report(StepBegun(SignInStep.COMPARE))
        if attempt.state is AttemptState.WRONG_ACCOUNT:
            return WrongAccount(attempt)
        return self._promote(attempt, watch)

    @property
    def holding(self) -> bool:
        """Whether ending the process now would lose a granted credential."""
        return bool(self._held)

    def holds(self, attempt_id: AttemptId) -> bool:
        """Whether a granted credential is in memory only, so that keep() has to be repeated."""
        return attempt_id in self._held

    def _with_grant_stored(self, attempt: Attempt) -> Attempt:
        grant = self._held.get(attempt.id)
        if grant is None:
            return attempt
        secrets = self._store.attempt_secrets(attempt.id)
        expected = attempt.expected_handle
        fits = not expected or same_handle(expected, grant.handle)
        state = AttemptState.GRANTED if fits else AttemptState.WRONG_ACCOUNT
        granted = replace(attempt, state=state, granted_handle=grant.handle)
        stored = self._store.update_attempt(granted, replace(secrets, grant=grant))
        del self._held[attempt.id]
        return stored

    def keep_other(self, attempt_id: AttemptId, watch: Watch) -> SignedIn:
        """Keep the account that approved, although another was expected."""
        return self._promote(self._store.attempt(attempt_id), watch)

    def _promote(self, attempt: Attempt, watch: Watch) -> SignedIn:
        """Turn the grant into an account.

        One that is known keeps its credential until X has accepted the new one.
        """
        grant = self._store.attempt_secrets(attempt.id).grant
        if grant is None:
            raise LookupError("the attempt has not been granted")
        known = self._store.find_account(attempt.app_id, grant.user_id)
        if known is not None:
            app = self._store.app(attempt.app_id)
            keys = self._store.app_keys(app.id)
            self._lines.call(app, lambda line: prove(app, keys, grant, watch.cancel, line=line))
        account = Account(
            id=AccountId(uuid.uuid4().hex),
            app_id=attempt.app_id,
            user_id=grant.user_id,
            handle=grant.handle,
            signed_in_at=self._now(),
            method=attempt.method,
        )
        credentials = Credentials(grant.access_token, grant.access_secret)
        kept = self._store.finish_attempt(attempt.id, account, credentials)
        word = "Signed in" if known is None else "Signed in again"
        words, again = f"{word}, {attempt.method.words}", known is not None
        note_kept(self._store, kept, words, self._now(), again=again)
        return SignedIn(kept, again=again)

    # -- the end -----------------------------------------------------------------------------------

    def discard(self, attempt_id: AttemptId, cancel: CancelToken) -> None:
        """Forget a sign-in, if it is there. What X has granted meanwhile is taken back first.

        Raises:
            DiagnosedError: X did not end it, and the attempt is still there; it says how a person
                ends it by hand. forget() then drops the attempt.
        """
        try:
            attempt = self._store.attempt(attempt_id)
        except NotFoundError:
            return
        grant = self._held.get(attempt_id) or self._granted(attempt)
        if grant is not None:
            self._take_back(attempt.app_id, grant, cancel)
        self.forget(attempt_id)

    def forget(self, attempt_id: AttemptId) -> None:
        """Drop a sign-in here, whatever X has granted."""
        self._held.pop(attempt_id, None)
        self._unsent.pop(attempt_id, None)
        self._store.discard_attempt(attempt_id)

    def _granted(self, attempt: Attempt) -> Grant | None:
        if attempt.state is AttemptState.WAITING:
            return None
        try:
            return self._store.attempt_secrets(attempt.id).grant
        except CredentialMissingError:
            return None  # nobody has the token any more, so nobody can take it back

    def _take_back(self, app_id: AppId, grant: Grant, cancel: CancelToken) -> None:
        app = self._store.app(app_id)
        keys = self._store.app_keys(app.id)
        credentials = Credentials(grant.access_token, grant.access_secret)
        try:
            self._lines.call(
                app,
                lambda line: revocation.invalidate(app.hosts, keys, credentials, cancel, line=line),
            )
        except DiagnosedError as error:
            if error.diagnosis.kind is not Kind.REVOKED:  # that is what was wanted
                words = by_hand(error.diagnosis, f"@{grant.handle}", app.label)
                raise DiagnosedError(words) from error
