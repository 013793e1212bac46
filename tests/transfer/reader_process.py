"""Give hostile inputs to a reader, each for a second at most; run as a program.

Its arguments: the reader's name, how many inputs, a seed, and a file that gets the number of the
input at hand. What hangs ends the process with SIGPROF, even within a pattern of C. At the end it
writes what was seen, as JSON.

The seconds are those of a quiet machine with a core of about 3 GHz. A loop of known work tells how
much slower this one is; all times are divided by that. What still takes longer than a second is
read again: a core that is slow for a moment is not the reader's, a slow reading is so every time.
"""

from __future__ import annotations

import faulthandler
import itertools
import json
import os
import signal
import sys
import time
from pathlib import Path

from tests.transfer.hostile_input import (
    InputReader,
    draw_hostile_input,
    make_worst_inputs,
    open_readers,
)

_MOST_SECONDS = 1.0
_HANG_SECONDS = 5.0
_TRIES = 3
_LONG = 256 * 1024
"""Bytes of an input before which the machine is measured anew: others come and go on it."""
_LOOPS = 200_000
_QUIET_SECONDS = 0.008
"""What the loops take on that machine."""


def main(name: str, count: str, seed: str, at: str) -> None:
    with open_readers() as by_name:
        seen = _run_inputs(by_name[name], int(count), seed, at)
    _ = sys.stdout.write(json.dumps(seen))


def _run_inputs(reader: InputReader, count: int, seed: str, at: str) -> dict[str, int]:
    faulthandler.register(signal.SIGPROF, chain=True)  # says where it hung, then lets it end
    told = os.open(at, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    slowest, slowness = 0.0, _measure_slowness()
    inputs = itertools.chain(
        make_worst_inputs(reader), (draw_hostile_input(reader, seed, n) for n in range(count))
    )
    number = -1
    for number, content in enumerate(inputs):
        _ = os.pwrite(told, f"{number}\n".encode(), 0)
        times: list[float] = []
        while not times or (min(times) > _MOST_SECONDS and len(times) < _TRIES):
            if len(content) > _LONG:
                slowness = _measure_slowness()
            times.append(_time_reading(reader, content, slowness))
        assert min(times) <= _MOST_SECONDS, f"it took {times} s"
        slowest = max(slowest, min(times))
    return {
        "inputs": number + 1,
        "slowest_ms": round(slowest * 1000),
        "peak_mib": _peak_kib() // 1024,
        "slowness_percent": round(slowness * 100),
    }


def _time_reading(reader: InputReader, content: bytes, slowness: float) -> float:
    """The processor's seconds of one reading, as of a quiet machine; SIGPROF if it hangs."""
    began = time.process_time()
    _ = signal.setitimer(signal.ITIMER_PROF, _HANG_SECONDS * slowness)
    try:
        _ = reader.read(content)
    except reader.refusals:
        pass
    finally:
        _ = signal.setitimer(signal.ITIMER_PROF, 0)
    return (time.process_time() - began) / slowness


def _measure_slowness() -> float:
    """How many times as long as on a quiet machine work takes here; at least once as long.

    The slowest of a few, because what else runs on the machine comes and goes.
    """
    times: list[float] = []
    for _ in range(5):
        began = time.process_time()
        count = 0
        while count < _LOOPS:
            count += 1
        times.append(time.process_time() - began)
    return max(1.0, max(times) / _QUIET_SECONDS)


def _peak_kib() -> int:
    """The most memory that this program had; getrusage would include its parent's."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError("Linux tells")


if __name__ == "__main__":
    main(*sys.argv[1:])
