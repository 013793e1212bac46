"""Tell what got slower since the committed run: ``python -m tests.bench.regression``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.machine import ROOT
from tests.bench.report import FIGURES_NAME, format_figure

_SMALLEST = 1.03
"""What a ratio has to grow by at least, whatever the ranges say."""


def find_slower(
    before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return the rows whose ratio grew beyond the noise, each as it was and as it is.

    Noise is what both runs measured of themselves: the ranges of the two ratios do not touch.
    """
    old = {_key(row): row for row in before if not row["missing"]}
    pairs = [(old[_key(row)], row) for row in now if not row["missing"] and _key(row) in old]
    return [
        (was, row)
        for was, row in pairs
        if row["low"] > was["high"] and row["ratio"] > was["ratio"] * _SMALLEST
    ]


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["topic"], row["name"], row["reference"]


def read_committed() -> list[dict[str, Any]]:
    """Return the rows of the last commit's figures.

    Raises:
        subprocess.CalledProcessError: git knows none.
    """
    # The tree may belong to another user than the one who measures.
    git = ["git", "-c", f"safe.directory={ROOT}", "show", f"HEAD:docs/{FIGURES_NAME}"]
    done = subprocess.run(git, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return rows


def describe(slower: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], compared: int) -> str:
    """Return what got slower in words, a line each."""
    lines = [
        f"{row['name']}: {row['ratio']:.2f} times {row['reference']}, before {was['ratio']:.2f}"
        f" ({format_figure(row['ours'], row['unit'])}; range {row['low']:.2f} to {row['high']:.2f},"
        f" before {was['low']:.2f} to {was['high']:.2f})"
        for was, row in slower
    ]
    end = "nothing got slower" if not slower else f"{len(slower)} got slower"
    return "\n".join([*lines, f"{compared} compared with the committed run: {end}."]) + "\n"


def main(figures: Path) -> int:
    """Compare figures with those of the last commit; return 1 if something got slower."""
    now = json.loads(figures.read_text(encoding="utf-8"))["rows"]
    slower = find_slower(read_committed(), now)
    sys.stdout.write(describe(slower, len(now)))
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
