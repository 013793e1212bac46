"""Write a file that only its owner can read, whole or not at all, or explain why not."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, ProblemKind, Remedy
from twauth_gui.domain.secret import Secret

_DISK_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_DENIED = frozenset({errno.EACCES, errno.EPERM})
_NO_FOLDER = frozenset({errno.ENOENT, errno.ENOTDIR})
_UNCHANGED = "Nothing was changed."

# title, advice; {name} is the file, {folder} where it was to go.
_MESSAGES: tuple[tuple[frozenset[int], str, str, Remedy], ...] = (
    (
        _DISK_FULL,
        "There is no room left in {folder}.",
        "{name} was not written. What was there before is as it was. Make room, then try again.",
        Remedy.TRY_AGAIN,
    ),
    (
        _DENIED,
        "Twauth may not write a private file in {folder}.",
        f"{_UNCHANGED} Choose a folder of your own.",
        Remedy.NONE,
    ),
    (
        frozenset({errno.EROFS}),
        "{folder} is read-only.",
        f"{_UNCHANGED} Choose another folder.",
        Remedy.NONE,
    ),
    (
        frozenset({errno.ENAMETOOLONG}),
        "The name of the file is too long.",
        f"{_UNCHANGED} Choose a shorter one.",
        Remedy.NONE,
    ),
    (
        frozenset({errno.EISDIR}),
        "{name} is a folder.",
        f"{_UNCHANGED} Choose another name.",
        Remedy.NONE,
    ),
    (
        frozenset({errno.ENXIO}),
        "{name} is not an ordinary file.",
        f"A pipe or a device keeps no credentials. {_UNCHANGED} Choose another name.",
        Remedy.NONE,
    ),
    (
        frozenset({errno.EILSEQ}),
        "{name} was not written.",
        "A value holds a sign that no text file can keep. Copy the value in again.",
        Remedy.NONE,
    ),
)


def explain_taken_name(path: Path) -> Diagnosis:
    """Say that the name is taken."""
    return Diagnosis(
        ProblemKind.FILE_EXISTS,
        f"{path.name} is already there.",
        f"{_UNCHANGED} Replace it, or choose another name.",
    )


def explain_write_error(path: Path, error: OSError) -> Diagnosis:
    """Say why the system did not take the file."""
    evidence = Evidence(code=errno.errorcode.get(error.errno or 0, ""))
    if error.errno in _NO_FOLDER:
        return Diagnosis(
            ProblemKind.FILE_NOT_WRITTEN,
            *_explain_folder(path.absolute().parent),
            evidence=evidence,
        )
    for numbers, title, advice, remedy in _MESSAGES:
        if error.errno in numbers:
            names = {"name": path.name or str(path), "folder": str(path.absolute().parent)}
            return Diagnosis(
                ProblemKind.FILE_NOT_WRITTEN,
                title.format(**names),
                advice.format(**names),
                remedy=remedy,
                evidence=evidence,
            )
    return Diagnosis(
        ProblemKind.FILE_NOT_WRITTEN,
        f"{path.name or path} was not written.",
        f"The system says: {error.strerror or 'no reason'}. {_UNCHANGED}",
        remedy=Remedy.TRY_AGAIN,
        evidence=evidence,
    )


def _explain_folder(folder: Path) -> tuple[str, str]:
    if folder.exists():
        return f"{folder} is not a folder.", f"{_UNCHANGED} Choose another folder."
    return (
        f"The folder {folder} is not there.",
        f"{_UNCHANGED} Create it, or choose another folder.",
    )


_OWNER_ONLY = 0o600
# Windows knows neither flag; it has O_BINARY, without which "\n" would become two bytes.
_EXTRA_FLAGS = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
# What a file system, a kernel or a sandbox without unnamed files answers.
_NO_UNNAMED = frozenset(
    {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.EPERM, errno.EXDEV}
)
_TEMPORARY = re.compile(r"\.twauth-[0-9a-f]{16}\.tmp")
_PIECE = 1024 * 1024
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


def _ignore_temporary(_temporary: Path) -> None:
    """Nobody notes what may stay behind."""


class TargetExistsError(DiagnosedError):
    """The file exists and was not to be replaced: the caller can ask."""


def write_private(
    path: Path,
    data: bytes,
    *,
    overwrite: bool = False,
    on_temporary: Callable[[Path], None] = _ignore_temporary,
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
        overwrite: whether a file that is there gives way.
        on_temporary: told another name in the same folder before the file, or a part of it, gets
            that name. A process that dies then leaves it behind. On Linux a new file needs none.

    Raises:
        AlreadyThereError: the name is taken and overwrite is off.
        DiagnosedError: Kind.FILE_NOT_WRITTEN; nothing was changed, no temporary file is left.
    """
    try:
        _check_target(path, overwrite=overwrite)
        _write(_WriteJob(path, data, on_temporary), overwrite=overwrite)
        _sync_folder(path.parent)
    except FileExistsError as error:
        raise TargetExistsError(explain_taken_name(path)) from error
    except OSError as error:
        raise DiagnosedError(explain_write_error(path, error)) from error
    except ValueError as error:  # a NUL in the path
        raise DiagnosedError(
            explain_write_error(path, OSError(errno.EINVAL, str(error)))
        ) from error


