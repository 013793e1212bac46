"""Starts the measured processes side by side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.filling import fill

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Start:
    """One start.

    seconds: from the process's start until the list was painted with its rows.
    settled: the same until what was put off until then was done too.
    kilobytes: the peak of its memory (VmHWM), 0.6 seconds later.
    """

    seconds: float
    settled: float
    kilobytes: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The medians of the program and of the bare window at one number of rows."""

    rows: int
    program: Start
    bare: Start

    @property
    def time_ratio(self) -> float:
        return self.program.seconds / self.bare.seconds

    @property
    def memory_ratio(self) -> float:
        return self.program.kilobytes / self.bare.kilobytes


def compare(folder: Path, rows: int, runs: int) -> Pair:
    """Measure both in turns, after one start of each that fills the caches."""
    directory = folder / str(rows)
    fill(directory, rows)
    program, bare = ["tests.bench.program", str(directory)], ["tests.bench.bare", str(rows)]
    pairs = [(_start(program, folder), _start(bare, folder)) for _ in range(runs + 1)][1:]
    return Pair(
        rows,
        _middle([program for program, _ in pairs]),
        _middle([bare for _, bare in pairs]),
    )


def _start(words: list[str], home: Path) -> Start:
    env = {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(home),
    }
    begun = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=True,
    )
    told = json.loads(done.stdout)
    assert not told["early"], f"loaded before anybody asked for it: {told['early']}"
    return Start(told["at"] - begun, told["settled"] - begun, told["kilobytes"])


def _middle(starts: list[Start]) -> Start:
    return Start(
        median(start.seconds for start in starts),
        median(start.settled for start in starts),
        round(median(start.kilobytes for start in starts)),
    )
