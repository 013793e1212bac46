"""The sign-in as a command shows it: the link out, the answer in, the credential kept."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace

import click

from twauth_gui.cli.entering import read_answer
from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.jobs import JobWatch
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session
from twauth_gui.cli.shapes import Json, Shapes
from twauth_gui.cli.token_lines import missing_words
from twauth_gui.domain.addresses import CONNECTED_APPS, END_BY_HAND
from twauth_gui.domain.answer import CallbackResponseError, OAuth1Response
from twauth_gui.domain.answers import read_brought_back
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.code_answer import OAuth2Response
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.services.kit import Services
from twauth_gui.services.owner_message import LINK, owner_message
from twauth_gui.services.requests import Outcome, SignInRequest, WrongAccount
from twauth_gui.services.watch import AuthorizationLink, SignInEvent
from twauth_gui.store.vault import mid_sentence

RETRY_SECONDS = 2.0
RETRIES = 60
_LATER = "later"
_MAYBE_GRANTED = f" X may have granted it. {END_BY_HAND} The page is {CONNECTED_APPS}"
_STILL_GRANTED = f"X still accepts what it granted. {END_BY_HAND} The page is {CONNECTED_APPS}"


class TerminalSignIn:
    """One sign-in of one command."""

    def __init__(self, session: Session, kit: Services, *, as_json: bool) -> None:
        self._console = session.console
        self._kit = kit
        self._as_json = as_json
        self._invited: PendingSignIn | None = None

    # -- the link --------------------------------------------------------------------------------

    def begin(self, request: SignInRequest) -> PendingSignIn:
        """Get a link and print it."""

        def job(cancel: CancelToken) -> AuthorizationLink:
            return self._kit.sign_in.begin(request, JobWatch(cancel, _silent))

        invitation = self._console.jobs.run(job)
        self._invite(invitation)
        return invitation.attempt

    def invite_again(self, attempt: PendingSignIn) -> None:
        """Print the link of a sign-in that waits."""
        self._invite(
            self._console.jobs.fetch(lambda _cancel: self._kit.sign_in.invitation(attempt.id))
        )

    def renew(self, attempt: PendingSignIn) -> PendingSignIn:
        """Get a new link for a sign-in that waits, and print it."""

        def job(cancel: CancelToken) -> AuthorizationLink:
            return self._kit.sign_in.renew(attempt.id, JobWatch(cancel, _silent))

        invitation = self._console.jobs.run(job)
        self._invite(invitation)
        return invitation.attempt

    def leave(self, attempt: PendingSignIn) -> None:
        """Say how it goes on when the command has ended."""
        if not self._as_json:
            self._console.done(f"The sign-in waits. Go on with: {_resume(attempt.id)} --pin -")
        if (
            self._kit.store.apps.get(attempt.app_id).hosts.is_local
            and self._kit.pretend_x.runs_here
        ):
            self._console.warn(
                "The pretend X ran for this command only, and with it the link has ended."
                " Start it with twauth sandbox, then sign in again."
            )

    def _invite(self, invitation: AuthorizationLink) -> None:
        attempt, url = invitation.attempt, invitation.url.reveal()
        self._invited = attempt
        if self._as_json:
            shape: Json = {**self._shapes().attempt(attempt), "url": url}
            self._console.json_line({**shape, "callback": invitation.callback})
            return
        if attempt.method is SignInMethod.LINK:
            self._console.done("Send this to the owner of the account:")
            label = self._shapes().label(attempt.app_id)
            self._console.result(written(owner_message(attempt.expected_handle, label), invitation))
            return
        who = f" as @{attempt.expected_handle}" if attempt.expected_handle else ""
        self._console.done(f"Open this page, log in{who}, and allow the app:")
        self._console.result(url)
        if attempt.kind is CredentialKind.OAUTH2:
            self._console.note_once(_page_help(invitation.callback))

    # -- the answer ------------------------------------------------------------------------------

    def wait_for_browser(self, request: SignInRequest) -> Outcome:
        """Print a link and wait until the browser comes back by itself."""

        def job(cancel: CancelToken) -> Outcome:
            return self._kit.sign_in.in_browser(request, JobWatch(cancel, self._tell))

        return self._carefully(job)

    def wait_again(self, attempt: PendingSignIn) -> Outcome:
        """Wait for the browser in a sign-in that was begun earlier."""

        def job(cancel: CancelToken) -> Outcome:
            watch = JobWatch(cancel, self._tell)
            return self._kit.sign_in.resume_in_browser(attempt.id, watch)

        self._invited = attempt
        return self._carefully(job)

    def _tell(self, news: SignInEvent) -> None:
        if isinstance(news, AuthorizationLink):
            self._invite(news)
            self._console.note(
                "Waiting for the browser to come back. If it cannot, end this with Ctrl+C and go"
                f" on with: {_resume(news.attempt.id)} --pin -"
            )

    def answer(self, attempt: PendingSignIn, *, from_input: bool) -> Outcome:
        """Read the PIN or the address, and trade it for the credential."""
        self._invited = attempt
        self._console.jobs.heed_interrupt()
        answer = self._read(attempt.kind, from_input=from_input)

        def job(cancel: CancelToken) -> Outcome:
            return self._kit.sign_in.complete(attempt.id, answer, JobWatch(cancel, _silent))

        return self._carefully(job)

    def _read(self, kind: CredentialKind, *, from_input: bool) -> OAuth1Response | OAuth2Response:
        while True:
            text = read_answer(self._console, kind, from_input=from_input)
            try:
                return read_brought_back(kind, text.reveal())
            except CallbackResponseError as error:
                if from_input or not self._console.can_ask:
                    raise CliError(ExitCode.USAGE, str(error)) from None
                self._console.warn(str(error))

    @contextmanager
    def reminding(self) -> Generator[None]:
        """Where the answer does not come, say how the sign-in goes on."""
        try:
            yield
        except (KeyboardInterrupt, click.Abort, CancelledError, CliError):
            if self._invited is not None:
                self._remind(self._invited.id)
            raise

    def _waits(self, attempt_id: PendingSignInId) -> bool:
        return any(one.id == attempt_id for one in self._kit.store.pending_sign_ins.all())

    def _remind(self, attempt_id: PendingSignInId) -> None:
        if self._waits(attempt_id):
            self._console.note(f"The sign-in still waits. Go on with: {_resume(attempt_id)}")

    # -- the credential --------------------------------------------------------------------------

    def _carefully(self, job: Callable[[CancelToken], Outcome]) -> Outcome:
        """Run the job; where the keychain fails after X has granted, do not let go of it.

        All of it is one job: between two an interrupt would find nobody who waits for it.
        """

        def careful(cancel: CancelToken) -> Outcome:
            try:
                return job(cancel)
            except DiagnosedError as error:
                if not self._holds():
                    raise
                return self._keep_trying(error, cancel)

        try:
            return self._console.jobs.run(careful)
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.ATTEMPT_EXPIRED and not self._holds():
                self._point_to_waiting(error.diagnosis)
            raise

    def _point_to_waiting(self, diagnosis: Diagnosis) -> None:
        """Name the sign-in that waits: as the next step, or beside another one."""
        if self._invited is None or not self._waits(self._invited.id):
            return
        if diagnosis.remedy is Remedy.START_AGAIN:
            subject = self._console.subject
            self._console.subject = replace(subject, attempt=self._invited.id)
        else:
            self._remind(self._invited.id)

    def _holds(self) -> bool:
        return self._invited is not None and self._kit.sign_in.holds(self._invited.id)

    def _keep_trying(self, error: DiagnosedError, cancel: CancelToken) -> Outcome:
        self._console.diagnosis(error.diagnosis)
        self._console.warn(
            "X has granted the credential, and gives it only once. It is not stored yet, so this"
            " command goes on trying."
        )
        try:
            return self._keep(error, cancel)
        except (DiagnosedError, CancelledError):
            self._console.warn(f"The credential is not stored. {_STILL_GRANTED}")
            raise

    def _keep(self, error: DiagnosedError, cancel: CancelToken) -> Outcome:
        if self._invited is None:
            raise error
        for _ in range(RETRIES):
            cancel.sleep(RETRY_SECONDS)
            try:
                return self._kit.sign_in.keep(self._invited.id, JobWatch(cancel, _silent))
            except DiagnosedError as again:
                error = again
        raise error

    def finish(self, outcome: Outcome) -> None:
        """Tell who is signed in, or ask what to do with another account than the expected one.

        Raises:
            RefusedError: another account approved, and nobody has chosen to keep it.
        """
        if isinstance(outcome, WrongAccount):
            self._choose(outcome.attempt)
            return
        account = outcome.account
        if self._as_json:
            shape: Json = self._shapes().account(account)
            self._console.json_line({**shape, "missing_scopes": list(outcome.missing)})
            return
        label = self._kit.store.apps.get(account.app_id).label
        again = " again" if outcome.again else ""
        place = mid_sentence(self._kit.store.vault.name)
        self._console.done(f"Signed in{again}: {label}/{account.at_handle}, kept in {place}.")
        if outcome.missing:
            self._console.warn("X did not grant all that was asked for. Missing:")
            for line in missing_words(outcome.missing):
                self._console.warn(line)

    def _choose(self, attempt: PendingSignIn) -> None:
        granted, expected = f"@{attempt.granted_handle}", f"@{attempt.expected_handle}"
        title = f"{granted} approved, not {expected}."
        resume = _resume(attempt.id)
        if not self._console.can_ask:
            raise CliError(
                ExitCode.FAILED,
                title,
                "Its credential is held until you choose:",
                [f"{resume} --keep", f"{resume} --discard"],
            )
        self._console.warn(f"{title} Its credential is held until you choose.")
        ways = click.Choice(["keep", "discard", _LATER])
        chosen: str = click.prompt("What now", type=ways, default=_LATER, err=True)
        if chosen == "keep":
            self.keep_other(attempt)
        elif chosen == "discard":
            self.discard(attempt)
        else:
            self._remind(attempt.id)

    def keep(self, attempt: PendingSignIn) -> Outcome:
        """Finish a sign-in that X has granted and that was cut off."""

        def job(cancel: CancelToken) -> Outcome:
            return self._kit.sign_in.keep(attempt.id, JobWatch(cancel, _silent))

        return self._console.jobs.run(job)

    def keep_other(self, attempt: PendingSignIn) -> None:
        """Keep the account that approved, although another was expected."""

        def job(cancel: CancelToken) -> Outcome:
            return self._kit.sign_in.keep_other(attempt.id, JobWatch(cancel, _silent))

        self.finish(self._console.jobs.run(job))

    def discard(self, attempt: PendingSignIn) -> None:
        """Give a sign-in up; what X has granted is taken back there first."""
        try:
            self._console.jobs.run(lambda cancel: self._kit.sign_in.discard(attempt.id, cancel))
        except DiagnosedError as error:
            if error.diagnosis.remedy is Remedy.OPEN_CONNECTED_APPS:
                self._console.note(f"To drop it here all the same: {_resume(attempt.id)} --forget")
            raise
        maybe = _MAYBE_GRANTED if attempt.may_be_granted else ""
        self._ended(attempt, "given-up", f"The sign-in is given up.{maybe}")

    def forget(self, attempt: PendingSignIn) -> None:
        """Drop a sign-in here without asking X."""
        self._console.jobs.run(lambda _cancel: self._kit.sign_in.forget(attempt.id))
        granted = attempt.state is not PendingState.WAITING
        maybe = _MAYBE_GRANTED if attempt.may_be_granted else ""
        still = f" {_STILL_GRANTED}" if granted else maybe
        self._ended(attempt, "dropped", f"The sign-in is dropped.{still}")

    def _ended(self, attempt: PendingSignIn, state: str, words: str) -> None:
        if self._as_json:
            self._console.json_line({"id": attempt.id, "state": state})
        else:
            self._console.done(words)

    def _shapes(self) -> Shapes:
        store = self._kit.store
        return Shapes(store.apps.all(), store.settings.active_account())


def written(words: str, invitation: AuthorizationLink) -> str:
    """Put the link where it belongs."""
    return words.replace(LINK, invitation.url.reveal())


def _page_help(callback: str) -> str:
    from twauth_gui.xapi.oauth2_words import page_went_wrong

    causes = [f"  Perhaps: {cause}" for cause in page_went_wrong(callback).causes]
    head = (
        "If X's page says that something went wrong, it does not say why, and nothing comes back."
    )
    return "\n".join((head, *causes))


def _resume(attempt_id: PendingSignInId) -> str:
    return f"twauth resume {attempt_id}"


def _silent(_news: SignInEvent) -> None:
    """Nothing is worth a line."""
