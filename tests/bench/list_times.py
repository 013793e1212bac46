"""Measure the list of the real window: a key in its search, a step of the wheel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.start_times import ROOT
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
    env = {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.list_window_process", str(folder)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=True,
    )
    result = json.loads(done.stdout)
    keys, steps = sorted(result["keys"]), sorted(result["scrolling"])
    return ListTime(
        rows,
        median(keys),
        keys[len(keys) * 19 // 20],
        median(steps),
        steps[len(steps) * 19 // 20],
        sum(step > FRAME for step in steps),
    )
