"""Prove that the coverage ratchet holds the floor and asks for it to be raised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis.strategies import floats

from tests.ratchet import FLOOR_FILE, find_unmeasured, judge_coverage, main

if TYPE_CHECKING:
    import pytest


@given(percent=floats(0, 100), floor=floats(0, 100))
def test_only_the_band_above_the_floor_is_fine(percent: float, floor: float) -> None:
    assert (judge_coverage(percent, floor) is None) == (floor <= percent <= floor + 1)


@given(percent=floats(1, 100))
def test_the_floor_it_proposes_is_one_it_accepts(percent: float) -> None:
    words = judge_coverage(percent, -10.0)
    assert words is not None
    proposed = float(words.split("write ")[1].split()[0])
    assert judge_coverage(percent, proposed) is None


def run(folder: Path, *, percent: float, floor: str, missing: str = "") -> int:
    report, floor_file = folder / "coverage.json", folder / "floor.txt"
    files = [name for name in find_unmeasured(()) if name != missing]
    report.write_text(json.dumps({"totals": {"percent_covered": percent}, "files": files}))
    floor_file.write_text(floor)
    return main([str(report), str(floor_file)])


def test_exit_codes_follow_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, percent=90.4, floor="90.0\n") == 0
    assert run(tmp_path, percent=89.99, floor="90.0\n") == 1
    assert run(tmp_path, percent=91.5, floor="90.0\n") == 1
    assert "write 91.0 into tests/coverage_floor.txt" in capsys.readouterr().out
    assert run(tmp_path, percent=90.4, floor="90.0\n", missing="twauth_gui/app.py") == 1
    assert "No test imports twauth_gui/app.py." in capsys.readouterr().out


def test_the_kept_floor_is_a_percentage() -> None:
    assert 0 <= float(FLOOR_FILE.read_text()) <= 100
