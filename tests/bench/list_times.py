"""Measure the list of the real window: a key in its search, a step of the wheel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.start_times import run_module
from tests.support.sample_index import fill_index

FRAME = 1 / 60
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class ListTime:
    """Seconds from the event until the list is painted. dropped: steps longer than a frame."""

    rows: int
    key: float
    slowest_key: float
    step: float
    slowest_step: float
    dropped: int


def measure_list(folder: Path, rows: int) -> ListTime:
    """Type and scroll in a window with so many accounts; slowest: all but one in twenty."""
    fill_index(folder, rows)
    result = run_module(["tests.bench.list_window_process", str(folder)], folder, _SECONDS)
    keys, steps = sorted(result["keys"]), sorted(result["scrolling"])
    return ListTime(
        rows,
        median(keys),
        keys[len(keys) * 19 // 20],
        median(steps),
        steps[len(steps) * 19 // 20],
        sum(step > FRAME for step in steps),
    )
