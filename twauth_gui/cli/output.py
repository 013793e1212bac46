"""Write text and JSON to standard output, importing next to nothing."""

from __future__ import annotations

import io
import sys


class NoOutputError(Exception):
    """Standard output cannot be written to: closed, full, or its reader is gone."""

    def __init__(self, cause: OSError | None = None) -> None:
        super().__init__("no output")
        self.cause = cause


def replace_unencodable() -> None:
    """Replace characters that the locale cannot show, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write_stdout(text: str) -> None:
    """Write the text and a newline, and flush it.

    Raises:
        NoOutputError: it was not written completely.
    """
    if sys.stdout is None:  # it was closed before Python started
        raise NoOutputError
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        raise NoOutputError(error) from error


def format_json_array(values: list[object]) -> str:
    """Format a JSON array with one element per line: fast, and good for grep and diff."""
    import json

    lines = ",\n".join(map(json.dumps, values))
    return f"[\n{lines}\n]" if values else "[]"
