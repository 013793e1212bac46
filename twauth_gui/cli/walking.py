"""Signs several accounts in, one after the other, as a command leads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from twauth_gui.cli.exit_codes import ExitCode, exit_code_of
from twauth_gui.cli.next_steps import FailureSubject
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session
from twauth_gui.cli.signing import TerminalSignIn
from twauth_gui.cli.table import table
from twauth_gui.domain.attempts import PendingSignInId, SignInMethod
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.several import BatchItem, BatchSignIn, BatchStatus
from twauth_gui.services.kit import Services
from twauth_gui.services.requests import SignInRequest, new_attempt_id

_WORDS = {
    BatchStatus.IN: "in",
    BatchStatus.BEGUN: "waits for its answer",
    BatchStatus.WAITS: "not begun",
    BatchStatus.OUT: "not in",
    BatchStatus.SKIPPED: "skipped",
}


@dataclass(frozen=True, slots=True)
class How:
    """How the answer comes in. leaves: not now. from_input: on standard input, unasked."""

    leaves: bool
    from_input: bool
    as_json: bool


def sign_in_one(session: Session, kit: Services, request: SignInRequest, how: How) -> None:
    """Print the link of one sign-in, and finish it unless it is left for later."""
    sign_in = TerminalSignIn(session, kit, as_json=how.as_json)
    session.console.subject = FailureSubject(
        kit.store.apps.get(request.app_id).label,
        request.expected_handle,
        oauth2=request.kind is CredentialKind.OAUTH2,
    )
    if how.leaves:
        sign_in.leave(sign_in.begin(request))
        return
    if request.method is SignInMethod.BROWSER and not how.from_input:
        sign_in.finish(sign_in.wait_for_browser(request))
        return
    with sign_in.reminding():
        outcome = sign_in.answer(sign_in.begin(request), from_input=how.from_input)
    sign_in.finish(outcome)


class TerminalBatch:
    """One command with several handles: what keeps one out does not keep out the next."""

    def __init__(self, session: Session, kit: Services, how: How) -> None:
        self._session = session
        self._console = session.console
        self._kit = kit
        self._how = how
        self._codes = [ExitCode.DONE]
        self._begun: set[PendingSignInId] = set()

    def run(self, request: SignInRequest, handles: Sequence[str]) -> int:
        """Sign each of them in; tell at the end who is in and who is not, and give the exit code.

        Raises:
            CancelledError: the person ended it; also told is who is in by then.
        """
        wishes = tuple(map(BatchItem, handles))
        several = BatchSignIn(
            request.app_id,
            request.method,
            self._kit.now(),
            wishes,
            request.options,
            request.kind,
            request.scopes,
        )
        try:
            for handle in handles:
                asked = replace(request, expected_handle=handle, attempt_id=new_attempt_id())
                self._begun.add(asked.attempt_id)
                several = several.changed(handle, why=self._one(asked))
        finally:
            self._tell(several)
        return max(self._codes)

    def _one(self, request: SignInRequest) -> str:
        """Sign one in; give what kept it out, "" for nothing."""
        self._console.note(f"@{request.expected_handle}")
        try:
            sign_in_one(self._session, self._kit, request, self._how)
        except DiagnosedError as error:
            self._console.diagnosis(error.diagnosis)
            self._codes.append(exit_code_of(error.diagnosis))
            return error.diagnosis.title
        except CliError as error:
            self._console.problem(error.title, error.advice, [f"  {one}" for one in error.choices])
            self._codes.append(error.code)
            return error.title
        return ""

    def _tell(self, several: BatchSignIn) -> None:
        store = self._kit.store
        accounts, tokens = store.accounts.all(), store.tokens.all_facts()
        # An earlier call may have left a sign-in of the same handle, which is another link's.
        attempts = [one for one in store.pending_sign_ins.all() if one.id in self._begun]
        rows: list[tuple[str, BatchStatus, str, PendingSignInId | None]] = []
        for wish in several.wishes:
            standing = several.standing(wish, accounts, attempts, tokens)
            attempt = several.attempt(wish, attempts)
            more = wish.why if attempt is None else f"twauth resume {attempt.id}"
            more = "" if standing is BatchStatus.IN else more
            rows.append((wish.handle, standing, more, attempt.id if attempt else None))
        if self._how.as_json:
            shapes = [
                {"handle": handle, "standing": standing.value, "attempt": attempt, "more": more}
                for handle, standing, more, attempt in rows
            ]
            self._console.json_line({"several": shapes})
            return
        lines = [(f"@{handle}", _WORDS[standing], more) for handle, standing, more, _ in rows]
        self._console.note_lines(table(("ACCOUNT", "STANDING", "WHY, OR HOW IT GOES ON"), lines))
        left = [handle for handle, standing, *_ in rows if standing is BatchStatus.WAITS]
        if left:
            names = " ".join(f"--expect @{handle}" for handle in left)
            self._console.note(f"To go on with the rest: twauth authorize … {names}")
