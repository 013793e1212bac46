"""Run a command line; turn how it ended into a message and an exit code."""

from __future__ import annotations

import errno
import sys

import click

from twauth_gui.cli.console import Console, discard_stream
from twauth_gui.cli.errors import CliError, ExitCode, exit_code_of
from twauth_gui.cli.output import NoOutputError
from twauth_gui.cli.root import run_root
from twauth_gui.cli.session import Session
from twauth_gui.domain.cancel_token import CancelledError
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis


def run_command_line(arguments: list[str]) -> int:
    """Run one command line, tell what went wrong, give the exit code."""
    session = Session()
    console = session.console
    try:
        return run_root(arguments, session)
    except (CancelledError, click.Abort):
        console.print_problem("Cancelled.")
        return ExitCode.CANCELLED
    except click.ClickException as error:
        return _show_usage_error(console, error)
    except (CliError, DiagnosedError) as error:
        return _show_error(console, error)
    except (NoOutputError, OSError) as error:
        return show_output_error(error)


def show_unexpected_error(diagnosis: Diagnosis) -> None:
    """Tell of a failure that nobody foresaw; Python ends the program with code 1."""
    Console().print_diagnosis(diagnosis)


def _show_usage_error(console: Console, error: click.ClickException) -> int:
    hint = ""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        hint = f"See {error.ctx.command_path} --help."
    console.print_problem(error.format_message(), hint)
    return ExitCode.USAGE


def _show_error(console: Console, error: CliError | DiagnosedError) -> int:
    if isinstance(error, DiagnosedError):
        console.print_diagnosis(error.diagnosis)
        return exit_code_of(error.diagnosis)
    console.print_problem(error.title, error.advice, [f"  {choice}" for choice in error.choices])
    return error.code


def show_output_error(error: NoOutputError | OSError) -> int:
    """Tell that the output failed; click prints --help by itself, so it can be a bare OSError."""
    if isinstance(error, OSError) and error.filename is not None:
        raise error  # of some file, not of a stream
    cause = error.cause if isinstance(error, NoOutputError) else error
    discard_stream(sys.stdout)
    console = Console()
    if cause is None:
        console.print_problem("There is no standard output to write to.")
    elif cause.errno != errno.EPIPE:  # a reader such as head has had enough
        console.print_problem(
            "The output was not written whole.", f"The system says: {cause.strerror}."
        )
    return ExitCode.FAILED
