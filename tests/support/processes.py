"""Start programs in a process group, and require programs that this system may lack."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from twauth_gui.gui.webview.availability import find_view_obstacle


class Program:
    """One child process in a process group of its own, its output in two files."""

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        *,
        stdin: bytes = b"",
        pass_fds: Sequence[int] = (),
    ) -> None:
        """Start argv; its output goes to log with the suffixes .out and .err."""
        self.argv = tuple(argv)
        self.out_path = log.with_name(log.name + ".out")
        self.err_path = log.with_name(log.name + ".err")
        with self.out_path.open("wb") as out, self.err_path.open("wb") as err:
            self._process = subprocess.Popen(
                [*argv],
                env=dict(env),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                pass_fds=tuple(pass_fds),
                start_new_session=True,
            )
        assert self._process.stdin is not None
        self._process.stdin.write(stdin)
        self._process.stdin.close()

    @property
    def pid(self) -> int:
        """The process id; also that of its group."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def out(self) -> str:
        """What it wrote to standard output so far."""
        return self.out_path.read_text("utf-8", "replace")

    @property
    def err(self) -> str:
        """What it wrote to standard error so far."""
        return self.err_path.read_text("utf-8", "replace")

    def wait(self, seconds: float = 30) -> int:
        """Return the exit code; below zero it is the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        return self._process.wait(seconds)

    def terminate(self) -> None:
        """Ask the process to end, as a session does at log-out (SIGTERM)."""
        if self.is_running:
            self._process.terminate()

    def kill(self) -> int:
        """End the whole group without warning (SIGKILL) and return the exit code."""
        with contextlib.suppress(ProcessLookupError):  # it ended by itself, with every child
            os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait(10)


def require_program(name: str) -> str:
    """Return the path of a program; if it is missing skip the test, or fail it in CI."""
    path = shutil.which(name)
    if path is not None:
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not installed, and in CI it has to be")
    pytest.skip(f"{name} is not installed")


def require_isolation() -> None:
    """Skip the test where Chromium cannot isolate its pages; in CI that fails it."""
    reason = find_view_obstacle(os.environ, root=os.geteuid() == 0)
    if reason:
        pytest.skip(f"no web page can be shown here: {reason}")
