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
from typing import Any

FILE = Path(__file__).parents[2] / "docs" / "reliability.md"
PROPERTY = "proof"
READER = "reader"

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
        for proof in _properties(case, PROPERTY):
            test = f"{case.get('file')}::{(case.get('name') or '').partition('[')[0]}"
            key = (test, str(proof["fault"]))
            row = found.setdefault(key, Row(str(proof["fault"]), str(proof["promise"]), test))
            row.counts.update(proof["counts"])
    return sorted(found.values(), key=lambda row: (row.test, row.fault))


def _cases(reports: Sequence[Path]) -> Iterator[ET.Element]:
    for report in reports:
        yield from ET.parse(report).iter("testcase")  # noqa: S314 - our own report


def _properties(case: ET.Element, name: str) -> Iterator[dict[str, Any]]:
    for one in case.iter("property"):
        if one.get("name") == name:
            yield json.loads(one.get("value") or "{}")


def failures(reports: Sequence[Path]) -> list[str]:
    """Name what failed or was skipped; a reader that is not installed may be missing."""
    return [
        f"{case.get('classname')}.{case.get('name')}"
        for case in _cases(reports)
        if any(case.find(kind) is not None for kind in ("failure", "error"))
        or (case.find("skipped") is not None and not list(_missing(case)))
    ]


def _missing(case: ET.Element) -> Iterator[str]:
    for reader in _properties(case, READER):
        if "missing" in reader:
            yield f"- {reader['name']}: {reader['missing']}"


def readers(reports: Sequence[Path]) -> list[str]:
    """Return the table of the programs that read exports back, and those that are missing."""
    found = [reader for case in _cases(reports) for reader in _properties(case, READER)]
    lines = sorted(
        f"| {one['name']} | {one['version'] or '-'} | `{one['syntax']}` | {one['values']:,} |"
        for one in found
        if "missing" not in one
    )
    missing = sorted({line for case in _cases(reports) for line in _missing(case)})
    return [
        "## Exports that were read back",
        "",
        "Values with quotes, backslashes, $, %, #, blanks and other scripts were written in each",
        "syntax, and read as they were or refused in writing. The readers without a version are",
        "written rules, or the system's own tools.",
        "",
        "| Reader | Version | Syntax | Values |",
        "|---|---|---|---|",
        *lines,
        *(["", "Not installed on this computer:", "", *missing] if missing else []),
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


def page(found: list[Row], read_back: list[str], guarded: list[str]) -> str:
    """Return the whole page."""
    table = [
        "| Fault | What has to hold | Seen | Test |",
        "|---|---|---|---|",
        *(row.line() for row in found),
    ]
    return "\n".join([_HEAD, *machine(), "", *table, "", *read_back, "", *guarded]) + "\n"


def _output(*words: str) -> str:
    return subprocess.run(words, check=False, capture_output=True, text=True).stdout


def main(guard_file: Path, *reports: Path) -> int:
    """Write the page, unless a test of the reports failed; return the exit code."""
    failed = failures(reports)
    if failed:
        sys.stderr.write("Nothing is written, for these failed:\n" + "\n".join(failed) + "\n")
        return 1
    _ = FILE.write_text(page(rows(reports), readers(reports), guards(guard_file)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
