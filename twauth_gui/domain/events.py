"""What happened to an account, for its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from twauth_gui.domain.accounts import AccountId


class EventKind(Enum):
    SIGNED_IN = "signed-in"
    SIGNED_IN_AGAIN = "signed-in-again"
    BROUGHT_IN = "brought-in"
    CHECKED = "checked"
    REVEALED = "revealed"
    COPIED = "copied"
    EXPORTED = "exported"
    REVOKED = "revoked"
    RENEWED = "renewed"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of history; its text holds no secret."""

    account_id: AccountId
    kind: EventKind
    at: datetime
    text: str
