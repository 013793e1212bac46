"""Measure the palette: how soon it opens, and what a key stroke in it takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.bench.start_times import run_module
from tests.support.sample_index import fill_index

_SECONDS = 120


@dataclass(frozen=True, slots=True)
class PaletteTime:
    """Medians in seconds, with painting.

    usual: of all key strokes. slowest: of the slowest one.
    """

    accounts: int
    opened: float
    usual: float
    slowest: float


def measure_palette(folder: Path, accounts: int, runs: int) -> PaletteTime:
    """Type into the palette of the real window over a filled index."""
    folder.mkdir(parents=True)
    fill_index(folder / "data", accounts)
    words = ["tests.bench.palette_window_process", str(folder / "data"), str(runs)]
    return PaletteTime(accounts, **run_module(words, folder, _SECONDS))
