"""The door to the bench: ``python -m tests.bench``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.adding import adding_costs
from tests.bench.checking import checking
from tests.bench.command import command_costs
from tests.bench.listing import listing_costs
from tests.bench.report import Result
from tests.bench.starts import ROOT, compare
from tests.bench.unlocking import unlocking


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--runs", type=int, default=9, help="starts of each kind")
    parser.add_argument("--sizes", default="0,1000,10000", help="numbers of accounts")
    parser.add_argument("--service", type=int, default=10_000, help="items in a Secret Service")
    parser.add_argument("--checked", type=int, default=1000, help="accounts that are checked")
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    options = parser.parse_args(arguments)
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="twauth-bench-") as name:
        folder = Path(name)
        pairs = [compare(folder, size, options.runs) for size in sizes]
        most = max(1, *sizes)
        costs = listing_costs(folder, max(1, most // 10), most, options.runs)
        costs += adding_costs(folder / "adding", most, min(most, options.service), 6 * options.runs)
        commands = command_costs(folder, 3 * options.runs)
        unlocks = [unlocking(folder / f"unlock-{n}", n, options.runs) for n in sizes if n]
        checks = checking(folder / "checking", options.checked)
    result = Result(options.runs, pairs, costs, commands, unlocks, checks)
    sys.stdout.write(result.table())
    result.write(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
