"""A file that other programs read: written whole or not at all, and removed again."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.osfiles.descriptors import (
    NotRegularFileError,
    create_file,
    open_regular_file,
    remove_if_present,
    sync_directory,
    write_and_verify,
)
from twauth_gui.osfiles.error_sentences import explain_os_error

_NEW_FILE_MODE = 0o644


class FileChange(Enum):
    """What became of a file. FOREIGN: it is a link that another program made, and stays."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    ABSENT = "absent"
    FOREIGN = "foreign"


def write_shared(path: Path, data: bytes) -> FileChange:
    """Write the file, unless it has this content; an existing one keeps its mode.

    Raises:
        DiagnosedError: the disk refuses; the old file is as before.
    """
    try:
        _remove_leftover(path)
        if path.is_symlink() and path.exists():
            return FileChange.FOREIGN
        if _has_content(path, data):
            return FileChange.UNCHANGED
        _replace(path, data)
    except OSError as error:
        raise DiagnosedError(_diagnose_refusal(path, error)) from error
    return FileChange.WRITTEN


def edit_shared(path: Path, edit: Callable[[bytes], bytes], max_bytes: int) -> FileChange:
    """Replace the content of a file of the user's; a link leads to the file that is meant.

    edit: returns the new content for the old one, b"" of a file that is not there.

    Raises:
        DiagnosedError: the disk refuses, another program changed the file meanwhile, or it is no
            plain file of at most max_bytes; it is as before.
    """
    target = Path(os.path.realpath(path))  # which, unlike resolve(), takes links in a circle
    try:
        _remove_leftover(target)
        old = _read_plain(target, max_bytes)
        data = edit(old or b"")
        if data == (old or b""):
            return FileChange.UNCHANGED

        def require_same() -> None:
            if _read_plain(target, max_bytes) != old:
                raise DiagnosedError(_diagnose_change(path))

        _replace(target, data, require_same)
    except NotRegularFileError as error:
        raise DiagnosedError(_diagnose_other_kind(path, max_bytes)) from error
    except OSError as error:
        raise DiagnosedError(_diagnose_refusal(path, error)) from error
    return FileChange.WRITTEN


def remove_shared(path: Path) -> FileChange:
    """Remove a file that write_shared has written.

    Raises:
        DiagnosedError: the disk refuses.
    """
    try:
        _remove_leftover(path)
        if path.is_symlink() and path.exists():
            return FileChange.FOREIGN
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return FileChange.ABSENT
    except OSError as error:
        raise DiagnosedError(_diagnose_refusal(path, error)) from error
    return FileChange.REMOVED


def _diagnose_refusal(path: Path, error: OSError) -> Diagnosis:
    """Explain why such a file was not changed."""
    title = f"{path} was not changed."
    return Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, explain_os_error(error))


def _diagnose_change(path: Path) -> Diagnosis:
    title = f"{path} was changed by another program meanwhile."
    return Diagnosis(ProblemKind.CHANGED_MEANWHILE, title, "Nothing was written. Try again.")


def _diagnose_other_kind(path: Path, max_bytes: int) -> Diagnosis:
    title = f"{path} was not changed."
    advice = f"It is no plain file of at most {max_bytes // 1024} KiB. Change it yourself."
    return Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, advice)


def _name_temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.twauth-new")


def _remove_leftover(path: Path) -> None:
    """Remove what a process that was killed has left; raises OSError."""
    fresh = _name_temporary(path)
    if os.path.lexists(fresh):
        remove_if_present(fresh)


def _has_content(path: Path, data: bytes) -> bool:
    if not path.is_file() or path.stat().st_size != len(data):
        return False
    return path.read_bytes() == data


def _read_plain(path: Path, max_bytes: int) -> bytes | None:
    """Return a plain file's content, None if it is not there; raises as open_regular_file does."""
    try:
        with (
            open_regular_file(path, max_bytes + 1) as descriptor,
            os.fdopen(descriptor, "rb", closefd=False) as file,
        ):
            return file.read(max_bytes + 1)
    except FileNotFoundError:
        return None


def _replace(path: Path, data: bytes, check: Callable[[], None] = ignore) -> None:
    """Put a whole file in the place of the old one, which is there until then.

    check: called last before that; the old file stays if it raises.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = _name_temporary(path)
    try:
        descriptor = create_file(fresh)
        try:
            write_and_verify(descriptor, data)
            _copy_access(path, descriptor)
        finally:
            os.close(descriptor)
        check()
        _ = fresh.replace(path)
    finally:
        remove_if_present(fresh)
    with contextlib.suppress(OSError):  # the file is written by now
        sync_directory(path.parent)


def _copy_access(path: Path, descriptor: int) -> None:
    """Give an open file the owner, as far as the system allows it, and the mode of the old one."""
    if sys.platform == "win32":
        return
    try:
        old = path.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, _NEW_FILE_MODE)
        return
    with contextlib.suppress(OSError):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
