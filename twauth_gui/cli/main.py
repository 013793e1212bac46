"""Entry point of the command, safe to interrupt from its first line."""

from __future__ import annotations

import gc
import sys

from twauth_gui.cli.fast_path import try_fast_path
from twauth_gui.cli.output import NoOutputError, replace_unencodable, write_stdout

_EXIT_CANCELLED = 130
_GC_THRESHOLD = 50_000
"""New objects between two garbage collections; with Python's 700 they take a tenth of a start."""


def main(argv: list[str] | None = None) -> int:
    """Run the command and return the exit code (see cli/errors.py)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    gc.set_threshold(_GC_THRESHOLD)
    try:
        replace_unencodable()
        output = try_fast_path(arguments)
        return _run_command(arguments) if output is None else _print_output(output)
    except KeyboardInterrupt:  # before, between or after what a command does
        return _EXIT_CANCELLED


def _print_output(text: str) -> int:
    try:
        write_stdout(text)
    except NoOutputError as error:
        from twauth_gui.cli.exit_handling import show_output_error

        return show_output_error(error)
    return 0


def _run_command(arguments: list[str]) -> int:
    """Run the whole command; SIGTERM ends its jobs as safely as Ctrl+C."""
    import signal

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from twauth_gui.cli.exit_handling import run_command_line, show_unexpected_error
    from twauth_gui.services.unexpected_errors import install_excepthooks

    install_excepthooks(show_unexpected_error)
    try:
        return run_command_line(arguments)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            # Everything is done. An interrupt while Python shuts down would print a traceback.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
