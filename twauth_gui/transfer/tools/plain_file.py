"""Reads files of others that may be anything, without waiting and without taking much memory."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from twauth_gui.transfer.tools.found_credentials import NotLoadedError

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
    """Return the first bytes of an ordinary file: most and one more, if there are so many.

    Raises:
        OSError: the system does not give it.
        NotLoadedError: it is a pipe, a device or a socket.
    """
    _require_plain(path.stat())  # not opened: some devices take that for an order
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
        raise NotLoadedError("It is no ordinary file.")
