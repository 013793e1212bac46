"""One row of the bench: something of Twauth beside something real, measured in turns."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

_RESAMPLES = 2000
_CONFIDENCE = 0.99
UNITS = {"ms": 1000.0, "s": 1.0, "MiB": 1 / 1024, "KiB": 1.0, "µs": 1e6}
"""Factors from seconds or KiB to what the page shows."""

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pairs of one figure of ours and one of the reference, which were taken one after the other.

    topic: the section of the page. pairs: in seconds or KiB. unit: of UNITS. aim: the highest ratio
    that is aimed at. limit: the highest figure of ours that is. note: what the figures do not say.
    missing: why there are no pairs.
    """

    topic: str
    name: str
    reference: str
    pairs: Sequence[Pair]
    unit: str = "ms"
    aim: float | None = None
    limit: float | None = None
    note: str = ""
    missing: str = ""

    @property
    def ours(self) -> float:
        """The median of ours, in seconds or KiB."""
        return median(ours for ours, _ in self.pairs)

    @property
    def theirs(self) -> float:
        """The median of the reference, in seconds or KiB."""
        return median(theirs for _, theirs in self.pairs)

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios: what slows both of a pair does not change it."""
        return median(self._ratios())

    def interval(self) -> Pair:
        """Return where the ratio lies: a bootstrap of the pairs, the same at each call."""
        draw, ratios = random.Random(len(self.pairs)), self._ratios()  # noqa: S311 - no secret
        medians = sorted(median(draw.choices(ratios, k=len(ratios))) for _ in range(_RESAMPLES))
        outside = round(_RESAMPLES * (1 - _CONFIDENCE) / 2)
        return medians[outside], medians[-1 - outside]

    def _ratios(self) -> list[float]:
        return [ours / theirs for ours, theirs in self.pairs]

    def as_json(self) -> dict[str, Any]:
        """Return what a later run is compared with."""
        row: dict[str, Any] = {
            "topic": self.topic,
            "name": self.name,
            "reference": self.reference,
            "unit": self.unit,
            "aim": self.aim,
            "limit": self.limit,
            "note": self.note,
            "missing": self.missing,
        }
        if self.pairs:
            low, high = self.interval()
            figures = {
                "ours": self.ours,
                "theirs": self.theirs,
                "ratio": self.ratio,
                "low": low,
                "high": high,
            }
            row |= {name: float(f"{figure:.4g}") for name, figure in figures.items()}
            row["pairs"] = len(self.pairs)
        return row


def take_pairs(ours: Callable[[], float], theirs: Callable[[], float], count: int) -> list[Pair]:
    """Take pairs in turns, in either order, after one that warms the caches."""
    pairs: list[Pair] = []
    for number in range(count + 1):
        if number % 2:
            other = theirs()
            pairs.append((ours(), other))
        else:
            pairs.append((ours(), theirs()))
    return pairs[1:]
