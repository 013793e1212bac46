"""Turns the way a command ended into words and an exit code."""

from __future__ import annotations

import errno
import sys

import click

from twauth_gui.cli.console import Console, let_go
from twauth_gui.cli.exit_codes import ExitCode, exit_code_of
from twauth_gui.cli.output import NoOutputError
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.root import start
from twauth_gui.cli.session import Session
from twauth_gui.domain.cancel import CancelledError
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis


def run(arguments: list[str]) -> int:
    """Run one command line, tell what went wrong, give the exit code."""
    session = Session()
    console = session.console
    try:
        return start(arguments, session)
    except (CancelledError, click.Abort):
        console.problem("Cancelled.")
        return ExitCode.CANCELLED
    except click.ClickException as error:
        return _misused(console, error)
    except (CliError, DiagnosedError) as error:
        return _refused(console, error)
    except (NoOutputError, OSError) as error:
        return end_without_output(error)


def end_by_accident(diagnosis: Diagnosis) -> None:
    """Tell of a failure that nobody foresaw; Python ends the program with code 1."""
    Console().diagnosis(diagnosis)


def _misused(console: Console, error: click.ClickException) -> int:
    hint = ""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        hint = f"See {error.ctx.command_path} --help."
    console.problem(error.format_message(), hint)
    return ExitCode.USAGE


def _refused(console: Console, error: CliError | DiagnosedError) -> int:
    if isinstance(error, DiagnosedError):
        console.diagnosis(error.diagnosis)
        return exit_code_of(error.diagnosis)
    console.problem(error.title, error.advice, [f"  {choice}" for choice in error.choices])
    return error.code


def end_without_output(error: NoOutputError | OSError) -> int:
    """Tell that the output failed; click prints --help by itself, so it can be a bare OSError."""
    if isinstance(error, OSError) and error.filename is not None:
        raise error  # of some file, not of a stream
    cause = error.cause if isinstance(error, NoOutputError) else error
    let_go(sys.stdout)
    console = Console()
    if cause is None:
        console.problem("There is no standard output to write to.")
    elif cause.errno != errno.EPIPE:  # a reader such as head has had enough
        console.problem("The output was not written whole.", f"The system says: {cause.strerror}.")
    return ExitCode.FAILED
