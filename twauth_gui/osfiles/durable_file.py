"""A file at a fixed place that no crash, full disk or planted link damages.

The callers hold a lock: no other process writes the file meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from twauth_gui.domain.callbacks import ignore
from twauth_gui.osfiles.descriptors import (
    SAFE_FLAGS,
    create_file,
    open_regular_file,
    remove_if_present,
    sync_directory,
    write_and_verify,
)

MAX_BYTES = 256 * 1024 * 1024
"""Above the size of 100,000 accounts; a file from elsewhere may be anything."""

_SHARING_TRIES = 50
_SHARING_SECONDS = 0.02


def read_file(path: Path) -> bytes:
    """Return the bytes of a plain file; raises as open_regular_file does."""
    return read_head_and_tail(path, 0, 0)[1]


def read_head_and_tail(path: Path, size: int, since: int) -> tuple[bytes, bytes]:
    """Return the first bytes, and everything from a place on; raises as read_file does."""
    with (
        open_regular_file(path, MAX_BYTES) as descriptor,
        os.fdopen(descriptor, "rb", closefd=False) as file,
    ):
        head = file.read(size)
        _ = file.seek(since)
        return head, file.read(MAX_BYTES)


def replace_file(path: Path, data: bytes, on_step: Callable[[str], None] = ignore) -> None:
    """Put a new file in the place of the old one, and return when the disk has it.

    A half-written file beside it belongs to a process that died. A link at either name is
    replaced itself; what it points to is not touched.

    Raises:
        OSError: the old file is as before, or the new one is whole in its place.
    """
    fresh = temporary_path(path)
    remove_if_present(fresh)
    try:
        _write(fresh, data)
        on_step("file.written")
        _put_in_place(fresh, path)
    except OSError:
        with contextlib.suppress(OSError):
            remove_if_present(fresh)
        raise
    on_step("file.renamed")
    sync_directory(path.parent)
    on_step("file.synced")


def append_bytes(path: Path, at: int, data: bytes, on_step: Callable[[str], None] = ignore) -> None:
    """Write behind what a file holds, and return when the disk has it; the file ends at `at`.

    Raises:
        OSError: the file is as before, or what is behind that place is nothing whole.
    """
    descriptor = os.open(path, os.O_RDWR | SAFE_FLAGS)
    try:
        write_and_verify(descriptor, data, at, on_step)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, at)
            os.fsync(descriptor)
        raise
    finally:
        os.close(descriptor)
    on_step("file.compared")


def temporary_path(path: Path) -> Path:
    """Return the name of what is written beside a file before it takes its place."""
    return path.with_name(f"{path.name}.new")


def _write(path: Path, data: bytes) -> None:
    descriptor = create_file(path)
    try:
        write_and_verify(descriptor, data)
    finally:
        os.close(descriptor)


def _put_in_place(fresh: Path, path: Path) -> None:
    """Rename; on Windows a reader can be in the way for a moment."""
    for _ in range(_SHARING_TRIES if sys.platform == "win32" else 0):
        with contextlib.suppress(PermissionError):
            _ = fresh.replace(path)
            return
        _ = threading.Event().wait(_SHARING_SECONDS)
    _ = fresh.replace(path)
