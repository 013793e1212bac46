"""A person at a terminal who runs the command."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Self

from tests.cli.twauth import AGAIN_SECONDS, PROGRAM, SECONDS

# A session's first process takes the first terminal it opens for its own, as a shell's window does.
_ON_TERMINAL = 'exec <>"$0" >&0 2>&0; exec "$@"'


def _do_nothing(*_: object) -> None:
    """Take a signal without an effect."""


@contextmanager
def _hang_up_not_ignored() -> Generator[None]:
    """Start programs here as a terminal does, also if this process runs under nohup.

    A program inherits what is ignored, but a signal with a handler gets its default action.
    """
    before = signal.signal(signal.SIGHUP, _do_nothing)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


class Typist:
    """Reads what appears and types answers; the program ends when the block does."""

    def __init__(self, env: Mapping[str, str], *arguments: str) -> None:
        self._master, self._slave = os.openpty()
        with _hang_up_not_ignored():
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
        end = time.monotonic() + SECONDS
        while self.seen.count(text) < times:
            self._read(end - time.monotonic())

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def interrupt(self) -> int:
        """Press Ctrl+C until the program ends, more than a second apart.

        Once is mostly enough; what comes in the very moment before Python begins to read a line is
        noticed with the next key only.
        """
        for _ in range(SECONDS):
            self.type("\x03")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(AGAIN_SECONDS)
                break
        return self.ended()

    def hang_up(self) -> int:
        """Close the terminal under the program, and wait for its end."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDONLY)
        return self._process.wait(SECONDS)

    def ended(self) -> int:
        """Wait for the end, reading on so that the program is never held up."""
        end = time.monotonic() + SECONDS
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
