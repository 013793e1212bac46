"""The dialog of one sign-in: its steps at the side, the current page beside them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.display_text import name_in_sentence
from twauth_gui.domain.hosts import CONSOLE_URL
from twauth_gui.domain.sign_in import PendingSignIn, SignInMethod
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.apps.app_check_dialog import open_app_check
from twauth_gui.gui.apps.remedies import START_SANDBOX_TEXT
from twauth_gui.gui.parts.avatar import Avatar
from twauth_gui.gui.parts.buttons import (
    Button,
    primary_button,
    quiet_button,
    quiet_danger_button,
    secondary_button,
)
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.parts.steps import Step, StepLayout, Steps, StepState
from twauth_gui.gui.signin.approval_pages import BrowserPage, BusyPage, PinPage
from twauth_gui.gui.signin.private_view_page import PrivateViewPage
from twauth_gui.gui.signin.result_pages import DonePage, OtherAccountPage, ProblemPage
from twauth_gui.gui.time_format import format_clock, format_since
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    SignInRequest,
    SignInStep,
    StepStarted,
)

_NOTABLE_SECONDS = 0.1


class StepTracker:
    """The steps of a sign-in method: their texts, the current one, how long the last one took."""

    def __init__(
        self,
        method: SignInMethod,
        *,
        app_label: str,
        keychain: str,
        callback: str,
        kind: CredentialKind = CredentialKind.OAUTH1,
    ) -> None:
        self._step_texts = _build_step_texts(method, app_label, keychain, callback)
        if kind is CredentialKind.OAUTH2:  # X is asked nothing before the user approves
            del self._step_texts[SignInStep.REQUEST_TOKEN]
        self._order = list(self._step_texts)
        self._current = 0
        self._failed = ""
        self._finished = False
        self._notes: dict[SignInStep, str] = {}
        self._since = time.monotonic()

    def set_listen_address(self, callback: str) -> None:
        """Show the address that Twauth listens at: the port of the first one may be in use."""
        if SignInStep.LISTEN in self._step_texts:
            self._step_texts[SignInStep.LISTEN] = _listen_texts(callback)

    def start(self, step: SignInStep, note: str = "") -> None:
        """Make a step the current one; the steps before it are done."""
        shown = SignInStep.SAVE if step is SignInStep.EXCHANGE else step
        index = self._order.index(shown)
        now = time.monotonic()
        took = now - self._since
        previous = self._order[self._current]
        if (
            index > self._current
            and previous is SignInStep.REQUEST_TOKEN
            and took >= _NOTABLE_SECONDS
        ):
            self._notes[previous] = f"In {took:.1f} s"
        self._current, self._since, self._failed = index, now, ""
        if note:
            self._notes[shown] = note

    def fail(self, text: str, note: str = "") -> None:
        """Mark the current step as failed."""
        self._failed = text
        if note:
            self._notes[self._order[self._current]] = note

    def finish(self) -> None:
        """Mark all steps as done."""
        self._finished = True

    def is_past(self, step: SignInStep) -> bool:
        """Whether this step is done."""
        return self._order.index(step) < self._current

    def steps(self) -> list[Step]:
        """Return the steps as the dialog shows them."""
        return [self._step(index, step) for index, step in enumerate(self._order)]

    def _step(self, index: int, step: SignInStep) -> Step:
        before, now, after = self._step_texts[step]
        note = self._notes.get(step, "")
        if self._finished or index < self._current:
            return Step(StepState.DONE, after, note if step is SignInStep.REQUEST_TOKEN else "")
        if index > self._current:
            return Step(StepState.TODO, before)
        if self._failed:
            return Step(StepState.FAIL, self._failed, note)
        return Step(StepState.NOW, now, note)


def _build_step_texts(
    method: SignInMethod, app_label: str, keychain: str, callback: str
) -> dict[SignInStep, tuple[str, str, str]]:
    """Return each step's texts: before, during and after it."""
    approve = "Waiting for approval" if method.uses_callback else "Waiting for the PIN"
    steps = {
        SignInStep.READ_KEYS: (
            f"Read the keys of {app_label}",
            f"Reading the keys of {app_label}",
            f"Read the keys of {app_label}",
        ),
        SignInStep.LISTEN: _listen_texts(callback),
        SignInStep.REQUEST_TOKEN: (
            "Get a sign-in token",
            "Asking X for a sign-in token",
            "Got a sign-in token",
        ),
        SignInStep.APPROVE: ("Approve", approve, "Approved"),
        SignInStep.SAVE: (
            f"Save in {keychain}",
            f"Saving in {keychain}",
            f"Saved in {keychain}",
        ),
        SignInStep.COMPARE: ("Check the account", "Checking the account", "Account checked"),
    }
    if method is not SignInMethod.BROWSER:
        del steps[SignInStep.LISTEN]
    return steps


