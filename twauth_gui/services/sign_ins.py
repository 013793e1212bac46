"""Sign-ins of both kinds, each led by the one that knows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from twauth_gui.domain.answer import DeniedResponse, OAuth1Response, VerifierResponse
from twauth_gui.domain.attempts import PendingSignInId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import OAuth2Response
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.services.authorize import OAuth1Flow
from twauth_gui.services.lines import XClients
from twauth_gui.services.oauth2_sign_in import OAuth2Flow
from twauth_gui.services.oauth2_tokens import TokenKeeper
from twauth_gui.services.requests import Outcome, SignedIn, SignInRequest
from twauth_gui.services.watch import AuthorizationLink, SignInProgress
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.store import Store
from twauth_gui.xapi import catalogue
from twauth_gui.xapi.callback_ports import CallbackPorts


class SignInService:
    """Leads each sign-in by its kind of credentials, so that nobody has to ask which.

    Each method does what SignIn's of the same name says.
    """

    def __init__(
        self,
        store: Store,
        lines: XClients,
        keeper: TokenKeeper,
        now: Callable[[], datetime],
        *,
        approval_seconds: float,
    ) -> None:
        """approval_seconds: how long a browser's return is waited for."""
        self._store = store
        ports = CallbackPorts(approval_seconds)
        self._verifiers = OAuth1Flow(store, lines, ports, now)
        self._codes = OAuth2Flow(store, lines, ports, keeper, now)

    def begin(self, request: SignInRequest, watch: SignInProgress) -> AuthorizationLink:
        self._store.require_writable()
        return self._by_kind(request.kind).begin(request, watch)

    def renew(self, attempt_id: PendingSignInId, watch: SignInProgress) -> AuthorizationLink:
        self._store.require_writable()
        return self._leader(attempt_id).renew(attempt_id, watch)

    def invitation(self, attempt_id: PendingSignInId) -> AuthorizationLink:
        return self._leader(attempt_id).invitation(attempt_id)

    def in_browser(self, request: SignInRequest, watch: SignInProgress) -> Outcome:
        self._store.require_writable()
        return self._by_kind(request.kind).in_browser(request, watch)

    def resume_in_browser(self, attempt_id: PendingSignInId, watch: SignInProgress) -> Outcome:
        return self._leader(attempt_id).resume_in_browser(attempt_id, watch)

    def complete(
        self,
        attempt_id: PendingSignInId,
        answer: OAuth1Response | OAuth2Response,
        watch: SignInProgress,
    ) -> Outcome:
        if isinstance(answer, VerifierResponse | DeniedResponse):
            self._require(attempt_id, self._verifiers)
            return self._verifiers.complete(attempt_id, answer, watch)
        self._require(attempt_id, self._codes)
        return self._codes.complete(attempt_id, answer, watch)

    def unsent_answer(self, attempt_id: PendingSignInId) -> OAuth1Response | None:
        """As an Authorizer says; there is none of OAuth 2.0."""
        return self._verifiers.unsent_answer(attempt_id)

    def check_fits(
        self, attempt_id: PendingSignInId, answer: OAuth1Response | OAuth2Response
    ) -> None:
        if isinstance(answer, VerifierResponse | DeniedResponse):
            self._require(attempt_id, self._verifiers)
            self._verifiers.check_fits(attempt_id, answer)
        else:
            self._require(attempt_id, self._codes)
            self._codes.check_fits(attempt_id, answer)

    def keep(self, attempt_id: PendingSignInId, watch: SignInProgress) -> Outcome:
        return self._leader(attempt_id).keep(attempt_id, watch)

    def keep_other(self, attempt_id: PendingSignInId, watch: SignInProgress) -> SignedIn:
        return self._leader(attempt_id).keep_other(attempt_id, watch)

    @property
    def holding(self) -> bool:
        return self._codes.holding or self._verifiers.holding

    def holds(self, attempt_id: PendingSignInId) -> bool:
        return self._codes.holds(attempt_id) or self._verifiers.holds(attempt_id)

    def discard(self, attempt_id: PendingSignInId, cancel: CancelToken) -> None:
        self._leader(attempt_id).discard(attempt_id, cancel)

    def forget(self, attempt_id: PendingSignInId) -> None:
        self._leader(attempt_id).forget(attempt_id)

    def _leader(self, attempt_id: PendingSignInId) -> OAuth1Flow | OAuth2Flow:
        try:
            return self._by_kind(self._store.pending_sign_ins.get(attempt_id).kind)
        except NotFoundError:
            return self._verifiers  # either says so

    def _require(self, attempt_id: PendingSignInId, leader: OAuth1Flow | OAuth2Flow) -> None:
        """Refuse an answer to a sign-in of the other kind."""
        if self._leader(attempt_id) is not leader:
            raise DiagnosedError(catalogue.WRONG_ANSWER.diagnosis(Evidence()))

    def _by_kind(self, kind: CredentialKind) -> OAuth1Flow | OAuth2Flow:
        return self._codes if kind is CredentialKind.OAUTH2 else self._verifiers
