"""One sign-in from the first click to the kept account, as the window leads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.answer import CallbackResponseError, OAuth1Response
from twauth_gui.domain.answers import read_brought_back
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.domain.code_answer import OAuth2Response
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.apps.pretend_start import pretend_x_first
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.signin.jobs import SignInJobs
from twauth_gui.gui.signin.link_hand import LinkActions
from twauth_gui.gui.signin.screens import STARTING_AGAIN, Screens
from twauth_gui.gui.signin.taking_back import RevokePending
from twauth_gui.gui.vault.doors import unlock_first
from twauth_gui.services.requests import (
    Outcome,
    SignedIn,
    SignInRequest,
    WrongAccount,
    new_attempt_id,
)
from twauth_gui.services.watch import AuthorizationLink, SignInStep, StepStarted

_INLINE = {ProblemKind.WRONG_PIN, ProblemKind.WRONG_ANSWER}


class SignInFlow(QObject):
    """Owns the sheet while it is open, and the jobs of its sign-in.

    Signals:
        ended: the sheet is gone; account, trouble and goes_on say how.
    """

    ended = Signal()

    def __init__(
        self, desk: AppContext, request: SignInRequest, parent: QObject, *, after: str = ""
    ) -> None:
        super().__init__(parent)
        self._after = after
        self.account: Account | None = None
        self.trouble = ""
        self.goes_on = False
        self._desk = desk
        self._request = request
        self._invitation: AuthorizationLink | None = None
        self._refused_paste, self._was_pasted = "", False
        self._remedy: Callable[[], None] = self.start
        self._jobs = SignInJobs(desk, self)
        self._screens = Screens(desk, request)
        self._sheet = self._screens.sheet
        self._link = LinkActions(desk, self._sheet)
        self._taking_back = RevokePending(desk, self._screens, self)
        self._connect()
        self._connect_pages()
        desk.sheets.open(self._sheet)

    def _connect(self) -> None:
        self._jobs.tell(self)
        self._taking_back.ended.connect(self._sheet.close_sheet)
        self._sheet.closed.connect(self._closed)
        self._sheet.cancel_pressed.connect(self._cancel)
        self._sheet.pin_pressed.connect(self._switch_to_pin)
        self._sheet.primary_pressed.connect(self._primary)
        self._sheet.secondary_pressed.connect(self._secondary)

    def _connect_pages(self) -> None:
        sheet = self._sheet
        for page in (sheet.browser, sheet.pin):
            page.renew_wanted.connect(self._start_again)
        sheet.browser.pin_wanted.connect(self._switch_to_pin)
        sheet.browser.answered.connect(self._pasted)
        sheet.pin.submitted.connect(self._submit)
        sheet.pin.ready_changed.connect(self._screens.pin_ready)
        sheet.view.answered.connect(self._answer)
        sheet.view.outside_wanted.connect(self._continue_outside)

    @property
    def _attempt_id(self) -> PendingSignInId | None:
        return self._invitation.attempt.id if self._invitation else None

    # -- beginning ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin a new sign-in."""
        self.begin(new_attempt_id())

    def begin(self, attempt_id: PendingSignInId) -> None:
        """Get a link, in the place of an older one where the sign-in waits already."""
        self._request = replace(self._request, attempt_id=attempt_id)
        self._invitation = None
        self._was_pasted = False
        self._screens.renew(self._request)
        self._busy("Getting ready", f"Reading the keys of {self._screens.app_label}.")
        self._jobs.begin(self._request)

    def resume(self, attempt: PendingSignIn) -> None:
        """Go on with a sign-in that was begun earlier, perhaps by a process that is gone."""
        pending = self._desk.pending.take_back(attempt.id)
        if pending is None or not isinstance(pending.jobs, SignInJobs):
            self._invitation = AuthorizationLink(attempt, Secret(""), "")
            self._busy("Getting ready", "Reading the sign-in from the keychain.")
            self._jobs.go_on(attempt)
            return
        self._jobs.deleteLater()
        self._jobs = pending.jobs
        self._jobs.setParent(self)
        self._jobs.tell(self)
        self._screens.begin(StepStarted(SignInStep.LISTEN, pending.invitation.callback))
        self.invited(pending.invitation)

    def stepped(self, begun: StepStarted) -> None:
        """Show that a step has begun."""
        self._screens.begin(begun)
        if begun.step in {SignInStep.EXCHANGE, SignInStep.SAVE}:
            self._busy("Approved", "Getting the credentials and saving them.")

    def invited(self, invitation: AuthorizationLink) -> None:
        """Show the way to approve."""
        self._invitation = invitation
        self._link.hold(invitation.url)
        self._desk.library.reload()
        attempt = invitation.attempt
        if attempt.state is PendingState.WRONG_ACCOUNT:
            self._show_other(attempt)
        elif self._request.method in {SignInMethod.BROWSER, SignInMethod.ADDRESS}:
            self._invited_to_browser(invitation)
        elif self._request.method is SignInMethod.EMBEDDED:
            self._screens.view(invitation)
        else:
            self._screens.pin(invitation)

    def _invited_to_browser(self, invitation: AuthorizationLink) -> None:
        trouble, self._refused_paste = self._refused_paste, ""
        opened = self._request.method is SignInMethod.BROWSER and (
            bool(trouble) or self._link.open()
        )
        self._screens.browser(invitation, opened=opened)
        if trouble:
            self._sheet.browser.show_trouble(trouble)

    # -- the answer --------------------------------------------------------------------------------

    def _submit(self) -> None:
        try:
            answer = read_brought_back(self._request.kind, self._sheet.pin.field.text())
        except CallbackResponseError as error:
            self._sheet.pin.show_trouble(str(error))
            return
        self._answer(answer)

    def _pasted(self, answer: OAuth1Response | OAuth2Response) -> None:
        """Take an answer beside the listener, which goes on where the answer is another's."""

        def fits(_nothing: None) -> None:
            self._was_pasted = True
            self._answer(answer)

        if self._attempt_id is not None:
            foreign = self._sheet.browser.show_refusal
            self._jobs.check_fits(self._attempt_id, answer, fits, foreign)

    def _answer(self, answer: OAuth1Response | OAuth2Response) -> None:
        if self._attempt_id is not None:
            self._busy("Approved", "Getting the credentials and saving them.")
            self._jobs.complete(self._attempt_id, answer)

    def came_out(self, outcome: Outcome) -> None:
        """Show whose account it became, or whose it is instead."""
        self._desk.library.reload()
        if isinstance(outcome, WrongAccount):
            self._show_other(outcome.attempt)
            return
        self._invitation = None
        self._screens.step(SignInStep.COMPARE)
        self._busy("Signed in", "Asking X what the account may do.", cancel=False)
        self._jobs.check(
            outcome.account.id,
            lambda checked: self._finish(checked.account, checked.diagnosis, outcome),
            lambda diagnosis: self._finish(outcome.account, diagnosis, outcome),
        )

    def _finish(self, account: Account, diagnosis: Diagnosis | None, outcome: SignedIn) -> None:
        self.account = account
        self._invitation = None
        self.trouble = ""
        self._screens.kept(account, diagnosis, outcome, after=self._after)
        self._desk.library.reload(then=lambda: self._desk.window.select_account(account.id))

    def failed(self, diagnosis: Diagnosis) -> None:
        """Explain why it did not go on."""
        self._desk.library.reload()
        about_keychain = self._desk.vault.note(diagnosis)
        if diagnosis.kind in _INLINE and self._said_inline(diagnosis):
            return
        if diagnosis.kind is ProblemKind.DENIED:  # its token is spent, and the attempt gone with it
            self._invitation = None
        remedy = self._remedy_for(diagnosis, about_keychain=about_keychain)
        self._remedy = pretend_x_first(self._desk, self, diagnosis, remedy)
        self.trouble = diagnosis.title.rstrip(".")
        self._screens.problem(
            diagnosis,
            begun=self._invitation is not None,
            pin_helps=self._request.could_use_pin and self.account is None and not about_keychain,
        )
        if about_keychain and self._desk.vault.locked:
            go_on = self._remedy
            self._remedy = lambda: unlock_first(self._desk, go_on)
            self._remedy()

    def _said_inline(self, diagnosis: Diagnosis) -> bool:
        """Say it where the answer was typed, where it was typed at all."""
        if not self._request.method.returns_by_callback:
            self._screens.pin_again(diagnosis)
            return True
        if not self._was_pasted or self._invitation is None:
            return False
        self._was_pasted = False
        self._refused_paste = diagnosis.sentence()
        self._jobs.wait_in_browser(self._invitation)
        return True

    def _remedy_for(self, diagnosis: Diagnosis, *, about_keychain: bool) -> Callable[[], None]:
        attempt_id = self._attempt_id
        if diagnosis.remedy is Remedy.EDIT_KEYS:
            return self._edit_keys
        if attempt_id is None:
            return self.start
        held = self._desk.services.sign_in.holds(attempt_id)
        if held or (about_keychain and self._screens.is_past(SignInStep.APPROVE)):
            return lambda: self._jobs.keep(attempt_id)
        if diagnosis.remedy in STARTING_AGAIN:
            return self._start_again
        return self._try_again

    def _latest(self) -> PendingSignIn | None:
        """Give the sign-in as it stands; it may have come further since the link was given."""
        begun = self._invitation.attempt if self._invitation else None
        return None if begun is None else self._desk.library.snapshot.attempts.get(begun.id, begun)

    def _try_again(self) -> None:
        attempt = self._latest()
        if attempt is None:
            self.start()
        else:
            self.resume(attempt)

    def _start_again(self) -> None:
        """Get a new link for this sign-in; where X has granted something, take that back first."""
        attempt = self._latest()
        self._sheet.pin.field.clear()
        if attempt is not None and attempt.state is PendingState.WAITING:
            self.begin(attempt.id)
            return
        self._forget_attempt()
        self.start()

    def _edit_keys(self) -> None:
        self._sheet.close_sheet()
        self._desk.window.edit_app(self._request.app_id)

    def _show_other(self, attempt: PendingSignIn) -> None:
        self._invitation = AuthorizationLink(attempt, Secret(""), "")
        self._screens.other_account(attempt)

    def _keep_other(self) -> None:
        if self._attempt_id is not None:
            self._busy("Keeping the account", "Saving it under its own handle.")
            self._jobs.keep_other(self._attempt_id)

    def _discard(self) -> None:
        if self._attempt_id is not None:
            self._remedy = self._taking_back.go_on
            self._taking_back.begin(self._attempt_id)

    # -- the foot ----------------------------------------------------------------------------------

    def _primary(self) -> None:
        page = self._sheet.page
        if page is self._sheet.pin:
            self._submit()
        elif page is self._sheet.other:
            self._keep_other()
        elif page is self._sheet.problem:
            self._remedy()
        elif page is self._sheet.kept and self.account is not None:
            account_id, self.goes_on = self.account.id, bool(self._after)
            self._sheet.close_sheet()
            if not self._after:
                self._desk.window.export([account_id])

    def _secondary(self) -> None:
        page = self._sheet.page
        if page is self._sheet.view:
            self._continue_outside()
        elif page is self._sheet.pin:
            self._start_again()
        elif page is self._sheet.other:
            self._discard()
        elif page is self._sheet.problem:
            self._taking_back.forget()
        else:
            self._sheet.close_sheet()

    def _continue_outside(self) -> None:
        if self._invitation is not None:
            self._become(SignInMethod.BROWSER)
            self._jobs.wait_in_browser(self._invitation)

    def _switch_to_pin(self) -> None:
        self._forget_attempt()
        self._become(SignInMethod.PIN)
        self.start()

    def _become(self, method: SignInMethod) -> None:
        self._request = replace(self._request, method=method)
        self._screens.renew(self._request)

    def _busy(self, title: str, line: str, *, cancel: bool = True) -> None:
        self._screens.busy(title, line, cancel=cancel, later=self._invitation is not None)

    # -- ending ------------------------------------------------------------------------------------

    def _cancel(self) -> None:
        self._forget_attempt()
        self._sheet.close_sheet()

    def _forget_attempt(self) -> None:
        attempt_id = self._attempt_id or self._request.attempt_id
        self._invitation = None
        self._jobs.forget(attempt_id)

    def _closed(self) -> None:
        if self._invitation is not None and self._jobs.under_way:
            self._desk.pending.keep(self._jobs, self._invitation)
        else:
            self._jobs.stop()
        self._sheet.view.shut()
        self._desk.library.reload()
        self.ended.emit()
        self.deleteLater()
