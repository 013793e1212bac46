"""The clock of the automatic lock counts time asleep, on every system."""

from __future__ import annotations

import time

import pytest

from twauth_gui.gui.auto_lock import seconds_since_boot


@pytest.mark.parametrize(
    ("missing", "read"),
    [
        ((), "CLOCK_BOOTTIME"),  # Linux
        (("CLOCK_BOOTTIME",), "CLOCK_MONOTONIC"),  # macOS
        (("CLOCK_BOOTTIME", "CLOCK_MONOTONIC", "clock_gettime"), ""),  # Windows
    ],
)
def test_time_asleep_counts(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], read: str
) -> None:
    names = ("CLOCK_MONOTONIC", "CLOCK_BOOTTIME")
    signals: list[str] = []

    def clock_gettime(clock: int) -> float:
        signals.append(names[clock])
        return 5.0

    for number, name in enumerate(names):
        monkeypatch.setattr(time, name, number, raising=False)
    monkeypatch.setattr(time, "clock_gettime", clock_gettime, raising=False)
    for name in missing:
        monkeypatch.delattr(time, name)
    seconds = seconds_since_boot()
    assert signals == ([read] if read else [])
    assert seconds == 5.0 or not read