def encode_text(path: Path, text: Secret) -> bytes:
    """Return a text as UTF-8.

    Raises:
        DiagnosedError: a value holds what no file can keep; path is where it was to go.
    """
    try:
        return text.reveal().encode("utf-8")
    except UnicodeEncodeError:
        # Not chained: this exception carries the text that was to be encoded.
        raise DiagnosedError(explain_write_error(path, OSError(errno.EILSEQ, ""))) from None


def is_temporary_file(path: Path) -> bool:
    """Whether a file has a name that write_private() gives to what is not finished."""
    return _TEMPORARY.fullmatch(path.name) is not None


def require_writable_target(path: Path, *, overwrite: bool) -> None:
    """See whether a file may be written there, before anything is prepared.

    Raises:
        AlreadyThereError: the name is taken and overwrite is off.
        DiagnosedError: it is a folder, a pipe or a device, which no file may replace.
    """
    try:
        _check_target(path, overwrite=overwrite)
    except FileExistsError as error:
        raise TargetExistsError(explain_taken_name(path)) from error
    except OSError as error:
        raise DiagnosedError(explain_write_error(path, error)) from error


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

    def temporary(self) -> Path:
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
        path = job.path
        file = os.open(path.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, _OWNER_ONLY)
        try:
            _write_and_verify(file, job.data)
            if overwrite:
                temporary = job.temporary()
                _name(file, temporary)
                _replace(temporary, path)
            else:
                _name(file, path)
        finally:
            os.close(file)

    def _name(file: int, path: Path) -> None:
        """Give the open file a name that is free; see open(2), O_TMPFILE."""
        folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.link(f"/proc/self/fd/{file}", path.name, dst_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)


def _write_named(job: _WriteJob, *, overwrite: bool) -> None:
    temporary = job.temporary()
    file = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | _EXTRA_FLAGS, _OWNER_ONLY)
    try:
        try:
            _write_and_verify(file, job.data)
        finally:
            os.close(file)
        if overwrite:
            temporary.replace(job.path)
        else:
            _take_free_name(temporary, job.path)
    finally:
        temporary.unlink(missing_ok=True)


def _take_free_name(temporary: Path, path: Path) -> None:
    if sys.platform == "win32":
        temporary.rename(path)  # refuses a taken name there
    else:
        try:
            path.hardlink_to(temporary)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            _hold_then_replace(temporary, path)


def _hold_then_replace(temporary: Path, path: Path) -> None:
    """Take the name with an empty file first: for a file system without links, such as FAT."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _EXTRA_FLAGS, _OWNER_ONLY))
    _replace(temporary, path, undo=path)


def _replace(temporary: Path, path: Path, *, undo: Path | None = None) -> None:
    try:
        temporary.replace(path)
    except BaseException:
        (undo or temporary).unlink(missing_ok=True)
        raise


def _write_and_verify(file: int, data: bytes) -> None:
    """Write, and compare what the disk gives back."""
    if sys.platform != "win32":
        os.fchmod(file, _OWNER_ONLY)  # a umask can have taken bits away
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
    os.fsync(file)
    os.lseek(file, 0, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        piece = os.read(file, min(len(rest), _PIECE))
        if not piece or bytes(rest[: len(piece)]) != piece:
            raise OSError(errno.EIO, "the disk gave back something else")
        rest = rest[len(piece) :]


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can."""
    if sys.platform != "win32":
        # The file is written by now; a folder that cannot be synced takes nothing back.
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
