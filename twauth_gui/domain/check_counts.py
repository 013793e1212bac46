"""What the checks of many accounts came to, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from twauth_gui.domain.health import Health, Severity


@dataclass(frozen=True, slots=True)
class CheckCounts:
    """How many of how many; unknown: X was not reached; left: were not asked about."""

    working: int = 0
    attention: int = 0
    unknown: int = 0
    left: int = 0

    @classmethod
    def of(cls, healths: Iterable[Health], left: int = 0) -> CheckCounts:
        """Count what was seen."""
        severities = [
            Severity.UNKNOWN if health.failed_check else health.severity for health in healths
        ]
        attention = sum(one in {Severity.ATTENTION, Severity.BROKEN} for one in severities)
        working = severities.count(Severity.OK)
        return cls(working, attention, len(severities) - working - attention, left)

    @property
    def words(self) -> str:
        """Say it: "9 working, 2 need attention, 1 could not be checked"."""
        parts = (
            (self.working, "working"),
            (self.attention, "needs attention" if self.attention == 1 else "need attention"),
            (self.unknown, "could not be checked"),
            (self.left, "not checked"),
        )
        return ", ".join(f"{count:,} {words}" for count, words in parts if count) or "None checked"
