"""Set a shell or the applications menu up, and die in the middle of it; run as a program.

It forks a child per order, which dies before or after one of the calls that change files.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.support.fork_server import run_child, serve_orders
from twauth_gui import app
from twauth_gui.cli import main as command
from twauth_gui.cli import manual
from twauth_gui.cli.commands import completion, setup_shell
from twauth_gui.services import app_paths, desktop_entry

LOADED = (manual, completion, setup_shell, app_paths, desktop_entry)
"""Beforehand: their imports are no moments of the change."""
WINDOW_OPTIONS = ("--install-desktop-entry", "--remove-desktop-entry")
_FILE_CALLS = (
    *("open", "write", "ftruncate", "fsync", "close", "mkdir", "unlink", "rename", "replace"),
    *("chmod", "fchmod", "fchown"),
)


@dataclass(frozen=True)
class SetupOrder:
    """One call of the command, or of the window's program. at: the moment of its death, or 0."""

    home: str
    words: tuple[str, ...]
    at: int = 0


@dataclass(frozen=True)
class SetupResult:
    """A call that was not killed. moments: in which it could have been, by the files' names."""

    code: int
    err: str
    moments: list[str]


class _Killer:
    """Counts the moments before and after each call that changes files, and dies at one of them."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.moments: list[str] = []

    def watch(self) -> None:
        """Count the calls of this process from now on."""
        for name in _FILE_CALLS:
            os.__dict__[name] = self._wrap(os.__dict__[name])
        io.__dict__["open"] = self._wrap(io.open)

    def _wrap(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **named: Any) -> Any:
            name = Path(arguments[0]).name if isinstance(arguments[0], str | Path) else ""
            self._meet_moment(name)
            result = call(*arguments, **named)
            self._meet_moment(name)
            return result

        return watched

    def _meet_moment(self, name: str) -> None:
        self.moments.append(name)
        if len(self.moments) == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def call_setup(order: SetupOrder) -> tuple[int, str]:
    """Run the call in a child; return how that ended, and a SetupResult as JSON."""

    def work(write_end: int) -> None:
        os.environ.clear()
        os.environ.update(HOME=order.home, PATH=order.home, SHELL="/bin/none", LANG="C.UTF-8")
        sys.stdout, sys.stderr = (io.TextIOWrapper(io.BytesIO()) for _ in range(2))
        sys.argv = ["twauth"]
        run = app.main if order.words[0] in WINDOW_OPTIONS else command.main
        killer = _Killer(order.at)
        killer.watch()
        code = run(list(order.words))
        moments = list(killer.moments)
        sys.stderr.flush()
        err = sys.stderr.buffer.getvalue().decode()
        result = SetupResult(code, err, moments)
        os.write(write_end, json.dumps(asdict(result)).encode())

    return run_child(work)


def read_files(home: Path) -> dict[str, bytes]:
    """Return the content of every file in a home folder, by its path there."""
    return {
        str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()
    }


if __name__ == "__main__":
    serve_orders(lambda order: call_setup(SetupOrder(**order)))
