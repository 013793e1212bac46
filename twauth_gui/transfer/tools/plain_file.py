"""Reading of other programs' files without waiting, and with little memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from twauth_gui.transfer.found_credentials import NotLoadedError

# A pipe that takes the place of the file between two calls is not waited for.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class FileStart:
    """The first bytes of a file.

    size: of the whole file, in bytes. written_at: None if the system tells a time that is none.
    """

    path: Path
    raw: bytes
    size: int
    written_at: datetime | None


@contextmanager
def open_plain(path: Path) -> Generator[int]:
    """Yield the descriptor of a regular file.

    Raises:
        OSError: the system refuses.
        NotLoadedError: it is a pipe, a device or a socket.
    """
    _require_plain(path.stat())  # before opening it: some devices react to that
    descriptor = os.open(path, _FLAGS)
    try:
        _require_plain(os.fstat(descriptor))
        yield descriptor
    finally:
        os.close(descriptor)


def read_start(path: Path, most: int) -> FileStart:
    """Return the first bytes of a regular file: most and one more, if it has that many.

    Raises:
        OSError: the system refuses.
        NotLoadedError: it is a pipe, a device or a socket.
    """
    with open_plain(path) as descriptor:
        pieces: list[bytes] = []
        rest = most + 1
        while rest and (piece := os.read(descriptor, min(rest, _PIECE))):
            pieces.append(piece)
            rest -= len(piece)
        found = os.fstat(descriptor)
        return FileStart(path, b"".join(pieces), found.st_size, _time_of(found.st_mtime))


def _time_of(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _require_plain(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotLoadedError("It is not a regular file.")
