"""The entry of the command, safe to interrupt from its first line."""

from __future__ import annotations

import gc
import sys

from twauth_gui.cli.front_door import short_answer
from twauth_gui.cli.output import NoOutputError, let_any_name_through, put_out

_CANCELLED = 130
_SELDOM = 50_000
"""New objects between two looks for garbage; with Python's 700 looking takes a tenth of a start."""


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns the exit code (see cli.exit_codes)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    gc.set_threshold(_SELDOM)
    try:
        let_any_name_through()
        short = short_answer(arguments)
        return _run(arguments) if short is None else _tell(short)
    except KeyboardInterrupt:  # before, between or after what a command does
        return _CANCELLED


def _tell(text: str) -> int:
    try:
        put_out(text)
    except NoOutputError as error:
        from twauth_gui.cli.endings import end_without_output

        return end_without_output(error)
    return 0


def _run(arguments: list[str]) -> int:
    """Run the whole command; SIGTERM ends its jobs as gently as Ctrl+C."""
    import signal

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from twauth_gui.cli.endings import end_by_accident, run
    from twauth_gui.services.accidents import watch_for_accidents

    watch_for_accidents(end_by_accident)
    try:
        return run(arguments)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            # All is done. While Python takes itself apart it would print where it was interrupted.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
