"""The errors of keychains and encrypted files, with their texts."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, ProblemKind, Remedy
from twauth_gui.domain.display_text import pluralize
from twauth_gui.osfiles.descriptors import NotRegularFileError
from twauth_gui.osfiles.error_sentences import explain_os_error

DEFAULT_KEYCHAIN_NAME = "The keychain"
FILE_VAULT_NAME = "The encrypted file"
_NO_PLAIN_TEXT = "Twauth does not fall back to plain text."
_UNTOUCHED = "It was left as it is."

_GET_ONE = {
    "win32": "Start Twauth from a normal Windows session: over SSH there is no Credential Locker.",
    "darwin": "Start Twauth from a desktop session: over SSH there is no login keychain.",
    "linux": "Install gnome-keyring, or enable the Secret Service in KeePassXC's settings, then log"
    " in to the desktop again.",
}


class VaultError(DiagnosedError):
    """The keychain cannot be used."""


class VaultAbsentError(VaultError):
    """There is no keychain.

    Args:
        reason: one sentence on what was looked for.
        advice: what to do; by default how to get a keychain on this system.
    """

    def __init__(self, reason: str = "", advice: str = "") -> None:
        steps = advice or _GET_ONE.get(sys.platform, _GET_ONE["linux"])
        super().__init__(
            Diagnosis(
                ProblemKind.KEYCHAIN_ABSENT,
                "No keychain on this computer.",
                " ".join(part for part in (reason, _NO_PLAIN_TEXT, steps) if part),
                remedy=Remedy.TRY_AGAIN,
            )
        )


class VaultLockedError(VaultError):
    """The keychain is there, but locked."""

    def __init__(self, name: str = DEFAULT_KEYCHAIN_NAME, reason: str = "") -> None:
        super().__init__(
            Diagnosis(
                ProblemKind.KEYCHAIN_LOCKED,
                f"{name} is locked.",
                reason or "The credentials are safe in it. Unlock it to go on.",
                causes=(
                    "The keychain's password differs from the login password.",
                    "Without a desktop, as over SSH, its prompt cannot be shown.",
                ),
                remedy=Remedy.UNLOCK,
            )
        )


class VaultDismissedError(VaultError):
    """The prompt to unlock was closed."""

    def __init__(self, name: str = DEFAULT_KEYCHAIN_NAME) -> None:
        super().__init__(
            Diagnosis(
                ProblemKind.KEYCHAIN_DISMISSED,
                f"{name} was not unlocked.",
                "The prompt was closed, or could not be shown. Nothing was changed. Unlock it to"
                " go on.",
                remedy=Remedy.UNLOCK,
            )
        )


class VaultHungError(VaultError):
    """The keychain did not answer in time; the call may still take effect."""

    def __init__(self, name: str = DEFAULT_KEYCHAIN_NAME, seconds: float = 0) -> None:
        waited = f"Twauth waited {pluralize(round(seconds), 'second')}. " if seconds >= 1 else ""
        super().__init__(
            Diagnosis(
                ProblemKind.KEYCHAIN_HUNG,
                f"{name} does not answer.",
                f"{waited}Its unlock prompt may be hidden behind another window. Look for it, then"
                " try again.",
                causes=("The keychain's program hangs: log out and in again.",),
                remedy=Remedy.TRY_AGAIN,
            )
        )


class VaultFailedError(VaultError):
    """The keychain reported a failure.

    Args:
        code: the name of the failure, such as an exception's type; never a value.
    """

    def __init__(self, name: str = DEFAULT_KEYCHAIN_NAME, code: str = "", advice: str = "") -> None:
        report = f" It reported {code}." if code else ""
        super().__init__(
            Diagnosis(
                ProblemKind.KEYCHAIN_FAILED,
                f"{name} reported a failure.",
                f"What it holds was left as it was.{report} {advice or 'Try again.'}",
                remedy=Remedy.TRY_AGAIN,
                evidence=Evidence(code=code),
            )
        )


class VaultNotWrittenError(VaultError):
    """The keychain answers, but cannot save.

    Args:
        why: what is wrong with its disk, and what to do.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            Diagnosis(
                ProblemKind.KEYCHAIN_NOT_WRITTEN,
                f"{name} cannot save.",
                f"{why} What it holds is unchanged, and can be read.",
                remedy=Remedy.TRY_AGAIN,
            )
        )


class RecordTooLargeError(VaultError):
    """The record is larger than the smallest keychain allows."""

    def __init__(self, size: int = 0, limit: int = 0) -> None:
        length = f"They have {size:,} characters of at most {limit:,}. " if size else ""
        super().__init__(
            Diagnosis(
                ProblemKind.RECORD_TOO_LARGE,
                "These credentials are too long for the keychain.",
                f"{length}Nothing was changed. Check whether something else was pasted with them.",
            )
        )


class SealedFileError(VaultError):
    """A file under a passphrase cannot be used.

    Args:
        title: what is so.
        advice: why, and what to do.
        path: appended to the advice.
    """

    def __init__(
        self,
        title: str,
        advice: str,
        path: Path,
        *,
        kind: ProblemKind = ProblemKind.KEYCHAIN_FAILED,
        remedy: Remedy = Remedy.NONE,
        code: str = "",
    ) -> None:
        # Skips VaultAbsentError and VaultLockedError, whose texts are about the system's keychain.
        DiagnosedError.__init__(
            self,
            Diagnosis(
                kind,
                title,
                f"{advice} The file is {path}.",
                remedy=remedy,
                evidence=Evidence(code=code),
            ),
        )


