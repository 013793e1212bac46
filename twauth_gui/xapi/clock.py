"""Difference between this computer's clock and X's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Measured by others, never documented: X refuses a timestamp that is off by more than 5 minutes.
ACCEPTED_SECONDS = 300

_MINUTE = 60
_HOUR = 3600
_DAY = 86400


def read_clock_skew(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds this clock is ahead of a response's Date; None if it has none.

    X has sent "UTC" instead of "GMT"; both are read.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    try:
        date = parsedate_to_datetime(lower.get("date", ""))
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return (now - aware).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def is_clock_off(skew: float | None) -> bool:
    """Whether X refuses a clock this far off, in seconds; unknown (None) counts as right."""
    return skew is not None and abs(skew) > ACCEPTED_SECONDS


def format_skew(skew: float) -> str:
    """Return the skew in seconds as text: "11 minutes ahead", "2 hours behind"."""
    size = abs(skew)
    unit, name = next(
        ((unit, name) for unit, name in ((_DAY, "day"), (_HOUR, "hour")) if size >= 2 * unit),
        (_MINUTE, "minute"),
    )
    count = max(1, round(size / unit))
    return f"{count} {name}{'' if count == 1 else 's'} {'ahead' if skew > 0 else 'behind'}"
