"""Measure starts of the window beside those of a bare one: time, processor time, memory."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.comparison import Comparison
from tests.bench.machine import child_seconds, run_module
from tests.support.sample_index import fill_index

TIME_AIM = 1.25
MEMORY_AIM = 1.5
FLAT_AIM = 1.25
_AIMED_AT = 1000  # accounts
_TOPIC = "The window's start"


@dataclass(frozen=True, slots=True)
class StartTime:
    """One start.

    seconds: from the process's start until the list was painted with its rows. processor: the time
    that the whole process took. kilobytes: the peak of its memory (VmHWM), 0.6 seconds later.
    """

    seconds: float
    processor: float
    kilobytes: int


def measure_starts(folder: Path, sizes: Sequence[int], runs: int) -> list[Comparison]:
    """Start the window and a bare one with as many rows in turns, at each size in each turn."""
    for size in sizes:
        fill_index(folder / str(size), size)
    turns = [[_start_both(folder, size) for size in sizes] for _ in range(runs + 1)][1:]
    rows: list[Comparison] = []
    for place, size in enumerate(sizes):
        starts = [turn[place] for turn in turns]
        rows += _compare(size, starts)
    flat = [size for size in sizes if size]
    if len(flat) > 2:
        rows.append(_compare_growth(flat[-3:], [turn[-3:] for turn in turns]))
    return rows


def _start_both(folder: Path, size: int) -> tuple[StartTime, StartTime]:
    ours = _measure_start(["tests.bench.measured_process", str(folder / str(size))], folder)
    return ours, _measure_start(["tests.bench.bare_window", str(size)], folder)


def _compare(size: int, starts: Sequence[tuple[StartTime, StartTime]]) -> list[Comparison]:
    is_aimed_at = size == _AIMED_AT
    bare = f"bare PySide6 window, {size:,} rows"
    return [
        Comparison(
            _TOPIC,
            f"until its {size:,} accounts are painted",
            bare,
            [(ours.seconds, theirs.seconds) for ours, theirs in starts],
            aim=TIME_AIM if is_aimed_at else None,
        ),
        Comparison(
            _TOPIC,
            f"processor time, {size:,} accounts",
            bare,
            [(ours.processor, theirs.processor) for ours, theirs in starts],
        ),
        Comparison(
            "Memory",
            f"window with {size:,} accounts",
            bare,
            [(ours.kilobytes, theirs.kilobytes) for ours, theirs in starts],
            unit="MiB",
            aim=MEMORY_AIM if is_aimed_at else None,
        ),
    ]


def _compare_growth(
    sizes: Sequence[int], turns: Sequence[Sequence[tuple[StartTime, StartTime]]]
) -> Comparison:
    """Set what an account takes among many against what it takes among fewer."""
    few, more, many = sizes
    pairs = [
        (
            (most[0].kilobytes - middle[0].kilobytes) / (many - more),
            (middle[0].kilobytes - least[0].kilobytes) / (more - few),
        )
        for least, middle, most in turns
    ]
    return Comparison(
        "Memory",
        f"one account more, from {more:,} to {many:,}",
        f"the same from {few:,} to {more:,}",
        pairs,
        unit="KiB",
        aim=FLAT_AIM,
    )


def _measure_start(words: list[str], home: Path) -> StartTime:
    used, started = child_seconds(), time.clock_gettime(time.CLOCK_MONOTONIC)
    result = run_module(words, home)
    assert not result["early"], f"loaded before it was needed: {result['early']}"
    return StartTime(result["at"] - started, child_seconds() - used, result["kilobytes"])