def _listen_texts(callback: str) -> tuple[str, str, str]:
    address = urlsplit(callback).netloc
    return (f"Listen on {address}", f"Listening on {address}", f"Listening on {address}")


_HEIGHT = 500
_PRIVATE_VIEW_HEIGHT = 640


@dataclass(frozen=True, slots=True)
class FooterButtons:
    """Which buttons a page has; an empty text leaves a button out.

    cancel: the text of the one that discards what there is. back, another: change what the sign-in
    was started with; sign in another account.
    """

    primary: str = ""
    secondary: str = ""
    cancel: str = "Cancel sign-in"
    later: bool = False
    use_pin: bool = False
    back: bool = False
    another: bool = False


class SignInDialog(Dialog):
    """Shows one page at a time; SignInController decides which.

    Signals:
        cancel_pressed, pin_pressed, back_pressed, another_pressed, secondary_pressed,
            primary_pressed: a footer button.
    """

    cancel_pressed = Signal()
    back_pressed = Signal()
    another_pressed = Signal()
    pin_pressed = Signal()
    secondary_pressed = Signal()
    primary_pressed = Signal()

    def __init__(
        self,
        handle: str,
        app_label: str,
        method: SignInMethod,
        kind: CredentialKind = CredentialKind.OAUTH1,
        *,
        position: str = "",
        user_id: str = "",
    ) -> None:
        """user_id: of the account with that handle, if it is known."""
        wide = method is SignInMethod.EMBEDDED
        with_kind = " with OAuth 2.0" if kind is CredentialKind.OAUTH2 else ""
        super().__init__(
            (f"Sign in @{handle}" if handle else "Sign in an account") + with_kind,
            width=DialogWidth.W944 if wide else DialogWidth.W800,
            app_name=" · ".join(filter(None, (app_label, position))),
            avatar=Avatar.of(handle, user_id, 24) if handle else None,
            height=_PRIVATE_VIEW_HEIGHT if wide else _HEIGHT,
        )
        self.steps = Steps()
        self.busy_page = BusyPage()
        self.browser_page = BrowserPage()
        self.pin_page = PinPage()
        self.private_view_page = PrivateViewPage()
        self.problem_page = ProblemPage()
        self.other_account_page = OtherAccountPage()
        self.done_page = DonePage()
        self._pages = QStackedWidget()
        for page in (
            self.busy_page,
            self.browser_page,
            self.pin_page,
            self.private_view_page,
            self.problem_page,
            self.other_account_page,
            self.done_page,
        ):
            self._pages.addWidget(page)
        self.set_body(StepLayout(self.steps, self._pages, margins=False))
        self._build_footer()

    def _build_footer(self) -> None:
        self._cancel = quiet_danger_button("")
        self._use_pin = quiet_button("Use a PIN instead")
        self._back = quiet_button("Back", "arrow-left")
        self._another = quiet_button("Add another", "plus")
        self._secondary = secondary_button("")
        self._later = secondary_button("Finish later")
        self.primary = primary_button("")
        for button, signal in (
            (self._cancel, self.cancel_pressed),
            (self._use_pin, self.pin_pressed),
            (self._back, self.back_pressed),
            (self._another, self.another_pressed),
            (self._secondary, self.secondary_pressed),
            (self.primary, self.primary_pressed),
        ):
            button.clicked.connect(signal)
        self._later.clicked.connect(self.close_dialog)
        for left in (self._back, self._cancel, self._use_pin, self._another):
            self.add_left(left)
        for right in (self._secondary, self._later, self.primary):
            self.add_right(right)
        self.set_default(self.primary)

    @property
    def current_page(self) -> QWidget | None:
        """The page that is shown."""
        return self._pages.currentWidget()

    def show_page(
        self, page: QWidget, buttons: FooterButtons, focus: QWidget | None = None
    ) -> None:
        """Show a page with its buttons, and put the focus where typing or Enter is expected."""
        if page is not self.private_view_page and self.private_view_page.is_open:
            self.private_view_page.close_view()
        self._pages.setCurrentWidget(page)
        _set_button_text(self._cancel, buttons.cancel)
        self._use_pin.setVisible(buttons.use_pin)
        self._back.setVisible(buttons.back)
        self._another.setVisible(buttons.another)
        self._later.setVisible(buttons.later)
        _set_button_text(self._secondary, buttons.secondary)
        _set_button_text(self.primary, buttons.primary)
        self.primary.setEnabled(True)
        wanted = focus or (self.primary if buttons.primary else None)
        if wanted is not None:
            self.set_initial_focus(wanted)
            wanted.setFocus()
        self.layout_requested.emit()


