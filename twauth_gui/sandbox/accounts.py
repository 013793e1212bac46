"""Invented accounts of the sandbox."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

_HANDLE: Final = re.compile(r"@?([A-Za-z0-9_]{1,15})", re.ASCII)
_MIN_ID: Final = 10**17
_ID_SPAN: Final = 19 * 10**17  # ids have 18 or 19 digits, like those X gives out now


@dataclass(frozen=True)
class SandboxAccount:
    """One invented account; id is decimal text of 18 or 19 digits."""

    id: str
    handle: str
    name: str

    @property
    def initials(self) -> str:
        """Two letters for its avatar: initials of the handle's parts, or its first letters."""
        parts = [part for part in self.handle.split("_") if part]
        return (parts[0][0] + parts[1][0] if len(parts) > 1 else self.handle[:2]).upper()

    @property
    def hue(self) -> int:
        """The number of its avatar's colour, from 0 to 7."""
        return int(self.id) % 8


DEMO_ACCOUNTS: Final = (
    SandboxAccount("1712904478206513153", "fernwick_news", "Fernwick Daily"),
    SandboxAccount("1688150934417182725", "marsh_weather", "Marsh Weather"),
    SandboxAccount("1593378210664906754", "tidal_times", "Tide Times"),
    SandboxAccount("1820446193370849280", "ferry_delays7", "Ferry Delays"),
    SandboxAccount("964417305528811520", "oldquay_books", "Old Quay Books"),
    SandboxAccount("1501172889043763202", "letters_desk3", "Letters Desk"),
)


def account_for(handle: str) -> SandboxAccount | None:
    """Return the account of a handle, with or without the @; None if the text is not a handle.

    Any new handle has an account too. Its id depends only on the handle, in lower case, so that it
    is the same after a restart.
    """
    found = _HANDLE.fullmatch(handle.strip())
    if found is None:
        return None
    wanted = found[1].lower()
    known = next((person for person in DEMO_ACCOUNTS if person.handle == wanted), None)
    return known or SandboxAccount(_make_id(wanted), found[1], _make_name(found[1]))


def account_with_id(user_id: str, handle: str) -> SandboxAccount | None:
    """Return the account of a handle, if it has this id, else None."""
    account = account_for(handle)
    return account if account and account.id == user_id else None


def _make_id(handle: str) -> str:
    digest = hashlib.sha256(f"account:{handle}".encode()).digest()
    return str(_MIN_ID + int.from_bytes(digest[:12]) % _ID_SPAN)


def _make_name(handle: str) -> str:
    return " ".join(handle.replace("_", " ").split()).title() or handle
