"""Measure speed and memory: ``python -m tests.bench``."""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.check_run import measure_check_run
from tests.bench.command_times import measure_commands
from tests.bench.import_times import measure_imports
from tests.bench.list_times import measure_list
from tests.bench.palette_times import measure_palette
from tests.bench.report import BenchResult
from tests.bench.start_times import ROOT, compare_starts
from tests.bench.store_costs import measure_adding, measure_listing
from tests.bench.unlock_times import measure_unlock


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--runs", type=int, default=9, help="starts of each kind")
    parser.add_argument("--sizes", default="0,1000,10000", help="numbers of accounts")
    parser.add_argument("--service", type=int, default=10_000, help="items in a Secret Service")
    parser.add_argument("--checked", type=int, default=1000, help="accounts that are checked")
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    options = parser.parse_args(arguments)
    # An installed program has its bytecode; a source tree may lack it.
    compileall.compile_dir(ROOT / "twauth_gui", quiet=1)
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="twauth-bench-") as name:
        folder = Path(name)
        pairs = [compare_starts(folder, size, options.runs) for size in sizes]
        most = max(1, *sizes)
        costs = measure_listing(folder, max(1, most // 10), most, options.runs)
        costs += measure_adding(
            folder / "adding", most, min(most, options.service), 6 * options.runs
        )
        commands = measure_commands(folder, 3 * options.runs)
        unlocks = [measure_unlock(folder / f"unlock-{n}", n, options.runs) for n in sizes if n]
        checks = measure_check_run(folder / "checking", options.checked)
        imports = measure_imports(folder / "imports", options.runs)
        palette = measure_palette(folder / "palette", most, options.runs)
        lists = [measure_list(folder / f"list-{n}", n) for n in sizes if n]
    result = BenchResult(
        options.runs, pairs, costs, commands, unlocks, checks, imports, lists, palette
    )
    sys.stdout.write(result.table())
    result.write(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
