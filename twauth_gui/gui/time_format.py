"""Times of day and dates as the window words them: 2 h ago, Yesterday, 3 March."""

from __future__ import annotations

from datetime import datetime, timedelta

from twauth_gui.domain.display_text import MONTHS, format_day_of_month

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_WEEK_DAYS = 7
_LONGEST_MONTH = 5  # in letters, where there is little room


def local_now() -> datetime:
    """Return this moment, aware, in this computer's time zone."""
    return datetime.now().astimezone()


def format_ago(at: datetime, now: datetime) -> str:
    """Return how long ago at was: Just now, 12 min ago, 2 h ago, Yesterday, Monday, 3 March.

    Both moments are aware; the day is that of now's time zone. A moment slightly in the future
    (another computer's clock) counts as now.
    """
    span = now - at
    if span < _MINUTE:
        return "Just now"
    if span < _HOUR:
        return f"{span // _MINUTE} min ago"
    days = _days_between(at, now)
    if days == 0:
        return f"{span // _HOUR} h ago"
    return _format_day_name(at, now, days)


def format_ago_spoken(at: datetime, now: datetime) -> str:
    """Return how long ago at was, in words for a sentence: 2 hours ago, on Monday."""
    span = now - at
    if span < _MINUTE:
        return "just now"
    if span < _HOUR:
        return _format_count(span // _MINUTE, "minute")
    days = _days_between(at, now)
    if days == 0:
        return _format_count(span // _HOUR, "hour")
    return "yesterday" if days == 1 else f"on {_format_day_name(at, now, days)}"


def format_since(at: datetime, now: datetime) -> str:
    """Return the time of day, or the day if it is not today."""
    day = format_day(at, now)
    return format_clock(at, now) if day == "today" else day


def format_since_day(at: datetime, now: datetime) -> str:
    """Return the time of day, or the day as people say it: yesterday, Friday, 3 March."""
    days = _days_between(at, now)
    if days <= 0:
        return format_clock(at, now)
    return "yesterday" if days == 1 else _format_day_name(at, now, days)


def format_day(at: datetime, now: datetime) -> str:
    """Return the day, for a sentence: today, yesterday, 3 March."""
    days = _days_between(at, now)
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else format_date(at, now)


def format_short_day(at: datetime, now: datetime) -> str:
    """Return the day, where there is little room: today, yesterday, 3 March, 11 Sep."""
    day = format_day(at, now)
    for month in MONTHS:
        if len(month) > _LONGEST_MONTH:
            day = day.replace(month, month[:3])
    return day


def format_date(at: datetime, now: datetime) -> str:
    """Return the date: 3 March, with the year if it is not this one."""
    local = at.astimezone(now.tzinfo)
    plain = format_day_of_month(local.day, local.month)
    return plain if local.year == now.year else f"{plain} {local.year}"


def format_clock(at: datetime, now: datetime) -> str:
    """Return the time of day: 14:02."""
    return f"{at.astimezone(now.tzinfo):%H:%M}"


def _days_between(at: datetime, now: datetime) -> int:
    return (now.date() - at.astimezone(now.tzinfo).date()).days


def _format_day_name(at: datetime, now: datetime, days: int) -> str:
    if days == 1:
        return "Yesterday"
    if days < _WEEK_DAYS:
        return _DAYS[at.astimezone(now.tzinfo).weekday()]
    return format_date(at, now)


def _format_count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} ago"
