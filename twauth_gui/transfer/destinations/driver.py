"""What a destination has to be able to do, for the vendors' commands and for plug-ins alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.secret import Secret


class FailureReason(Enum):
    """Why a destination could not be read or written."""

    PROGRAM_MISSING = "program-missing"
    LOGGED_OUT = "logged-out"
    ABSENT = "absent"
    TIMED_OUT = "timed-out"
    UNREADABLE = "unreadable"
    FAILED = "failed"


class DestinationError(Exception):
    """A destination failed. says: its own words, without the secrets that it was given."""

    def __init__(self, reason: FailureReason, says: str = "", program: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.says = says
        self.program = program


@dataclass(frozen=True, slots=True)
class SecretToWrite:
    """One secret.

    name: at the destination. content: the value, or a document's text. rows: the values of a
    document by name.
    """

    name: str
    content: Secret
    rows: Mapping[str, Secret]


@dataclass(frozen=True, slots=True)
class ListedSecret:
    """A name that is there. marker: changes when it is written. is_blocked: cannot be written."""

    name: str
    marker: str = ""
    is_blocked: bool = False


class DestinationDriver(Protocol):
    """Reads and writes one kind of destination. Every method may be called from any thread.

    All raise DestinationError, or CancelledError.
    """

    def check(self, target: Mapping[str, str], cancel: CancelToken) -> str:
        """Return who is logged in there, or "" if that cannot be told."""
        ...

    def list_secrets(
        self, target: Mapping[str, str], name: str, cancel: CancelToken
    ) -> dict[str, ListedSecret] | None:
        """Return what is there, by name; None if it cannot be listed by its nature.

        name: of the document, for a destination with one secret for each account; else "".
        """
        ...

    def write(
        self,
        target: Mapping[str, str],
        secrets: Sequence[SecretToWrite],
        cancel: CancelToken,
        *,
        is_new: bool,
    ) -> None:
        """Write secrets, of which all or none are there already.

        Returning proves nothing: the caller lists them again.
        """
        ...

    def delete(self, target: Mapping[str, str], name: str, cancel: CancelToken) -> None:
        """Delete one secret."""
        ...

    def group_writes(self, secrets: Sequence[SecretToWrite]) -> list[list[SecretToWrite]]:
        """Return what one call of write() takes each."""
        ...
