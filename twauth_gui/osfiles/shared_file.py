"""A file that other programs read: written whole or not at all, and removed again."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.osfiles.error_sentences import explain_os_error


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
    fresh = path.with_name(f".{path.name}.twauth-new")
    try:
        if path.is_symlink() and path.exists():
            return FileChange.FOREIGN
        if path.is_file() and path.read_bytes() == data:
            return FileChange.UNCHANGED
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _ = fresh.write_bytes(data)
            if path.exists():
                fresh.chmod(path.stat().st_mode)
            _ = fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise DiagnosedError(diagnose_shared_file(path, error)) from error
    return FileChange.WRITTEN


def remove_shared(path: Path) -> FileChange:
    """Remove a file that write_shared has written.

    Raises:
        DiagnosedError: the disk refuses.
    """
    try:
        if path.is_symlink() and path.exists():
            return FileChange.FOREIGN
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return FileChange.ABSENT
    except OSError as error:
        raise DiagnosedError(diagnose_shared_file(path, error)) from error
    return FileChange.REMOVED


def diagnose_shared_file(path: Path, error: OSError) -> Diagnosis:
    """Explain why such a file was not changed."""
    title = f"{path} was not changed."
    return Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, explain_os_error(error))
