"""Puts failures of the encrypted file into the words of a backup."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.store.sealed_errors import (
    CostRefusedError,
    DamagedFileError,
    DerivationError,
    FileAbsentError,
    FileNotWrittenError,
    FileUnreadableError,
    ForeignFileError,
    SealedFileError,
    WrongPassphraseError,
)

_TITLES: tuple[tuple[type[SealedFileError], str], ...] = (
    (WrongPassphraseError, "That passphrase does not open this backup."),
    (FileAbsentError, "There is no such file."),
    (FileUnreadableError, "The backup cannot be read."),
    (DamagedFileError, "The backup is damaged."),
    (ForeignFileError, "This is no backup of Twauth."),
    (FileNotWrittenError, "The backup was not written."),
    (CostRefusedError, "This backup asks for too much."),
    (DerivationError, "This computer cannot read or write such a backup."),
)
_ADVICE: tuple[tuple[type[SealedFileError], str], ...] = (
    (FileAbsentError, "Nothing was changed. Choose another one."),
    (DamagedFileError, "It is not as Twauth wrote it. Nothing was changed. Take another copy."),
)
_KINDS: tuple[tuple[type[SealedFileError], ProblemKind], ...] = (
    (WrongPassphraseError, ProblemKind.BACKUP_LOCKED),
    (FileNotWrittenError, ProblemKind.FILE_NOT_WRITTEN),
)


@contextmanager
def words_of_a_backup() -> Generator[None]:
    """Raise a DiagnosedError that speaks of a backup, not of where credentials are kept."""
    try:
        yield
    except SealedFileError as error:
        raise DiagnosedError(_reworded(error)) from error


def _reworded(error: SealedFileError) -> Diagnosis:
    found = error.diagnosis
    if found.kind is ProblemKind.FILE_EXISTS:
        return found
    kind = next(
        (kind for sort, kind in _KINDS if isinstance(error, sort)), ProblemKind.BACKUP_UNUSABLE
    )
    title = next((text for sort, text in _TITLES if isinstance(error, sort)), found.title)
    advice = next((text for sort, text in _ADVICE if isinstance(error, sort)), found.advice)
    return replace(found, kind=kind, title=title, advice=advice, remedy=Remedy.NONE)
