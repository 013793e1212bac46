"""Proves that the bench measures, and that a start loads neither browser engine nor tweepy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.journey


def test_the_bench_writes_its_tables(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.bench", "--runs", "1", "--sizes", "0,20"]
    done = subprocess.run(
        [*words, "--checked", "20", "--out", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (tmp_path / "bench.md").read_text(encoding="utf-8")
    report = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert [one["rows"] for one in report["starts"]] == [0, 20]
    assert all(one["program"]["settled"] >= one["program"]["seconds"] for one in report["starts"])
    assert all(cost["ratio"] > 0 for cost in report["costs"])
    assert report["checks"]["accounts"] == 20
    assert report["checks"]["ratio"] > 1
    assert report["checks"]["stall"] > 0
    assert report["palette"]["slowest"] >= report["palette"]["usual"] > 0
    assert [one["rows"] for one in report["lists"]] == [20]
    assert 0 < report["lists"][0]["key"] <= report["lists"][0]["slowest_key"]
    assert [one["name"] for one in report["commands"]] == [
        *("twauth --version", "twauth list", "twauth run @bot -- true"),
    ]
