"""Measure speed and memory, and write the page about it: ``python -m tests.bench``."""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench.check_run import measure_check_run
from tests.bench.command_times import measure_commands
from tests.bench.comparison import Comparison
from tests.bench.import_times import measure_imports
from tests.bench.keepassxc_times import measure_keepassxc
from tests.bench.list_times import measure_list
from tests.bench.machine import ROOT, describe_machine
from tests.bench.report import format_row, write_report
from tests.bench.start_times import measure_starts
from tests.bench.store_costs import measure_adding, measure_listing
from tests.bench.unlock_times import measure_unlock
from twauth_gui.transfer.tools.reader import MAX_BYTES

Measurement = Callable[[Path], list[Comparison]]


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    # An installed program has its bytecode; a source tree may lack it.
    compileall.compile_dir(ROOT / "twauth_gui", quiet=1)
    rows: list[Comparison] = []
    machine = describe_machine()
    with tempfile.TemporaryDirectory(prefix="twauth-bench-") as name:
        for topic, measure in _list_measurements(options).items():
            if options.only and topic not in options.only.split(","):
                continue
            started = time.perf_counter()
            found = measure(Path(name) / topic)
            rows += found
            lines = [format_row(row.as_json()) for row in found]
            took = f"({topic}: {time.perf_counter() - started:.0f} s)"
            sys.stdout.write("\n".join([*lines, took]) + "\n")
            sys.stdout.flush()
    if not options.only:
        write_report([row.as_json() for row in rows], machine, options.out)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--runs", type=int, default=15, help="pairs of starts of each kind")
    parser.add_argument("--sizes", default="0,1000,10000,20000", help="numbers of accounts")
    parser.add_argument("--rows", type=int, default=10_000, help="accounts in list and palette")
    parser.add_argument("--entries", default="1000", help="accounts beside KeePassXC's entries")
    parser.add_argument("--service", type=int, default=10_000, help="items in a Secret Service")
    parser.add_argument("--checked", type=int, default=200, help="accounts that are checked")
    parser.add_argument("--file", type=int, default=MAX_BYTES >> 10, help="KiB to import")
    parser.add_argument("--only", default="", help="topics, with commas; they write no page")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    return parser.parse_args(arguments)


def _list_measurements(options: argparse.Namespace) -> Mapping[str, Measurement]:
    runs, rows = options.runs, options.rows
    few, fewest = -(-runs // 3), -(-runs // 5)  # of what takes many seconds
    sizes = [int(size) for size in options.sizes.split(",")]
    entries = [int(size) for size in options.entries.split(",")]
    service = min(rows, options.service)
    return {
        "start": lambda folder: measure_starts(folder, sizes, runs),
        "list": lambda folder: measure_list(folder, rows, few),
        "keepassxc": lambda folder: measure_keepassxc(folder, entries, fewest),
        "command": lambda folder: measure_commands(folder, 2 * runs),
        "check": lambda folder: measure_check_run(folder, options.checked, fewest),
        "store": lambda folder: [
            *measure_listing(folder, max(1, rows // 10), rows, runs),
            *measure_adding(folder / "adding", rows, service, 2 * runs),
        ],
        "unlock": lambda folder: [measure_unlock(folder, rows, few)],
        "import": lambda folder: measure_imports(folder, runs, options.file),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
