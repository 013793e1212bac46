"""The door to the bench: ``python -m tests.bench``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.command import command_costs
from tests.bench.listing import listing_costs
from tests.bench.report import Result
from tests.bench.starts import ROOT, compare


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--runs", type=int, default=9, help="starts of each kind")
    parser.add_argument("--sizes", default="0,1000,10000", help="numbers of accounts")
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    options = parser.parse_args(arguments)
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="twauth-bench-") as name:
        folder = Path(name)
        pairs = [compare(folder, size, options.runs) for size in sizes]
        costs = listing_costs(folder, max(1, max(sizes) // 10), max(1, *sizes), options.runs)
        commands = command_costs(folder, 3 * options.runs)
    result = Result(options.runs, pairs, costs, commands)
    sys.stdout.write(result.table())
    result.write(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
