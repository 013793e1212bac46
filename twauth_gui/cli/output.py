"""Puts results on standard output; it loads nothing, so that short answers stay short."""

from __future__ import annotations

import io
import sys


class NoOutputError(Exception):
    """Standard output took no more: closed, full, or its reader went away."""

    def __init__(self, cause: OSError | None = None) -> None:
        super().__init__("no output")
        self.cause = cause


def let_any_name_through() -> None:
    """Replace what a locale cannot show, in place of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def put_out(text: str) -> None:
    """Write the text with a line's end, and see it leave this process.

    Raises:
        NoOutputError: it did not get out whole.
    """
    if sys.stdout is None:  # so it is where it was closed
        raise NoOutputError
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        raise NoOutputError(error) from error
