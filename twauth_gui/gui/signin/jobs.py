"""What the workers do for one sign-in, one job at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.answer import OAuth1Response
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.domain.callbacks import leads_here
from twauth_gui.domain.code_answer import OAuth2Response
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.tasks import LET_GO_SECONDS, Job
from twauth_gui.services.requests import Outcome, SignInRequest
from twauth_gui.services.watch import AuthorizationLink, StepStarted

if TYPE_CHECKING:
    from twauth_gui.services.check import Checked


class Audience(Protocol):
    """Is told on the window's thread how a sign-in gets on."""

    def stepped(self, begun: StepStarted) -> None: ...
    def invited(self, invitation: AuthorizationLink) -> None: ...
    def came_out(self, outcome: Outcome) -> None: ...
    def failed(self, diagnosis: Diagnosis) -> None: ...


class SignInJobs(QObject):
    """Begins, goes on with, and finishes a sign-in, and tells its audience of the moment."""

    def __init__(self, desk: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._audience: Audience | None = None

    def tell(self, audience: Audience) -> None:
        """Tell this audience from now on, and no other."""
        self._audience = audience

    def begin(self, request: SignInRequest) -> None:
        """Ask X for a link; where the browser returns by itself, wait for that too."""
        before = self.stop()
        authorizer = self._desk.services.sign_in

        def work(job: Job) -> AuthorizationLink | Outcome:
            if before is not None:  # it may listen at the same port
                before.ended.wait(LET_GO_SECONDS)
            if request.method is SignInMethod.BROWSER:
                return authorizer.in_browser(request, job)
            return authorizer.begin(request, job)

        self._run(work)

    def go_on(self, attempt: PendingSignIn) -> None:
        """Go on where a sign-in stands."""
        if attempt.state is PendingState.GRANTED:
            self.keep(attempt.id)
        elif attempt.state is PendingState.WAITING and attempt.method is SignInMethod.BROWSER:
            self._listen(attempt.id)
        else:
            self._run(lambda job: self._continued(attempt.id, job))

    def _continued(self, attempt_id: PendingSignInId, job: Job) -> AuthorizationLink | Outcome:
        authorizer = self._desk.services.sign_in
        if authorizer.holds(attempt_id):
            return authorizer.keep(attempt_id, job)
        if (answer := authorizer.unsent_answer(attempt_id)) is not None:
            return authorizer.complete(attempt_id, answer, job)
        return authorizer.invitation(attempt_id)

    def wait_in_browser(self, invitation: AuthorizationLink) -> None:
        """Listen for the browser's return where it leads here; else wait for what is pasted."""
        authorizer, attempt_id = self._desk.services.sign_in, invitation.attempt.id
        elsewhere = invitation.attempt.method is SignInMethod.ADDRESS
        if leads_here(invitation.callback) and not elsewhere:
            self._listen(attempt_id)
        else:
            self._run(lambda _job: authorizer.invitation(attempt_id))

    def _listen(self, attempt_id: PendingSignInId) -> None:
        authorizer = self._desk.services.sign_in
        self._run(lambda job: authorizer.resume_in_browser(attempt_id, job))

    def complete(
        self, attempt_id: PendingSignInId, answer: OAuth1Response | OAuth2Response
    ) -> None:
        """Trade an answer for the credentials; a listener that still waits is ended."""
        _ = self.stop()
        self._run(lambda job: self._desk.services.sign_in.complete(attempt_id, answer, job))

    def keep(self, attempt_id: PendingSignInId) -> None:
        """Save what X has granted."""
        self._run(lambda job: self._desk.services.sign_in.keep(attempt_id, job))

    def keep_other(self, attempt_id: PendingSignInId) -> None:
        """Save it although another account was expected."""
        self._run(lambda job: self._desk.services.sign_in.keep_other(attempt_id, job))

    def check_fits(
        self,
        attempt_id: PendingSignInId,
        answer: OAuth1Response | OAuth2Response,
        done: Callable[[None], None],
        failed: Callable[[Diagnosis], None],
    ) -> None:
        """See whether an answer is this sign-in's, while its own job goes on."""
        authorizer = self._desk.services.sign_in
        self._desk.in_store(
            self, lambda _job: authorizer.check_fits(attempt_id, answer), done, failed
        )

    def check(
        self,
        account_id: AccountId,
        done: Callable[[Checked], None],
        failed: Callable[[Diagnosis], None],
    ) -> None:
        """Ask X what the kept account may do."""
        checker = self._desk.services.checker
        self._desk.over_network(
            self, lambda job: checker.check(account_id, job.cancel), done, failed
        )

    def _run(self, work: Callable[[Job], AuthorizationLink | Outcome]) -> None:
        self._job = self._desk.over_network(
            self,
            work,
            self._done,
            self._failed,
            report=self._news,
            must_finish=True,
            is_sign_in=True,
        )

    @property
    def under_way(self) -> bool:
        """Whether a job listens or asks X, or its outcome is still to be told."""
        return self._job is not None

    def _done(self, result: AuthorizationLink | Outcome) -> None:
        self._job = None
        if isinstance(result, AuthorizationLink):
            self._news(result)
        elif self._audience is not None:
            self._audience.came_out(result)

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._job = None
        if self._audience is not None:
            self._audience.failed(diagnosis)

    def _news(self, news: object) -> None:
        if self._audience is None:
            return
        if isinstance(news, AuthorizationLink):
            self._audience.invited(news)
        elif isinstance(news, StepStarted):
            self._audience.stepped(news)

    def stop(self) -> Job | None:
        """Cancel what is under way, and return it; what X has granted by then is kept."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel.cancel()
        return job

    def forget(self, attempt_id: PendingSignInId) -> None:
        """End the sign-in, wherever it stands: what its job still brings is taken back too."""
        under_way, kit = self.stop(), self._desk.services

        def work(job: Job) -> None:
            if under_way is not None:
                under_way.ended.wait(LET_GO_SECONDS)
            kit.sign_in.discard(attempt_id, job.cancel)

        library = self._desk.library
        self._desk.over_network(library, work, lambda _nothing: None, ended=library.reload)
