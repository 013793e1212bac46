"""Measure keys and the wheel in the real window's list and palette, beside Qt's own list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.comparison import Comparison, Pair
from tests.bench.machine import FRAME, run_module
from tests.support.sample_index import fill_index

_KEY_LIMIT = 0.008
_TOPIC = "Search and scrolling"


def measure_list(folder: Path, rows: int, runs: int) -> list[Comparison]:
    """Type and turn the wheel in windows with so many rows: Twauth's, and one that Qt filters."""
    fill_index(folder, rows)
    ours = ["tests.bench.list_window_process", str(folder)]
    palette = ["tests.bench.palette_window_process", str(folder), str(runs)]
    bare = ["tests.bench.bare_list_process", str(rows)]
    turns = [[run_module(words, folder) for words in (ours, bare, palette)] for _ in range(runs)]
    lists = [(own, other) for own, other, _ in turns]
    reference = f"QListView, filtered by Qt, {rows:,} rows"
    steps = [step for own, _ in lists for step in own["scrolling"]]
    dropped = sum(step > FRAME for step in steps)
    return [
        Comparison(
            _TOPIC,
            f"a key in the search, {rows:,} accounts",
            reference,
            _pair_up(lists, "keys", median),
            limit=_KEY_LIMIT,
        ),
        Comparison(
            _TOPIC,
            "the slowest key but one in twenty",
            reference,
            _pair_up(lists, "keys", _find_slow),
        ),
        Comparison(_TOPIC, "a step of the wheel", reference, _pair_up(lists, "scrolling", median)),
        Comparison(
            _TOPIC,
            "the slowest step of the wheel",
            reference,
            _pair_up(lists, "scrolling", max),
            limit=FRAME,
            note=f"{dropped} of {len(steps):,} frames dropped",
        ),
        Comparison(
            _TOPIC,
            "a key in the palette",
            reference,
            [(own["usual"], median(other["keys"])) for _, other, own in turns],
            limit=_KEY_LIMIT,
        ),
        Comparison(
            _TOPIC,
            "opening the palette",
            "opening a bare dialog",
            [(own["opened"], own["bare"]) for _, _, own in turns],
        ),
    ]


def _pair_up(turns: Sequence[tuple[Any, Any]], name: str, summarize: Any) -> list[Pair]:
    return [(summarize(own[name]), summarize(other[name])) for own, other in turns]


def _find_slow(seconds: Sequence[float]) -> float:
    return sorted(seconds)[len(seconds) * 19 // 20]
