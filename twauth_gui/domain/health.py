"""Health of an account as its last check showed it, with totals over many accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from twauth_gui.domain.display_text import HEALTH_LABELS


class HealthState(Enum):
    """What the last check of an account came to; the values are stored."""

    NEVER_CHECKED = "never-checked"
    WORKING = "working"
    READ_ONLY = "read-only"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    LOCKED_BY_X = "locked"
    APP_PROBLEM = "app-problem"
    CANNOT_TELL = "cannot-tell"  # stored by earlier versions if X was not reached
    CREDENTIAL_MISSING = "credential-missing"


class Severity(Enum):
    """How a state is shown: by shape first, by colour second."""

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
    """A check that showed nothing about the account: its time, and one sentence on why."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Health:
    """A state, when it was seen, and one sentence on why; "" if there is none.

    failed_check: the last check, if it could not reach X; the state is from the one before.
    """

    state: HealthState = HealthState.NEVER_CHECKED
    at: datetime | None = None
    reason: str = ""
    failed_check: FailedCheck | None = None

    @property
    def severity(self) -> Severity:
        return _SEVERITY[self.state]

    @property
    def label(self) -> str:
        return HEALTH_LABELS[self.state.value]

    @property
    def needs_attention(self) -> bool:
        return self.severity in {Severity.ATTENTION, Severity.BROKEN}


@dataclass(frozen=True, slots=True)
class CheckTotals:
    """Totals of a finished or cancelled check run. skipped: accounts that were not checked."""

    working: int = 0
    needs_attention: int = 0
    unknown: int = 0
    skipped: int = 0

    @classmethod
    def from_healths(cls, healths: Iterable[Health], skipped: int = 0) -> CheckTotals:
        """Count the accounts by health. skipped: those that were not checked."""
        severities = [
            Severity.UNKNOWN if health.failed_check else health.severity for health in healths
        ]
        attention = sum(one in {Severity.ATTENTION, Severity.BROKEN} for one in severities)
        working = severities.count(Severity.OK)
        return cls(working, attention, len(severities) - working - attention, skipped)

    @property
    def summary(self) -> str:
        """For example "9 working, 2 need attention, 1 could not be checked"."""
        parts = (
            (self.working, "working"),
            (
                self.needs_attention,
                "needs attention" if self.needs_attention == 1 else "need attention",
            ),
            (self.unknown, "could not be checked"),
            (self.skipped, "not checked"),
        )
        return ", ".join(f"{count:,} {words}" for count, words in parts if count) or "None checked"
