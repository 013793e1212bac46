"""Controller of one sign-in in the window, from the first click to the saved account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.callback_response import (
    CallbackResponseError,
    OAuth1Response,
    OAuth2Response,
    parse_pasted_response,
)
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.hosts import CONNECTED_APPS_URL
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.apps.remedies import start_sandbox_first
from twauth_gui.gui.signin.sign_in_dialog import RESTART_REMEDIES, SignInDialog, SignInPresenter
from twauth_gui.gui.signin.sign_in_jobs import SignInJobs
from twauth_gui.gui.vault.vault_dialogs import offer_unlock, unlock_then
from twauth_gui.services.owner_message import LINK_PLACEHOLDER
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    SignInRequest,
    SignInResult,
    SignInStep,
    StepStarted,
    WrongAccount,
    new_pending_id,
)


class LinkActions:
    """Holds the link that is out now, and does what a sheet's pages want with it."""

    def __init__(self, context: AppContext, dialog: SignInDialog) -> None:
        self._context = context
        self._url: Secret | None = None
        for page in (dialog.browser_page, dialog.pin_page):
            page.open_wanted.connect(self.open_link)
            page.copy_wanted.connect(self._copy_link)
        dialog.pin_page.message_wanted.connect(self._copy_message)

    def set_link(self, url: Secret) -> None:
        """Take the link of the sign-in, or the new one."""
        self._url = url

    def open_link(self) -> bool:
        """Open it in the browser; tells whether the system took it."""
        return self._url is not None and self._context.window.open_address(self._url)

    def _copy_link(self) -> None:
        self._copy(LINK_PLACEHOLDER, "Copied the link")

    def _copy_message(self, words: str) -> None:
        self._copy(words, "Copied the message")

    def _copy(self, words: str, status: str) -> None:
        if self._url is not None:
            self._context.clipboard.copy_plain(words.replace(LINK_PLACEHOLDER, self._url.reveal()))
            self._context.window.show_status(status)


