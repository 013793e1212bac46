"""Fork a child per order in a process that has loaded everything.

One order per line comes in; what became of the child goes out: the signal, and its last words.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def read_output(read_end: int, _child: int) -> bytes:
    """Listen to a child until it ends."""
    words = b""
    while more := os.read(read_end, 65536):
        words += more
    return words


def run_child(
    work: Callable[[int], None], read: Callable[[int, int], bytes] = read_output
) -> tuple[int, str]:
    """Run a child that writes what it says into a pipe; give its end, and its last line."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work(write_end)
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    os.close(write_end)
    lines = read(read_end, child).decode().splitlines()
    os.close(read_end)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), lines[-1] if lines else ""


def serve_orders(answer: Callable[[dict[str, Any]], tuple[int, str]]) -> None:
    """Answer one order after the other, until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


class ForkServer:
    """The other side: starts such a process, sends it orders and reads its answers."""

    def __init__(self, module: str, env: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=Path(__file__).parents[2],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def send_order(self, order: DataclassInstance) -> tuple[bool, str]:
        """Return whether the child was killed, and its last message; it must not fail."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(asdict(order)), file=self._process.stdin, flush=True)
        code, output = json.loads(self._process.stdout.readline())
        assert code in {0, -signal.SIGKILL}, f"{order} ended with {code}"
        return code != 0, output
