"""What a person names to import from: files, folders, pipes, standard input, pasted text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.transfer.found_credentials import FoundFile
from twauth_gui.transfer.tools.reader import MAX_BYTES, read_bytes, read_file

STANDARD_INPUT = "standard input"
PASTED_TEXT = "pasted text"

Progress = Callable[[int, int], None]
"""Called with the files read and the files known so far."""


def ignore_progress(_done: int, _known: int) -> None:
    """Do nothing."""


def read_sources(
    paths: Sequence[Path], cancel: CancelToken, progress: Progress = ignore_progress
) -> list[FoundFile]:
    """Read files, without changing them.

    Raises:
        CancelledError: the person cancelled. Nothing else is raised.
    """
    found: list[FoundFile] = []
    for done, path in enumerate(paths):
        progress(done, len(paths))
        found.append(read_file(path, cancel=cancel))
    progress(len(paths), len(paths))
    return found


def read_stream(stream: BinaryIO, cancel: CancelToken) -> FoundFile:
    """Read standard input to its end.

    Raises:
        CancelledError: the person cancelled. Nothing else is raised.
    """
    return read_bytes(stream.read(MAX_BYTES + 1), STANDARD_INPUT, cancel)


def read_pasted(text: str, cancel: CancelToken) -> FoundFile:
    """Read a pasted or dropped text.

    Raises:
        CancelledError: the person cancelled. Nothing else is raised.
    """
    return read_bytes(text.encode("utf-8", "replace"), PASTED_TEXT, cancel)
