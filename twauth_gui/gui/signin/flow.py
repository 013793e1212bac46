"""One sign-in from the first click to the kept account, as the window leads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.answer import Answer, AnswerError, parse_answer
from twauth_gui.domain.attempts import Attempt, AttemptId, AttemptState, Method
from twauth_gui.domain.diagnosis import Diagnosis, Kind, Remedy
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.desk import Desk
from twauth_gui.gui.signin.screens import Screens
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.doors import unlock_first
from twauth_gui.gui.workspace.first_run import CONSOLE
from twauth_gui.services.owner_message import LINK
from twauth_gui.services.requests import Outcome, SignInRequest, WrongAccount, new_attempt_id
from twauth_gui.services.watch import Invitation, SignInStep, StepBegun

if TYPE_CHECKING:
    from twauth_gui.services.check import Checked

_LET_GO_SECONDS = 60.0
_INLINE = {Kind.WRONG_PIN, Kind.WRONG_ANSWER}


class SignInFlow(QObject):
    """Owns the sheet while it is open, and the jobs of its sign-in.

    Signals:
        ended: the sheet is gone.
    """

    ended = Signal()

    def __init__(self, desk: Desk, request: SignInRequest, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._request = request
        self._job: Job | None = None
        self._invitation: Invitation | None = None
        self._account: Account | None = None
        self._remedy: Callable[[], None] = self.start
        self._screens = Screens(desk, request)
        self._sheet = self._screens.sheet
        self._connect()
        desk.sheets.open(self._sheet)

    def _connect(self) -> None:
        sheet = self._sheet
        sheet.closed.connect(self._closed)
        sheet.cancel_pressed.connect(self._cancel)
        sheet.later_pressed.connect(self._later)
        sheet.pin_pressed.connect(self._switch_to_pin)
        sheet.primary_pressed.connect(self._primary)
        sheet.secondary_pressed.connect(self._secondary)
        for page in (sheet.browser, sheet.pin):
            page.open_wanted.connect(self._open_link)
            page.copy_wanted.connect(self._copy_link)
        sheet.browser.pin_wanted.connect(self._switch_to_pin)
        sheet.browser.answered.connect(self._answer)
        sheet.pin.submitted.connect(self._submit)
        sheet.pin.message_wanted.connect(self._copy_message)
        sheet.pin.ready_changed.connect(self._pin_ready)
        sheet.view.answered.connect(self._answer)
        sheet.view.outside_wanted.connect(self._continue_outside)
        sheet.problem.console_wanted.connect(lambda: self._desk.front.open_address(CONSOLE))
        sheet.problem.copy_wanted.connect(self._desk.clipboard.put_plain)

    @property
    def _attempt_id(self) -> AttemptId | None:
        return self._invitation.attempt.id if self._invitation else None

    # -- beginning ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin a new sign-in."""
        self._request = replace(self._request, attempt_id=new_attempt_id())
        self._invitation = None
        self._screens.renew(self._request)
        self._busy("Getting ready", f"Reading the keys of {self._screens.app_label}.")
        if self._request.method is Method.BROWSER:
            self._run(lambda job: self._desk.kit.authorizer.in_browser(self._request, job))
        else:
            self._run_begin(lambda job: self._desk.kit.authorizer.begin(self._request, job))

    def resume(self, attempt: Attempt) -> None:
        """Go on with a sign-in that was begun earlier, perhaps by a process that is gone."""
        self._busy("Getting ready", "Reading the sign-in from the keychain.")
        if attempt.state is AttemptState.WRONG_ACCOUNT:
            self._run_begin(lambda _job: self._desk.kit.authorizer.invitation(attempt.id))
        elif attempt.state is AttemptState.GRANTED:
            self._run(lambda job: self._desk.kit.authorizer.keep(attempt.id, job))
        elif attempt.method is Method.BROWSER:
            self._run(lambda job: self._desk.kit.authorizer.resume_in_browser(attempt.id, job))
        else:
            self._run_begin(lambda job: self._continued(attempt.id, job))

    def _continued(self, attempt_id: AttemptId, job: Job) -> Invitation | Outcome:
        authorizer = self._desk.kit.authorizer
        if authorizer.holds(attempt_id):
            return authorizer.keep(attempt_id, job)
        return authorizer.invitation(attempt_id)

    def _run(self, work: Callable[[Job], Outcome]) -> None:
        self._job = self._desk.over_network(
            self, work, self._came_out, self._failed, report=self._news, must_finish=True
        )

    def _run_begin(self, work: Callable[[Job], Invitation | Outcome]) -> None:
        def done(result: Invitation | Outcome) -> None:
            if isinstance(result, Invitation):
                self._invited(result)
            else:
                self._came_out(result)

        self._job = self._desk.over_network(
            self, work, done, self._failed, report=self._news, must_finish=True
        )

    # -- on the way --------------------------------------------------------------------------------

    def _news(self, news: object) -> None:
        if isinstance(news, Invitation):
            self._invited(news)
        elif isinstance(news, StepBegun):
            self._screens.step(news.step)
            if news.step in {SignInStep.EXCHANGE, SignInStep.SAVE}:
                self._busy("Approved", "Getting the credentials and saving them.")

    def _invited(self, invitation: Invitation) -> None:
        self._invitation = invitation
        self._desk.library.reload()
        attempt = invitation.attempt
        if attempt.state is AttemptState.WRONG_ACCOUNT:
            self._show_other(attempt)
        elif self._request.method is Method.BROWSER:
            opened = self._desk.front.open_address(invitation.url)
            self._screens.browser(invitation, opened=opened)
        elif self._request.method is Method.EMBEDDED:
            self._screens.view(invitation)
        else:
            self._screens.pin(invitation)

    def _open_link(self) -> None:
        if self._invitation is not None:
            self._desk.front.open_address(self._invitation.url)

    def _copy_link(self) -> None:
        if self._invitation is not None:
            self._desk.clipboard.put_plain(self._invitation.url.reveal())
            self._desk.front.say("Copied the link")

    def _copy_message(self, words: str) -> None:
        if self._invitation is not None:
            self._desk.clipboard.put_plain(words.replace(LINK, self._invitation.url.reveal()))
            self._desk.front.say("Copied the message")

    # -- the answer --------------------------------------------------------------------------------

    def _pin_ready(self, ready: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._screens.pin_ready(ready=ready)

    def _submit(self) -> None:
        try:
            answer = parse_answer(self._sheet.pin.field.text())
        except AnswerError as error:
            self._sheet.pin.show_trouble(str(error))
            return
        self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        attempt_id = self._attempt_id
        if attempt_id is None:
            return
        self._stop_job()  # where a listener still waits: the answer came another way
        self._busy("Approved", "Getting the credentials and saving them.")
        self._run(lambda job: self._desk.kit.authorizer.complete(attempt_id, answer, job))

    def _came_out(self, outcome: Outcome) -> None:
        self._desk.library.reload()
        if isinstance(outcome, WrongAccount):
            self._show_other(outcome.attempt)
            return
        self._invitation = None
        self._screens.step(SignInStep.COMPARE)
        self._busy("Signed in", "Asking X what the account may do.", cancel=False)
        account = outcome.account

        def done(checked: Checked) -> None:
            self._finish(checked.account, checked.diagnosis, again=outcome.again)

        def failed(diagnosis: Diagnosis) -> None:
            self._finish(account, diagnosis, again=outcome.again)

        self._job = self._desk.over_network(
            self, lambda job: self._desk.kit.checker.check(account.id, job.cancel), done, failed
        )

    def _finish(self, account: Account, diagnosis: Diagnosis | None, *, again: bool) -> None:
        self._account = account
        self._invitation = None
        self._screens.kept(account, diagnosis, again=again)
        self._desk.library.reload(then=lambda: self._desk.front.select_account(account.id))

    # -- failing -----------------------------------------------------------------------------------

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._desk.library.reload()
        about_keychain = self._desk.vault.note(diagnosis)
        if diagnosis.kind in _INLINE and not self._request.method.returns_by_callback:
            self._screens.pin_again(diagnosis)
            return
        if diagnosis.kind is Kind.DENIED:  # its token is spent, and the attempt gone with it
            self._invitation = None
        self._remedy = self._remedy_for(diagnosis, about_keychain=about_keychain)
        other_way = self._request.method.returns_by_callback and self._account is None
        self._screens.problem(
            diagnosis,
            begun=self._invitation is not None,
            pin_helps=other_way and not about_keychain,
        )
        if about_keychain and self._desk.vault.locked:
            go_on = self._remedy
            self._remedy = lambda: unlock_first(self._desk, go_on)
            self._remedy()

    def _remedy_for(self, diagnosis: Diagnosis, *, about_keychain: bool) -> Callable[[], None]:
        attempt_id = self._attempt_id
        if diagnosis.remedy is Remedy.EDIT_KEYS:
            return self._edit_keys
        if attempt_id is None:
            return self.start
        held = self._desk.kit.authorizer.holds(attempt_id)
        if held or (about_keychain and self._screens.is_past(SignInStep.APPROVE)):
            return lambda: self._run(lambda job: self._desk.kit.authorizer.keep(attempt_id, job))
        if diagnosis.remedy in {Remedy.START_AGAIN, Remedy.SIGN_IN_AGAIN}:
            return self._start_again
        return self._try_again

    def _try_again(self) -> None:
        begun = self._invitation.attempt if self._invitation else None
        if begun is None:
            self.start()
        else:  # it may have come further since the link was given
            self.resume(self._desk.library.snapshot.attempts.get(begun.id, begun))

    def _start_again(self) -> None:
        self._forget_attempt()
        self._sheet.pin.field.clear()
        self.start()

    def _edit_keys(self) -> None:
        self._sheet.close_sheet()
        self._desk.front.edit_app(self._request.app_id)

    # -- another account than expected -------------------------------------------------------------

    def _show_other(self, attempt: Attempt) -> None:
        if self._invitation is None or self._invitation.attempt.id != attempt.id:
            self._invitation = Invitation(attempt, Secret(""), "")
        self._screens.other_account(attempt)

    def _keep_other(self) -> None:
        attempt_id = self._attempt_id
        if attempt_id is not None:
            self._busy("Keeping the account", "Saving it under its own handle.")
            self._run(lambda job: self._desk.kit.authorizer.keep_other(attempt_id, job))

    # -- the foot ----------------------------------------------------------------------------------

    def _primary(self) -> None:
        page = self._sheet.page
        if page is self._sheet.pin:
            self._submit()
        elif page is self._sheet.other:
            self._keep_other()
        elif page is self._sheet.problem:
            self._remedy()
        elif page is self._sheet.kept and self._account is not None:
            account_id: AccountId = self._account.id
            self._sheet.close_sheet()
            self._desk.front.export([account_id])

    def _secondary(self) -> None:
        page = self._sheet.page
        if page is self._sheet.view:
            self._continue_outside()
        elif page is self._sheet.pin:
            self._start_again()
        elif page is self._sheet.other:
            self._cancel()
        else:
            self._sheet.close_sheet()

    def _continue_outside(self) -> None:
        attempt_id = self._attempt_id
        if attempt_id is not None:
            self._become(Method.BROWSER)
            self._run(lambda job: self._desk.kit.authorizer.resume_in_browser(attempt_id, job))

    def _switch_to_pin(self) -> None:
        self._forget_attempt()
        self._become(Method.PIN)
        self.start()

    def _become(self, method: Method) -> None:
        self._request = replace(self._request, method=method)
        self._screens.renew(self._request)

    def _busy(self, title: str, line: str, *, cancel: bool = True) -> None:
        waiting = self._invitation is not None
        self._screens.busy(title, line, cancel=cancel, later=waiting)

    # -- ending ------------------------------------------------------------------------------------

    def _later(self) -> None:
        self._sheet.close_sheet()

    def _cancel(self) -> None:
        self._forget_attempt()
        self._sheet.close_sheet()

    def _forget_attempt(self) -> None:
        """End the sign-in, wherever it stands: what its job still brings is taken back too."""
        attempt_id = self._attempt_id or self._request.attempt_id
        under_way, kit = self._job, self._desk.kit
        self._stop_job()
        self._invitation = None

        def work(job: Job) -> None:
            if under_way is not None:
                under_way.ended.wait(_LET_GO_SECONDS)
            kit.authorizer.discard(attempt_id, job.cancel)

        self._desk.over_network(
            self._desk.library, work, lambda _nothing: None, ended=self._desk.library.reload
        )

    def _stop_job(self) -> None:
        if self._job is not None:
            self._job.cancel.cancel()
            self._job = None

    def _closed(self) -> None:
        self._stop_job()
        self._sheet.view.shut()
        self._desk.library.reload()
        self.ended.emit()
        self.deleteLater()
