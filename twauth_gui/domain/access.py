"""The ladder of access levels that a token can have."""

from __future__ import annotations

from enum import Enum

from twauth_gui.domain.stored_words import ACCESS_BADGES


class AccessLevel(Enum):
    """What X reports in x-access-level: the level of the token, not of the app."""

    READ = "read"
    READ_WRITE = "read-write"
    READ_WRITE_DM = "read-write-directmessages"

    @property
    def badge(self) -> str:
        return ACCESS_BADGES[self.value]

    @property
    def words(self) -> str:
        names = {"read": "read only", "read-write": "read and write"}
        return names.get(self.value, "read, write and direct messages")

    @property
    def can_write(self) -> bool:
        return self is not AccessLevel.READ

    @classmethod
    def from_header(cls, value: str | None) -> AccessLevel | None:
        """Read the header; None where it is absent or says something unknown."""
        try:
            return cls((value or "").strip().lower())
        except ValueError:
            return None
