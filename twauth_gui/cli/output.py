"""Write text and JSON to standard output, loading nothing."""

from __future__ import annotations

import io
import sys


class NoOutputError(Exception):
    """Standard output took no more: closed, full, or its reader went away."""

    def __init__(self, cause: OSError | None = None) -> None:
        super().__init__("no output")
        self.cause = cause


def replace_unencodable() -> None:
    """Replace what a locale cannot show, in place of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write_stdout(text: str) -> None:
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


def format_json_array(values: list[object]) -> str:
    """Write an array with one element a line, which grep and diff like and which is fast."""
    import json

    lines = ",\n".join(map(json.dumps, values))
    return f"[\n{lines}\n]" if values else "[]"
