"""The end of every process of a desktop, even when the test run itself is killed."""

from __future__ import annotations

import shlex
import subprocess
import uuid
from pathlib import Path

MARKER = "TWAUTH_TEST_DESKTOP"

# It waits for the end of its input, which comes with the end of the test run, however that came.
# Two rounds: a process may start another while the first round goes on.
SCRIPT = """
read -r _
for round in 1 2; do
  grep -lzsx {mark} /proc/[0-9]*/environ | cut -d/ -f3 | xargs -r kill -9 2>/dev/null
done
rm -rf {folder}
"""


class Reaper:
    """A process beside the test run that kills everything marked, then removes a folder.

    The mark is an environment variable, so it reaches what left its parent's group too: daemons
    a bus started, helpers that called setsid.
    """

    def __init__(self, folder: Path) -> None:
        self.mark = {MARKER: uuid.uuid4().hex}
        words = {
            "mark": shlex.quote(f"{MARKER}={self.mark[MARKER]}"),
            "folder": shlex.quote(str(folder)),
        }
        self._process = subprocess.Popen(
            ["sh", "-c", SCRIPT.format_map(words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt from the terminal does not stop it
        )

    def finish(self) -> None:
        """Kill and remove now; returns when it is done."""
        self._process.communicate(timeout=30)
