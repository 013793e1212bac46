"""Open descriptors of files: opened without following links, written, compared, synced."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Callable, Generator
from pathlib import Path

from twauth_gui.domain.callbacks import ignore

OWNER_ONLY = 0o600
# Windows has no links that open() would follow without rights of an administrator; it has
# O_BINARY, without which "\n" would become two bytes.
SAFE_FLAGS = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_PIECE_BYTES = 1024 * 1024


class NotRegularFileError(OSError):
    """The name is not that of a plain file of readable size; args: what it is."""


@contextlib.contextmanager
def open_regular_file(path: Path, max_bytes: int) -> Generator[int]:
    """Open a plain file for reading, without following a link or waiting for a pipe.

    Raises:
        NotRegularFileError: it is a link, a folder, a pipe, or not smaller than max_bytes.
        OSError: as the system says.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | SAFE_FLAGS)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotRegularFileError("a link to another file") from None
        raise
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotRegularFileError("a folder or a pipe")
        if found.st_size >= max_bytes:
            raise NotRegularFileError("larger than any file of Twauth")
        yield descriptor
    finally:
        os.close(descriptor)


def create_file(path: Path) -> int:
    """Create a file that only its owner can use, open for reading and writing; raises OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | SAFE_FLAGS, OWNER_ONLY)
    restrict_to_owner(descriptor)
    return descriptor


def restrict_to_owner(descriptor: int) -> None:
    """Give an open file mode 0600, whatever the umask took away; Windows has no modes."""
    if sys.platform != "win32":
        os.fchmod(descriptor, OWNER_ONLY)


def write_and_verify(
    descriptor: int, data: bytes, at: int = 0, on_step: Callable[[str], None] = ignore
) -> None:
    """Write at a place, wait for the disk, and compare what it gives back.

    Raises:
        OSError: the system refused, or the disk gave back something else (EIO).
    """
    _ = os.lseek(descriptor, at, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    on_step("file.appended")
    os.fsync(descriptor)
    on_step("file.synced")
    _ = os.lseek(descriptor, at, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        piece = os.read(descriptor, min(len(rest), _PIECE_BYTES))
        if not piece or bytes(rest[: len(piece)]) != piece:
            raise OSError(errno.EIO, "the disk gave back something else")
        rest = rest[len(piece) :]


def remove_if_present(path: Path) -> None:
    """Delete a file, quietly if there is none; raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def sync_directory(folder: Path) -> None:
    """Make a rename or a removal last through a power cut; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
