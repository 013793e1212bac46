"""Writing that a crash, a full disk or a planted link does not turn into damage."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path

from twauth_gui.store.vault_errors import (
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

_OS_ERROR_ADVICE = {
    errno.ENOSPC: "The disk is full. Free some space, then try again.",
    errno.EDQUOT: "The disk's quota is used up. Free some space, then try again.",
    errno.EFBIG: "The system does not allow a file of this size.",
    errno.EROFS: "The disk is read-only. Change that, then try again.",
    errno.EACCES: "The file or its folder does not allow it. Change that, then try again.",
    errno.EPERM: "The file or its folder does not allow it. Change that, then try again.",
    errno.EIO: "The disk reports a fault. Look after it, then try again.",
}


def read_head_and_tail(path: Path, start: int, since: int) -> tuple[bytes, bytes]:
    """Give so many first bytes, and everything from another place on; raises as read_whole does."""
    with _open_regular_file(path) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as file:
        first = file.read(start)
        _ = file.seek(since)
        return first, file.read(MAX_BYTES)


def read_file(path: Path) -> bytes:
    """Give the bytes of a plain file, without following a link.

    Raises:
        FileAbsentError: there is none.
        ForeignFileError: it is a link, a folder, a pipe, or far too large.
        FileUnreadableError: the disk does not give it.
    """
    with _open_regular_file(path) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(MAX_BYTES)


def replace_file(path: Path, data: bytes, on_step: Callable[[str], None]) -> None:
    """Put a new file in the place of the old one, and return when the disk has it.

    The caller holds a lock, so a half-written file beside it is nobody's any more. A link at
    either name is replaced itself; what it points to is not touched.

    Raises:
        FileNotWrittenError: the old file is as before, or the new one is whole in its place.
    """
    fresh = temporary_path(path)
    with _diagnose_write_errors(path):
        remove_if_present(fresh)
        try:
            _write(fresh, data)
            _require_equal(fresh.read_bytes(), data)
            on_step("file.written")
            _put_in_place(fresh, path)
        except OSError:
            with contextlib.suppress(OSError):
                remove_if_present(fresh)
            raise
        on_step("file.renamed")
        sync_directory(path.parent)
        on_step("file.synced")


def append_bytes(path: Path, at: int, data: bytes, on_step: Callable[[str], None]) -> None:
    """Write behind what a file holds, and return when the disk has it.

    The caller holds a lock, and knows that the file ends there.

    Raises:
        FileNotWrittenError: the file is as before, or what is behind that place is nothing whole.
    """
    with _diagnose_write_errors(path):
        descriptor = os.open(path, os.O_RDWR | _NO_FOLLOW | _BINARY)
        try:
            _ = os.lseek(descriptor, at, os.SEEK_SET)
            _write_all(descriptor, data)
            on_step("file.appended")
            os.fsync(descriptor)
            on_step("file.synced")
            _ = os.lseek(descriptor, at, os.SEEK_SET)
            _require_equal(_read_all(descriptor, len(data)), data)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, at)
                os.fsync(descriptor)
            raise
        finally:
            os.close(descriptor)
        on_step("file.compared")


def remove_if_present(path: Path) -> None:
    """Delete a file, quietly where there is none; raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def temporary_path(path: Path) -> Path:
    """Name what is written beside a file before it takes its place."""
    return path.with_name(f"{path.name}.new")


def sync_directory(folder: Path) -> None:
    """Make a rename or a removal last; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def explain_os_error(error: OSError) -> str:
    """Say in words what the system says in numbers."""
    return (
        _OS_ERROR_ADVICE.get(error.errno or 0) or f"The system says: {error.strerror}. Try again."
    )


def _write(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    descriptor = os.open(path, flags, 0o600)
    try:
        _write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _read_all(descriptor: int, size: int) -> bytes:
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(size)


def _require_equal(found: bytes, data: bytes) -> None:
    """Compare what was written with what the disk gives back."""
    if found != data:
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
def _open_regular_file(path: Path) -> Generator[int]:
    descriptor = _open_without_following(path)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ForeignFileError(path, "a folder or a pipe")
        if found.st_size >= MAX_BYTES:
            raise ForeignFileError(path, "larger than any file of Twauth")
        yield descriptor
    except OSError as error:
        raise FileUnreadableError(path, explain_os_error(error), type(error).__name__) from error
    finally:
        os.close(descriptor)


def _open_without_following(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | _NO_FOLLOW | _BINARY)
    except FileNotFoundError:
        raise FileAbsentError(path) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ForeignFileError(path, "a link to another file") from None
        raise FileUnreadableError(path, explain_os_error(error), type(error).__name__) from error


@contextlib.contextmanager
def _diagnose_write_errors(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise FileNotWrittenError(path, explain_os_error(error), type(error).__name__) from error
