"""The ways a keychain can fail, in a person's words."""

from __future__ import annotations

import sys

from twauth_gui.domain.counting import counted
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, ProblemKind, Remedy

NAMELESS = "The keychain"

_NO_PLAIN_TEXT = "Twauth does not fall back to plain text."

_GET_ONE = {
    "win32": "Start Twauth from a normal Windows session: over SSH there is no Credential Locker.",
    "darwin": "Start Twauth from a desktop session: over SSH there is no login keychain.",
    "linux": "Install gnome-keyring, or switch on the Secret Service in KeePassXC's settings, then"
    " log in to the desktop again.",
}


class VaultError(DiagnosedError):
    """The keychain did not do what was asked."""


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

    def __init__(self, name: str = NAMELESS, reason: str = "") -> None:
        super().__init__(
            Diagnosis(
                ProblemKind.KEYCHAIN_LOCKED,
                f"{name} is locked.",
                reason or "The credentials are safe in it. Unlock it to go on.",
                causes=(
                    "The keychain has another password than the login.",
                    "Without a desktop, as over SSH, nobody can answer the prompt.",
                ),
                remedy=Remedy.UNLOCK,
            )
        )


class VaultDismissedError(VaultError):
    """The prompt to unlock was closed."""

    def __init__(self, name: str = NAMELESS) -> None:
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
    """The keychain did not answer in time; what was asked may still happen."""

    def __init__(self, name: str = NAMELESS, seconds: float = 0) -> None:
        waited = f"It was asked {counted(round(seconds), 'second')} ago. " if seconds >= 1 else ""
        super().__init__(
            Diagnosis(
                ProblemKind.KEYCHAIN_HUNG,
                f"{name} does not answer.",
                f"{waited}A prompt of it may wait behind another window. Look for it, then try"
                " again.",
                causes=("The keychain's program hangs: log out and in again.",),
                remedy=Remedy.TRY_AGAIN,
            )
        )


class VaultFailedError(VaultError):
    """The keychain answered with a failure.

    Args:
        code: the name of the failure, such as an exception's type; never a value.
    """

    def __init__(self, name: str = NAMELESS, code: str = "", advice: str = "") -> None:
        told = f" It reports {code}." if code else ""
        super().__init__(
            Diagnosis(
                ProblemKind.KEYCHAIN_FAILED,
                f"{name} did not do what was asked.",
                f"What it holds was left as it was.{told} {advice or 'Try again.'}",
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
                f"{why} What it holds is as it was, and can be read.",
                remedy=Remedy.TRY_AGAIN,
            )
        )


class RecordTooLargeError(VaultError):
    """The record is larger than the smallest keychain takes."""

    def __init__(self, size: int = 0, limit: int = 0) -> None:
        told = f"It has {size:,} characters of at most {limit:,}. " if size else ""
        super().__init__(
            Diagnosis(
                ProblemKind.RECORD_TOO_LARGE,
                "These credentials are too long for the keychain.",
                f"{told}Nothing was changed. Look whether something else was pasted with them.",
            )
        )
