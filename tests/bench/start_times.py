"""Measure starts of the program beside those of a bare window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.support.sample_index import fill_index

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class StartTime:
    """One start.

    seconds: from the process's start until the list was painted with its rows.
    settled: the same until what was put off until then was done too.
    kilobytes: the peak of its memory (VmHWM), 0.6 seconds later.
    """

    seconds: float
    settled: float
    kilobytes: int


@dataclass(frozen=True, slots=True)
class StartPair:
    """The medians of the program and of the bare window at one number of rows."""

    rows: int
    program: StartTime
    bare: StartTime

    @property
    def time_ratio(self) -> float:
        return self.program.seconds / self.bare.seconds

    @property
    def memory_ratio(self) -> float:
        return self.program.kilobytes / self.bare.kilobytes


def compare_starts(folder: Path, rows: int, runs: int) -> StartPair:
    """Measure both in turns, after one start of each that fills the caches."""
    directory = folder / str(rows)
    fill_index(directory, rows)
    program, bare = (
        ["tests.bench.measured_process", str(directory)],
        ["tests.bench.bare_window", str(rows)],
    )
    pairs = [
        (_measure_start(program, folder), _measure_start(bare, folder)) for _ in range(runs + 1)
    ][1:]
    return StartPair(
        rows,
        _median_start([program for program, _ in pairs]),
        _median_start([bare for _, bare in pairs]),
    )


def run_module(words: list[str], home: Path, seconds: float = _SECONDS) -> Any:
    """Run a module of tests.bench with its arguments, offscreen; return what it wrote as JSON."""
    env = {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(home),
    }
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=True,
    )
    return json.loads(done.stdout)


def _measure_start(words: list[str], home: Path) -> StartTime:
    started = time.clock_gettime(time.CLOCK_MONOTONIC)
    result = run_module(words, home)
    assert not result["early"], f"loaded before it was needed: {result['early']}"
    return StartTime(result["at"] - started, result["settled"] - started, result["kilobytes"])


def _median_start(starts: list[StartTime]) -> StartTime:
    return StartTime(
        median(start.seconds for start in starts),
        median(start.settled for start in starts),
        round(median(start.kilobytes for start in starts)),
    )
