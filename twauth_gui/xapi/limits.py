"""Reads from the headers how many calls are left, with the time the limit ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """capped: waiting for the window does not help. until: when the limit ends, where told."""

    capped: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The calls of one window: allowed, left, and when it starts anew."""

    limit: int
    remaining: int
    reset_at: datetime


def read_rate(headers: Mapping[str, str]) -> RateLimit | None:
    """Return the window that is used up first; None where X names none, as OAuth calls do not.

    A window has 15 minutes (docs.x.com, rate limits); some plans have one of 24 hours as well.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    found = [rate for name in _WINDOWS if (rate := _window(lower, name)) is not None]
    return min(found, key=lambda rate: rate.remaining, default=None)


_DAYS = ("x-user-limit-24hour", "x-app-limit-24hour")
_WINDOWS = ("x-rate-limit", *_DAYS)


def _window(lower: Mapping[str, str], name: str) -> RateLimit | None:
    limit, left = _number(lower.get(f"{name}-limit")), _number(lower.get(f"{name}-remaining"))
    reset_at = _moment(lower.get(f"{name}-reset"))
    if limit is None or left is None or reset_at is None:
        return None
    return RateLimit(limit, left, reset_at)


def read_limit(headers: Mapping[str, str]) -> Limit:
    """A 429 with calls left in its window is about a longer limit (docs.x.com, rate limits)."""
    lower = {name.lower(): value for name, value in headers.items()}
    for day in _DAYS:
        if _number(lower.get(f"{day}-remaining")) == 0:
            return Limit(capped=False, until=_moment(lower.get(f"{day}-reset")))
    left = _number(lower.get("x-rate-limit-remaining"))
    if left is not None and left > 0:
        return Limit(capped=True)
    return Limit(capped=False, until=_moment(lower.get("x-rate-limit-reset")))


def until_words(until: datetime, now: datetime) -> str:
    """Say the moment in this computer's time: "14:20", "3 March 14:20"."""
    local, today = until.astimezone(), now.astimezone().date()
    clock = f"{local:%H:%M}"
    return clock if local.date() == today else f"{local.day} {local:%B} {clock}"


def _number(text: str | None) -> int | None:
    clean = (text or "").strip()
    return int(clean) if clean.isascii() and clean.isdecimal() and len(clean) <= 12 else None  # noqa: PLR2004 - epoch seconds have 10


def _moment(text: str | None) -> datetime | None:
    seconds = _number(text)
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
