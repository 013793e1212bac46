"""The background jobs of one sign-in, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.callback_response import OAuth1Response, OAuth2Response
from twauth_gui.domain.callback_urls import is_own_callback
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.tasks import CANCEL_GRACE_SECONDS, Job
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    SignInRequest,
    SignInResult,
    StepStarted,
)

if TYPE_CHECKING:
    from twauth_gui.services.health_check.checker import CheckResult


class SignInListener(Protocol):
    """Receiver of a sign-in's events, called on the GUI thread."""

    def handle_step(self, event: StepStarted, /) -> None: ...
    def handle_link(self, link: AuthorizationLink, /) -> None: ...
    def handle_outcome(self, outcome: SignInResult, /) -> None: ...
    def handle_failure(self, diagnosis: Diagnosis, /) -> None: ...


class SignInJobs(QObject):
    """Starts, resumes and finishes a sign-in, and reports its events to the listener."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._listener: SignInListener | None = None

    def set_listener(self, listener: SignInListener) -> None:
        """Report to this listener from now on, and to no other."""
        self._listener = listener

    def begin(self, request: SignInRequest) -> None:
        """Ask X for a link; if the browser returns by itself, wait for that too."""
        previous = self.stop()
        sign_in = self._context.services.sign_in

        def work(job: Job) -> AuthorizationLink | SignInResult:
            if previous is not None:  # it may listen at the same port
                previous.ended.wait(CANCEL_GRACE_SECONDS)
            if request.method is SignInMethod.BROWSER:
                return sign_in.run_in_browser(request, job)
            return sign_in.begin(request, job)

        self._run(work)

    def resume(self, pending: PendingSignIn) -> None:
        """Continue a sign-in from its saved state."""
        if pending.state is PendingState.GRANTED:
            self.keep(pending.id)
        elif pending.state is PendingState.WAITING and pending.method is SignInMethod.BROWSER:
            self._listen(pending.id)
        else:
            self._run(lambda job: self._resume_waiting(pending.id, job))

    def _resume_waiting(
        self, pending_id: PendingSignInId, job: Job
    ) -> AuthorizationLink | SignInResult:
        sign_in = self._context.services.sign_in
        if sign_in.has_unsaved_grant(pending_id):
            return sign_in.save(pending_id, job)
        if (response := sign_in.unsent_response(pending_id)) is not None:
            return sign_in.complete(pending_id, response, job)
        return sign_in.get_link(pending_id)

    def wait_for_browser(self, link: AuthorizationLink) -> None:
        """Listen for the browser's return if it leads here; else wait for a pasted address."""
        sign_in, pending_id = self._context.services.sign_in, link.pending.id
        is_pasted = link.pending.method is SignInMethod.ADDRESS
        if is_own_callback(link.callback) and not is_pasted:
            self._listen(pending_id)
        else:
            self._run(lambda _job: sign_in.get_link(pending_id))

    def _listen(self, pending_id: PendingSignInId) -> None:
        sign_in = self._context.services.sign_in
        self._run(lambda job: sign_in.resume_in_browser(pending_id, job))

    def complete(
        self, pending_id: PendingSignInId, response: OAuth1Response | OAuth2Response
    ) -> None:
        """Exchange a response for the credentials; a listener that still waits is stopped."""
        _ = self.stop()
        self._run(lambda job: self._context.services.sign_in.complete(pending_id, response, job))

    def keep(self, pending_id: PendingSignInId) -> None:
        """Save what X has granted."""
        self._run(lambda job: self._context.services.sign_in.save(pending_id, job))

    def keep_other(self, pending_id: PendingSignInId) -> None:
        """Save what X has granted, although another account was expected."""
        self._run(lambda job: self._context.services.sign_in.save_other_account(pending_id, job))

    def check_fits(
        self,
        pending_id: PendingSignInId,
        response: OAuth1Response | OAuth2Response,
        done: Callable[[None], None],
        failed: Callable[[Diagnosis], None],
    ) -> None:
        """Check whether a response belongs to this sign-in, while its own job goes on."""
        sign_in = self._context.services.sign_in
        self._context.run_in_store(
            self, lambda _job: sign_in.check_response(pending_id, response), done, failed
        )

    def check(
        self,
        account_id: AccountId,
        done: Callable[[CheckResult], None],
        failed: Callable[[Diagnosis], None],
    ) -> None:
        """Ask X what the saved account may do."""
        checker = self._context.services.checker
        self._context.run_over_network(
            self, lambda job: checker.check(account_id, job.cancel), done, failed
        )

    def _run(self, work: Callable[[Job], AuthorizationLink | SignInResult]) -> None:
        self._job = self._context.run_over_network(
            self,
            work,
            self._handle_result,
            self._handle_failure,
            on_report=self._handle_event,
            must_finish=True,
            is_sign_in=True,
        )

    @property
    def is_running(self) -> bool:
        """Whether a job listens or asks X, or its result is not reported yet."""
        return self._job is not None

    def _handle_result(self, result: AuthorizationLink | SignInResult) -> None:
        self._job = None
        if isinstance(result, AuthorizationLink):
            self._handle_event(result)
        elif self._listener is not None:
            self._listener.handle_outcome(result)

    def _handle_failure(self, diagnosis: Diagnosis) -> None:
        self._job = None
        if self._listener is not None:
            self._listener.handle_failure(diagnosis)

    def _handle_event(self, event: object) -> None:
        if self._listener is None:
            return
        if isinstance(event, AuthorizationLink):
            self._listener.handle_link(event)
        elif isinstance(event, StepStarted):
            self._listener.handle_step(event)

    def stop(self) -> Job | None:
        """Cancel the running job, if any, and return it; what X has granted by then is kept."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel.cancel()
        return job

    def forget(self, pending_id: PendingSignInId) -> None:
        """Discard the sign-in in any state: what its job still obtains is revoked too."""
        running, services = self.stop(), self._context.services

        def work(job: Job) -> None:
            if running is not None:
                running.ended.wait(CANCEL_GRACE_SECONDS)
            services.sign_in.discard(pending_id, job.cancel)

        snapshots = self._context.snapshots
        self._context.run_over_network(
            snapshots, work, lambda _nothing: None, on_ended=snapshots.reload
        )
