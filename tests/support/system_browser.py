"""What a test desktop starts when a program asks for the system's browser.

Qt on a bare X11 session looks for ``xdg-open`` in the search path first, then for the programs
DEFAULT_BROWSER or BROWSER name, so a script of that name placed first in the path is the browser.
"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Literal

from tests.support.eventually import eventually
from tests.support.programs import require_isolation

REPOSITORY = Path(__file__).resolve().parents[2]

SCRIPT = """#!/bin/sh
# Stands for the system's browser inside a test desktop.
cd {folder} || exit 1
printf '%s\\n' "$1" >> opened
[ -f person.sh ] || exit 0
. ./person.sh
PYTHONPATH={repository}${{PYTHONPATH:+:$PYTHONPATH}}
export PYTHONPATH
exec {python} -m tests.support.person_browser "$1" >> log 2>&1
"""


class SystemBrowser:
    """The browser and the person in front of it; by default URLs are only noted, not opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self._visits = 0

    def install(self) -> None:
        """Put the ``xdg-open`` of this desktop in place."""
        self.bin.mkdir(parents=True, exist_ok=True)
        words = {"folder": self.folder, "repository": REPOSITORY, "python": sys.executable}
        script = self.bin / "xdg-open"
        script.write_text(SCRIPT.format_map({k: shlex.quote(str(v)) for k, v in words.items()}))
        script.chmod(0o755)

    @property
    def opened(self) -> list[str]:
        """Every URL a program asked to open, oldest first."""
        noted = self.folder / "opened"
        return noted.read_text("utf-8").splitlines() if noted.exists() else []

    @property
    def log(self) -> str:
        """What the browser wrote to its standard output and error."""
        path = self.folder / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def use_as(self, handle: str, decision: Literal["allow", "deny"] = "allow") -> Visit:
        """From now on a real browser opens URLs; in it handle logs in, then allows or denies."""
        require_isolation()
        self._visits += 1
        out = self.folder / f"visit-{self._visits}.json"
        person = {
            "TWAUTH_PERSON_HANDLE": handle,
            "TWAUTH_PERSON_DECISION": decision,
            "TWAUTH_PERSON_OUT": str(out),
        }
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in person.items()]
        (self.folder / "person.sh").write_text("".join(lines), "utf-8")
        return Visit(out)


class Visit:
    """What the next page opened in the browser comes to."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def finished(self, seconds: float = 60) -> dict[str, str]:
        """Wait for the end; return url (without query), text and, where one showed, pin."""
        eventually(self._out.exists, seconds, f"the browser wrote {self._out.name}")
        answer: dict[str, str] = json.loads(self._out.read_text("utf-8"))
        return answer
