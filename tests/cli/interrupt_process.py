"""Run the command and interrupt it at a given function call; run as a program.

Its arguments: at which call of a function of ours, a file, and the command line. The call is given
by its number, or by file and name of the function. Where it is COUNT, the file gets one byte for
each call; else it gets where the interrupt struck: thread, file and name.
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
"""When the command has ended, and Python waits for threads that are left."""

PROGRAM_FOLDER = f"{Path(twauth_gui.__file__).parent}{os.sep}"
PYTHON_FOLDER = f"{Path(threading.__file__).parent}{os.sep}"


class Interrupter:
    """Counts the calls in all threads, and sends the signal in one of them."""

    def __init__(self, at: str, told: str) -> None:
        self._at = at
        self._seen = 0
        self._told = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def __call__(self, frame: FrameType, event: str, _given: Any) -> None:
        code = frame.f_code
        if event != "call":
            return
        if not code.co_filename.startswith(PROGRAM_FOLDER):
            if self._at == SHUTDOWN_PLACE == _place(code, PYTHON_FOLDER):
                self._interrupt(SHUTDOWN_PLACE)
        elif not code.co_name.startswith("<") or code.co_name == "<module>":
            # The steps of an expression are many, and no moments of their own.
            self._count_call(_place(code, PROGRAM_FOLDER))

    def _count_call(self, place: str) -> None:
        self._seen += 1
        if self._at == COUNT_CALLS:
            _ = os.write(self._told, b".")
        elif self._at in {str(self._seen), place}:
            self._interrupt(place)

    def _interrupt(self, place: str) -> None:
        self._at = ""
        _ = os.write(self._told, f"{threading.current_thread().name} {place}".encode())
        signal.raise_signal(signal.SIGINT)


def _place(code: CodeType, folder: str) -> str:
    return f"{code.co_filename.removeprefix(folder)} {code.co_name}"


if __name__ == "__main__":
    striker = Interrupter(sys.argv[1], sys.argv[2])
    del sys.argv[1:3]
    threading.setprofile(striker)
    sys.setprofile(striker)
    sys.exit(main())
