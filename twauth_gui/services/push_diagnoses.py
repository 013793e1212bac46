"""Diagnoses of destinations that cannot be read or written: what is so, and the line that helps."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, ProblemKind, Remedy
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.transfer.destinations.definition import Destination, VendorCommands
from twauth_gui.transfer.destinations.driver import DestinationError, FailureReason
from twauth_gui.xapi.redaction import excerpt

_MAX_SAYS = 200
_KINDS = {
    FailureReason.PROGRAM_MISSING: ProblemKind.DESTINATION_PROGRAM,
    FailureReason.LOGGED_OUT: ProblemKind.DESTINATION_LOGGED_OUT,
    FailureReason.ABSENT: ProblemKind.DESTINATION_ABSENT,
}


def diagnose_destination(
    destination: Destination, error: DestinationError, place: str = ""
) -> Diagnosis:
    """Return what a failure means. place: the target in words."""
    commands = destination.commands
    says = quote_output(error.says)
    title, advice = _WORDS[error.reason](destination, commands, error, place)
    return Diagnosis(
        _KINDS.get(error.reason, ProblemKind.DESTINATION_FAILED),
        title,
        f"{advice} {_introduce(destination, says)}".strip(),
        remedy=Remedy.TRY_AGAIN,
        evidence=Evidence(code=error.reason.value, excerpt=says),
    )


def quote_output(text: str) -> str:
    """Return what a command says as one line, without anything that looks like a credential.

    The first line that is not blank counts: most commands complain there.
    """
    lines = [line for line in to_lines(text) if line]
    return excerpt(lines[0])[:_MAX_SAYS] if lines else ""


def to_lines(text: str) -> list[str]:
    """Return the lines of an output, printable."""
    return [to_printable_line(line).strip() for line in text.splitlines()]


def not_approved(destination: Destination) -> DiagnosedError:
    """Return the error for one of the person's own files that was not agreed to as it is."""
    return DiagnosedError(
        Diagnosis(
            ProblemKind.DESTINATION_NOT_APPROVED,
            f"The destination {destination.id} is new, or its file was changed.",
            "It starts programs. Look at what it runs, then agree:"
            f" twauth destinations trust {destination.id}",
        )
    )


def not_on_this_system(destination: Destination) -> DiagnosedError:
    """Return the error for a destination whose commands do not work here."""
    systems = ", ".join(sorted(one.value for one in destination.systems))
    return DiagnosedError(
        Diagnosis(
            ProblemKind.DESTINATION_UNUSABLE,
            f"{destination.title} does not work on this system.",
            f"Its commands work on {systems}.",
        )
    )


def _introduce(destination: Destination, says: str) -> str:
    return f"{program_name(destination)} says: {says}" if says else ""


def program_name(destination: Destination) -> str:
    """Return the name of the program, or of the plug-in."""
    commands = destination.commands
    if commands is None:
        return destination.title
    return str((*commands.via, *commands.write.run)[0])


def _missing(
    one: Destination, commands: VendorCommands | None, error: DestinationError, _place: str
) -> tuple[str, str]:
    name = error.program or program_name(one)
    install = commands.install if commands is not None else ""
    advice = f"Install it: {install}." if install else "Install it, or add its folder to PATH."
    return f"{name} is not there, or cannot be started.", advice


def _logged_out(
    one: Destination, commands: VendorCommands | None, _error: DestinationError, _place: str
) -> tuple[str, str]:
    login = commands.login if commands is not None else ""
    advice = f"Log in, then try again: {login}." if login else "Log in, then try again."
    return f"{program_name(one)} is not logged in.", advice


def _absent(
    one: Destination, _commands: VendorCommands | None, _error: DestinationError, place: str
) -> tuple[str, str]:
    asked = ", ".join(field.ask.lower() for field in one.target if field.is_required)
    return (
        f"{one.title} has no {place or 'such place'}, or does not show it to you.",
        f"Check the {asked or 'target'}.",
    )


def _timed_out(
    one: Destination, commands: VendorCommands | None, _error: DestinationError, _place: str
) -> tuple[str, str]:
    seconds = f"{commands.timeout:.0f} seconds" if commands is not None else "a long time"
    return f"{program_name(one)} did not end within {seconds}.", "It was stopped. Try again."


def _unreadable(
    one: Destination, _commands: VendorCommands | None, _error: DestinationError, _place: str
) -> tuple[str, str]:
    return (
        f"The list of {program_name(one)} cannot be read.",
        "Another version of it may write another form.",
    )


def _failed(
    one: Destination, _commands: VendorCommands | None, _error: DestinationError, place: str
) -> tuple[str, str]:
    where = f" for {place}" if place else ""
    return f"{program_name(one)} failed{where}.", ""


_WORDS = {
    FailureReason.PROGRAM_MISSING: _missing,
    FailureReason.LOGGED_OUT: _logged_out,
    FailureReason.ABSENT: _absent,
    FailureReason.TIMED_OUT: _timed_out,
    FailureReason.UNREADABLE: _unreadable,
    FailureReason.FAILED: _failed,
}