def _set_button_text(button: Button, text: str) -> None:
    button.setText(text)
    button.short_text = text.partition(" @")[0].removesuffix(" as")  # the page names the account
    button.setVisible(bool(text))


RESTART_REMEDIES = frozenset(
    {Remedy.START_AGAIN, Remedy.SIGN_IN_AGAIN, Remedy.SIGN_IN_OAUTH2},
)
_REMEDY_TEXTS = {
    Remedy.EDIT_KEYS: "Change the keys",
    Remedy.UNLOCK: "Unlock",
    Remedy.START_SANDBOX: START_SANDBOX_TEXT,
    **dict.fromkeys(RESTART_REMEDIES, "Start again"),
}


class SignInPresenter:
    """Fills the dialog's pages, buttons and steps; SignInController decides which."""

    def __init__(self, context: AppContext, request: SignInRequest, position: str = "") -> None:
        """Make the dialog. position: of the sign-in in a list, such as "2 of 4"."""
        self._context = context
        self._app = context.snapshots.current.apps.get(request.app_id)
        self.app_label = self._app.label if self._app else "the app"
        self._listen_address = ""
        label, handle = self._app.label if self._app else "", request.expected_handle
        known = (one for one in context.snapshots.current.accounts.values() if one.handle == handle)
        self.dialog = SignInDialog(
            handle,
            label,
            request.method,
            request.kind,
            position=position,
            user_id=next((one.user_id for one in known), ""),
        )
        self._steps = self._build_steps(request)
        self.dialog.private_view_page.address_requested.connect(context.window.open_address)
        self.dialog.browser_page.console_requested.connect(
            lambda: context.window.open_address(CONSOLE_URL)
        )
        problem = self.dialog.problem_page
        problem.page_requested.connect(context.window.open_address)
        problem.check_requested.connect(lambda: open_app_check(context, request.app_id))
        problem.copy_requested.connect(context.clipboard.copy_plain)

    def _build_steps(self, request: SignInRequest) -> StepTracker:
        return StepTracker(
            request.method,
            app_label=self.app_label,
            keychain=name_in_sentence(self._context.vault.name),
            callback=self._callback,
            kind=request.kind,
        )

    @property
    def _callback(self) -> str:
        return self._listen_address or (self._app.callback if self._app else "")

    # -- steps -------------------------------------------------------------------------------------

    def reset_steps(self, request: SignInRequest) -> None:
        """Start the list of steps again, perhaps for another method."""
        self._steps = self._build_steps(request)

    def start_step(self, event: StepStarted) -> None:
        """Show that a step has started, and at which callback address Twauth listens."""
        if event.callback:
            self._listen_address = event.callback
            self._steps.set_listen_address(event.callback)
        self.show_step(event.step)

    def show_step(self, step: SignInStep, note: str = "") -> None:
        """Make a step the current one."""
        self._steps.start(step, note)
        self._show_steps()

    def is_past(self, step: SignInStep) -> bool:
        return self._steps.is_past(step)

    def _show_steps(self) -> None:
        self.dialog.steps.set_steps(self._steps.steps())

    def _fail_step(self, text: str, note: str = "") -> None:
        self._steps.fail(text, note)
        self._show_steps()

    # -- pages -------------------------------------------------------------------------------------

    def show_busy(self, title: str, line: str, *, cancel: bool = True, later: bool = False) -> None:
        """Say what Twauth waits for."""
        self._show_steps()
        self.dialog.busy_page.show_text(title, line)
        buttons = FooterButtons(later=later) if cancel else FooterButtons(cancel="", later=later)
        self.dialog.show_page(self.dialog.busy_page, buttons)

    def show_browser_page(self, link: AuthorizationLink, *, opened: bool) -> None:
        """Wait for the browser's return. opened: the system accepted the address."""
        since = self._start_words(link)
        anywhere = link.pending.method is SignInMethod.ADDRESS
        self.show_step(
            SignInStep.APPROVE, f"Since {since}" if anywhere else f"In your browser, since {since}"
        )
        self.dialog.browser_page.show_link(link, self.app_label, opened=opened)
        self.dialog.show_page(
            self.dialog.browser_page, FooterButtons(later=True), self.dialog.browser_page
        )

    def show_private_view(self, link: AuthorizationLink) -> None:
        """Open the sign-in page inside the dialog."""
        self.show_step(SignInStep.APPROVE, "In the private view")
        self.dialog.show_page(
            self.dialog.private_view_page,
            FooterButtons(secondary="Use your browser"),
            self.dialog.private_view_page,
        )
        self.dialog.private_view_page.show_kind(link.pending.kind)
        self.dialog.private_view_page.open_view(link.url, link.callback)

    def show_pin_page(self, link: AuthorizationLink) -> None:
        """Ask for the PIN."""
        self.show_step(SignInStep.APPROVE, f"Since {self._start_words(link)}")
        self.dialog.pin_page.show_link(link, self.app_label)
        buttons = FooterButtons(primary="Finish sign-in", later=True)
        self.dialog.show_page(self.dialog.pin_page, buttons, self.dialog.pin_page.field)
        self.enable_finish(bool(self.dialog.pin_page.field.text()))

    def show_pin_problem(self, diagnosis: Diagnosis) -> None:
        """Say below the field why the PIN was refused."""
        self.show_step(SignInStep.APPROVE)
        buttons = FooterButtons(primary="Finish sign-in", later=True)
        self.dialog.show_page(self.dialog.pin_page, buttons, self.dialog.pin_page.field)
        self.dialog.pin_page.show_problem(diagnosis.to_sentence())

    def enable_finish(self, ready: bool) -> None:  # noqa: FBT001 - also a slot
        """Offer to finish once there is something to send."""
        if self.dialog.current_page is self.dialog.pin_page:
            self.dialog.primary.setEnabled(ready)

    def show_problem(
        self, diagnosis: Diagnosis, *, is_pending: bool, pin_helps: bool, has_back: bool
    ) -> None:
        """Explain a failure. is_pending: there is a sign-in that can wait or be cancelled.

        has_back: what the sign-in was started with can be changed.
        """
        self._fail_step(diagnosis.title.rstrip("."), f"At {self._time_words()}")
        self.dialog.problem_page.show_diagnosis(
            diagnosis, callback=self._callback, app_label=self.app_label
        )
        buttons = FooterButtons(
            primary=self._primary_text(diagnosis),
            later=is_pending,
            cancel="Cancel sign-in" if is_pending and not pin_helps else "",
            use_pin=pin_helps,
            back=has_back and not is_pending,
        )
        self.dialog.show_page(self.dialog.problem_page, buttons)

    def _primary_text(self, diagnosis: Diagnosis) -> str:
        if diagnosis.kind in {ProblemKind.SIGN_IN_EXPIRED, ProblemKind.MAYBE_GRANTED}:
            return "Get a new link"
        return _REMEDY_TEXTS.get(diagnosis.remedy, "Try again")

    def show_revocation_problem(self, diagnosis: Diagnosis) -> None:
        """Say why X did not revoke the credentials, and offer to forget them here."""
        self.dialog.problem_page.show_diagnosis(
            diagnosis, callback="", app_label=self.app_label, with_page=False
        )
        is_manual = diagnosis.remedy is Remedy.OPEN_CONNECTED_APPS
        primary = "Open connected apps" if is_manual else self._primary_text(diagnosis)
        buttons = FooterButtons(primary=primary, secondary="Forget it here", cancel="", later=True)
        self.dialog.show_page(self.dialog.problem_page, buttons)

    def offer_retry(self) -> None:
        """Offer to ask X once more, after its page was opened."""
        self.dialog.primary.setText("Try again")

    def show_other_account(self, pending: PendingSignIn) -> None:
        """Ask what to do with the account that approved instead of the expected one."""
        self._steps.start(SignInStep.COMPARE)
        self._fail_step("Another account approved")
        self.dialog.other_account_page.show_sign_in(pending)
        buttons = FooterButtons(
            primary=f"Try again as @{pending.expected_handle}",
            secondary=f"Keep @{pending.granted_handle}",
            cancel="Discard",
            later=True,
        )
        self.dialog.show_page(self.dialog.other_account_page, buttons)

    def show_account(
        self,
        account: Account,
        diagnosis: Diagnosis | None,
        outcome: CompletedSignIn,
        *,
        next_text: str,
    ) -> None:
        """Show the account that signed in. next_text: the primary button, instead of the export."""
        self._steps.finish()
        self._show_steps()
        self.dialog.done_page.show_account(
            account, name_in_sentence(self._context.vault.name), diagnosis, again=outcome.was_known
        )
        if outcome.missing_scopes:
            self.dialog.done_page.show_missing_scopes(outcome.missing_scopes)
        buttons = FooterButtons(
            primary=next_text or "Export…",
            secondary="Done",
            cancel="",
            another=not next_text and not outcome.was_known,
        )
        self.dialog.show_page(self.dialog.done_page, buttons)

    def _start_words(self, link: AuthorizationLink) -> str:
        return format_since(link.pending.started_at, self._context.now())

    def _time_words(self) -> str:
        return format_clock(self._context.now(), self._context.now())
