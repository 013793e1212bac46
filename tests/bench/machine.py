"""Run the bench's programs, and say on what machine."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import PySide6

ROOT = Path(__file__).resolve().parents[2]
FRAME = 1 / 60
_SECONDS = 300


def run_module(words: Sequence[str], home: Path, env: Mapping[str, str] | None = None) -> Any:
    """Run a module of tests.bench with its arguments, offscreen; return what it wrote as JSON."""
    own = {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(home),
    }
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**own, **(env or {})},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=True,
    )
    return json.loads(done.stdout)


def time_command(words: Sequence[str | Path], env: Mapping[str, str]) -> float:
    """Return the seconds from a command's start to its end."""
    started = time.perf_counter()
    subprocess.run(list(words), cwd=ROOT, env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def child_seconds() -> float:
    """Return the processor time that all child processes that have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def describe_machine() -> dict[str, str]:
    """Return what the figures depend on."""
    processor = next(
        (
            line.partition(": ")[2]
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "processor": f"{os.cpu_count()} cores of {processor}",
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "python": platform.python_version(),
        "pyside6": PySide6.__version__,
        "load": f"{os.getloadavg()[0]:.1f}",
    }
