"""Errors of the command: CliError, exit codes, the next step to type."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urlsplit

from twauth_gui.domain.diagnosis import (
    UNREACHABLE_KINDS,
    DiagnosedError,
    Diagnosis,
    ProblemKind,
    Remedy,
)
from twauth_gui.domain.hosts import APPEAL_FORM_URL, CONNECTED_APPS_URL, CONSOLE_URL


class ExitCode(IntEnum):
    """Exit codes of the command. They are stable, since scripts compare them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NO_KEYCHAIN = 4
    REFUSED = 5
    NETWORK = 6
    CHANGED = 7
    NOT_EXECUTABLE = 126
    NO_SUCH_COMMAND = 127
    CANCELLED = 130


EXIT_CODE_MEANINGS: dict[ExitCode, str] = {
    ExitCode.DONE: "Done.",
    ExitCode.FAILED: "Failed, for a reason that the other codes do not name.",
    ExitCode.USAGE: "The command line or its input is not valid.",
    ExitCode.NOT_FOUND: "There is no such app, account, pending sign-in, preset or keychain item.",
    ExitCode.NO_KEYCHAIN: "The keychain is locked or absent, does not respond, or cannot save.",
    ExitCode.REFUSED: "X refused.",
    ExitCode.NETWORK: "X could not be reached, or cannot answer at the moment.",
    ExitCode.CHANGED: "Only `changes` and `check --changes`: something has changed.",
    ExitCode.NOT_EXECUTABLE: "Only `run`: the command exists but cannot be started.",
    ExitCode.NO_SUCH_COMMAND: "Only `run`: there is no such command.",
    ExitCode.CANCELLED: "Ended by Ctrl+C or SIGTERM.",
}

_KEYCHAIN_KINDS = frozenset(
    {
        ProblemKind.KEYCHAIN_ABSENT,
        ProblemKind.KEYCHAIN_LOCKED,
        ProblemKind.KEYCHAIN_DISMISSED,
        ProblemKind.KEYCHAIN_HUNG,
        ProblemKind.KEYCHAIN_FAILED,
        ProblemKind.KEYCHAIN_NOT_WRITTEN,
        ProblemKind.BACKUP_LOCKED,
    }
)
_LOCAL_KINDS = frozenset(
    {
        ProblemKind.WRONG_RESPONSE,
        ProblemKind.PORT_TAKEN,
        ProblemKind.TIMED_OUT_WAITING,
        ProblemKind.WRONG_ACCOUNT,
        ProblemKind.RECORD_TOO_LARGE,
        ProblemKind.INDEX_UNUSABLE,
        ProblemKind.FILE_NOT_WRITTEN,
        ProblemKind.FILE_EXISTS,
        ProblemKind.BACKUP_UNUSABLE,
        ProblemKind.CHANGED_MEANWHILE,
        ProblemKind.DESTINATION_UNUSABLE,
        ProblemKind.DESTINATION_NOT_APPROVED,
        ProblemKind.DESTINATION_PROGRAM,
        ProblemKind.DESTINATION_LOGGED_OUT,
        ProblemKind.DESTINATION_ABSENT,
        ProblemKind.DESTINATION_FAILED,
    }
)
_MAYBE_LOCAL_KINDS = frozenset(
    {
        ProblemKind.WRONG_KEYS,
        ProblemKind.WRONG_PIN,
        ProblemKind.CALLBACK_NEEDS_PIN,
        ProblemKind.CLOCK,
        ProblemKind.REVOKED,
        ProblemKind.REFRESH_SPENT,
        ProblemKind.MAYBE_GRANTED,
        ProblemKind.UNKNOWN,
    }
)
"""Kinds that X reports, or that are plain before X is asked, such as damaged keys."""
_CODE_OF_KIND = {
    ProblemKind.CREDENTIAL_MISSING: ExitCode.NOT_FOUND,
    ProblemKind.NOT_FOUND: ExitCode.NOT_FOUND,
    ProblemKind.WRONG_VAULT: ExitCode.USAGE,
    ProblemKind.DESTINATION_TARGET: ExitCode.USAGE,
}


