"""Moments read as a person says them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twauth_gui.gui import time_format

ZONE = timezone(timedelta(hours=2))
NOW = datetime(2026, 3, 18, 16, 45, tzinfo=ZONE)  # a Wednesday


@pytest.mark.parametrize(
    ("back", "short", "spoken"),
    [
        (timedelta(minutes=-5), "Just now", "just now"),
        (timedelta(seconds=59), "Just now", "just now"),
        (timedelta(minutes=1), "1 min ago", "1 minute ago"),
        (timedelta(minutes=12), "12 min ago", "12 minutes ago"),
        (timedelta(hours=2), "2 h ago", "2 hours ago"),
        (timedelta(hours=16, minutes=46), "Yesterday", "yesterday"),
        (timedelta(days=2), "Monday", "on Monday"),
        (timedelta(days=6), "Thursday", "on Thursday"),
        (timedelta(days=15), "3 March", "on 3 March"),
        (timedelta(days=365), "18 March 2025", "on 18 March 2025"),
    ],
)
def test_words(back: timedelta, short: str, spoken: str) -> None:
    assert time_format.format_ago(NOW - back, NOW) == short
    assert time_format.format_ago_spoken(NOW - back, NOW) == spoken


def test_the_day_is_that_of_the_person() -> None:
    late = datetime(2026, 3, 17, 22, 30, tzinfo=UTC)  # 00:30 here
    assert time_format.format_day(late, NOW) == "today"
    assert time_format.format_clock(late, NOW) == "00:30"
    assert time_format.format_date(late, NOW) == "18 March"
    assert time_format.format_day(NOW - timedelta(days=1), NOW) == "yesterday"
    end = NOW.replace(month=12)
    assert time_format.format_short_day(NOW.replace(month=9, day=11), end) == "11 Sep"
    assert time_format.format_short_day(NOW.replace(month=4, day=11), end) == "11 April"


@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(ZONE)))  # noqa: DTZ001 - aware by timezones
def test_never_empty(at: datetime) -> None:
    assert time_format.format_ago(at, NOW)
    assert time_format.format_ago_spoken(at, NOW)
