"""The entry of the command, safe to interrupt from its first line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from twauth_gui import __version__

_CANCELLED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code (see cli.exit_codes)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments == ["--version"] and _told_version():
            return 0
        _prepare()
        from twauth_gui.cli.endings import run

        return run(arguments)
    except KeyboardInterrupt:  # before, between or after what a command does
        return _CANCELLED


def _told_version() -> bool:
    """Answer what programs ask most, without loading the rest; if that fails, the rest says why."""
    if sys.stdout is None:
        return False
    try:
        os.write(sys.stdout.fileno(), f"Twauth {__version__}\n".encode())
    except OSError:
        return False
    return True


def _prepare() -> None:
    """Let SIGTERM end a job as gently as Ctrl+C, and let any locale show any name."""
    import io
    import signal

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
