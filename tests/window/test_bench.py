"""Proves that the bench measures, and that a start loads neither browser engine nor tweepy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
TOPICS = [
    "The window's start",
    "Memory",
    "Search and scrolling",
    "Beside KeePassXC",
    "The command",
    "Checking all accounts",
    "What an account costs among many",
    "The encrypted file",
    "Reading files to import",
]

pytestmark = pytest.mark.journey


def test_the_bench_writes_its_page(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.bench", "--runs", "1", "--sizes", "20", "--file", "32"]
    _ = subprocess.run(
        [*words, "--rows", "20", "--checked", "20", "--entries", "20", "--out", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    rows = json.loads((tmp_path / "performance.json").read_text(encoding="utf-8"))["rows"]
    assert list(dict.fromkeys(row["topic"] for row in rows)) == TOPICS
    measured = [row for row in rows if not row["missing"]]
    assert {row["topic"] for row in measured} >= set(TOPICS) - {"Beside KeePassXC"}
    assert all(row["low"] <= row["ratio"] <= row["high"] for row in measured)
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert all(f"| {row['name']} |" in page for row in rows)
    for picture in (tmp_path / "pictures").iterdir():
        with Image.open(picture) as image:
            assert len(image.getcolors(1 << 24) or []) > 5