class WrongPassphraseError(SealedFileError):
    """The file is intact, but this passphrase does not open it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "That passphrase does not open the encrypted file.",
            "Nothing was changed. Check Caps Lock and the keyboard layout, then type it again.",
            path,
            kind=ProblemKind.KEYCHAIN_LOCKED,
            remedy=Remedy.UNLOCK,
        )


class EmptyPassphraseError(SealedFileError):
    """A new file needs a passphrase."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "The passphrase is empty.",
            "Without one, anyone who has the file can read it. Nothing was changed. Choose one.",
            path,
        )


class DamagedFileError(SealedFileError):
    """The file is not as it was written."""

    def __init__(self, path: Path, code: str = "") -> None:
        super().__init__(
            "The encrypted file is damaged.",
            f"It is not as Twauth wrote it. {_UNTOUCHED} Put an older copy of this file in its"
            " place. If there is none, move it away: then twauth restore FILE creates a new one"
            " from a backup.",
            path,
            code=code,
        )


class ForeignFileError(SealedFileError):
    """The file is of another kind than expected."""

    def __init__(self, path: Path, what: str = "no encrypted file of Twauth") -> None:
        super().__init__(
            "This is not the file that was expected.",
            f"It is {what}. {_UNTOUCHED} Choose another one.",
            path,
        )


class NewerFileError(SealedFileError):
    """A newer program wrote the file."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            "A newer Twauth wrote this file.",
            f"It has version {found}; this one reads up to {known}. {_UNTOUCHED} Start the newer"
            " Twauth.",
            path,
        )


class CostRefusedError(SealedFileError):
    """The file asks for more memory or time than any file of Twauth does."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            "The encrypted file asks for too much.",
            f"Opening it would take {what}. No Twauth writes such a file. {_UNTOUCHED} Put"
            " another copy in its place.",
            path,
        )


class DerivationError(SealedFileError):
    """This computer cannot derive the key from the passphrase."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            "The encrypted file cannot be opened on this computer.",
            f"{why} {_UNTOUCHED}",
            path,
            remedy=Remedy.TRY_AGAIN,
        )


class FileUnreadableError(SealedFileError):
    """The disk cannot read the file."""

    def __init__(self, path: Path, why: str, code: str = "") -> None:
        super().__init__(
            "The encrypted file cannot be read.",
            f"{why} {_UNTOUCHED}",
            path,
            remedy=Remedy.TRY_AGAIN,
            code=code,
        )


class FileNotWrittenError(SealedFileError):
    """The disk refused the file; the old one is intact."""

    def __init__(self, path: Path, why: str, code: str = "") -> None:
        super().__init__(
            "The encrypted file was not changed.",
            why,
            path,
            kind=ProblemKind.KEYCHAIN_NOT_WRITTEN,
            remedy=Remedy.TRY_AGAIN,
            code=code,
        )


class FileInTheWayError(SealedFileError):
    """The path is taken."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "A file with this name already exists.",
            f"{_UNTOUCHED} Choose another name, or move it away.",
            path,
            kind=ProblemKind.FILE_EXISTS,
        )


class FileAbsentError(SealedFileError, VaultAbsentError):
    """There is no encrypted file at the path."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "There is no encrypted file.",
            "If it was moved, put it back. If it is lost, create a new one, then restore a backup"
            f" (twauth restore FILE does both) or sign in again. {_NO_PLAIN_TEXT}",
            path,
            kind=ProblemKind.KEYCHAIN_ABSENT,
            remedy=Remedy.TRY_AGAIN,
        )


class FileNotCreatedError(FileAbsentError):
    """The encrypted file was chosen for an empty data folder, and does not exist yet."""

    def __init__(self, path: Path) -> None:
        SealedFileError.__init__(
            self,
            "The encrypted file does not exist yet.",
            f"Nothing is stored here so far. Choose a passphrase to create it. {_NO_PLAIN_TEXT}",
            path,
            kind=ProblemKind.KEYCHAIN_ABSENT,
            remedy=Remedy.CREATE_FILE,
        )


class FileLockedError(SealedFileError, VaultLockedError):
    """The file is locked until its passphrase is entered."""

    def __init__(self, path: Path, reason: str = "") -> None:
        super().__init__(
            f"{FILE_VAULT_NAME} is locked.",
            f"{reason or 'The credentials are safe in it.'} Enter its passphrase to go on.",
            path,
            kind=ProblemKind.KEYCHAIN_LOCKED,
            remedy=Remedy.UNLOCK,
        )


@contextlib.contextmanager
def diagnose_read_errors(path: Path) -> Generator[None]:
    """Turn the system's refusals to read a file under a passphrase into diagnosed errors."""
    try:
        yield
    except FileNotFoundError:
        raise FileAbsentError(path) from None
    except NotRegularFileError as error:
        raise ForeignFileError(path, str(error)) from None
    except OSError as error:
        raise FileUnreadableError(path, explain_os_error(error), type(error).__name__) from error


@contextlib.contextmanager
def diagnose_write_errors(path: Path) -> Generator[None]:
    """Turn the system's refusals to write a file under a passphrase into diagnosed errors."""
    try:
        yield
    except OSError as error:
        raise FileNotWrittenError(path, explain_os_error(error), type(error).__name__) from error
