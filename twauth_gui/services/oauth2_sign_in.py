"""Signing an account in with OAuth 2.0: from the app's client id to kept tokens."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId, TokenFacts
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import Attempt, AttemptId, AttemptState
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import CodeAnswer
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Kind
from twauth_gui.domain.handles import same_handle
from twauth_gui.domain.oauth2 import AuthorizationRequest, CodeGrant, CodeSecrets
from twauth_gui.domain.scopes import access_of, with_needed
from twauth_gui.domain.secret import Secret
from twauth_gui.services.lines import Lines
from twauth_gui.services.oauth2_tokens import NEAR_SECONDS, TokenKeeper
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
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.loopback import CallbackListener
from twauth_gui.xapi.ports import listen_at_first_free


class CodeSignIn:
    """Runs sign-ins. From the moment X gives tokens for a code, nothing of them is dropped.

    They are first stored with the attempt, then X is asked whose they are, then they become an
    account's. Each of these can be done again by another process, except for the first: where the
    keychain fails there, the tokens are held in memory, and keep() tries again.
    """

    def __init__(
        self, store: Store, lines: Lines, keeper: TokenKeeper, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._lines = lines
        self._keeper = keeper
        self._now = now
        self._held: dict[AttemptId, CodeGrant] = {}

    # -- the link ------------------------------------------------------------------------------

    def begin(self, request: SignInRequest, watch: Watch) -> Invitation:
        """Make a link and keep what its answer will need, so that it survives this process.

        X is not asked: what it thinks of the app shows on its page.

        Raises:
            DiagnosedError: the app has no client id, or the keychain refuses.
        """
        watch.report(StepBegun(SignInStep.READ_KEYS))
        app = self._store.app(request.app_id)
        return self._begin(app, app.callback, request, watch)

    def _begin(self, app: App, callback: str, request: SignInRequest, watch: Watch) -> Invitation:
        client = oauth2.client_of(self._store.app_keys(app.id))
        watch.cancel.check()
        _ = self._lines.to(app)  # a pretend X has its page only while it runs
        begun = oauth2.begin(app.hosts, client, callback, self._scopes(request))
        attempt = Attempt(
            id=request.attempt_id,
            app_id=app.id,
            method=request.method,
            started_at=self._now(),
            expected_handle=request.expected_handle,
            kind=CredentialKind.OAUTH2,
        )
        secrets = CodeSecrets(replace(begun, url=""))
        kept = keep_begun(self._store, attempt, secrets, held=self.holds(attempt.id))
        if kept.state is not AttemptState.WAITING:
            return self.invitation(kept.id)
        return Invitation(kept, Secret(begun.url), begun.redirect_uri)

    def _scopes(self, request: SignInRequest) -> tuple[str, ...]:
        """A sign-in that waits keeps what it asks for, whoever begins it again."""
        try:
            kept = self._store.code_secrets(request.attempt_id).request
        except (NotFoundError, CredentialMissingError):
            kept = None
        return with_needed(request.scopes) if kept is None else kept.scopes

    def renew(self, attempt_id: AttemptId, watch: Watch) -> Invitation:
        """Make a new link for a sign-in that waits; the old one's answer is refused from now on.

        Where X has given tokens meanwhile, they are finished with.
        """
        attempt = self._store.attempt(attempt_id)
        if self.holds(attempt_id) or attempt.state is not AttemptState.WAITING:
            return self.invitation(attempt_id)
        return self.begin(request_of(attempt), watch)

    def invitation(self, attempt_id: AttemptId) -> Invitation:
        """Give the link of a sign-in that was begun earlier.

        Raises:
            DiagnosedError: the keychain refuses, or has lost what belongs to it.
        """
        attempt = self._store.attempt(attempt_id)
        request = self._store.code_secrets(attempt_id).request
        if request is None:  # the code is traded: no page has anything more to ask
            return Invitation(attempt, Secret(""), "")
        app = self._store.app(attempt.app_id)
        client = oauth2.client_of(self._store.app_keys(app.id))
        linked = oauth2.linked(app.hosts, client, request)
        return Invitation(attempt, Secret(linked.url), linked.redirect_uri)

    # -- the browser that returns by itself ------------------------------------------------------

    def in_browser(self, request: SignInRequest, watch: Watch) -> Outcome:
        """Listen, make a link, hand it out through watch, and wait for the browser's return."""
        watch.report(StepBegun(SignInStep.READ_KEYS))
        app = self._store.app(request.app_id)
        watch.report(StepBegun(SignInStep.LISTEN))
        with listen_at_first_free(app.callbacks) as listener:
            callback = listener.callback_url
            watch.report(StepBegun(SignInStep.LISTEN, callback))
            return self._await(listener, self._begin(app, callback, request, watch), watch)

    def resume_in_browser(self, attempt_id: AttemptId, watch: Watch) -> Outcome:
        """Wait again for the return of a sign-in that was begun earlier."""
        attempt = self._store.attempt(attempt_id)
        if self.holds(attempt_id) or attempt.state is not AttemptState.WAITING:
            return self.keep(attempt_id, watch)
        invitation = self.invitation(attempt_id)
        watch.report(StepBegun(SignInStep.LISTEN, invitation.callback))
        with CallbackListener(invitation.callback) as listener:
            _ = self._lines.to(self._store.app(attempt.app_id))
            return self._await(listener, invitation, watch)

    def _await(self, listener: CallbackListener, invitation: Invitation, watch: Watch) -> Outcome:
        attempt_id = invitation.attempt.id
        if invitation.attempt.state is not AttemptState.WAITING:
            return self.keep(attempt_id, watch)  # X has answered already, to another process
        listener.expect_state(self._request(attempt_id).state)
        watch.report(StepBegun(SignInStep.APPROVE))
        watch.report(invitation)
        answer = listener.wait_for_code(watch.cancel, APPROVAL_SECONDS)
        return self.complete(attempt_id, answer, watch)

    # -- the answer ------------------------------------------------------------------------------

    def complete(self, attempt_id: AttemptId, answer: CodeAnswer, watch: Watch) -> Outcome:
        """Trade the code for tokens and keep them.

        Raises:
            DiagnosedError: X refuses (the attempt stays, except where the person denied), or the
                keychain does (the tokens are held: call keep()).
        """
        attempt = self._store.attempt(attempt_id)
        if self.holds(attempt_id) or attempt.state is not AttemptState.WAITING:
            return self.keep(attempt_id, watch)  # X answers only once: what it gave is here
        app = self._store.app(attempt.app_id)
        request = self._request(attempt_id)
        code = self._code(attempt, request, answer)
        client = oauth2.client_of(self._store.app_keys(app.id))
        line = self._lines.to(app)
        watch.report(StepBegun(SignInStep.EXCHANGE))
        tokens = oauth2.exchange(app.hosts, client, request, code, watch.cancel, line=line)
        self._held[attempt_id] = CodeGrant(tokens, tokens.missing(request.scopes))
        return self.keep(attempt_id, watch)

    def check_fits(self, attempt_id: AttemptId, answer: CodeAnswer) -> None:
        """Return where an answer is this sign-in's; X is not asked.

        Raises:
            DiagnosedError: Kind.WRONG_ANSWER, it is another's; or the keychain refuses.
        """
        try:
            _ = oauth2.check_code_answer(self._request(attempt_id), answer)
        except DiagnosedError as error:
            if error.diagnosis.kind is Kind.WRONG_ANSWER:
                raise

    def _request(self, attempt_id: AttemptId) -> AuthorizationRequest:
        request = self._store.code_secrets(attempt_id).request
        if request is None:
            raise LookupError("the code of this sign-in is traded already")
        return request

    def _code(self, attempt: Attempt, request: AuthorizationRequest, answer: CodeAnswer) -> Secret:
        try:
            return oauth2.check_code_answer(request, answer)
        except DiagnosedError as error:
            if error.diagnosis.kind is Kind.DENIED:
                self._store.discard_attempt(attempt.id)
            raise

    # -- the keeping -----------------------------------------------------------------------------

    def keep(self, attempt_id: AttemptId, watch: Watch) -> Outcome:
        """Store the tokens, ask whose they are, and make them an account's; it can be repeated."""
        watch.report(StepBegun(SignInStep.SAVE))
        attempt = self._with_tokens_stored(self._store.attempt(attempt_id))
        watch.report(StepBegun(SignInStep.COMPARE))
        if attempt.state is AttemptState.WRONG_ACCOUNT:
            return WrongAccount(attempt)
        grant = self._identified(attempt, watch.cancel)
        expected = attempt.expected_handle
        if not expected or same_handle(expected, grant.handle):
            return self._promote(attempt, grant)
        held = replace(attempt, state=AttemptState.WRONG_ACCOUNT, granted_handle=grant.handle)
        return WrongAccount(self._store.update_attempt(held, CodeSecrets(None, grant)))

    @property
    def holding(self) -> bool:
        """Whether ending the process now would lose tokens."""
        return bool(self._held)

    def holds(self, attempt_id: AttemptId) -> bool:
        """Whether tokens are in memory only, so that keep() has to be repeated."""
        return attempt_id in self._held

    def keep_other(self, attempt_id: AttemptId) -> SignedIn:
        """Keep the account that approved, although another was expected."""
        return self._promote(self._store.attempt(attempt_id), self._grant(attempt_id))

    def _with_tokens_stored(self, attempt: Attempt) -> Attempt:
        grant = self._held.get(attempt.id)
        if grant is None:
            return attempt
        granted = replace(attempt, state=AttemptState.GRANTED)
        stored = self._store.update_attempt(granted, CodeSecrets(None, grant))
        del self._held[attempt.id]
        return stored

    def _grant(self, attempt_id: AttemptId) -> CodeGrant:
        grant = self._store.code_secrets(attempt_id).grant
        if grant is None:
            raise LookupError("the attempt has not been granted")
        return grant

    def _identified(self, attempt: Attempt, cancel: CancelToken) -> CodeGrant:
        """Ask X whose the tokens are; it says so only with an access token that still works."""
        from twauth_gui.xapi.identity import verify_oauth2  # noqa: PLC0415 - loads tweepy

        app = self._store.app(attempt.app_id)
        grant = self._grant(attempt.id)
        if grant.tokens.expires_within(NEAR_SECONDS, self._now()):
            grant = self._renewed(attempt, app, grant, cancel)
        line = self._lines.to(app)
        identity = verify_oauth2(app.hosts, grant.tokens.access, cancel, line=line)
        return replace(grant, user_id=identity.user_id, handle=identity.handle)

    def _renewed(
        self, attempt: Attempt, app: App, grant: CodeGrant, cancel: CancelToken
    ) -> CodeGrant:
        """Renew the tokens of a sign-in that was finished hours after it was approved."""
        client = oauth2.client_of(self._store.app_keys(app.id))
        fresh = replace(grant, tokens=self._keeper.ask(app, client, grant.tokens, cancel))
        self._held[attempt.id] = fresh
        _ = self._with_tokens_stored(attempt)
        return fresh

    def _promote(self, attempt: Attempt, grant: CodeGrant) -> SignedIn:
        known = self._store.find_account(attempt.app_id, grant.user_id)
        now, tokens = self._now(), grant.tokens
        account = Account(
            id=AccountId(uuid.uuid4().hex),
            app_id=attempt.app_id,
            user_id=grant.user_id,
            handle=grant.handle,
            signed_in_at=now,
            method=attempt.method,
            access=access_of(tokens.scopes),
        )
        facts = TokenFacts(tokens.scopes, tokens.expires_at, now, attempt.method)
        kept = self._store.finish_with_tokens(attempt.id, account, tokens, facts)
        again = known is not None
        words = f"Signed in with OAuth 2.0, {attempt.method.words}"
        note_kept(self._store, kept, words, now, again=again)
        return SignedIn(kept, again, grant.missing)

    # -- the end -----------------------------------------------------------------------------------

    def discard(self, attempt_id: AttemptId, cancel: CancelToken) -> None:
        """Forget a sign-in. What X has given meanwhile is taken back first.

        Raises:
            DiagnosedError: X did not end them, and the attempt is still there; it says how a person
                ends them by hand. forget() then drops the attempt.
        """
        attempt = self._store.attempt(attempt_id)
        grant = self._held.get(attempt_id) or self._given(attempt)
        if grant is not None:
            who = f"@{grant.handle}" if grant.handle else "the account"
            self._keeper.end(self._store.app(attempt.app_id), who, grant.tokens, cancel)
        self.forget(attempt_id)

    def forget(self, attempt_id: AttemptId) -> None:
        """Drop a sign-in here, whatever X has given."""
        self._held.pop(attempt_id, None)
        self._store.discard_attempt(attempt_id)

    def _given(self, attempt: Attempt) -> CodeGrant | None:
        if attempt.state is AttemptState.WAITING:
            return None
        try:
            return self._store.code_secrets(attempt.id).grant
        except CredentialMissingError:
            return None  # nobody has the tokens any more, so nobody can take them back
