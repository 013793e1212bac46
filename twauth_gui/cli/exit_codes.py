"""The numbers that tell a script how a command ended."""

from __future__ import annotations

from enum import IntEnum

from twauth_gui.domain.diagnosis import NOT_REACHED, Diagnosis, ProblemKind


class ExitCode(IntEnum):
    """Stable: scripts compare these."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NO_KEYCHAIN = 4
    REFUSED = 5
    NETWORK = 6
    NOT_EXECUTABLE = 126
    NO_SUCH_COMMAND = 127
    CANCELLED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.DONE: "Done.",
    ExitCode.FAILED: "Failed, for a reason that the other codes do not name.",
    ExitCode.USAGE: "The command line, or what it was given to read, cannot be used.",
    ExitCode.NOT_FOUND: "There is no such app, account, sign-in, preset or keychain item.",
    ExitCode.NO_KEYCHAIN: "The keychain is locked or absent, does not answer, or cannot save.",
    ExitCode.REFUSED: "X refused.",
    ExitCode.NETWORK: "X was not reached, or cannot answer at the moment.",
    ExitCode.NOT_EXECUTABLE: "Only `run`: the command was found, but cannot be started.",
    ExitCode.NO_SUCH_COMMAND: "Only `run`: there is no such command.",
    ExitCode.CANCELLED: "Ended by Ctrl+C or SIGTERM.",
}

_KEYCHAIN = frozenset(
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
_OF_THIS_COMPUTER = frozenset(
    {
        ProblemKind.WRONG_ANSWER,
        ProblemKind.PORT_TAKEN,
        ProblemKind.TIMED_OUT_WAITING,
        ProblemKind.WRONG_ACCOUNT,
        ProblemKind.RECORD_TOO_LARGE,
        ProblemKind.INDEX_UNUSABLE,
        ProblemKind.FILE_NOT_WRITTEN,
        ProblemKind.FILE_EXISTS,
        ProblemKind.BACKUP_UNUSABLE,
        ProblemKind.CHANGED_MEANWHILE,
    }
)
_ALSO_UNASKED = frozenset(
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
"""X says so, or it is plain before X is asked: keys that are damaged, for example."""
_OF_ONE_KIND = {
    ProblemKind.CREDENTIAL_MISSING: ExitCode.NOT_FOUND,
    ProblemKind.NOT_FOUND: ExitCode.NOT_FOUND,
    ProblemKind.WRONG_VAULT: ExitCode.USAGE,
}


def exit_code_of(diagnosis: Diagnosis) -> ExitCode:
    """Map a failure to its number. What is none of this computer's was refused by X."""
    kind = diagnosis.kind
    if kind in _ALSO_UNASKED and not diagnosis.evidence.is_answer:
        return ExitCode.FAILED
    if kind in _OF_ONE_KIND:
        return _OF_ONE_KIND[kind]
    if kind in _KEYCHAIN:
        return ExitCode.NO_KEYCHAIN
    if kind in NOT_REACHED:
        return ExitCode.NETWORK
    return ExitCode.FAILED if kind in _OF_THIS_COMPUTER else ExitCode.REFUSED
