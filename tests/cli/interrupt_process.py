"""Run the command and interrupt it at a certain function call; run as a program.

Its arguments: the call of a function of ours, an output file, the command line. The call is a
number, or file and name of the function. If it is COUNT_CALLS, the output file gets one byte for
each call; else it gets the place of the interrupt: thread, file and name.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import twauth_gui
from twauth_gui.cli.main import main

COUNT_CALLS = "count"
SHUTDOWN_PLACE = "threading.py _shutdown"
"""The place where the command has ended and Python waits for remaining threads."""

PROGRAM_FOLDER = f"{Path(twauth_gui.__file__).parent}{os.sep}"
PYTHON_FOLDER = f"{Path(threading.__file__).parent}{os.sep}"


class Interrupter:
    """Profile function that counts the calls in all threads, and raises SIGINT in one of them."""

    def __init__(self, at: str, output: str) -> None:
        self._at = at
        self._count = 0
        self._output = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> None:
        code = frame.f_code
        if event != "call":
            return
        if not code.co_filename.startswith(PROGRAM_FOLDER):
            if self._at == SHUTDOWN_PLACE == _place(code, PYTHON_FOLDER):
                self._interrupt(SHUTDOWN_PLACE)
        elif not code.co_name.startswith("<") or code.co_name == "<module>":
            # Not the many steps of comprehensions and lambdas.
            self._count_call(_place(code, PROGRAM_FOLDER))

    def _count_call(self, place: str) -> None:
        self._count += 1
        if self._at == COUNT_CALLS:
            _ = os.write(self._output, b".")
        elif self._at in {str(self._count), place}:
            self._interrupt(place)

    def _interrupt(self, place: str) -> None:
        self._at = ""
        _ = os.write(self._output, f"{threading.current_thread().name} {place}".encode())
        signal.raise_signal(signal.SIGINT)


def _place(code: CodeType, folder: str) -> str:
    return f"{code.co_filename.removeprefix(folder)} {code.co_name}"


if __name__ == "__main__":
    interrupter = Interrupter(sys.argv[1], sys.argv[2])
    del sys.argv[1:3]
    threading.setprofile(interrupter)
    sys.setprofile(interrupter)
    sys.exit(main())
