"""What the store says no to."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import override

from twauth_gui.domain.counting import counted
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, Kind, Remedy


class NotFoundError(KeyError):
    """No app, account or attempt has this id; another window may have removed it."""

    @override
    def __str__(self) -> str:
        return f"nothing with the id {self.args[0]} is kept"


class AppInUseError(DiagnosedError, ValueError):
    """The app has accounts, so it stays."""

    def __init__(self, label: str, count: int) -> None:
        accounts = counted(count, "account")
        super().__init__(
            Diagnosis(
                Kind.UNKNOWN,
                f"The app {label} has {accounts}.",
                "Their credentials work only together with the app's keys. Remove the accounts"
                " first.",
            )
        )


class HeldCredentialsError(DiagnosedError, ValueError):
    """X has granted credentials under the app that nobody has decided about, so it stays."""

    def __init__(self, label: str) -> None:
        super().__init__(
            Diagnosis(
                Kind.UNKNOWN,
                f"A sign-in under {label} holds credentials that X has granted.",
                "Without the app nobody could use or end them. Keep or discard them first; they are"
                " among the sign-ins under way.",
            )
        )


class AlreadyKeptError(DiagnosedError, ValueError):
    """The account is kept under this app already."""

    def __init__(self, handle: str, label: str) -> None:
        super().__init__(
            Diagnosis(
                Kind.UNKNOWN,
                f"@{handle} is already here, under the app {label}.",
                "Its credentials were left as they are. Replace them, or remove it first.",
            )
        )


class CredentialMissingError(DiagnosedError):
    """The index knows the record, the keychain does not have it."""

    def __init__(self, whose: str, keychain: str, remedy: Remedy) -> None:
        step = {
            Remedy.SIGN_IN_AGAIN: "Sign in again to replace it.",
            Remedy.SIGN_IN_OAUTH2: "Sign in with OAuth 2.0 again to replace it.",
            Remedy.EDIT_KEYS: "Enter the keys again.",
        }.get(remedy, "Start the sign-in again.")
        super().__init__(
            Diagnosis(
                Kind.CREDENTIAL_MISSING,
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
                Kind.CREDENTIAL_MISSING,
                f"{at_handle} has no credentials of {kind.words}.",
                f"Sign it in with {kind.words}, or choose what works with the ones that it has.",
                remedy=remedies[kind],
            )
        )


class IndexUnusableError(DiagnosedError):
    """The index cannot be read; the file was left as it is."""

    def __init__(self, path: Path, title: str, why: str, code: str = "") -> None:
        super().__init__(
            Diagnosis(
                Kind.INDEX_UNUSABLE,
                title,
                f"{why} The file is {path}.",
                evidence=Evidence(code=code),
            )
        )


class IndexDamagedError(IndexUnusableError):
    """The index is no longer what was written."""

    def __init__(self, path: Path, code: str = "") -> None:
        super().__init__(
            path,
            "The list of accounts cannot be read.",
            "It is damaged. Nothing was changed, and the credentials are still in the keychain."
            " Start Twauth again: it sets the file aside and rebuilds the list.",
            code,
        )


class NotWrittenError(DiagnosedError):
    """The disk did not take the change."""

    title = "The change was not saved."

    def __init__(self, path: Path, why: str, code: str = "") -> None:
        super().__init__(
            Diagnosis(
                Kind.FILE_NOT_WRITTEN,
                self.title,
                f"{why} The file is {path}.",
                remedy=Remedy.TRY_AGAIN,
                evidence=Evidence(code=code),
            )
        )


class NotOpenedError(NotWrittenError):
    """The disk does not let the index be opened for changes."""

    title = "The list of accounts cannot be opened."
