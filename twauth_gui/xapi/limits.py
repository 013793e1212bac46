"""Rate limits in X's response headers: how many calls are left, when the limit ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum

from twauth_gui.domain.display_text import format_day_of_month


class LimitSpan(Enum):
    """The limits that X names: for 15 minutes, or for 24 hours of the app or of the account."""

    WINDOW = "x-rate-limit"
    APP_DAY = "x-app-limit-24hour"
    ACCOUNT_DAY = "x-user-limit-24hour"


@dataclass(frozen=True, slots=True)
class ExhaustedLimit:
    """A limit that is used up.

    is_usage_cap: waiting for the next window does not help. until: when the limit ends, if known.
    """

    is_usage_cap: bool
    until: datetime | None = None
    span: LimitSpan = LimitSpan.WINDOW


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The calls of one window: allowed, left, and when the next window starts."""

    limit: int
    remaining: int
    reset_at: datetime


def read_rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    """Return the window with the fewest calls left; None if X names none, as for OAuth calls.

    A window has 15 minutes (docs.x.com, rate limits); some plans have one of 24 hours as well.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    found = [rate for span in LimitSpan if (rate := _read_window(lower, span.value)) is not None]
    return min(found, key=lambda rate: rate.remaining, default=None)


def _read_window(lower: Mapping[str, str], name: str) -> RateLimit | None:
    limit = _parse_number(lower.get(f"{name}-limit"))
    left = _parse_number(lower.get(f"{name}-remaining"))
    reset_at = _parse_time(lower.get(f"{name}-reset"))
    if limit is None or left is None or reset_at is None:
        return None
    return RateLimit(limit, left, reset_at)


def read_exhausted_limit(headers: Mapping[str, str]) -> ExhaustedLimit:
    """Return the limit that a 429 is about; of several, the one that ends last.

    One with calls left in its window is about a longer limit (docs.x.com, rate limits).
    """
    lower = {name.lower(): value for name, value in headers.items()}
    days = [
        ExhaustedLimit(
            is_usage_cap=False, until=_parse_time(lower.get(f"{span.value}-reset")), span=span
        )
        for span in (LimitSpan.APP_DAY, LimitSpan.ACCOUNT_DAY)
        if _parse_number(lower.get(f"{span.value}-remaining")) == 0
    ]
    if days:
        return max(days, key=lambda day: day.until or _NO_TIME)
    left = _parse_number(lower.get("x-rate-limit-remaining"))
    if left is not None and left > 0:
        return ExhaustedLimit(is_usage_cap=True)
    return ExhaustedLimit(is_usage_cap=False, until=_parse_time(lower.get("x-rate-limit-reset")))


def format_reset_time(until: datetime, now: datetime) -> str:
    """Return a time in this computer's time zone: "14:20", "3 March 14:20"."""
    local, today = until.astimezone(), now.astimezone().date()
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return clock
    return f"{format_day_of_month(local.day, local.month)} {clock}"


def format_date(day: date) -> str:
    """Return a date as "13 June 2026"."""
    return f"{format_day_of_month(day.day, day.month)} {day.year}"


_NO_TIME = datetime.min.replace(tzinfo=UTC)


def _parse_number(text: str | None) -> int | None:
    clean = (text or "").strip()
    return int(clean) if clean.isascii() and clean.isdecimal() and len(clean) <= 12 else None  # noqa: PLR2004 - epoch seconds have 10


def _parse_time(text: str | None) -> datetime | None:
    seconds = _parse_number(text)
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
