"""The end of every process of a desktop, even when the test run itself is killed."""

from __future__ import annotations

import shlex
import subprocess
import uuid
from pathlib import Path

MARKER = "TWAUTH_TEST_DESKTOP"

# It reads which groups there are until the end of its input, which comes with the end of the test
# run, however that came. A group is killed if its first process is still the one that was named:
# the twentieth word after the name in stat says when it started. Two rounds: a process may start
# another while the first round goes on.
SCRIPT = """
groups=
while read -r group; do groups="$groups $group"; done
for group in $groups; do
  stat=$(cat /proc/${{group%:*}}/stat 2>/dev/null) || continue
  set -- ${{stat##*) }}
  [ "${{20}}" != "${{group#*:}}" ] || kill -9 -"${{group%:*}}"
done
for round in 1 2; do
  grep -lzsx {mark} /proc/[0-9]*/environ | cut -d/ -f3 | xargs -r kill -9 2>/dev/null
done
rm -rf {folder}
"""


class Reaper:
    """A process beside the test run that kills everything marked, then removes a folder.

    The mark is an environment variable, so it reaches what left its parent's group too: daemons
    a bus started, helpers that called setsid. A process that is not dumpable, as the window is,
    hides its environment from all but root, so groups are named as well.
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

    def end_group(self, pid: int) -> None:
        """Kill this process and its group at the end, also if their environment cannot be read."""
        started = Path("/proc", str(pid), "stat").read_text("ascii", "replace")
        assert self._process.stdin is not None
        self._process.stdin.write(f"{pid}:{started.rpartition(') ')[2].split()[19]}\n".encode())
        self._process.stdin.flush()

    def finish(self) -> None:
        """Kill and remove now; returns when it is done."""
        self._process.communicate(timeout=30)
