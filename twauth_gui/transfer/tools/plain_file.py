"""Reading of other programs' files without waiting, and with little memory."""

from __future__ import annotations

import os
import stat
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


def read_start(path: Path, most: int) -> bytes:
    """Return the first bytes of a regular file: most and one more, if it has that many.

    Raises:
        OSError: the system refuses.
        NotLoadedError: it is a pipe, a device or a socket.
    """
    _require_plain(path.stat())  # before opening it: some devices react to that
    descriptor = os.open(path, _FLAGS)
    try:
        _require_plain(os.fstat(descriptor))
        pieces: list[bytes] = []
        rest = most + 1
        while rest and (piece := os.read(descriptor, min(rest, _PIECE))):
            pieces.append(piece)
            rest -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def _require_plain(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotLoadedError("It is not a regular file.")
