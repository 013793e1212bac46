"""Sign in and refresh tokens from the terminal, retrying if the keychain cannot save."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace

import click

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.jobs import JobProgress
from twauth_gui.cli.json_output import Json, RecordSerializer
from twauth_gui.cli.oauth2_output import format_missing_scopes
from twauth_gui.cli.prompts import read_pin_or_url
from twauth_gui.cli.session import Session
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.callback_response import (
    CallbackResponseError,
    OAuth1Response,
    OAuth2Response,
    parse_pasted_response,
)
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.display_text import name_in_sentence
from twauth_gui.domain.hosts import CONNECTED_APPS_URL, MANUAL_REVOCATION_HINT
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.services.container import Services
from twauth_gui.services.sign_in_requests import (
    LINK_PLACEHOLDER,
    AuthorizationLink,
    CompletedSignIn,
    SignInEvent,
    SignInRequest,
    SignInResult,
    WrongAccount,
    write_owner_message,
)

RETRY_SECONDS = 2.0
MAX_RETRIES = 60
_LATER = "later"
_MAYBE_GRANTED = (
    f" X may have granted it. {MANUAL_REVOCATION_HINT} The page is {CONNECTED_APPS_URL}"
)
_STILL_GRANTED = (
    f"X still accepts what it granted. {MANUAL_REVOCATION_HINT} The page is {CONNECTED_APPS_URL}"
)


class TerminalSignIn:
    """One sign-in on the terminal."""

    def __init__(self, session: Session, services: Services, *, as_json: bool) -> None:
        self._console = session.console
        self._services = services
        self._as_json = as_json
        self._pending: PendingSignIn | None = None

    # -- the link --------------------------------------------------------------------------------

    def start(self, request: SignInRequest) -> PendingSignIn:
        """Get a link and print it."""

        def job(cancel: CancelToken) -> AuthorizationLink:
            return self._services.sign_in.begin(request, JobProgress(cancel, _ignore_event))

        link = self._console.jobs.run(job)
        self._print_link(link)
        return link.pending

    def print_link_again(self, pending: PendingSignIn) -> None:
        """Print the link of a pending sign-in."""
        self._print_link(
            self._console.jobs.fetch(lambda _cancel: self._services.sign_in.get_link(pending.id))
        )

    def renew_link(self, pending: PendingSignIn) -> PendingSignIn:
        """Get a new link for a pending sign-in, and print it."""

        def job(cancel: CancelToken) -> AuthorizationLink:
            return self._services.sign_in.renew(pending.id, JobProgress(cancel, _ignore_event))

        link = self._console.jobs.run(job)
        self._print_link(link)
        return link.pending

    def print_resume_hint(self, pending: PendingSignIn) -> None:
        """Print how to continue after this command."""
        if not self._as_json:
            self._console.print_success(
                f"The sign-in is pending. Continue: {_format_resume_command(pending.id)} --pin -"
            )
        if (
            self._services.store.apps.get(pending.app_id).hosts.is_local
            and self._services.sandbox.is_running_here
        ):
            self._console.warn(
                "The sandbox ran only for this command, so its link no longer works."
                " Start the sandbox with twauth sandbox, then sign in again."
            )

    def _print_link(self, link: AuthorizationLink) -> None:
        pending, url = link.pending, link.url.reveal()
        self._pending = pending
        if self._as_json:
            entry: Json = {
                **self._make_serializer().serialize_pending_sign_in(pending),
                "url": url,
            }
            self._console.print_json_line({**entry, "callback": link.callback})
            return
        if pending.method is SignInMethod.LINK:
            self._console.print_success("Send this to the owner of the account:")
            label = self._make_serializer().label_of(pending.app_id)
            self._console.print_result(
                insert_link(write_owner_message(pending.expected_handle, label), link)
            )
            return
        who = f" as @{pending.expected_handle}" if pending.expected_handle else ""
        self._console.print_success(f"Open this page, log in{who}, and allow the app:")
        self._console.print_result(url)
        if pending.kind is CredentialKind.OAUTH2:
            self._console.note_once(_format_page_help(link.callback))

    # -- the response ----------------------------------------------------------------------------

    def wait_for_browser(self, request: SignInRequest) -> SignInResult:
        """Print a link and wait until the browser returns to the callback address."""

        def job(cancel: CancelToken) -> SignInResult:
            return self._services.sign_in.run_in_browser(
                request, JobProgress(cancel, self._on_event)
            )

        return self._run_until_saved(job)

    def wait_for_browser_again(self, pending: PendingSignIn) -> SignInResult:
        """Wait for the browser in a sign-in that was started earlier."""

        def job(cancel: CancelToken) -> SignInResult:
            progress = JobProgress(cancel, self._on_event)
            return self._services.sign_in.resume_in_browser(pending.id, progress)

        self._pending = pending
        return self._run_until_saved(job)

    def _on_event(self, event: SignInEvent) -> None:
        if isinstance(event, AuthorizationLink):
            self._print_link(event)
            self._console.note(
                "Waiting for the browser to return. If it cannot, press Ctrl+C and continue:"
                f" {_format_resume_command(event.pending.id)} --pin -"
            )

    def complete(self, pending: PendingSignIn, *, from_input: bool) -> SignInResult:
        """Read the PIN or the address, and exchange it for the credential."""
        self._pending = pending
        self._console.jobs.raise_if_interrupted()
        response = self._read_response(pending.kind, from_input=from_input)

        def job(cancel: CancelToken) -> SignInResult:
            return self._services.sign_in.complete(
                pending.id, response, JobProgress(cancel, _ignore_event)
            )

        return self._run_until_saved(job)

    def _read_response(
        self, kind: CredentialKind, *, from_input: bool
    ) -> OAuth1Response | OAuth2Response:
        while True:
            text = read_pin_or_url(self._console, kind, from_input=from_input)
            try:
                return parse_pasted_response(kind, text.reveal())
            except CallbackResponseError as error:
                if from_input or not self._console.can_ask:
                    raise CliError(ExitCode.USAGE, str(error)) from None
                self._console.warn(str(error))

    @contextmanager
    def remind_on_interrupt(self) -> Generator[None]:
        """Print how to continue the sign-in if its response is not entered."""
        try:
            yield
        except (KeyboardInterrupt, click.Abort, CancelledError, CliError):
            if self._pending is not None:
                self._print_reminder(self._pending.id)
            raise

    def _is_pending(self, pending_id: PendingSignInId) -> bool:
        return any(one.id == pending_id for one in self._services.store.pending_sign_ins.list_all())

    def _print_reminder(self, pending_id: PendingSignInId) -> None:
        if self._is_pending(pending_id):
            self._console.note(
                f"The sign-in is still pending. Continue: {_format_resume_command(pending_id)}"
            )

    # -- the credential --------------------------------------------------------------------------

    def _run_until_saved(self, job: Callable[[CancelToken], SignInResult]) -> SignInResult:
        """Run the job; if saving fails after X has granted access, retry it.

        It is one job with its retries: an interrupt between two jobs would not be handled.
        """

        def job_with_retries(cancel: CancelToken) -> SignInResult:
            try:
                return job(cancel)
            except DiagnosedError as error:
                if not self._has_unsaved_grant():
                    raise
                return self._retry_save(error, cancel)

        try:
            return self._console.jobs.run(job_with_retries)
        except DiagnosedError as error:
            if (
                error.diagnosis.kind is not ProblemKind.SIGN_IN_EXPIRED
                and not self._has_unsaved_grant()
            ):
                self._mention_pending(error.diagnosis)
            raise

    def _mention_pending(self, diagnosis: Diagnosis) -> None:
        """Mention the pending sign-in: as the next step, or beside another one."""
        if self._pending is None or not self._is_pending(self._pending.id):
            return
        if diagnosis.remedy is Remedy.START_AGAIN:
            subject = self._console.subject
            self._console.subject = replace(subject, pending=self._pending.id)
        else:
            self._print_reminder(self._pending.id)

    def _has_unsaved_grant(self) -> bool:
        return self._pending is not None and self._services.sign_in.has_unsaved_grant(
            self._pending.id
        )

    def _retry_save(self, error: DiagnosedError, cancel: CancelToken) -> SignInResult:
        self._console.print_diagnosis(error.diagnosis)
        self._console.warn(
            "X has granted access, and issues the credential only once. It is not saved yet, so"
            " this command keeps trying."
        )
        try:
            return self._save_with_retries(error, cancel)
        except (DiagnosedError, CancelledError):
            self._console.warn(f"The credential is not saved. {_STILL_GRANTED}")
            raise

    def _save_with_retries(self, error: DiagnosedError, cancel: CancelToken) -> SignInResult:
        if self._pending is None:
            raise error
        for _ in range(MAX_RETRIES):
            cancel.sleep(RETRY_SECONDS)
            try:
                return self._services.sign_in.save(
                    self._pending.id, JobProgress(cancel, _ignore_event)
                )
            except DiagnosedError as again:
                error = again
        raise error

    def report_outcome(self, outcome: SignInResult) -> None:
        """Print who is signed in, or ask what to do if another account than expected approved.

        Raises:
            CliError: another account approved, and there is no terminal to ask on.
        """
        if isinstance(outcome, WrongAccount):
            self._resolve_wrong_account(outcome.pending)
            return
        account = outcome.account
        if self._as_json:
            entry: Json = self._make_serializer().serialize_account(account)
            self._console.print_json_line({**entry, "missing_scopes": list(outcome.missing_scopes)})
            self._warn_of_outdated_places(outcome)
            return
        label = self._services.store.apps.get(account.app_id).label
        again = " again" if outcome.was_known else ""
        vault = name_in_sentence(self._services.store.vault.name)
        self._console.print_success(
            f"Signed in{again}: {label}/{account.at_handle}, saved in {vault}."
        )
        if outcome.missing_scopes:
            self._console.warn("X did not grant all requested scopes. Missing:")
            for line in format_missing_scopes(outcome.missing_scopes):
                self._console.warn(line)
        self._warn_of_outdated_places(outcome)

    def _warn_of_outdated_places(self, outcome: CompletedSignIn) -> None:
        """Name the places with the old credentials, if the account was here before."""
        from twauth_gui.services.placements import describe_outdated

        if not outcome.was_known:
            return
        account = outcome.account
        placements = self._services.placements
        found = self._console.jobs.fetch(
            lambda _cancel: placements.find_outdated(account_id=account.id)
        )
        if text := describe_outdated(found):
            self._console.warn(f"{text}. To update: twauth where {account.at_handle} --update")

    def _resolve_wrong_account(self, pending: PendingSignIn) -> None:
        granted, expected = f"@{pending.granted_handle}", f"@{pending.expected_handle}"
        title = f"{granted} approved, not {expected}."
        resume = _format_resume_command(pending.id)
        if not self._console.can_ask:
            raise CliError(
                ExitCode.FAILED,
                title,
                "Its credential is held until you choose:",
                [f"{resume} --keep", f"{resume} --discard"],
            )
        self._console.warn(f"{title} Its credential is held until you choose.")
        choices = click.Choice(["keep", "discard", _LATER])
        choice: str = click.prompt("What now", type=choices, default=_LATER, err=True)
        if choice == "keep":
            self.save_other_account(pending)
        elif choice == "discard":
            self.discard(pending)
        else:
            self._print_reminder(pending.id)

    def save_grant(self, pending: PendingSignIn) -> SignInResult:
        """Finish an interrupted sign-in that X has granted."""

        def job(cancel: CancelToken) -> SignInResult:
            return self._services.sign_in.save(pending.id, JobProgress(cancel, _ignore_event))

        return self._console.jobs.run(job)

    def save_other_account(self, pending: PendingSignIn) -> None:
        """Save the account that approved, although another was expected."""

        def job(cancel: CancelToken) -> SignInResult:
            return self._services.sign_in.save_other_account(
                pending.id, JobProgress(cancel, _ignore_event)
            )

        self.report_outcome(self._console.jobs.run(job))

    def discard(self, pending: PendingSignIn) -> None:
        """Cancel a sign-in; what X has granted is revoked first."""
        try:
            self._console.jobs.run(
                lambda cancel: self._services.sign_in.discard(pending.id, cancel)
            )
        except DiagnosedError as error:
            if error.diagnosis.remedy is Remedy.OPEN_CONNECTED_APPS:
                self._console.note(
                    f"To remove it here anyway: {_format_resume_command(pending.id)} --forget"
                )
            raise
        hint = _MAYBE_GRANTED if pending.is_possibly_granted else ""
        self._print_end(pending, "cancelled", f"The sign-in is cancelled.{hint}")

    def forget(self, pending: PendingSignIn) -> None:
        """Remove a sign-in here without asking X."""
        self._console.jobs.run(lambda _cancel: self._services.sign_in.forget(pending.id))
        hint = _MAYBE_GRANTED if pending.is_possibly_granted else ""
        if pending.state is not PendingState.WAITING:
            hint = f" {_STILL_GRANTED}"
        self._print_end(pending, "removed", f"The sign-in is removed.{hint}")

    def _print_end(self, pending: PendingSignIn, state: str, words: str) -> None:
        if self._as_json:
            self._console.print_json_line({"id": pending.id, "state": state})
        else:
            self._console.print_success(words)

    def _make_serializer(self) -> RecordSerializer:
        store = self._services.store
        return RecordSerializer(store.apps.list_all(), store.settings.active_account())


def insert_link(message: str, link: AuthorizationLink) -> str:
    """Replace the placeholder in a message to the owner with the link."""
    return message.replace(LINK_PLACEHOLDER, link.url.reveal())


def _format_page_help(callback: str) -> str:
    from twauth_gui.xapi.errors.messages.oauth2_errors import diagnose_page_error

    causes = [f"  Perhaps: {cause}" for cause in diagnose_page_error(callback).causes]
    title = (
        "If X's page says that something went wrong, it does not say why, and does not come back."
    )
    return "\n".join((title, *causes))


def _format_resume_command(pending_id: PendingSignInId) -> str:
    return f"twauth resume {pending_id}"


def _ignore_event(_event: SignInEvent) -> None:
    """Print nothing."""


def refresh_tokens(
    services: Services, account_id: AccountId, console: Console, *, is_only_near_expiry: bool
) -> TokenSet:
    """Renew the tokens; if saving fails after X has answered, retry for a while.

    is_only_near_expiry: renew only if the access token expires within minutes.

    Raises:
        DiagnosedError: X or the keychain refuses.
    """
    tokens = services.tokens

    def job(cancel: CancelToken) -> TokenSet:
        try:
            refresh = tokens.get_fresh if is_only_near_expiry else tokens.renew
            return refresh(account_id, cancel)
        except DiagnosedError as error:
            if not tokens.has_unsaved_tokens(account_id):
                raise
            console.print_diagnosis(error.diagnosis)
            console.warn(
                "X has issued the new tokens, and does so only once. They are not saved yet, so"
                " this command keeps trying."
            )
            return retry_save(error, cancel)

    def retry_save(error: DiagnosedError, cancel: CancelToken) -> TokenSet:
        for _ in range(MAX_RETRIES):
            cancel.sleep(RETRY_SECONDS)
            try:
                return tokens.get_fresh(account_id, cancel)
            except DiagnosedError as again:
                error = again
        raise error

    return console.jobs.run(job)
