"""Replace a file, and die in the middle of it; run as a program.

Its arguments: the data folder, the file, at which call it dies, and whether the system has files
without names. If the call is COUNT, it survives and prints the number of calls.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from twauth_gui.osfiles import private_file
from twauth_gui.services.private_files import PrivateFiles

COUNT = "count"
NEW = b"TWITTER_API_SECRET=new\n" * 9

LOADED = private_file.__name__  # beforehand: its import is no moment of the writing


def main(folder: str, path: str, at: str, system: str) -> None:
    if system == "without":
        os.__dict__["O_TMPFILE"] = os.O_DIRECTORY  # a kernel that knows none answers alike
    files, count = PrivateFiles(Path(folder)), 0
    existing = private_file.read_existing_file(Path(path), len(NEW))

    def kill_at_call(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal count
        if event in {"call", "c_call"}:
            count += 1
            if str(count) == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(kill_at_call)
    files.write(Path(path), NEW, replaces=existing)
    sys.setprofile(None)
    if at == COUNT:
        _ = sys.stdout.write(str(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
