"""The command as a real subprocess."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sandbox.person import Person

PROGRAM = (
    sys.executable,
    "-c",
    "import sys; from twauth_gui.cli.main import main; sys.exit(main())",
)
ROOT = Path(__file__).parents[2]
SECONDS = 60
AGAIN_SECONDS = 1.1  # between two Ctrl+C, so that the second one counts: it can be no accident


@dataclass(frozen=True)
class Ended:
    """One call that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Twauth:
    """Calls the command with one environment."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = {**env, "PYTHONPATH": str(ROOT)}

    def __call__(self, *arguments: str, stdin: str = "", **env: str) -> Ended:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            env={**self.env, **env},
            input=stdin.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def with_descriptor(self, number: int, *arguments: str, stdin: str = "", **env: str) -> Ended:
        """Call it with one more file descriptor open."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            env={**self.env, **env},
            input=stdin.encode(),
            pass_fds=[number],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def bytes(self, *arguments: str, **env: str) -> bytes:
        """Call it, and give what it wrote as it stands; it has to go well."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=SECONDS,
            check=True,
        )
        return done.stdout

    def shell(self, words: str, *arguments: str, **env: str) -> Ended:
        """Run the command through sh, with redirections: words is what follows it."""
        script = f'"$@" {words}'
        done = subprocess.run(
            ["sh", "-c", script, "sh", *PROGRAM, *arguments],
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def running(self, *arguments: str) -> Generator[subprocess.Popen[str]]:
        """Start it and leave it running; it is killed when the block ends."""
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            try:
                yield process
            finally:
                process.kill()


def interrupt(process: subprocess.Popen[str], how: signal.Signals = signal.SIGINT) -> Ended:
    """Send a signal and wait for the end."""
    process.send_signal(how)
    out, err = process.communicate(timeout=SECONDS)
    return Ended(process.returncode, out, err)


def bare_environment(folder: Path, names: Sequence[str] = ("PATH",)) -> dict[str, str]:
    """An environment without a keychain, without a home, with data below folder."""
    kept = {name: os.environ[name] for name in names if name in os.environ}
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return {**kept, **measured, "TWAUTH_DATA_DIR": str(folder / "data")}


def approve(url: str, handle: str) -> str:
    """Allow the app on the sandbox's pages; give the PIN, or where the browser was sent."""
    person = Person()
    person.open(url)
    person.log_in(handle)
    page = person.press("Allow")
    return page.pin or person.sent_to
