"""What the last check of an account showed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class HealthState(Enum):
    NEVER_CHECKED = "never-checked"
    WORKING = "working"
    READ_ONLY = "read-only"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    LOCKED_BY_X = "locked"
    APP_PROBLEM = "app-problem"
    CANNOT_TELL = "cannot-tell"
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

_WORD = {
    HealthState.NEVER_CHECKED: "Never checked",
    HealthState.WORKING: "Working",
    HealthState.READ_ONLY: "Read only",
    HealthState.REVOKED: "Revoked",
    HealthState.SUSPENDED: "Suspended",
    HealthState.LOCKED_BY_X: "Locked by X",
    HealthState.APP_PROBLEM: "App problem",
    HealthState.CANNOT_TELL: "Cannot tell",
    HealthState.CREDENTIAL_MISSING: "Missing",
}


@dataclass(frozen=True, slots=True)
class Health:
    """A state, when it was seen, and one sentence on why where there is one."""

    state: HealthState = HealthState.NEVER_CHECKED
    at: datetime | None = None
    reason: str = ""

    @property
    def severity(self) -> Severity:
        return _SEVERITY[self.state]

    @property
    def word(self) -> str:
        return _WORD[self.state]

    @property
    def needs_attention(self) -> bool:
        return self.severity in {Severity.ATTENTION, Severity.BROKEN}
