"""What a sign-in is with either kind of credentials: a link, an answer to it, an account."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Generic, NoReturn, TypeVar

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.answer import OAuth1Response
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.attempts import PendingSecrets, PendingSignIn, PendingSignInId, PendingState
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import OAuth2Response
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence, Remedy
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.oauth2 import CodeSecrets
from twauth_gui.services.exchange import ExchangeNotes, Given, Held
from twauth_gui.services.lines import XClients
from twauth_gui.services.redo import until_unchanged
from twauth_gui.services.requests import (
    Outcome,
    SignedIn,
    SignInRequest,
    WrongAccount,
    request_of,
)
from twauth_gui.services.watch import AuthorizationLink, SignInProgress, SignInStep, StepStarted
from twauth_gui.store.errors import ChangedMeanwhileError, CredentialMissingError, NotFoundError
from twauth_gui.store.items import ItemKind
from twauth_gui.store.store import Store
from twauth_gui.xapi import catalogue
from twauth_gui.xapi.callback_ports import CallbackPorts
from twauth_gui.xapi.loopback import CallbackListener
from twauth_gui.xapi.ports import listen_at_first_free

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
        self._noted = ExchangeNotes(store, now).around
        self._held: dict[PendingSignInId, Held[Given]] = {}
        store.exchanges.ask_before(self.holds)

    # -- the link ------------------------------------------------------------------------------

    def begin(self, request: SignInRequest, watch: SignInProgress) -> AuthorizationLink:
        """Get a link, and keep what its answer will need, so that it survives this process.

        Raises:
            DiagnosedError: the app's keys do not suffice; X, the network or the keychain refuses.
            CancelledError: the person ended it.
        """
        watch.report(StepStarted(SignInStep.READ_KEYS))
        app = self._store.apps.get(request.app_id)
        keys = self._store.apps.keys(app.id)
        return self._begin(app, keys, request, self._callback(app, request), watch)

    @abstractmethod
    def _callback(self, app: App, request: SignInRequest) -> str:
        """Say where X is to lead to, where nobody listens."""

    @abstractmethod
    def _begin(  # noqa: PLR0917 - each is another thing
        self, app: App, keys: AppKeys, request: SignInRequest, callback: str, watch: SignInProgress
    ) -> AuthorizationLink: ...

    def _keep_begun(
        self, attempt: PendingSignIn, secrets: PendingSecrets | CodeSecrets
    ) -> PendingSignIn:
        """Keep a new sign-in, or the new link of one that waits; never in place of what X gave.

        Where X gave anything, the attempt comes back as it is kept.
        """

        def keep() -> PendingSignIn:
            known = next(
                (one for one in self._store.pending_sign_ins.all() if one.id == attempt.id), None
            )
            if known is None:
                return self._store.pending_sign_ins.begin(attempt, secrets)
            if self._is_answered(known):
                return known
            return self._store.pending_sign_ins.update(
                replace(attempt, generation=known.generation), secrets
            )

        return until_unchanged(keep)

    def renew(self, attempt_id: PendingSignInId, watch: SignInProgress) -> AuthorizationLink:
        """Get a new link for a sign-in that waits; the old one's answer is refused from now on.

        App, way, handle and choices stay. Where X has given something meanwhile, there is nothing
        to ask: it is finished with, whatever is answered.

        Raises:
            DiagnosedError: as begin(); the old link stays.
        """
        attempt = self._store.pending_sign_ins.get(attempt_id)
        if self._is_answered(attempt):
            return self.invitation(attempt_id)
        return self.begin(request_of(attempt), watch)

    @abstractmethod
    def invitation(self, attempt_id: PendingSignInId) -> AuthorizationLink:
        """Give the link of a sign-in that was begun earlier.

        Raises:
            DiagnosedError: the keychain refuses, or has lost what belongs to it; or X may have
                taken the answer to this link.
        """

    # -- the browser that returns by itself ------------------------------------------------------

    def in_browser(self, request: SignInRequest, watch: SignInProgress) -> Outcome:
        """Listen, get a link, hand it out through watch, and wait for the browser's return.

        The listener is up before there is a link, so that a taken port costs none. The app's
        addresses are tried in their order. Others of this process may wait at the same port.
        """
        watch.report(StepStarted(SignInStep.READ_KEYS))
        app = self._store.apps.get(request.app_id)
        keys = self._store.apps.keys(app.id)
        watch.report(StepStarted(SignInStep.LISTEN))
        with listen_at_first_free(app.callbacks, self._ports) as listener:
            callback = listener.callback_url
            watch.report(StepStarted(SignInStep.LISTEN, callback))
            invitation = self._begin(app, keys, request, callback, watch)
            return self._await(listener, invitation, watch)

    def resume_in_browser(self, attempt_id: PendingSignInId, watch: SignInProgress) -> Outcome:
        """Wait again for the return of a sign-in that was begun earlier."""
        attempt = self._store.pending_sign_ins.get(attempt_id)
        if self._is_answered(attempt):
            return self.keep(attempt_id, watch)
        invitation = self.invitation(attempt_id)
        watch.report(StepStarted(SignInStep.LISTEN, invitation.callback))
        # The app may name another address by now: X returns to the one it was given.
        with CallbackListener(invitation.callback, ports=self._ports) as listener:
            _ = self._lines.to(self._store.apps.get(attempt.app_id))
            return self._await(listener, invitation, watch)

    def _await(
        self, listener: CallbackListener, invitation: AuthorizationLink, watch: SignInProgress
    ) -> Outcome:
        attempt_id = invitation.attempt.id
        if invitation.attempt.state is not PendingState.WAITING:
            return self.keep(attempt_id, watch)  # X has answered already, to another process
        self._expect(listener, attempt_id)
        watch.report(StepStarted(SignInStep.APPROVE))
        watch.report(invitation)
        return self.complete(attempt_id, self._heard(listener, watch.cancel), watch)

    @abstractmethod
    def _expect(self, listener: CallbackListener, attempt_id: PendingSignInId) -> None:
        """Tell the listener whose answer it is to take."""

    @abstractmethod
    def _heard(self, listener: CallbackListener, cancel: CancelToken) -> Reply: ...

    # -- the answer ------------------------------------------------------------------------------

    def complete(
        self, attempt_id: PendingSignInId, answer: Reply, watch: SignInProgress
    ) -> Outcome:
        """Trade the answer for credentials and keep them.

        Raises:
            DiagnosedError: X refuses (the attempt stays, except where the person denied), or the
                keychain does (what X gave is held: call keep()).
        """
        with self._store.exchanges.held(attempt_id) as attempt:
            if not self._is_answered(attempt):  # X answers only once: what it gave is here then
                self._held[attempt_id] = Held(attempt, self._traded(attempt, answer, watch))
            watch.report(StepStarted(SignInStep.SAVE))
            stored = self._with_given_stored(attempt_id, watch.cancel)
        return self._finished(stored, watch)

    @abstractmethod
    def _traded(self, attempt: PendingSignIn, answer: Reply, watch: SignInProgress) -> Given: ...

    @abstractmethod
    def check_fits(self, attempt_id: PendingSignInId, answer: Reply) -> None:
        """Return where an answer is this sign-in's; X is not asked.

        Raises:
            DiagnosedError: Kind.WRONG_ANSWER, it is another's; or the keychain refuses.
        """

    # -- the account -----------------------------------------------------------------------------

    def keep(self, attempt_id: PendingSignInId, watch: SignInProgress) -> Outcome:
        """Make what X gave an account's; repeat it where the keychain failed the first time."""
        watch.report(StepStarted(SignInStep.SAVE))
        return self._finished(self._with_given_stored(attempt_id, watch.cancel), watch)

    def _finished(self, attempt: PendingSignIn, watch: SignInProgress) -> Outcome:
        watch.report(StepStarted(SignInStep.COMPARE))
        if attempt.state is PendingState.WRONG_ACCOUNT:
            return WrongAccount(attempt)
        return self._compared(attempt, watch.cancel)

    def _with_given_stored(self, attempt_id: PendingSignInId, cancel: CancelToken) -> PendingSignIn:
        """Store what is held, whatever became of the sign-in's link meanwhile."""

        def store() -> PendingSignIn:
            held = self._held.get(attempt_id)
            if held is None:
                return self._store.pending_sign_ins.get(attempt_id)
            try:
                attempt = self._store.pending_sign_ins.get(attempt_id)
            except NotFoundError:
                self._take_back_of_lost(held, cancel)
            followed = attempt.generation == held.attempt.generation
            if not followed and attempt.state is not PendingState.WAITING:
                return attempt  # another process has a newer answer of X: that counts
            return self._stored(attempt, held.given)

        stored = until_unchanged(store)
        self._held.pop(attempt_id, None)
        return stored

    def _take_back_of_lost(self, held: Held[Given], cancel: CancelToken) -> NoReturn:
        """End what X gave for a sign-in that was given up elsewhere meanwhile.

        Raises:
            DiagnosedError: in any case; it says whether X has ended it.
        """
        try:
            self._take_back(self._store.apps.get(held.attempt.app_id), held.given, cancel)
            told = catalogue.GIVEN_UP_ELSEWHERE.diagnosis(Evidence())
        except NotFoundError:  # without the app's keys nobody can ask X to end it
            told = catalogue.APP_GONE.diagnosis(Evidence())
        except DiagnosedError as error:
            told = error.diagnosis
            if told.remedy is not Remedy.OPEN_CONNECTED_APPS:  # else only a person can end it
                raise
        self._held.pop(held.attempt.id, None)
        raise DiagnosedError(told)

    @abstractmethod
    def _stored(self, attempt: PendingSignIn, given: Given) -> PendingSignIn:
        """Store what X gave with the attempt."""

    @abstractmethod
    def _compared(self, attempt: PendingSignIn, cancel: CancelToken) -> Outcome:
        """Promote what is stored, where it is the expected account's."""

    @abstractmethod
    def _promoted(self, attempt: PendingSignIn, given: Given, cancel: CancelToken) -> SignedIn:
        """Turn what X gave into an account."""

    def keep_other(self, attempt_id: PendingSignInId, watch: SignInProgress) -> SignedIn:
        """Keep the account that approved, although another was expected."""
        attempt = self._store.pending_sign_ins.get(attempt_id)
        return self._promoted(attempt, self._given(attempt_id), watch.cancel)

    def _account_of(self, attempt: PendingSignIn, given: Given) -> Account:
        return Account(
            id=AccountId(uuid.uuid4().hex),
            app_id=attempt.app_id,
            user_id=given.user_id,
            handle=given.handle or given.user_id,
            signed_in_at=self._now(),
            method=attempt.method,
        )

    @staticmethod
    def _has_other_keys(attempt: PendingSignIn, app: App) -> bool:
        """Whether the app's keys were replaced since X gave something for this sign-in."""
        return attempt.app_generation not in {0, app.generation}

    def _note_kept(self, account: Account, words: str, *, again: bool) -> None:
        """Write the sign-in into the history; the first account of all becomes the active."""
        kind = EventKind.SIGNED_IN_AGAIN if again else EventKind.SIGNED_IN
        self._store.events.add(Event(account.id, kind, self._now(), words))
        if self._store.settings.active_account() is None:
            self._store.settings.set_active_account(account.id)

    # -- what X gave -----------------------------------------------------------------------------

    @property
    def holding(self) -> bool:
        """Whether ending the process now would lose what X gave."""
        return bool(self._held)

    def holds(self, attempt_id: PendingSignInId) -> bool:
        """Whether what X gave is in memory only, so that keep() has to be repeated."""
        return attempt_id in self._held

    def _is_answered(self, attempt: PendingSignIn) -> bool:
        return self.holds(attempt.id) or attempt.state is not PendingState.WAITING

    def _given(self, attempt_id: PendingSignInId) -> Given:
        given = self._read(attempt_id)
        if given is None:
            raise ChangedMeanwhileError(ItemKind.ATTEMPT)  # it got a new link elsewhere
        return given

    @abstractmethod
    def _read(self, attempt_id: PendingSignInId) -> Given | None:
        """Read what is stored with the attempt."""

    # -- the end -----------------------------------------------------------------------------------

    def discard(self, attempt_id: PendingSignInId, cancel: CancelToken) -> None:
        """Forget a sign-in, if it is there. What X has given meanwhile is taken back first.

        Raises:
            DiagnosedError: X did not end it, and the attempt is still there; it says how a person
                ends it by hand. forget() then drops the attempt.
        """

        def discard() -> None:
            attempt = self._store.pending_sign_ins.get(attempt_id)
            held = self._held.get(attempt_id)
            given = self._left(attempt) if held is None else held.given
            if given is not None:
                self._take_back(self._store.apps.get(attempt.app_id), given, cancel)
            self._store.pending_sign_ins.discard(attempt_id, attempt.generation)

        with suppress(NotFoundError):
            until_unchanged(discard)
        self.forget(attempt_id)

    def forget(self, attempt_id: PendingSignInId) -> None:
        """Drop a sign-in here, if it is there, whatever X has given."""
        self._held.pop(attempt_id, None)
        with suppress(NotFoundError):
            self._store.pending_sign_ins.discard(attempt_id)

    def _left(self, attempt: PendingSignIn) -> Given | None:
        if attempt.state is PendingState.WAITING:
            return None
        try:
            return self._read(attempt.id)
        except CredentialMissingError:
            return None  # nobody has it any more, so nobody can take it back

    @abstractmethod
    def _take_back(self, app: App, given: Given, cancel: CancelToken) -> None: ...
