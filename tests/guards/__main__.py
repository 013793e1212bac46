"""Remove one guard after the other, and check that its test fails: ``python -m tests.guards``.

Each guard is removed in a copy of the tree. With the path of a file as its argument, it writes what
came of it there, as JSON; packaging/docs/reliability.py makes a table of it. Exits with 1 if a
test passed without its guard.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.guards.guard_table import ROOT, Guard, read_guards

SECONDS = 120
"""For one test; without its guard it may wait for ever, which is noticed too."""

PARTS = ("twauth_gui", "tests", "resources", "packaging", "docs", "pyproject.toml")
TESTS_FAILED = 1  # pytest's exit code; 2 to 5 mean that no test ran as it should


def copy_tree(folder: Path) -> Path:
    """Copy what the tests need of the source tree."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            _ = shutil.copytree(source, folder / part, ignore=ignored)
        else:
            _ = shutil.copy(source, folder)
    return folder


def is_noticed(guard: Guard, tree: Path) -> bool:
    """Whether the test fails while the guard is removed from this copy of the tree.

    Raises:
        RuntimeError: the test could not even begin.
    """
    path = tree / guard.file
    source = path.read_text(encoding="utf-8")
    _ = path.write_text(guard.remove_from(source), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", guard.test]
    command += ["-k", guard.select] if guard.select else []
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        _ = path.write_text(source, encoding="utf-8")
    if done.returncode not in {0, TESTS_FAILED}:
        raise RuntimeError(f"{guard.what}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == TESTS_FAILED


def try_guards(
    wanted: Sequence[Guard], folder: Path, write_line: Callable[[str], object]
) -> dict[Guard, bool]:
    """Try every guard, in as many copies of the tree as there are processors."""
    trees: SimpleQueue[Path] = SimpleQueue()
    workers = os.cpu_count() or 1
    for number in range(workers):
        trees.put(copy_tree(folder / str(number)))

    def try_guard(guard: Guard) -> bool:
        tree = trees.get()
        try:
            noticed = is_noticed(guard, tree)
        finally:
            trees.put(tree)
        write_line(f"{'noticed' if noticed else 'NOT NOTICED'}: {guard.what}\n")
        return noticed

    with ThreadPoolExecutor(workers) as pool:
        return dict(zip(wanted, pool.map(try_guard, wanted), strict=True))


def main(arguments: Sequence[str]) -> int:
    wanted = read_guards()
    with tempfile.TemporaryDirectory(prefix="twauth-guards-") as folder:
        found = try_guards(wanted, Path(folder), sys.stdout.write)
    for name in arguments:
        rows = [
            {"what": guard.what, "test": guard.test, "noticed": noticed}
            for guard, noticed in found.items()
        ]
        _ = Path(name).write_text(json.dumps(rows), encoding="utf-8")
    noticed = sum(found.values())
    sys.stdout.write(f"{len(found)} guards were removed, and {noticed} were noticed.\n")
    return int(noticed < len(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
