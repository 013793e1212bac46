"""Sign several accounts in, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from twauth_gui.cli.errors import CliError, ExitCode, FailureSubject, exit_code_of
from twauth_gui.cli.session import Session
from twauth_gui.cli.sign_in import TerminalSignIn
from twauth_gui.cli.table import format_table
from twauth_gui.domain.batch_sign_in import BatchItem, BatchSignIn, BatchStatus
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.sign_in import PendingSignInId, SignInMethod
from twauth_gui.services.container import Services
from twauth_gui.services.sign_in_requests import SignInRequest, new_pending_id

_STATUS_WORDS = {
    BatchStatus.SIGNED_IN: "signed in",
    BatchStatus.PENDING: "pending",
    BatchStatus.QUEUED: "not started",
    BatchStatus.FAILED: "failed",
    BatchStatus.SKIPPED: "skipped",
}


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """How the PIN or address is read.

    is_left_pending: not now, by a later command. is_from_stdin: from standard input, without a
    prompt.
    """

    is_left_pending: bool
    is_from_stdin: bool
    as_json: bool


def sign_in_one(
    session: Session, services: Services, request: SignInRequest, options: ResponseOptions
) -> None:
    """Print the link of one sign-in, and finish it unless it is left pending.

    Raises:
        CliError: another account approved, and the user did not choose what to do with it.
        DiagnosedError: X or the vault refuses.
    """
    sign_in = TerminalSignIn(session, services, as_json=options.as_json)
    session.console.subject = FailureSubject(
        services.store.apps.get(request.app_id).label,
        request.expected_handle,
        oauth2=request.kind is CredentialKind.OAUTH2,
    )
    if options.is_left_pending:
        sign_in.print_resume_hint(sign_in.start(request))
        return
    if request.method is SignInMethod.BROWSER and not options.is_from_stdin:
        sign_in.report_outcome(sign_in.wait_for_browser(request))
        return
    with sign_in.remind_on_interrupt():
        outcome = sign_in.complete(sign_in.start(request), from_input=options.is_from_stdin)
    sign_in.report_outcome(outcome)


class TerminalBatch:
    """Signs several accounts in; a failure of one does not stop the next."""

    def __init__(self, session: Session, services: Services, options: ResponseOptions) -> None:
        self._session = session
        self._console = session.console
        self._services = services
        self._options = options
        self._codes = [ExitCode.DONE]
        self._started_ids: set[PendingSignInId] = set()

    def run(self, request: SignInRequest, handles: Sequence[str]) -> int:
        """Sign each account in, print a summary at the end, and return the exit code.

        Raises:
            CancelledError: the user cancelled; the summary is printed before.
        """
        items = tuple(map(BatchItem, handles))
        batch = BatchSignIn(
            request.app_id,
            request.method,
            self._services.now(),
            items,
            request.options,
            request.kind,
            request.scopes,
        )
        try:
            for handle in handles:
                one = replace(request, expected_handle=handle, pending_id=new_pending_id())
                self._started_ids.add(one.pending_id)
                batch = batch.with_item(handle, error=self._sign_in_one(one))
        finally:
            self._print_summary(batch)
        return max(self._codes)

    def _sign_in_one(self, request: SignInRequest) -> str:
        """Sign one account in; return what went wrong, "" for nothing."""
        self._console.note(f"@{request.expected_handle}")
        try:
            sign_in_one(self._session, self._services, request, self._options)
        except DiagnosedError as error:
            self._console.print_diagnosis(error.diagnosis)
            self._codes.append(exit_code_of(error.diagnosis))
            return error.diagnosis.title
        except CliError as error:
            self._console.print_problem(
                error.title, error.advice, [f"  {one}" for one in error.choices]
            )
            self._codes.append(error.code)
            return error.title
        return ""

    def _print_summary(self, batch: BatchSignIn) -> None:
        store = self._services.store
        accounts, tokens = store.accounts.list_all(), store.tokens.list_metadata()
        # An earlier command may have left a sign-in of the same handle, with another link.
        pending_sign_ins = [
            one for one in store.pending_sign_ins.list_all() if one.id in self._started_ids
        ]
        rows: list[tuple[str, BatchStatus, str, PendingSignInId | None]] = []
        for item in batch.items:
            status = batch.status_of(item, accounts, pending_sign_ins, tokens)
            pending = batch.find_pending(item, pending_sign_ins)
            more = item.error if pending is None else f"twauth resume {pending.id}"
            more = "" if status is BatchStatus.SIGNED_IN else more
            rows.append((item.handle, status, more, pending.id if pending else None))
        if self._options.as_json:
            entries = [
                {"handle": handle, "status": status.value, "attempt": pending_id, "more": more}
                for handle, status, more, pending_id in rows
            ]
            self._console.print_json_line({"batch": entries})
            return
        lines = [(f"@{handle}", _STATUS_WORDS[status], more) for handle, status, more, _ in rows]
        self._console.note_lines(format_table(("ACCOUNT", "STATUS", "REASON OR NEXT STEP"), lines))
        left = [handle for handle, status, *_ in rows if status is BatchStatus.QUEUED]
        if left:
            names = " ".join(f"--expect @{handle}" for handle in left)
            self._console.note(f"To continue with the rest: twauth authorize … {names}")