class GrantRevocation(QObject):
    """Asks X; where X does not do it, says where a person does, and lets go of it here.

    Signals:
        ended: the sign-in is gone from here.
    """

    ended = Signal()

    def __init__(self, context: AppContext, screens: SignInPresenter, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._presenter = screens
        self._sign_in_id: PendingSignInId | None = None
        self._next_step: Callable[[], None] = self._revoke

    def start(self, pending_id: PendingSignInId) -> None:
        """Ask X to end the credentials of this sign-in, then forget it."""
        self._sign_in_id = pending_id
        self._revoke()

    def _revoke(self) -> None:
        pending_id, authorizer = self._sign_in_id, self._context.services.sign_in
        if pending_id is None:
            return
        self._presenter.show_busy("Discarding", "Asking X to end these credentials.", cancel=False)
        self._context.run_over_network(
            self,
            lambda job: authorizer.discard(pending_id, job.cancel),
            lambda _nothing: self.ended.emit(),
            self._handle_refusal,
            must_finish=True,
        )

    def _handle_refusal(self, diagnosis: Diagnosis) -> None:
        by_hand = diagnosis.remedy is Remedy.OPEN_CONNECTED_APPS
        self._next_step = self._open_connected_apps if by_hand else self._revoke
        self._presenter.show_revocation_problem(diagnosis)
        _ = offer_unlock(self._context, diagnosis, self._revoke)

    def run_next_step(self) -> None:
        """Do what the primary button says."""
        self._next_step()

    def _open_connected_apps(self) -> None:
        self._context.window.open_address(CONNECTED_APPS_URL)
        self._next_step = self._revoke
        self._presenter.offer_retry()

    def forget(self) -> None:
        """Let go of it here, whatever X says."""
        pending_id, authorizer = self._sign_in_id, self._context.services.sign_in
        if pending_id is not None:
            self._context.run_in_store(
                self,
                lambda _job: authorizer.forget(pending_id),
                lambda _nothing: self.ended.emit(),
            )


_INLINE_KINDS = {ProblemKind.WRONG_PIN, ProblemKind.WRONG_ANSWER}


class SignInController(QObject):
    """Owns the sheet while it is open, and the jobs of its sign-in.

    Signals:
        ended: the sheet is gone; account, trouble and goes_on say how.
    """

    ended = Signal()

    def __init__(
        self, context: AppContext, request: SignInRequest, parent: QObject, *, next_text: str = ""
    ) -> None:
        super().__init__(parent)
        self._next_text = next_text
        self.account: Account | None = None
        self.problem_text = ""
        self.wants_next = False
        self._context = context
        self._request = request
        self._link: AuthorizationLink | None = None
        self._paste_problem, self._was_pasted = "", False
        self._remedy: Callable[[], None] = self.start
        self._jobs = SignInJobs(context, self)
        self._presenter = SignInPresenter(context, request)
        self._dialog = self._presenter.dialog
        self._link_actions = LinkActions(context, self._dialog)
        self._revocation = GrantRevocation(context, self._presenter, self)
        self._connect()
        self._connect_pages()
        context.dialogs.open(self._dialog)

    def _connect(self) -> None:
        self._jobs.set_listener(self)
        self._revocation.ended.connect(self._dialog.close_dialog)
        self._dialog.closed.connect(self._handle_close)
        self._dialog.cancel_pressed.connect(self._cancel)
        self._dialog.pin_pressed.connect(self._switch_to_pin)
        self._dialog.primary_pressed.connect(self._press_primary)
        self._dialog.secondary_pressed.connect(self._press_secondary)

    def _connect_pages(self) -> None:
        dialog = self._dialog
        for page in (dialog.browser_page, dialog.pin_page):
            page.renew_wanted.connect(self._start_again)
        dialog.browser_page.pin_wanted.connect(self._switch_to_pin)
        dialog.browser_page.answered.connect(self._check_pasted)
        dialog.pin_page.submitted.connect(self._submit_pin)
        dialog.pin_page.ready_changed.connect(self._presenter.enable_finish)
        dialog.private_view_page.answered.connect(self._exchange)
        dialog.private_view_page.browser_wanted.connect(self._continue_outside)

    @property
    def _sign_in_id(self) -> PendingSignInId | None:
        return self._link.pending.id if self._link else None

    # -- beginning ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin a new sign-in."""
        self.request_link(new_pending_id())

    def request_link(self, pending_id: PendingSignInId) -> None:
        """Get a link, in the place of an older one where the sign-in waits already."""
        self._request = replace(self._request, pending_id=pending_id)
        self._link = None
        self._was_pasted = False
        self._presenter.reset_steps(self._request)
        self._show_busy("Getting ready", f"Reading the keys of {self._presenter.app_label}.")
        self._jobs.begin(self._request)

    def resume(self, pending: PendingSignIn) -> None:
        """Go on with a sign-in that was begun earlier, perhaps by a process that is gone."""
        background = self._context.background_sign_ins.take(pending.id)
        if background is None or not isinstance(background.jobs, SignInJobs):
            self._link = AuthorizationLink(pending, Secret(""), "")
            self._show_busy("Getting ready", "Reading the sign-in from the keychain.")
            self._jobs.resume(pending)
            return
        self._jobs.deleteLater()
        self._jobs = background.jobs
        self._jobs.setParent(self)
        self._jobs.set_listener(self)
        self._presenter.start_step(StepStarted(SignInStep.LISTEN, background.link.callback))
        self.handle_link(background.link)

    def handle_step(self, begun: StepStarted) -> None:
        """Show that a step has begun."""
        self._presenter.start_step(begun)
        if begun.step in {SignInStep.EXCHANGE, SignInStep.SAVE}:
            self._show_busy("Approved", "Getting the credentials and saving them.")

    def handle_link(self, invitation: AuthorizationLink) -> None:
        """Show the way to approve."""
        self._link = invitation
        self._link_actions.set_link(invitation.url)
        self._context.snapshots.reload()
        pending = invitation.pending
        if pending.state is PendingState.WRONG_ACCOUNT:
            self._show_other_account(pending)
        elif self._request.method in {SignInMethod.BROWSER, SignInMethod.ADDRESS}:
            self._show_browser_page(invitation)
        elif self._request.method is SignInMethod.EMBEDDED:
            self._presenter.show_private_view(invitation)
        else:
            self._presenter.show_pin_page(invitation)

    def _show_browser_page(self, invitation: AuthorizationLink) -> None:
        trouble, self._paste_problem = self._paste_problem, ""
        opened = self._request.method is SignInMethod.BROWSER and (
            bool(trouble) or self._link_actions.open_link()
        )
        self._presenter.show_browser_page(invitation, opened=opened)
        if trouble:
            self._dialog.browser_page.show_problem(trouble)

    # -- the answer --------------------------------------------------------------------------------

    def _submit_pin(self) -> None:
        try:
            answer = parse_pasted_response(self._request.kind, self._dialog.pin_page.field.text())
        except CallbackResponseError as error:
            self._dialog.pin_page.show_problem(str(error))
            return
        self._exchange(answer)

    def _check_pasted(self, answer: OAuth1Response | OAuth2Response) -> None:
        """Take an answer beside the listener, which goes on where the answer is another's."""

        def fits(_nothing: None) -> None:
            self._was_pasted = True
            self._exchange(answer)

        if self._sign_in_id is not None:
            foreign = self._dialog.browser_page.show_diagnosis
            self._jobs.check_fits(self._sign_in_id, answer, fits, foreign)

    def _exchange(self, answer: OAuth1Response | OAuth2Response) -> None:
        if self._sign_in_id is not None:
            self._show_busy("Approved", "Getting the credentials and saving them.")
            self._jobs.complete(self._sign_in_id, answer)

    def handle_outcome(self, outcome: SignInResult) -> None:
        """Show whose account it became, or whose it is instead."""
        self._context.snapshots.reload()
        if isinstance(outcome, WrongAccount):
            self._show_other_account(outcome.pending)
            return
        self._link = None
        self._presenter.show_step(SignInStep.COMPARE)
        self._show_busy("Signed in", "Asking X what the account may do.", cancel=False)
        self._jobs.check(
            outcome.account.id,
            lambda checked: self._show_account(checked.account, checked.diagnosis, outcome),
            lambda diagnosis: self._show_account(outcome.account, diagnosis, outcome),
        )

    def _show_account(
        self, account: Account, diagnosis: Diagnosis | None, outcome: CompletedSignIn
    ) -> None:
        self.account = account
        self._link = None
        self.problem_text = ""
        self._presenter.show_account(account, diagnosis, outcome, next_text=self._next_text)
        self._context.snapshots.reload(
            on_done=lambda: self._context.window.select_account(account.id)
        )

    def handle_failure(self, diagnosis: Diagnosis) -> None:
        """Explain why it did not go on."""
        self._context.snapshots.reload()
        about_keychain = self._context.vault.note_problem(diagnosis)
        if diagnosis.kind in _INLINE_KINDS and self._show_inline(diagnosis):
            return
        if diagnosis.kind is ProblemKind.DENIED:  # its token is spent, and the attempt gone with it
            self._link = None
        remedy = self._remedy_for(diagnosis, about_keychain=about_keychain)
        self._remedy = start_sandbox_first(self._context, self, diagnosis, remedy)
        self.problem_text = diagnosis.title.rstrip(".")
        self._presenter.show_problem(
            diagnosis,
            begun=self._link is not None,
            pin_helps=self._request.can_use_pin and self.account is None and not about_keychain,
        )
        if about_keychain and self._context.vault.is_locked:
            go_on = self._remedy
            self._remedy = lambda: unlock_then(self._context, go_on)
            self._remedy()

    def _show_inline(self, diagnosis: Diagnosis) -> bool:
        """Say it where the answer was typed, where it was typed at all."""
        if not self._request.method.uses_callback:
            self._presenter.show_pin_problem(diagnosis)
            return True
        if not self._was_pasted or self._link is None:
            return False
        self._was_pasted = False
        self._paste_problem = diagnosis.to_sentence()
        self._jobs.wait_for_browser(self._link)
        return True

    def _remedy_for(self, diagnosis: Diagnosis, *, about_keychain: bool) -> Callable[[], None]:
        pending_id = self._sign_in_id
        if diagnosis.remedy is Remedy.EDIT_KEYS:
            return self._edit_keys
        if pending_id is None:
            return self.start
        held = self._context.services.sign_in.has_unsaved_grant(pending_id)
        if held or (about_keychain and self._presenter.is_past(SignInStep.APPROVE)):
            return lambda: self._jobs.keep(pending_id)
        if diagnosis.remedy in RESTART_REMEDIES:
            return self._start_again
        return self._try_again

    def _read_sign_in(self) -> PendingSignIn | None:
        """Give the sign-in as it stands; it may have come further since the link was given."""
        begun = self._link.pending if self._link else None
        return (
            None
            if begun is None
            else self._context.snapshots.current.pending_sign_ins.get(begun.id, begun)
        )

    def _try_again(self) -> None:
        pending = self._read_sign_in()
        if pending is None:
            self.start()
        else:
            self.resume(pending)

    def _start_again(self) -> None:
        """Get a new link for this sign-in; where X has granted something, take that back first."""
        pending = self._read_sign_in()
        self._dialog.pin_page.field.clear()
        if pending is not None and pending.state is PendingState.WAITING:
            self.request_link(pending.id)
            return
        self._forget_sign_in()
        self.start()

    def _edit_keys(self) -> None:
        self._dialog.close_dialog()
        self._context.window.edit_app(self._request.app_id)

    def _show_other_account(self, pending: PendingSignIn) -> None:
        self._link = AuthorizationLink(pending, Secret(""), "")
        self._presenter.show_other_account(pending)

    def _keep_other_account(self) -> None:
        if self._sign_in_id is not None:
            self._show_busy("Keeping the account", "Saving it under its own handle.")
            self._jobs.keep_other(self._sign_in_id)

    def _discard(self) -> None:
        if self._sign_in_id is not None:
            self._remedy = self._revocation.run_next_step
            self._revocation.start(self._sign_in_id)

    # -- the foot ----------------------------------------------------------------------------------

    def _press_primary(self) -> None:
        page = self._dialog.current_page
        if page is self._dialog.pin_page:
            self._submit_pin()
        elif page is self._dialog.other_account_page:
            self._keep_other_account()
        elif page is self._dialog.problem_page:
            self._remedy()
        elif page is self._dialog.done_page and self.account is not None:
            account_id, self.wants_next = self.account.id, bool(self._next_text)
            self._dialog.close_dialog()
            if not self._next_text:
                self._context.window.open_export([account_id])

    def _press_secondary(self) -> None:
        page = self._dialog.current_page
        if page is self._dialog.private_view_page:
            self._continue_outside()
        elif page is self._dialog.pin_page:
            self._start_again()
        elif page is self._dialog.other_account_page:
            self._discard()
        elif page is self._dialog.problem_page:
            self._revocation.forget()
        else:
            self._dialog.close_dialog()

    def _continue_outside(self) -> None:
        if self._link is not None:
            self._change_method(SignInMethod.BROWSER)
            self._jobs.wait_for_browser(self._link)

    def _switch_to_pin(self) -> None:
        self._forget_sign_in()
        self._change_method(SignInMethod.PIN)
        self.start()

    def _change_method(self, method: SignInMethod) -> None:
        self._request = replace(self._request, method=method)
        self._presenter.reset_steps(self._request)

    def _show_busy(self, title: str, line: str, *, cancel: bool = True) -> None:
        self._presenter.show_busy(title, line, cancel=cancel, later=self._link is not None)

    # -- ending ------------------------------------------------------------------------------------

    def _cancel(self) -> None:
        self._forget_sign_in()
        self._dialog.close_dialog()

    def _forget_sign_in(self) -> None:
        pending_id = self._sign_in_id or self._request.pending_id
        self._link = None
        self._jobs.forget(pending_id)

    def _handle_close(self) -> None:
        if self._link is not None and self._jobs.is_running:
            self._context.background_sign_ins.add(self._jobs, self._link)
        else:
            self._jobs.stop()
        self._dialog.private_view_page.close_view()
        self._context.snapshots.reload()
        self.ended.emit()
        self.deleteLater()
