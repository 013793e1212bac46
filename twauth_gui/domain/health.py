"""What the last check of an account showed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from twauth_gui.domain.stored_words import HEALTH_WORDS


class HealthState(Enum):
    NEVER_CHECKED = "never-checked"
    WORKING = "working"
    READ_ONLY = "read-only"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    LOCKED_BY_X = "locked"
    APP_PROBLEM = "app-problem"
    CANNOT_TELL = "cannot-tell"  # noted by earlier versions where X was not reached
    CREDENTIAL_MISSING = "credential-missing"


class Severity(Enum):
    """How a state is shown: its shape first, its colour second."""

    OK = "ok"
    ATTENTION = "attention"
    BROKEN = "broken"
    BUSY = "busy"
    UNKNOWN = "unknown"


_SEVERITY = {
    HealthState.NEVER_CHECKED: Severity.UNKNOWN,
    HealthState.WORKING: Severity.OK,
    HealthState.READ_ONLY: Severity.ATTENTION,
    HealthState.REVOKED: Severity.BROKEN,
    HealthState.SUSPENDED: Severity.BROKEN,
    HealthState.LOCKED_BY_X: Severity.ATTENTION,
    HealthState.APP_PROBLEM: Severity.BROKEN,
    HealthState.CANNOT_TELL: Severity.UNKNOWN,
    HealthState.CREDENTIAL_MISSING: Severity.BROKEN,
}


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that said nothing about the account: when it was, and one sentence on why."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Health:
    """A state, when it was seen, and one sentence on why where there is one.

    failed_check: the last check, where it could not reach X; the state is from the one before.
    """

    state: HealthState = HealthState.NEVER_CHECKED
    at: datetime | None = None
    reason: str = ""
    failed_check: FailedCheck | None = None

    @property
    def severity(self) -> Severity:
        return _SEVERITY[self.state]

    @property
    def word(self) -> str:
        return HEALTH_WORDS[self.state.value]

    @property
    def needs_attention(self) -> bool:
        return self.severity in {Severity.ATTENTION, Severity.BROKEN}
