"""The twauth command as a process, and a user at its terminal."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.support.sandbox_browser import SandboxBrowser

PROGRAM = (
    sys.executable,
    "-c",
    "import sys; from twauth_gui.cli.main import main; sys.exit(main())",
)
ROOT = Path(__file__).parents[2]
CALL_SECONDS = 60
# Between two Ctrl+C. After a second the second one counts; after more it does not meet the end of a
# program that has noticed the first one, on a busy machine either.
INTERRUPT_SECONDS = 5.0


@dataclass(frozen=True)
class CommandResult:
    """One call that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class TwauthCommand:
    """Calls the command with one environment; program is what starts it."""

    def __init__(self, env: Mapping[str, str], program: Sequence[str] = PROGRAM) -> None:
        self.env = {**env, "PYTHONPATH": str(ROOT)}
        self._program = program

    def __call__(self, *arguments: str, stdin: str = "", **env: str) -> CommandResult:
        done = subprocess.run(
            [*self._program, *arguments],
            env={**self.env, **env},
            input=stdin.encode(),
            capture_output=True,
            timeout=CALL_SECONDS,
            check=False,
        )
        return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())

    def call_with_descriptor(
        self, number: int, *arguments: str, stdin: str = "", **env: str
    ) -> CommandResult:
        """Call it with one more file descriptor open."""
        done = subprocess.run(
            [*self._program, *arguments],
            env={**self.env, **env},
            input=stdin.encode(),
            pass_fds=[number],
            capture_output=True,
            timeout=CALL_SECONDS,
            check=False,
        )
        return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())

    def read_bytes(self, *arguments: str, **env: str) -> bytes:
        """Call it, and give what it wrote as it stands; it has to go well."""
        done = subprocess.run(
            [*self._program, *arguments],
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=CALL_SECONDS,
            check=True,
        )
        return done.stdout

    def call_in_shell(self, words: str, *arguments: str, **env: str) -> CommandResult:
        """Run the command through sh, with redirections: words is what follows it."""
        script = f'"$@" {words}'
        done = subprocess.run(
            ["sh", "-c", script, "sh", *self._program, *arguments],
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=CALL_SECONDS,
            check=False,
        )
        return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def start(self, *arguments: str) -> Generator[subprocess.Popen[str]]:
        """Start it and leave it running; it is killed when the block ends."""
        process = subprocess.Popen(
            [*self._program, *arguments],
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


def interrupt(process: subprocess.Popen[str], how: signal.Signals = signal.SIGINT) -> CommandResult:
    """Send a signal and wait for the end."""
    process.send_signal(how)
    out, err = process.communicate(timeout=CALL_SECONDS)
    return CommandResult(process.returncode, out, err)


def minimal_environment(folder: Path, names: Sequence[str] = ("PATH",)) -> dict[str, str]:
    """An environment without a keychain, without a home, with data below folder."""
    passed_on = {name: os.environ[name] for name in names if name in os.environ}
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return {**passed_on, **measured, "TWAUTH_DATA_DIR": str(folder / "data")}


def approve_link(url: str, handle: str) -> str:
    """Allow the app on the sandbox's pages; give the PIN, or where the browser was sent."""
    person = SandboxBrowser()
    person.open(url)
    person.log_in(handle)
    page = person.press("Allow")
    return page.pin or person.redirect_url


# A session's first process takes the first terminal it opens for its own, as a shell's window does.
_ON_TERMINAL = 'exec <>"$0" >&0 2>&0; exec "$@"'


def _ignore_signal(*_: object) -> None:
    """Take a signal without an effect."""


@contextmanager
def _default_hang_up() -> Generator[None]:
    """Start programs here as a terminal does, also if this process runs under nohup.

    A program inherits what is ignored, but a signal with a handler gets its default action.
    """
    before = signal.signal(signal.SIGHUP, _ignore_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


class TerminalUser:
    """A user who reads what appears and types answers; the program ends when the block does."""

    def __init__(self, env: Mapping[str, str], *arguments: str) -> None:
        self._master, self._slave = os.openpty()
        with _default_hang_up():
            self._process = subprocess.Popen(
                ["sh", "-c", _ON_TERMINAL, os.ttyname(self._slave), *PROGRAM, *arguments],
                env={"TERM": "xterm", **env},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.seen = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._slave)
        os.close(self._master)

    def wait_for(self, text: str, times: int = 1) -> None:
        """Read until the text has appeared, so many times in all."""
        end = time.monotonic() + CALL_SECONDS
        while self.seen.count(text) < times:
            self._read(end - time.monotonic())

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def interrupt(self) -> int:
        """Press Ctrl+C until the program ends, more than a second apart.

        Once is mostly enough; what comes in the very moment before Python begins to read a line is
        noticed with the next key only.
        """
        for _ in range(CALL_SECONDS):
            self.type("\x03")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(INTERRUPT_SECONDS)
                break
        return self.wait_for_exit()

    def hang_up(self) -> int:
        """Close the terminal under the program, and wait for its end."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDONLY)
        return self._process.wait(CALL_SECONDS)

    def wait_for_exit(self) -> int:
        """Wait for the end, reading on so that the program is never held up."""
        end = time.monotonic() + CALL_SECONDS
        while self._process.poll() is None:
            assert time.monotonic() < end, f"it goes on: {self.seen}"
            if select.select([self._master], [], [], 0.05)[0]:
                self._read(1)
        while select.select([self._master], [], [], 0)[0]:
            self._read(1)
        return self._process.returncode

    def _read(self, seconds: float) -> None:
        ready = select.select([self._master], [], [], max(seconds, 0))[0]
        assert ready, f"nothing more came after: {self.seen}"
        self.seen += os.read(self._master, 65536).decode()
