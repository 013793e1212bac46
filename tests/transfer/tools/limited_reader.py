"""Read one file in a process with little memory and processor time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SECONDS = 10
ADDRESS_SPACE_BYTES = 400 * 1024 * 1024
"""Of addresses, of which a program has more than of memory."""

# Reads a file with little memory and time, and tells what was found in it.
_CHILD = """
import json, resource, sys
from pathlib import Path
from twauth_gui.transfer.tools.reader import read_file
seconds, most = map(int, sys.argv[2:])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_AS, (most, most))
found = read_file(Path(sys.argv[1]))
print(json.dumps([len(found.accounts) + len(found.apps), [one.reason for one in found.skipped]]))
"""


def read_with_limits(path: Path) -> tuple[int, list[str]]:
    """Return the number of accounts and apps found, and the reasons for skipped entries."""
    run = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path), str(SECONDS), str(ADDRESS_SPACE_BYTES)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    count, reasons = json.loads(run.stdout)
    return count, reasons
