"""What the sheet of a sign-in shows at each point of its way."""

from __future__ import annotations

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.addresses import CONSOLE
from twauth_gui.domain.attempts import PendingSignIn, SignInMethod
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind, Remedy
from twauth_gui.gui.apps.check_sheet import open_app_check
from twauth_gui.gui.apps.pretend_start import START
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.signin.sheet import Foot, SignInSheet
from twauth_gui.gui.signin.step_list import StepList
from twauth_gui.gui.when import clock, since
from twauth_gui.services.requests import SignedIn, SignInRequest
from twauth_gui.services.watch import AuthorizationLink, SignInStep, StepStarted
from twauth_gui.store.vault import mid_sentence

STARTING_AGAIN = frozenset(
    {Remedy.START_AGAIN, Remedy.SIGN_IN_AGAIN, Remedy.SIGN_IN_OAUTH2},
)
_BUTTON = {
    Remedy.EDIT_KEYS: "Change the keys",
    Remedy.UNLOCK: "Unlock",
    Remedy.START_SANDBOX: START,
    **dict.fromkeys(STARTING_AGAIN, "Start again"),
}


class Screens:
    """Puts pages, buttons and steps onto one sheet; decides nothing."""

    def __init__(self, desk: AppContext, request: SignInRequest) -> None:
        self._desk = desk
        self._app = desk.library.snapshot.apps.get(request.app_id)
        self.app_label = self._app.label if self._app else "the app"
        self._listened = ""
        label = self._app.label if self._app else ""
        self.sheet = SignInSheet(request.expected_handle, label, request.method, request.kind)
        self._steps = self._steps_of(request)
        self.sheet.view.elsewhere.connect(desk.window.open_address)
        self.sheet.browser.console_wanted.connect(lambda: desk.window.open_address(CONSOLE))
        problem = self.sheet.problem
        problem.page_wanted.connect(desk.window.open_address)
        problem.check_wanted.connect(lambda: open_app_check(desk, request.app_id))
        problem.copy_wanted.connect(desk.clipboard.put_plain)

    def _steps_of(self, request: SignInRequest) -> StepList:
        return StepList(
            request.method,
            app_label=self.app_label,
            keychain=mid_sentence(self._desk.vault.name),
            callback=self._callback,
            kind=request.kind,
        )

    @property
    def _callback(self) -> str:
        return self._listened or (self._app.callback if self._app else "")

    # -- steps -------------------------------------------------------------------------------------

    def renew(self, request: SignInRequest) -> None:
        """Begin the list of steps anew, perhaps for another way."""
        self._steps = self._steps_of(request)

    def begin(self, begun: StepStarted) -> None:
        """Show that a step has begun, and which of the app's addresses is listened at."""
        if begun.callback:
            self._listened = begun.callback
            self._steps.listen_at(begun.callback)
        self.step(begun.step)

    def step(self, step: SignInStep, note: str = "") -> None:
        """Show that a step has begun."""
        self._steps.begin(step, note)
        self._show_steps()

    def is_past(self, step: SignInStep) -> bool:
        return self._steps.is_past(step)

    def _show_steps(self) -> None:
        self.sheet.steps.set_steps(self._steps.steps())

    def _fail(self, words: str, note: str = "") -> None:
        self._steps.fail(words, note)
        self._show_steps()

    # -- pages -------------------------------------------------------------------------------------

    def busy(self, title: str, line: str, *, cancel: bool = True, later: bool = False) -> None:
        """Say what is being waited for."""
        self._show_steps()
        self.sheet.busy.show_words(title, line)
        self.sheet.show_page(self.sheet.busy, Foot(cancel=cancel, later=later))

    def browser(self, invitation: AuthorizationLink, *, opened: bool) -> None:
        """Wait for the browser's return; opened: the system took the address."""
        since, anywhere = self._since(invitation), invitation.attempt.method is SignInMethod.ADDRESS
        self.step(
            SignInStep.APPROVE, f"Since {since}" if anywhere else f"In your browser, since {since}"
        )
        self.sheet.browser.show_invitation(invitation, self.app_label, opened=opened)
        self.sheet.show_page(self.sheet.browser, Foot(later=True), self.sheet.browser)

    def view(self, invitation: AuthorizationLink) -> None:
        """Open the sign-in page inside the sheet."""
        self.step(SignInStep.APPROVE, "In the private view")
        self.sheet.show_page(self.sheet.view, Foot(secondary="Use your browser"), self.sheet.view)
        self.sheet.view.show_kind(invitation.attempt.kind)
        self.sheet.view.open(invitation.url, invitation.callback)

    def pin(self, invitation: AuthorizationLink) -> None:
        """Ask for the PIN."""
        self.step(SignInStep.APPROVE, f"Since {self._since(invitation)}")
        self.sheet.pin.show_invitation(invitation, self.app_label)
        foot = Foot(primary="Finish sign-in", later=True)
        self.sheet.show_page(self.sheet.pin, foot, self.sheet.pin.field)
        self.pin_ready(bool(self.sheet.pin.field.text()))

    def pin_again(self, diagnosis: Diagnosis) -> None:
        """Say under the field why the PIN was refused."""
        self.step(SignInStep.APPROVE)
        foot = Foot(primary="Finish sign-in", secondary="Start again", later=True)
        self.sheet.show_page(self.sheet.pin, foot, self.sheet.pin.field)
        self.sheet.pin.show_trouble(diagnosis.sentence())

    def pin_ready(self, ready: bool) -> None:  # noqa: FBT001 - also a slot
        """Offer to finish once there is something to send."""
        if self.sheet.page is self.sheet.pin:
            self.sheet.primary.setEnabled(ready)

    def problem(self, diagnosis: Diagnosis, *, begun: bool, pin_helps: bool) -> None:
        """Explain a failure; begun: there is a sign-in that can wait or be cancelled."""
        self._fail(diagnosis.title.rstrip("."), f"At {self._clock_now()}")
        self.sheet.problem.show_diagnosis(
            diagnosis, callback=self._callback, app_label=self.app_label
        )
        foot = Foot(
            primary=self._primary_for(diagnosis),
            later=begun,
            cancel=begun and not pin_helps,
            use_pin=pin_helps,
        )
        self.sheet.show_page(self.sheet.problem, foot)

    def _primary_for(self, diagnosis: Diagnosis) -> str:
        if diagnosis.kind in {ProblemKind.ATTEMPT_EXPIRED, ProblemKind.MAYBE_GRANTED}:
            return "Get a new link"
        return _BUTTON.get(diagnosis.remedy, "Try again")

    def not_taken_back(self, diagnosis: Diagnosis) -> None:
        """Say why X did not end the credentials, and offer to let go of them here."""
        self.sheet.problem.show_diagnosis(
            diagnosis, callback="", app_label=self.app_label, with_page=False
        )
        by_hand = diagnosis.remedy is Remedy.OPEN_CONNECTED_APPS
        primary = "Open connected apps" if by_hand else self._primary_for(diagnosis)
        foot = Foot(primary=primary, secondary="Forget it here", cancel=False, later=True)
        self.sheet.show_page(self.sheet.problem, foot)

    def after_by_hand(self) -> None:
        """Offer to ask X once more, or to let go, once the page was opened."""
        self.sheet.primary.setText("Try again")

    def other_account(self, attempt: PendingSignIn) -> None:
        """Ask what to do with the account that approved instead of the expected one."""
        self._steps.begin(SignInStep.COMPARE)
        self._fail("Another account approved")
        self.sheet.other.show_attempt(attempt)
        keep = f"Keep @{attempt.granted_handle}"
        foot = Foot(primary=keep, secondary="Discard", cancel=False, later=True)
        self.sheet.show_page(self.sheet.other, foot)

    def kept(
        self, account: Account, diagnosis: Diagnosis | None, outcome: SignedIn, *, after: str
    ) -> None:
        """Say who is signed in; after: what the primary button leads to instead of the export."""
        self._steps.finish()
        self._show_steps()
        self.sheet.kept.show_account(
            account, mid_sentence(self._desk.vault.name), diagnosis, again=outcome.again
        )
        if outcome.missing:
            self.sheet.kept.show_missing(outcome.missing)
        foot = Foot(primary=after or "Export…", secondary="Done", cancel=False)
        self.sheet.show_page(self.sheet.kept, foot)

    def _since(self, invitation: AuthorizationLink) -> str:
        return since(invitation.attempt.started_at, self._desk.now())

    def _clock_now(self) -> str:
        return clock(self._desk.now(), self._desk.now())
