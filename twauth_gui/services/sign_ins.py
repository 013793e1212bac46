"""Sign-ins of both kinds, each led by the one that knows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from typing_extensions import override

from twauth_gui.domain.answer import Answer, Approved, Denied
from twauth_gui.domain.attempts import AttemptId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import CodeAnswer, CodeApproved, CodeRefused
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.services.authorize import Authorizer
from twauth_gui.services.lines import Lines
from twauth_gui.services.oauth2_sign_in import CodeSignIn
from twauth_gui.services.oauth2_tokens import TokenKeeper
from twauth_gui.services.requests import Outcome, SignedIn, SignInRequest
from twauth_gui.services.watch import Invitation, Watch
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.store import Store
from twauth_gui.xapi import catalogue


class SignIns(Authorizer):
    """Does for OAuth 2.0 what an Authorizer does for OAuth 1.0a, so that nobody has to ask which.

    Each method does what the Authorizer's of the same name says.
    """

    def __init__(
        self, store: Store, lines: Lines, keeper: TokenKeeper, now: Callable[[], datetime]
    ) -> None:
        super().__init__(store, lines, now)
        self._codes = CodeSignIn(store, lines, keeper, now)

    @override
    def begin(self, request: SignInRequest, watch: Watch) -> Invitation:
        if request.kind is CredentialKind.OAUTH2:
            return self._codes.begin(request, watch)
        return super().begin(request, watch)

    @override
    def renew(self, attempt_id: AttemptId, watch: Watch) -> Invitation:
        if self._is_code(attempt_id):
            return self._codes.renew(attempt_id, watch)
        return super().renew(attempt_id, watch)

    @override
    def invitation(self, attempt_id: AttemptId) -> Invitation:
        if self._is_code(attempt_id):
            return self._codes.invitation(attempt_id)
        return super().invitation(attempt_id)

    @override
    def in_browser(self, request: SignInRequest, watch: Watch) -> Outcome:
        if request.kind is CredentialKind.OAUTH2:
            return self._codes.in_browser(request, watch)
        return super().in_browser(request, watch)

    @override
    def resume_in_browser(self, attempt_id: AttemptId, watch: Watch) -> Outcome:
        if self._is_code(attempt_id):
            return self._codes.resume_in_browser(attempt_id, watch)
        return super().resume_in_browser(attempt_id, watch)

    @override
    def complete(self, attempt_id: AttemptId, answer: Answer | CodeAnswer, watch: Watch) -> Outcome:
        if self._is_code(attempt_id):
            if isinstance(answer, Approved | Denied):
                raise DiagnosedError(catalogue.WRONG_ANSWER.diagnosis(Evidence()))
            return self._codes.complete(attempt_id, answer, watch)
        if isinstance(answer, CodeApproved | CodeRefused):
            raise DiagnosedError(catalogue.WRONG_ANSWER.diagnosis(Evidence()))
        return super().complete(attempt_id, answer, watch)

    @override
    def check_fits(self, attempt_id: AttemptId, answer: Answer | CodeAnswer) -> None:
        if self._is_code(attempt_id):
            if isinstance(answer, Approved | Denied):
                raise DiagnosedError(catalogue.WRONG_ANSWER.diagnosis(Evidence()))
            self._codes.check_fits(attempt_id, answer)
        elif isinstance(answer, CodeApproved | CodeRefused):
            raise DiagnosedError(catalogue.WRONG_ANSWER.diagnosis(Evidence()))
        else:
            super().check_fits(attempt_id, answer)

    @override
    def keep(self, attempt_id: AttemptId, watch: Watch) -> Outcome:
        if self._is_code(attempt_id):
            return self._codes.keep(attempt_id, watch)
        return super().keep(attempt_id, watch)

    @property
    @override
    def holding(self) -> bool:
        return self._codes.holding or super().holding

    @override
    def holds(self, attempt_id: AttemptId) -> bool:
        return self._codes.holds(attempt_id) or super().holds(attempt_id)

    @override
    def keep_other(self, attempt_id: AttemptId, watch: Watch) -> SignedIn:
        if self._is_code(attempt_id):
            return self._codes.keep_other(attempt_id)
        return super().keep_other(attempt_id, watch)

    @override
    def discard(self, attempt_id: AttemptId, cancel: CancelToken) -> None:
        if self._is_code(attempt_id):
            self._codes.discard(attempt_id, cancel)
        else:
            super().discard(attempt_id, cancel)

    @override
    def forget(self, attempt_id: AttemptId) -> None:
        if self._is_code(attempt_id):
            self._codes.forget(attempt_id)
        else:
            super().forget(attempt_id)

    def _is_code(self, attempt_id: AttemptId) -> bool:
        try:
            return self._store.attempt(attempt_id).kind is CredentialKind.OAUTH2
        except NotFoundError:
            return False  # the Authorizer says so
