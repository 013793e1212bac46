"""Write docs/reliability.md from the report of a run: ``make reliability``.

python packaging/docs/reliability.py GUARDS REPORT…

GUARDS is what ``python -m tests.guards`` wrote, each REPORT a run of pytest.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).parents[2] / "docs" / "reliability.md"
PROPERTY = "proof"

_HEAD = """# What the store survives

This page is written by a run: `make reliability` tries every line below in its heavy form and
writes down what was seen. A test that fails ends it before anything is written. One line is
repeated with

    TWAUTH_FULL=1 .venv/bin/pytest <test>

and in a lighter form with every `make test`. Below the table stand the lines of code that these
promises rest on: each was removed, and its test failed. Where a line says "imitation", keyring's
own class for that system ran over a strict imitation of the system's calls and limits: neither
Windows nor macOS was there.
"""


@dataclass
class Row:
    """One fault; the variants of a test are added up."""

    fault: str
    promise: str
    test: str
    counts: Counter[str] = field(default_factory=Counter[str])

    def line(self) -> str:
        numbers = " · ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in self.counts.items())
        return f"| {self.fault} | {self.promise} | {numbers} | `{self.test}` |"


def rows(reports: Sequence[Path]) -> list[Row]:
    """Read what the tests saw, in the order of their files."""
    found: dict[tuple[str, str], Row] = {}
    for case in _cases(reports):
        for proof in _proofs(case):
            test = f"{case.get('file')}::{(case.get('name') or '').partition('[')[0]}"
            key = (test, str(proof["fault"]))
            row = found.setdefault(key, Row(str(proof["fault"]), str(proof["promise"]), test))
            row.counts.update(proof["counts"])
    return sorted(found.values(), key=lambda row: (row.test, row.fault))


def _cases(reports: Sequence[Path]) -> Iterator[ET.Element]:
    for report in reports:
        yield from ET.parse(report).iter("testcase")  # noqa: S314 - our own report


def _proofs(case: ET.Element) -> Iterator[dict[str, dict[str, int]]]:
    for one in case.iter("property"):
        if one.get("name") == PROPERTY:
            yield json.loads(one.get("value") or "{}")


def failures(reports: Sequence[Path]) -> list[str]:
    """Name what failed or was skipped."""
    return [
        f"{case.get('classname')}.{case.get('name')}"
        for case in _cases(reports)
        if any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
    ]


def machine() -> list[str]:
    """Say when this was run, and on what."""
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    keyring_version = _output("gnome-keyring-daemon", "--version").partition("\n")[0]
    return [
        f"- Run on {datetime.now(UTC):%d %B %Y}, {os.cpu_count()} processor cores, {system}",
        f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {keyring_version}",
        f"- The files were on {_output('stat', '--file-system', '--format=%T', '/tmp').strip()}",  # noqa: S108 - only named
    ]


def guards(file: Path) -> list[str]:
    """Return the table of the guards that were removed, by their tests."""
    tried = json.loads(file.read_text(encoding="utf-8"))
    noticed = sum(one["noticed"] for one in tried)
    lines = sorted(f"| {one['what']} | `{one['test']}` |" for one in tried)
    return [
        "## What it rests on",
        "",
        f"{len(tried)} guards were removed, one at a time, and {noticed} were noticed.",
        "",
        "| Guard | Test that failed without it |",
        "|---|---|",
        *lines,
    ]


def page(found: list[Row], guarded: list[str]) -> str:
    table = [
        "| Fault | What has to hold | Seen | Test |",
        "|---|---|---|---|",
        *(row.line() for row in found),
    ]
    return "\n".join([_HEAD, *machine(), "", *table, "", *guarded]) + "\n"


def _output(*words: str) -> str:
    return subprocess.run(words, check=False, capture_output=True, text=True).stdout


def main(guard_file: Path, *reports: Path) -> int:
    failed = failures(reports)
    if failed:
        sys.stderr.write("Nothing is written, for these failed:\n" + "\n".join(failed) + "\n")
        return 1
    _ = FILE.write_text(page(rows(reports), guards(guard_file)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
