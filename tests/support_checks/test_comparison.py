"""Proves that the bench tells what got slower from what only varies."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from tests.bench.comparison import Comparison, take_pairs
from tests.bench.regression import describe, find_slower

_ROW = Comparison("Topic", "a list", "a query", [(2.0, 1.0)])


def _measure(factor: float, seed: int) -> dict[str, Any]:
    """Return a row of noisy pairs on a machine whose speed changes from pair to pair."""
    draw = random.Random(seed)  # noqa: S311 - noise
    pairs = [
        (factor * speed * draw.uniform(0.9, 1.1), speed * draw.uniform(0.9, 1.1))
        for speed in (draw.uniform(1, 5) for _ in range(15))
    ]
    return replace(_ROW, pairs=pairs).as_json()


def test_noise_alone_is_not_slower() -> None:
    rows = [_measure(2.0, seed) for seed in range(30)]
    found = [find_slower([rows[0]], [row]) for row in rows[1:]]
    assert sum(map(len, found)) <= 1


def test_a_third_more_is_slower_and_a_third_less_is_not() -> None:
    before = [_measure(2.0, 1)]
    (pair,) = find_slower(before, [_measure(2.7, 2)])
    assert pair[1]["ratio"] == pytest.approx(2.7, rel=0.1)
    assert "a list: 2.7" in describe([pair], 1)
    assert not find_slower(before, [_measure(1.4, 3)])


def test_what_is_new_or_missing_is_not_compared() -> None:
    missing = replace(_ROW, pairs=[], missing="not installed").as_json()
    slow = _measure(9.0, 4)
    assert not find_slower([missing], [slow])
    assert not find_slower([slow], [missing])
    assert not find_slower([], [slow])


def test_pairs_are_taken_in_both_orders_after_one_that_does_not_count() -> None:
    calls: list[str] = []

    def take(name: str) -> float:
        calls.append(name)
        return float(len(calls))

    pairs = take_pairs(lambda: take("ours"), lambda: take("theirs"), 2)
    assert calls == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]
    assert pairs == [(4.0, 3.0), (5.0, 6.0)]
