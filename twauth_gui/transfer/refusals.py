"""The words for a file that was not written."""

from __future__ import annotations

import errno
from pathlib import Path

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind, Remedy

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_DENIED = frozenset({errno.EACCES, errno.EPERM})
_NO_FOLDER = frozenset({errno.ENOENT, errno.ENOTDIR})
_UNCHANGED = "Nothing was changed."

# title, advice; {name} is the file, {folder} where it was to go.
_WORDS: tuple[tuple[frozenset[int], str, str, Remedy], ...] = (
    (
        _FULL,
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


def taken(path: Path) -> Diagnosis:
    """Say that the name is taken."""
    return Diagnosis(
        ProblemKind.FILE_EXISTS,
        f"{path.name} is already there.",
        f"{_UNCHANGED} Replace it, or choose another name.",
    )


def refusal(path: Path, error: OSError) -> Diagnosis:
    """Say why the system did not take the file."""
    evidence = Evidence(code=errno.errorcode.get(error.errno or 0, ""))
    if error.errno in _NO_FOLDER:
        return Diagnosis(
            ProblemKind.FILE_NOT_WRITTEN, *_folder_words(path.absolute().parent), evidence=evidence
        )
    for numbers, title, advice, remedy in _WORDS:
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


def _folder_words(folder: Path) -> tuple[str, str]:
    if folder.exists():
        return f"{folder} is not a folder.", f"{_UNCHANGED} Choose another folder."
    return (
        f"The folder {folder} is not there.",
        f"{_UNCHANGED} Create it, or choose another folder.",
    )
