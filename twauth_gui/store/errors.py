"""The errors of the store, with their texts, and the retry after a conflict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, ProblemKind, Remedy
from twauth_gui.domain.display_text import pluralize
from twauth_gui.store.vault import ItemKind

_GONE = {
    ItemKind.APP: ("This app is no longer here.", "removed"),
    ItemKind.ACCOUNT: ("This account is no longer here.", "removed"),
    ItemKind.TOKENS: ("This account no longer has an OAuth 2.0 sign-in.", "revoked or removed"),
    ItemKind.PENDING_SIGN_IN: ("This sign-in is no longer pending.", "finished or discarded"),
}
_CHANGED = {
    ItemKind.APP: ("The app was changed meanwhile.", "Its keys or settings were replaced"),
    ItemKind.ACCOUNT: ("The account was changed meanwhile.", "It was signed in again"),
    ItemKind.TOKENS: ("The account was changed meanwhile.", "Its OAuth 2.0 sign-in was renewed"),
    ItemKind.PENDING_SIGN_IN: ("The sign-in was changed meanwhile.", "It was continued"),
}


class NotFoundError(DiagnosedError, LookupError):
    """No app, account or pending sign-in has this id; another process may have removed it."""

    def __init__(self, kind: ItemKind) -> None:
        title, what = _GONE[kind]
        super().__init__(
            Diagnosis(
                ProblemKind.NOT_FOUND,
                title,
                f"It was {what} elsewhere, for example in another window. The list shows what"
                " is there now.",
            )
        )


class ChangedMeanwhileError(DiagnosedError):
    """What a change was based on was replaced before the change was saved."""

    def __init__(self, kind: ItemKind) -> None:
        title, what = _CHANGED[kind]
        super().__init__(
            Diagnosis(
                ProblemKind.CHANGED_MEANWHILE,
                title,
                f"{what} elsewhere, for example in another window. Nothing was overwritten. Check"
                " what is there now, then try again.",
            )
        )


class AppInUseError(DiagnosedError, ValueError):
    """The app cannot be removed while it has accounts."""

    def __init__(self, label: str, count: int) -> None:
        accounts = pluralize(count, "account")
        super().__init__(
            Diagnosis(
                ProblemKind.UNKNOWN,
                f"The app {label} has {accounts}.",
                "Their credentials work only together with the app's keys. Remove the accounts"
                " first.",
            )
        )


class UnsavedCredentialsError(DiagnosedError, ValueError):
    """The app cannot be removed while a sign-in under it holds granted credentials."""

    def __init__(self, label: str) -> None:
        super().__init__(
            Diagnosis(
                ProblemKind.UNKNOWN,
                f"A sign-in under {label} holds credentials that X has granted.",
                "Without the app they could be neither used nor revoked. Keep or discard them"
                " first; they are among the pending sign-ins.",
            )
        )


class AccountExistsError(DiagnosedError, ValueError):
    """The app has this account already."""

    def __init__(self, handle: str, label: str) -> None:
        super().__init__(
            Diagnosis(
                ProblemKind.UNKNOWN,
                f"@{handle} is already here, under the app {label}.",
                "Its credentials were left as they are. Replace them, or remove it first.",
            )
        )


class CredentialMissingError(DiagnosedError):
    """The keychain has lost an item that the index lists."""

    def __init__(self, whose: str, keychain: str, remedy: Remedy) -> None:
        step = {
            Remedy.SIGN_IN_AGAIN: "Sign in again to replace it.",
            Remedy.SIGN_IN_OAUTH2: "Sign in with OAuth 2.0 again to replace it.",
            Remedy.EDIT_KEYS: "Enter the keys again.",
        }.get(remedy, "Start the sign-in again.")
        super().__init__(
            Diagnosis(
                ProblemKind.CREDENTIAL_MISSING,
                f"{keychain} has no item of {whose}.",
                f"It was removed there, or the keychain was reset. {step}",
                remedy=remedy,
            )
        )


class NotSignedInError(DiagnosedError):
    """The account has credentials, but none of this kind."""

    def __init__(self, at_handle: str, kind: CredentialKind) -> None:
        remedies = {
            CredentialKind.OAUTH1: Remedy.SIGN_IN_AGAIN,
            CredentialKind.OAUTH2: Remedy.SIGN_IN_OAUTH2,
        }
        super().__init__(
            Diagnosis(
                ProblemKind.CREDENTIAL_MISSING,
                f"{at_handle} has no {kind.label} credentials.",
                f"Sign it in with {kind.label}, or choose something that works with the credentials"
                " it has.",
                remedy=remedies[kind],
            )
        )


class IndexUnusableError(DiagnosedError):
    """The index cannot be read; the file was left as it is."""

    def __init__(self, path: Path, title: str, why: str, code: str = "") -> None:
        super().__init__(
            Diagnosis(
                ProblemKind.INDEX_UNUSABLE,
                title,
                f"{why} The file is {path}.",
                evidence=Evidence(code=code),
            )
        )


class IndexDamagedError(IndexUnusableError):
    """The index is damaged."""

    def __init__(self, path: Path, code: str = "") -> None:
        super().__init__(
            path,
            "The list of accounts cannot be read.",
            "It is damaged. Nothing was changed, and the credentials are still in the keychain."
            " Start Twauth again: it sets the file aside and rebuilds the list.",
            code,
        )


READ_ONLY = (
    "The disk or the folder does not allow writing. Showing and exporting work here; checking,"
    " signing in and changing anything do not."
)
READ_ONLY_NOTE = (
    "The list can only be read. Its disk or folder does not allow writing, so the history does not"
    " record any of this."
)


class NotWrittenError(DiagnosedError):
    """The disk refused a change."""

    title = "The change was not saved."

    def __init__(self, path: Path, why: str, code: str = "") -> None:
        super().__init__(
            Diagnosis(
                ProblemKind.FILE_NOT_WRITTEN,
                self.title,
                f"{why} The file is {path}.",
                remedy=Remedy.TRY_AGAIN,
                evidence=Evidence(code=code),
            )
        )


class ReadOnlyError(NotWrittenError):
    """The index is in a write-protected place."""

    title = "The list can only be read."

    def __init__(self, path: Path) -> None:
        super().__init__(path, READ_ONLY, "SQLITE_READONLY")


class NotOpenedError(NotWrittenError):
    """The disk refused to open the index for changes."""

    title = "The list of accounts cannot be opened."


T = TypeVar("T")

_MAX_TRIES = 5
"""More changes by hand than this do not happen while X is being asked."""


def retry_on_conflict(work: Callable[[], T]) -> T:
    """Run the work, and run it again if what it read was changed before it saved.

    Raises:
        ChangedMeanwhileError: it was changed each time. Otherwise what the work raises.
    """
    for _ in range(_MAX_TRIES - 1):
        try:
            return work()
        except ChangedMeanwhileError:
            continue
    return work()
