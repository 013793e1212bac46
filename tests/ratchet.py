"""Hold coverage where it is: ``python -m tests.ratchet`` after a run wrote out/coverage.json.

The floor is a percentage in tests/coverage_floor.txt. Below it the ratchet fails; more than one
point above it fails too, so that a gain is written down. A file that nothing has imported fails.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

FLOOR_FILE = Path(__file__).with_name("coverage_floor.txt")
REPORT = Path("out/coverage.json")
PACKAGE = Path("twauth_gui")
UNMEASURED = PACKAGE / "self_test"
SLACK = 1.0
"""Points above the floor that are still fine: the tests' random order moves coverage a little."""


def judge_coverage(percent: float, floor: float) -> str | None:
    """Return what is wrong with this coverage under this floor, or None.

    Args:
        percent: measured coverage, 0 to 100.
        floor: least coverage wanted, 0 to 100.
    """
    if percent < floor:
        return f"Coverage is {percent:.2f} %, below the floor of {floor:.1f} %. Test what is new."
    if percent > floor + SLACK:
        fresh = math.floor((percent - SLACK / 2) * 10) / 10
        return (
            f"Coverage is {percent:.2f} %, more than a point above the floor of {floor:.1f} %. "
            f"Raise the floor: write {fresh:.1f} into tests/{FLOOR_FILE.name}."
        )
    return None


def find_unmeasured(measured: Collection[str]) -> list[str]:
    """Return the files of the package that no test has imported."""
    files = {path.as_posix() for path in PACKAGE.rglob("*.py") if UNMEASURED not in path.parents}
    return sorted(files - {*measured})


def main(arguments: Sequence[str] = ()) -> int:
    """Compare a coverage JSON report with a floor file; return 0 if both agree, else 1."""
    report, floor_file = (Path(argument) for argument in arguments or (REPORT, FLOOR_FILE))
    seen = json.loads(report.read_text())
    percent = float(seen["totals"]["percent_covered"])
    floor = float(floor_file.read_text())
    verdict = judge_coverage(percent, floor)
    if unmeasured := find_unmeasured(seen["files"]):
        verdict = f"No test imports {', '.join(unmeasured)}."
    sys.stdout.write(f"{verdict or f'Coverage is {percent:.2f} %, the floor {floor:.1f} %.'}\n")
    return 1 if verdict else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
