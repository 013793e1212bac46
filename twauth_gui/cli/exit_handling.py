"""Run a command line: its exceptions become a message and an exit code."""

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
    """Run one command line, print what went wrong, and return the exit code."""
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
    """Print an unexpected failure; Python then ends the program with code 1."""
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
    """Print that writing the output failed, and return the exit code.

    click prints --help itself, so the error can be a bare OSError.

    Raises:
        OSError: the error is about a file, not about an output stream.
    """
    if isinstance(error, OSError) and error.filename is not None:
        raise error
    cause = error.cause if isinstance(error, NoOutputError) else error
    discard_stream(sys.stdout)
    console = Console()
    if cause is None:
        console.print_problem("There is no standard output to write to.")
    elif cause.errno != errno.EPIPE:  # a reader such as head has stopped reading
        console.print_problem(
            "The output was not written completely.", f"The system says: {cause.strerror}."
        )
    return ExitCode.FAILED
