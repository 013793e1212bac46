"""A file that only its owner can read, written whole or not at all, or the reason why not."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles.descriptors import (
    OWNER_ONLY,
    NotRegularFileError,
    create_file,
    open_regular_file,
    remove_if_present,
    sync_directory,
    write_and_verify,
)
from twauth_gui.osfiles.error_sentences import diagnose_taken_name, diagnose_write_error

# What a file system, a kernel or a sandbox without unnamed files answers.
_NO_UNNAMED = frozenset(
    {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.EPERM, errno.EXDEV}
)
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_TEMPORARY = re.compile(r"\.twauth-[0-9a-f]{16}\.tmp")


class TargetExistsError(DiagnosedError):
    """The file exists and was not to be replaced: the caller can ask."""


@dataclass(frozen=True, slots=True)
class ExistingFile:
    """A plain file as it was read. links: how many names it has on its disk."""

    content: bytes = field(repr=False)
    mode: int
    user: int
    group: int
    links: int

    @property
    def is_open_to_others(self) -> bool:
        """Whether its mode lets other users read or write it; Windows has no modes."""
        return sys.platform != "win32" and bool(self.mode & 0o077)


def read_existing_file(path: Path, max_bytes: int) -> ExistingFile | None:
    """Return the file, or None if there is nothing of that name.

    Raises:
        DiagnosedError: FILE_NOT_WRITTEN; it is a link, a folder, a pipe or larger than that, or it
            cannot be read.
    """
    try:
        with _open_unlinked(path, max_bytes) as descriptor:
            found = os.fstat(descriptor)
            content = _read_all(descriptor, max_bytes)
    except FileNotFoundError:
        return None
    except NotRegularFileError as error:
        reason = "too large" if path.is_file() and not path.is_symlink() else str(error)
        title = f"{path.name} is {reason}."
        raise DiagnosedError(
            Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, "Choose another file.")
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name cannot be used"
        title, advice = f"{path.name} cannot be read.", f"The system says: {reason}."
        raise DiagnosedError(Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, advice)) from error
    mode = stat.S_IMODE(found.st_mode)
    return ExistingFile(content, mode, found.st_uid, found.st_gid, found.st_nlink)


@contextlib.contextmanager
def _open_unlinked(path: Path, max_bytes: int) -> Generator[int]:
    if path.is_symlink():  # Windows opens what a link points to
        raise NotRegularFileError("a link to another file")
    with open_regular_file(path, max_bytes + 1) as descriptor:
        yield descriptor


def _read_all(descriptor: int, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    left = max_bytes + 1
    while left > 0 and (part := os.read(descriptor, left)):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        raise NotRegularFileError("too large")
    return b"".join(parts)


def write_private(
    path: Path,
    data: bytes,
    *,
    overwrite: bool = False,
    replaces: ExistingFile | None = None,
    mode: int = OWNER_ONLY,
    on_temporary: Callable[[Path], None] = lambda _temporary: None,
) -> None:
    """Write the bytes, readable by their owner alone whatever the umask says.

    The bytes are on the disk before the name points to them: at any moment the name stands for
    the whole old file or the whole new one. Without overwrite no file is ever replaced, not even
    one that appears meanwhile. With it, a symbolic link is replaced, never followed, and another
    name of the old file (a hard link) keeps the old content. On Windows the file takes the access
    list of its folder, which in a user's profile means that user and the administrators.

    Args:
        path: where to.
        data: the content.
        overwrite: whether an existing file is replaced, whatever it is by then.
        replaces: the only file that is replaced, if it is still there with the same content. The
            new one gets its owner and group, if the system allows it.
        mode: of the new file.
        on_temporary: told another name in the same folder before the file, or a part of it, gets
            that name. A process that dies then leaves it behind. On Linux a new file needs none.

    Raises:
        TargetExistsError: the name is taken and overwrite is off.
        DiagnosedError: FILE_NOT_WRITTEN, or CHANGED_MEANWHILE if the file to be replaced is another
            one by now; nothing was changed, no temporary file is left.
    """
    overwrite = overwrite or replaces is not None
    with _diagnose_errors(path):
        _check_target(path, overwrite=overwrite)
        _write(_WriteJob(path, data, on_temporary, mode, replaces), overwrite=overwrite)
    # The file is written by now; a folder that cannot be synced takes nothing back.
    with contextlib.suppress(OSError):
        sync_directory(path.parent)


def encode_text(path: Path, text: Secret) -> bytes:
    """Return a text as UTF-8.

    Raises:
        DiagnosedError: a value contains what no file can hold; path: where it was to go.
    """
    try:
        return text.reveal().encode("utf-8")
    except UnicodeEncodeError:
        # Not chained: this exception carries the text that was to be encoded.
        raise DiagnosedError(diagnose_write_error(path, OSError(errno.EILSEQ, ""))) from None


def is_temporary_file(path: Path) -> bool:
    """Whether a file has a name that write_private() gives to what is not finished."""
    return _TEMPORARY.fullmatch(path.name) is not None


def require_writable_target(path: Path, *, overwrite: bool) -> None:
    """Require that a file may be written there, before anything is prepared.

    Raises:
        TargetExistsError: the name is taken and overwrite is off.
        DiagnosedError: it is a folder, a pipe or a device, which no file may replace.
    """
    with _diagnose_errors(path):
        _check_target(path, overwrite=overwrite)


@contextlib.contextmanager
def _diagnose_errors(path: Path) -> Generator[None]:
    try:
        yield
    except FileExistsError as error:
        raise TargetExistsError(diagnose_taken_name(path)) from error
    except OSError as error:
        raise DiagnosedError(diagnose_write_error(path, error)) from error
    except ValueError as error:  # a NUL in the path
        invalid = OSError(errno.EINVAL, str(error))
        raise DiagnosedError(diagnose_write_error(path, invalid)) from error


def _check_target(path: Path, *, overwrite: bool) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "a folder", str(path))
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise OSError(errno.ENXIO, "a pipe, a socket or a device", str(path))
    if not overwrite:
        raise FileExistsError(errno.EEXIST, "taken", str(path))


@dataclass(frozen=True, slots=True)
class _WriteJob:
    path: Path
    data: bytes = field(repr=False)
    on_temporary: Callable[[Path], None]
    mode: int = OWNER_ONLY
    replaces: ExistingFile | None = None

    def apply_access(self, descriptor: int) -> None:
        """Give the file its owner, as far as the system allows it, and its mode."""
        if sys.platform == "win32":
            return
        old = self.replaces
        if old is not None:
            with contextlib.suppress(OSError):
                os.fchown(descriptor, -1, old.group)
            with contextlib.suppress(OSError):
                os.fchown(descriptor, old.user, -1)
        os.fchmod(descriptor, self.mode)

    def require_same(self) -> None:
        """Require that the file to be replaced is as it was read.

        Between this and the rename that follows at once the system offers no lock that programs
        would heed.
        """
        old = self.replaces
        if old is None:
            return
        try:
            now = read_existing_file(self.path, len(old.content))
        except DiagnosedError:
            now = None
        if now is None or now.content != old.content:
            raise DiagnosedError(
                Diagnosis(
                    ProblemKind.CHANGED_MEANWHILE,
                    f"{self.path.name} was changed by another program meanwhile.",
                    "Nothing was written. Look at it, then export again.",
                )
            )

    def name_temporary(self) -> Path:
        """Choose another name in the same folder, and tell it."""
        chosen = self.path.with_name(f".twauth-{secrets.token_hex(8)}.tmp")
        self.on_temporary(chosen)
        return chosen


def _write(job: _WriteJob, *, overwrite: bool) -> None:
    if sys.platform == "linux":
        try:
            return _write_unnamed(job, overwrite=overwrite)
        except OSError as error:
            if error.errno not in _NO_UNNAMED:
                raise
    return _write_named(job, overwrite=overwrite)


if sys.platform == "linux":

    def _write_unnamed(job: _WriteJob, *, overwrite: bool) -> None:
        """Write into a file without a name: if the process dies, nothing of it stays behind."""
        flags = os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC
        descriptor = os.open(job.path.parent, flags, OWNER_ONLY)
        try:
            job.apply_access(descriptor)
            write_and_verify(descriptor, job.data)
            if overwrite:
                temporary = job.name_temporary()
                _link(descriptor, temporary)
                _replace(temporary, job.path, check=job.require_same)
            else:
                _link(descriptor, job.path)
        finally:
            os.close(descriptor)

    def _link(descriptor: int, path: Path) -> None:
        """Give the open file a name that is free; see open(2), O_TMPFILE."""
        folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            source = f"/proc/self/fd/{descriptor}"
            os.link(source, path.name, dst_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)


def _write_named(job: _WriteJob, *, overwrite: bool) -> None:
    temporary = job.name_temporary()
    descriptor = create_file(temporary)
    try:
        try:
            job.apply_access(descriptor)
            write_and_verify(descriptor, job.data)
        finally:
            os.close(descriptor)
        if overwrite:
            job.require_same()
            temporary.replace(job.path)
        else:
            _take_free_name(temporary, job.path)
    finally:
        remove_if_present(temporary)


def _take_free_name(temporary: Path, path: Path) -> None:
    if sys.platform == "win32":
        temporary.rename(path)  # refuses a taken name there
        return
    try:
        path.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _hold_then_replace(temporary, path)


def _hold_then_replace(temporary: Path, path: Path) -> None:
    """Take the name with an empty file first: for a file system without links, such as FAT."""
    os.close(create_file(path))
    _replace(temporary, path, undo=path)


def _replace(
    temporary: Path, path: Path, *, undo: Path | None = None, check: Callable[[], None] = ignore
) -> None:
    try:
        check()
        temporary.replace(path)
    except BaseException:
        remove_if_present(undo or temporary)
        raise
