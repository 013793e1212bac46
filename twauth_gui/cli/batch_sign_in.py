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
    BatchStatus.SIGNED_IN: "in",
    BatchStatus.PENDING: "waits for its answer",
    BatchStatus.QUEUED: "not begun",
    BatchStatus.FAILED: "not in",
    BatchStatus.SKIPPED: "skipped",
}


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """How the answer comes in. leaves: not now. from_input: on standard input, unasked."""

    is_left_pending: bool
    is_from_stdin: bool
    as_json: bool


def sign_in_one(
    session: Session, services: Services, request: SignInRequest, how: ResponseOptions
) -> None:
    """Print the link of one sign-in, and finish it unless it is left for later."""
    sign_in = TerminalSignIn(session, services, as_json=how.as_json)
    session.console.subject = FailureSubject(
        services.store.apps.get(request.app_id).label,
        request.expected_handle,
        oauth2=request.kind is CredentialKind.OAUTH2,
    )
    if how.is_left_pending:
        sign_in.print_resume_hint(sign_in.start(request))
        return
    if request.method is SignInMethod.BROWSER and not how.is_from_stdin:
        sign_in.report_outcome(sign_in.wait_for_browser(request))
        return
    with sign_in.remind_on_interrupt():
        outcome = sign_in.complete(sign_in.start(request), from_input=how.is_from_stdin)
    sign_in.report_outcome(outcome)


class TerminalBatch:
    """One command with several handles: what keeps one out does not keep out the next."""

    def __init__(self, session: Session, services: Services, how: ResponseOptions) -> None:
        self._session = session
        self._console = session.console
        self._services = services
        self._options = how
        self._codes = [ExitCode.DONE]
        self._started_ids: set[PendingSignInId] = set()

    def run(self, request: SignInRequest, handles: Sequence[str]) -> int:
        """Sign each of them in; tell at the end who is in and who is not, and give the exit code.

        Raises:
            CancelledError: the person ended it; also told is who is in by then.
        """
        wishes = tuple(map(BatchItem, handles))
        several = BatchSignIn(
            request.app_id,
            request.method,
            self._services.now(),
            wishes,
            request.options,
            request.kind,
            request.scopes,
        )
        try:
            for handle in handles:
                asked = replace(request, expected_handle=handle, pending_id=new_pending_id())
                self._started_ids.add(asked.pending_id)
                several = several.with_item(handle, error=self._sign_in_one(asked))
        finally:
            self._print_summary(several)
        return max(self._codes)

    def _sign_in_one(self, request: SignInRequest) -> str:
        """Sign one in; give what kept it out, "" for nothing."""
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

    def _print_summary(self, several: BatchSignIn) -> None:
        store = self._services.store
        accounts, tokens = store.accounts.list_all(), store.tokens.all_facts()
        # An earlier call may have left a sign-in of the same handle, which is another link's.
        pending_sign_ins = [
            one for one in store.pending_sign_ins.list_all() if one.id in self._started_ids
        ]
        rows: list[tuple[str, BatchStatus, str, PendingSignInId | None]] = []
        for wish in several.items:
            standing = several.status_of(wish, accounts, pending_sign_ins, tokens)
            pending = several.find_pending(wish, pending_sign_ins)
            more = wish.error if pending is None else f"twauth resume {pending.id}"
            more = "" if standing is BatchStatus.SIGNED_IN else more
            rows.append((wish.handle, standing, more, pending.id if pending else None))
        if self._options.as_json:
            shapes = [
                {"handle": handle, "standing": standing.value, "attempt": pending, "more": more}
                for handle, standing, more, pending in rows
            ]
            self._console.print_json_line({"several": shapes})
            return
        lines = [
            (f"@{handle}", _STATUS_WORDS[standing], more) for handle, standing, more, _ in rows
        ]
        self._console.note_lines(
            format_table(("ACCOUNT", "STANDING", "WHY, OR HOW IT GOES ON"), lines)
        )
        left = [handle for handle, standing, *_ in rows if standing is BatchStatus.QUEUED]
        if left:
            names = " ".join(f"--expect @{handle}" for handle in left)
            self._console.note(f"To go on with the rest: twauth authorize … {names}")
