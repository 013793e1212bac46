"""What the command itself says no to, before any service is asked."""

from __future__ import annotations

from collections.abc import Sequence

from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind


class CliError(Exception):
    """Carries the words and the exit code.

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


def with_force(error: DiagnosedError) -> Exception:
    """Name the option where the window has a button: of a file that is in the way."""
    if error.diagnosis.kind is not ProblemKind.FILE_EXISTS:
        return error
    return CliError(
        ExitCode.FAILED,
        error.diagnosis.title,
        "It was left as it is. Write --force to replace it, or choose another name.",
    )