def exit_code_of(diagnosis: Diagnosis) -> ExitCode:
    """Return the exit code of a failure. What is not local to this computer was refused by X."""
    kind = diagnosis.kind
    if kind in _MAYBE_LOCAL_KINDS and not diagnosis.evidence.is_from_x:
        return ExitCode.FAILED
    if kind in _CODE_OF_KIND:
        return _CODE_OF_KIND[kind]
    if kind in _KEYCHAIN_KINDS:
        return ExitCode.NO_KEYCHAIN
    if kind in UNREACHABLE_KINDS:
        return ExitCode.NETWORK
    return ExitCode.FAILED if kind in _LOCAL_KINDS else ExitCode.REFUSED


class CliError(Exception):
    """Why a command fails, in words, with its exit code.

    title: what is so. advice: what to do. choices: lines to choose from.
    """

    def __init__(
        self, code: ExitCode, title: str, advice: str = "", choices: Sequence[str] = ()
    ) -> None:
        super().__init__(title)
        self.code = code
        self.title = title
        self.advice = advice
        self.choices = tuple(choices)


def add_force_hint(error: DiagnosedError) -> Exception:
    """Return the error to raise for a failed write: if a file is in the way, naming --force."""
    if error.diagnosis.kind is not ProblemKind.FILE_EXISTS:
        return error
    return CliError(
        ExitCode.FAILED,
        error.diagnosis.title,
        "It was not changed. Add --force to replace it, or choose another name.",
    )


@dataclass(frozen=True, slots=True)
class FailureSubject:
    """What a command is about, as far as it is known: each field can be blank.

    label: of the app. pending: id of the pending sign-in. oauth2: whether OAuth 2.0 credentials are
    meant. fresh: nothing is saved yet, so the encrypted file can still be chosen.
    """

    label: str = ""
    handle: str = ""
    pending: str = ""
    oauth2: bool = False
    fresh: bool = False

    def build_authorize_command(self, more: str = "") -> str:
        """Return the command that signs in again; more is appended."""
        expected = f" --expect @{self.handle}" if self.handle else ""
        return f"twauth authorize --app {self._quoted_label}{expected}{more}"

    def build_retry_command(self) -> str:
        return self.build_authorize_command(" --oauth2" if self.oauth2 else "")

    def build_replace_keys_command(self) -> str:
        return f"twauth app add {self._quoted_label} --replace"

    @property
    def _quoted_label(self) -> str:
        return shlex.quote(self.label) if self.label else "LABEL"


NEXT_STEPS: dict[Remedy, str | Callable[[FailureSubject], str]] = {
    Remedy.USE_PIN: lambda subject: subject.build_authorize_command(" --method pin"),
    Remedy.START_AGAIN: FailureSubject.build_retry_command,
    Remedy.SIGN_IN_AGAIN: FailureSubject.build_authorize_command,
    Remedy.SIGN_IN_OAUTH2: lambda subject: subject.build_authorize_command(" --oauth2"),
    Remedy.EDIT_KEYS: FailureSubject.build_replace_keys_command,
    Remedy.UNLOCK: "twauth unlock",
    Remedy.CREATE_FILE: "twauth --vault file unlock",
    Remedy.START_SANDBOX: "twauth sandbox",
    Remedy.COPY_CALLBACK: "twauth app list --json",
    Remedy.OPEN_CONSOLE: CONSOLE_URL,
    Remedy.OPEN_APPEAL: APPEAL_FORM_URL,
    Remedy.OPEN_X: "https://x.com",
    Remedy.OPEN_CONNECTED_APPS: CONNECTED_APPS_URL,
}


def find_next_step(found: Diagnosis, subject: FailureSubject) -> str:
    """Return what to type or to open after a failure; "" if there is nothing."""
    if (
        found.kind is ProblemKind.KEYCHAIN_ABSENT
        and subject.fresh
        and found.remedy not in NEXT_STEPS
    ):
        return "twauth --vault file …, which keeps the credentials in an encrypted file"
    if found.kind is ProblemKind.MAYBE_GRANTED and subject.pending:
        return f"twauth renew {subject.pending}"
    if found.remedy is Remedy.START_AGAIN and subject.pending:
        return f"twauth resume {subject.pending}"
    if found.remedy is Remedy.START_SANDBOX and (port := urlsplit(found.address).port):
        return f"twauth sandbox --port {port}"
    step = NEXT_STEPS.get(found.remedy, "")
    return step if isinstance(step, str) else step(subject)
