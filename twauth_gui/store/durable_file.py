"""Whole files that are there in their old or their new form, never in between."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path

from twauth_gui.store.sealed_errors import (
    FileAbsentError,
    FileNotWrittenError,
    FileUnreadableError,
    ForeignFileError,
)

MAX_BYTES = 256 * 1024 * 1024
"""Above the size of 100,000 accounts; a file from elsewhere may be anything."""

_SHARING_TRIES = 50
_SHARING_SECONDS = 0.02

# Windows has no links that open() would follow without rights of an administrator.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)

_WHY = {
    errno.ENOSPC: "The disk is full. Free some space, then try again.",
    errno.EDQUOT: "The disk's quota is used up. Free some space, then try again.",
    errno.EFBIG: "The system does not allow a file of this size.",
    errno.EROFS: "The disk does not allow writing. Change that, then try again.",
    errno.EACCES: "The file or its folder does not allow it. Change that, then try again.",
    errno.EPERM: "The file or its folder does not allow it. Change that, then try again.",
    errno.EIO: "The disk reports a fault. Look after it, then try again.",
}


def read_start(path: Path, size: int) -> bytes:
    """Give at most so many first bytes; raises as read_whole does."""
    with _opened(path) as descriptor:
        return os.read(descriptor, size)


def read_whole(path: Path) -> bytes:
    """Give the bytes of a plain file, without following a link.

    Raises:
        FileAbsentError: there is none.
        ForeignFileError: it is a link, a folder, a pipe, or far too large.
        FileUnreadableError: the disk does not give it.
    """
    with _opened(path) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(MAX_BYTES)


def replace_whole(path: Path, data: bytes, on_step: Callable[[str], None]) -> None:
    """Put a new file in the place of the old one, and return when the disk has it.

    The caller holds a lock, so a half-written file beside it is nobody's any more. A link at
    either name is replaced itself; what it points to is not touched.

    Raises:
        FileNotWrittenError: the old file is as before, or the new one is whole in its place.
    """
    fresh = fresh_name(path)
    with _told(path):
        remove(fresh)
        try:
            _write(fresh, data)
            _require_same(fresh, data)
            on_step("file.written")
            _put_in_place(fresh, path)
        except OSError:
            with contextlib.suppress(OSError):
                remove(fresh)
            raise
        on_step("file.renamed")
        sync_folder(path.parent)
        on_step("file.synced")


def remove(path: Path) -> None:
    """Delete a file, quietly where there is none; raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def fresh_name(path: Path) -> Path:
    """Name what is written beside a file before it takes its place."""
    return path.with_name(f"{path.name}.new")


def sync_folder(folder: Path) -> None:
    """Make a rename or a removal last; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def why(error: OSError) -> str:
    """Say in words what the system says in numbers."""
    return _WHY.get(error.errno or 0) or f"The system says: {error.strerror}. Try again."


def _write(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    descriptor = os.open(path, flags, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_same(path: Path, data: bytes) -> None:
    """Read back what was written, before it takes the place of something good."""
    if path.read_bytes() != data:
        raise OSError(errno.EIO, "the disk gave back something else")


def _put_in_place(fresh: Path, path: Path) -> None:
    """Rename; on Windows a reader can be in the way for a moment."""
    for _ in range(_SHARING_TRIES if sys.platform == "win32" else 0):
        with contextlib.suppress(PermissionError):
            _ = fresh.replace(path)
            return
        _ = threading.Event().wait(_SHARING_SECONDS)
    _ = fresh.replace(path)


@contextlib.contextmanager
def _opened(path: Path) -> Generator[int]:
    descriptor = _open(path)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ForeignFileError(path, "a folder or a pipe")
        if found.st_size >= MAX_BYTES:
            raise ForeignFileError(path, "larger than any file of Twauth")
        yield descriptor
    except OSError as error:
        raise FileUnreadableError(path, why(error), type(error).__name__) from error
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | _NO_FOLLOW | _BINARY)
    except FileNotFoundError:
        raise FileAbsentError(path) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ForeignFileError(path, "a link to another file") from None
        raise FileUnreadableError(path, why(error), type(error).__name__) from error


@contextlib.contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise FileNotWrittenError(path, why(error), type(error).__name__) from error
