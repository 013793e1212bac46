"""What the system's error numbers mean: the one table of sentences for them."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind, Remedy

_UNCHANGED = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class _Sentences:
    """What is told of some error numbers; {name} is the file, {folder} the one it is in.

    numbers: of errno. reason: what is so. fix: what to do about a file whose place is fixed.
    title, alternative: what is so, and what to do, if the user chose the place.
    """

    numbers: frozenset[int]
    reason: str = ""
    fix: str = ""
    title: str = ""
    alternative: str = ""
    remedy: Remedy = Remedy.NONE


def _full(number: int, reason: str) -> _Sentences:
    fix = "Free some space, then try again."
    title = "There is no room left in {folder}."
    return _Sentences(frozenset({number}), reason, fix, title, fix, Remedy.TRY_AGAIN)


_TABLE = (
    _full(errno.ENOSPC, "The disk is full."),
    _full(getattr(errno, "EDQUOT", errno.ENOSPC), "The disk quota is used up."),
    _full(errno.EFBIG, "The system does not allow a file of this size."),
    _Sentences(
        frozenset({errno.EACCES, errno.EPERM}),
        "The file or its folder does not allow it.",
        "Change that, then try again.",
        "Twauth may not write a private file in {folder}.",
        "Choose a folder of your own.",
    ),
    _Sentences(
        frozenset({errno.EROFS}),
        "The disk is read-only.",
        "Change that, then try again.",
        "{folder} is read-only.",
        "Choose another folder.",
    ),
    _Sentences(
        frozenset({errno.EIO}), "The disk reported an error.", "Check the disk, then try again."
    ),
    _Sentences(
        frozenset({errno.ENAMETOOLONG}),
        title="The name of the file is too long.",
        alternative="Choose a shorter one.",
    ),
    _Sentences(
        frozenset({errno.EISDIR}), title="{name} is a folder.", alternative="Choose another name."
    ),
    _Sentences(
        frozenset({errno.ENXIO}),
        title="{name} is not an ordinary file.",
        alternative="A pipe or a device keeps no credentials. Choose another name.",
    ),
    _Sentences(
        frozenset({errno.EILSEQ}),
        title="{name} was not written.",
        alternative="A value contains a character that a text file cannot hold. Copy it again.",
    ),
)
_NO_FOLDER = frozenset({errno.ENOENT, errno.ENOTDIR})


def explain_os_error(error: OSError) -> str:
    """Return why the system refused, and what to do about it, as sentences."""
    known = _find(error)
    if known is not None and known.reason:
        return f"{known.reason} {known.fix}"
    return f"The system says: {error.strerror}. Try again."


def diagnose_write_error(path: Path, error: OSError) -> Diagnosis:
    """Explain why a file was not written to the place that the user chose."""
    name, folder = path.name or str(path), path.absolute().parent
    title, advice, remedy = f"{name} was not written.", "", Remedy.TRY_AGAIN
    known = _find(error)
    if error.errno in _NO_FOLDER:
        title, advice, remedy = *_explain_folder(folder), Remedy.NONE
    elif known is not None and known.title:
        title = known.title.format(name=name, folder=folder)
        advice, remedy = known.alternative, known.remedy
    elif known is not None:
        advice = f"{known.reason} {known.fix}"
    else:
        advice = f"The system says: {error.strerror or 'no reason'}."
    return Diagnosis(
        ProblemKind.FILE_NOT_WRITTEN,
        title,
        f"{_UNCHANGED} {advice}",
        remedy=remedy,
        evidence=Evidence(code=errno.errorcode.get(error.errno or 0, "")),
    )


def diagnose_taken_name(path: Path) -> Diagnosis:
    """Explain that a file of this name exists, and was not to be replaced."""
    return Diagnosis(
        ProblemKind.FILE_EXISTS,
        f"{path.name} already exists.",
        f"{_UNCHANGED} Replace it, or choose another name.",
    )


def _find(error: OSError) -> _Sentences | None:
    return next((row for row in _TABLE if error.errno in row.numbers), None)


def _explain_folder(folder: Path) -> tuple[str, str]:
    if folder.exists():
        return f"{folder} is not a folder.", "Choose another folder."
    return f"The folder {folder} does not exist.", "Create it, or choose another folder."
