"""The controller of one sign-in in the window, from the first click to the saved account."""

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
from twauth_gui.services.sign_in_requests import (
    LINK_PLACEHOLDER,
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
    """Opens and copies the link of a sign-in when a page of its dialog asks for it."""

    def __init__(self, context: AppContext, dialog: SignInDialog) -> None:
        self._context = context
        self._url: Secret | None = None
        for page in (dialog.browser_page, dialog.pin_page):
            page.open_requested.connect(self.open_link)
            page.copy_requested.connect(self._copy_link)
        dialog.pin_page.message_requested.connect(self._copy_message)

    def set_link(self, url: Secret) -> None:
        """Use this link from now on."""
        self._url = url

    def open_link(self) -> bool:
        """Open the link in the browser; return whether the system accepted it."""
        return self._url is not None and self._context.window.open_address(self._url)

    def _copy_link(self) -> None:
        self._copy(LINK_PLACEHOLDER, "Copied the link")

    def _copy_message(self, message: str) -> None:
        self._copy(message, "Copied the message")

    def _copy(self, text: str, status: str) -> None:
        if self._url is not None:
            self._context.clipboard.copy_plain(text.replace(LINK_PLACEHOLDER, self._url.reveal()))
            self._context.window.show_status(status)


class GrantRevocation(QObject):
    """Discards a grant: asks X to revoke it, or says where to revoke it by hand.

    Signals:
        ended: the pending sign-in is deleted.
    """

    ended = Signal()

    def __init__(self, context: AppContext, presenter: SignInPresenter, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._presenter = presenter
        self._sign_in_id: PendingSignInId | None = None
        self._next_step: Callable[[], None] = self._revoke

    def start(self, pending_id: PendingSignInId) -> None:
        """Ask X to revoke the credentials of this sign-in, then delete it."""
        self._sign_in_id = pending_id
        self._revoke()

    def _revoke(self) -> None:
        pending_id, sign_in = self._sign_in_id, self._context.services.sign_in
        if pending_id is None:
            return
        self._presenter.show_busy(
            "Discarding", "Asking X to revoke these credentials.", cancel=False
        )
        self._context.run_over_network(
            self,
            lambda job: sign_in.discard(pending_id, job.cancel),
            lambda _nothing: self.ended.emit(),
            self._handle_refusal,
            must_finish=True,
        )

    def _handle_refusal(self, diagnosis: Diagnosis) -> None:
        is_manual = diagnosis.remedy is Remedy.OPEN_CONNECTED_APPS
        self._next_step = self._open_connected_apps if is_manual else self._revoke
        self._presenter.show_revocation_problem(diagnosis)
        _ = offer_unlock(self._context, diagnosis, self._revoke)

    def run_next_step(self) -> None:
        """Do what the primary button says: revoke, or open the page to revoke by hand."""
        self._next_step()

    def _open_connected_apps(self) -> None:
        self._context.window.open_address(CONNECTED_APPS_URL)
        self._next_step = self._revoke
        self._presenter.offer_retry()

    def forget(self) -> None:
        """Delete the pending sign-in, whatever X says."""
        pending_id, sign_in = self._sign_in_id, self._context.services.sign_in
        if pending_id is not None:
            self._context.run_in_store(
                self,
                lambda _job: sign_in.forget(pending_id),
                lambda _nothing: self.ended.emit(),
            )


_INLINE_KINDS = {ProblemKind.WRONG_PIN, ProblemKind.WRONG_RESPONSE}


class SignInController(QObject):
    """Owns the dialog of one sign-in, and its background jobs.

    Signals:
        ended: the dialog is closed; account, problem_text and wants_next say how it ended.
    """

    ended = Signal()

    def __init__(
        self,
        context: AppContext,
        request: SignInRequest,
        parent: QObject,
        *,
        next_text: str = "",
        position: str = "",
        go_back: Callable[[], None] | None = None,
    ) -> None:
        """Open the dialog.

        next_text, position: of a sign-in in a list, the button that goes on and such as "2 of 4".
        go_back: asks again for what the sign-in was started with.
        """
        super().__init__(parent)
        self._next_text = next_text
        self._go_back = go_back
        self._starts_again = False
        self.account: Account | None = None
        self.problem_text = ""
        self.wants_next = False
        self._context = context
        self._request = request
        self._link: AuthorizationLink | None = None
        self._paste_problem, self._was_pasted = "", False
        self._remedy: Callable[[], None] = self.start
        self._jobs = SignInJobs(context, self)
        self._presenter = SignInPresenter(context, request, position)
        self._dialog = self._presenter.dialog
        self._link_actions = LinkActions(context, self._dialog)
        self._revocation = GrantRevocation(context, self._presenter, self)
        self._connect()
        self._connect_pages()
        context.dialogs.open(self._dialog)

    def _connect(self) -> None:
        self._jobs.set_listener(self)
        self._revocation.ended.connect(self._handle_discarded)
        self._dialog.closed.connect(self._handle_close)
        self._dialog.cancel_pressed.connect(self._press_cancel)
        self._dialog.back_pressed.connect(self._return)
        self._dialog.another_pressed.connect(self._add_another)
        self._dialog.pin_pressed.connect(self._switch_to_pin)
        self._dialog.primary_pressed.connect(self._press_primary)
        self._dialog.secondary_pressed.connect(self._press_secondary)

    def _connect_pages(self) -> None:
        dialog = self._dialog
        for page in (dialog.browser_page, dialog.pin_page):
            page.renew_requested.connect(self._start_again)
        dialog.browser_page.pin_requested.connect(self._switch_to_pin)
        dialog.browser_page.response_pasted.connect(self._check_pasted)
        dialog.pin_page.submitted.connect(self._submit_pin)
        dialog.pin_page.ready_changed.connect(self._presenter.enable_finish)
        dialog.private_view_page.response_received.connect(self._exchange)
        dialog.private_view_page.browser_requested.connect(self._continue_in_browser)

    @property
    def _sign_in_id(self) -> PendingSignInId | None:
        return self._link.pending.id if self._link else None

    # -- start -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start a new sign-in."""
        self.request_link(new_pending_id())

    def request_link(self, pending_id: PendingSignInId) -> None:
        """Get a link; if the sign-in is pending already, it replaces the older link."""
        self._request = replace(self._request, pending_id=pending_id)
        self._link = None
        self._was_pasted = False
        self._dialog.pin_page.field.clear()
        self._presenter.reset_steps(self._request)
        self._show_busy("Getting ready", f"Reading the keys of {self._presenter.app_label}.")
        self._jobs.begin(self._request)

    def resume(self, pending: PendingSignIn) -> None:
        """Continue a sign-in that was started earlier, perhaps by a process that is gone."""
        background = self._context.background_sign_ins.take(pending.id)
        if background is None or not isinstance(background.jobs, SignInJobs):
            self._await_link(pending)
            self._jobs.resume(pending)
            return
        self._jobs.deleteLater()
        self._jobs = background.jobs
        self._jobs.setParent(self)
        self._jobs.set_listener(self)
        if background.awaits_link:
            self._await_link(pending)
            return
        self._presenter.start_step(StepStarted(SignInStep.LISTEN, background.link.callback))
        self.handle_link(background.link)

    def _await_link(self, pending: PendingSignIn) -> None:
        self._link = AuthorizationLink(pending, Secret(""), "")
        self._show_busy("Getting ready", "Reading the sign-in from the keychain.")

    def handle_step(self, event: StepStarted) -> None:
        """Show that a step has started."""
        self._presenter.start_step(event)
        if event.step in {SignInStep.EXCHANGE, SignInStep.SAVE}:
            self._show_busy("Approved", "Getting the credentials and saving them.")

    def handle_link(self, link: AuthorizationLink) -> None:
        """Show how to approve."""
        self._link = link
        self._link_actions.set_link(link.url)
        self._context.snapshots.reload()
        pending = link.pending
        if pending.state is PendingState.WRONG_ACCOUNT:
            self._show_other_account(pending)
        elif self._request.method in {SignInMethod.BROWSER, SignInMethod.ADDRESS}:
            self._show_browser_page(link)
        elif self._request.method is SignInMethod.EMBEDDED:
            self._presenter.show_private_view(link)
        else:
            self._presenter.show_pin_page(link)

    def _show_browser_page(self, link: AuthorizationLink) -> None:
        problem, self._paste_problem = self._paste_problem, ""
        opened = self._request.method is SignInMethod.BROWSER and (
            bool(problem) or self._link_actions.open_link()
        )
        self._presenter.show_browser_page(link, opened=opened)
        if problem:
            self._dialog.browser_page.show_problem(problem)

    # -- response ----------------------------------------------------------------------------------

    def _submit_pin(self) -> None:
        try:
            response = parse_pasted_response(self._request.kind, self._dialog.pin_page.field.text())
        except CallbackResponseError as error:
            self._dialog.pin_page.show_problem(str(error))
            return
        self._exchange(response)

    def _check_pasted(self, response: OAuth1Response | OAuth2Response) -> None:
        """Exchange a pasted response, if it is this sign-in's; else the listener goes on."""

        def exchange(_nothing: None) -> None:
            self._was_pasted = True
            self._exchange(response)

        if self._sign_in_id is not None:
            refuse = self._dialog.browser_page.show_diagnosis
            self._jobs.check_fits(self._sign_in_id, response, exchange, refuse)

    def _exchange(self, response: OAuth1Response | OAuth2Response) -> None:
        if self._sign_in_id is not None:
            self._show_busy("Approved", "Getting the credentials and saving them.")
            self._jobs.complete(self._sign_in_id, response)

    def handle_outcome(self, outcome: SignInResult) -> None:
        """Show the account that signed in, or ask about the one that approved instead."""
        self._context.snapshots.reload()
        if isinstance(outcome, WrongAccount):
            self._show_other_account(outcome.pending)
            return
        self._link = None
        self._presenter.show_step(SignInStep.COMPARE)
        self._show_busy("Signed in", "Asking X what the account may do.", cancel=False)
        self._jobs.check(
            outcome.account.id,
            lambda result: self._show_account(result.account, result.diagnosis, outcome),
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
        """Explain why the sign-in failed, and offer the remedy."""
        self._context.snapshots.reload()
        about_keychain = self._context.vault.note_problem(diagnosis)
        if diagnosis.kind in _INLINE_KINDS and self._show_inline(diagnosis):
            return
        if diagnosis.kind is ProblemKind.DENIED:  # its token is spent, so nothing is pending
            self._link = None
        remedy = self._remedy_for(diagnosis, about_keychain=about_keychain)
        self._remedy = start_sandbox_first(self._context, self, diagnosis, remedy)
        self.problem_text = diagnosis.title.rstrip(".")
        self._presenter.show_problem(
            diagnosis,
            is_pending=self._link is not None,
            pin_helps=self._request.can_use_pin and self.account is None and not about_keychain,
            has_back=self._go_back is not None,
        )
        if about_keychain and self._context.vault.is_locked:
            locked_remedy = self._remedy
            self._remedy = lambda: unlock_then(self._context, locked_remedy)
            self._remedy()

    def _show_inline(self, diagnosis: Diagnosis) -> bool:
        """Show the problem below the field that was used; return whether one was."""
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
        is_unsaved = self._context.services.sign_in.has_unsaved_grant(pending_id)
        if is_unsaved or (about_keychain and self._presenter.is_past(SignInStep.APPROVE)):
            return lambda: self._jobs.keep(pending_id)
        if diagnosis.remedy in RESTART_REMEDIES:
            return self._start_again
        return self._try_again

    def _read_sign_in(self) -> PendingSignIn | None:
        """Return the pending sign-in as it is now: its state may have changed since the link."""
        if self._link is None:
            return None
        pending = self._link.pending
        return self._context.snapshots.current.pending_sign_ins.get(pending.id, pending)

    def _try_again(self) -> None:
        pending = self._read_sign_in()
        if pending is None:
            self.start()
        else:
            self.resume(pending)

    def _start_again(self) -> None:
        """Get a new link for this sign-in; if X has granted something, revoke that first."""
        pending = self._read_sign_in()
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

    def _discard(self, *, starts_again: bool) -> None:
        """Revoke what the other account has granted, then end, or start for the expected one."""
        if self._sign_in_id is not None:
            self._starts_again = starts_again
            self.problem_text = self._dialog.other_account_page.summary
            self._remedy = self._revocation.run_next_step
            self._revocation.start(self._sign_in_id)

    def _handle_discarded(self) -> None:
        if self._starts_again:
            self.start()
        else:
            self._dialog.close_dialog()

    # -- footer ------------------------------------------------------------------------------------

    def _press_primary(self) -> None:
        page = self._dialog.current_page
        if page is self._dialog.pin_page:
            self._submit_pin()
        elif page is self._dialog.other_account_page:
            self._discard(starts_again=True)
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
            self._continue_in_browser()
        elif page is self._dialog.other_account_page:
            self._keep_other_account()
        elif page is self._dialog.problem_page:
            self._revocation.forget()
        else:
            self._dialog.close_dialog()

    def _continue_in_browser(self) -> None:
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

    # -- end ---------------------------------------------------------------------------------------

    def _press_cancel(self) -> None:
        if self._dialog.current_page is self._dialog.other_account_page:
            self._discard(starts_again=False)
            return
        self._forget_sign_in()
        self._dialog.close_dialog()

    def _return(self) -> None:
        """Ask again for what the sign-in was started with."""
        self._dialog.close_dialog()
        if self._go_back is not None:
            self._go_back()

    def _add_another(self) -> None:
        self._dialog.close_dialog()
        self._context.window.add_account(self._request.app_id)

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
