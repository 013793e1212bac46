"""Kill writers of private files at random moments; run as a program.

It leaves with status 1 and a sentence when a target was neither the whole old nor the whole new
file, or when anything but a complete private file stayed behind.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
from pathlib import Path

from twauth_gui.osfiles import private_file

SIZE = 400_000
CONTENTS = [letter * SIZE for letter in "ab"]


def _write_until_killed(path: Path, way: str, ready: int) -> None:
    os.write(ready, b"!")
    while True:
        for content in CONTENTS:
            if way == "named":
                job = private_file._WriteJob(path, content.encode(), lambda _temporary: None)  # pyright: ignore[reportPrivateUsage]
                private_file._write_named(job, overwrite=True)  # pyright: ignore[reportPrivateUsage]
            elif way == "new":
                path.unlink(missing_ok=True)
                private_file.write_private(path, content.encode())
            else:
                private_file.write_private(path, content.encode(), overwrite=True)


def _kill_one_writer(path: Path, way: str) -> None:
    waiting, ready = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(waiting)
        _write_until_killed(path, way, ready)
    os.close(ready)
    os.read(waiting, 1)
    select.select([], [], [], random.uniform(0, 0.012))  # noqa: S311 - the moment is the test
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(waiting)


def _find_damage(path: Path, way: str) -> str:
    if way != "new" and not path.exists():
        return "the target is gone"
    for file in path.parent.iterdir():
        if file.stat().st_mode & 0o777 != 0o600:
            return f"{file} is not private"
        if file != path and not (way == "new" and sys.platform == "linux"):
            # Between the two steps of a replacement one more name of the new file exists.
            acceptable = way == "named" or file.read_text() in CONTENTS
            file.unlink()
            if not acceptable:
                return f"{file} is a part of a file"
        elif file.read_text() not in CONTENTS:
            return f"{file} is mixed"
    stayed = [file for file in path.parent.iterdir() if file != path]
    return f"{stayed} stayed behind" if stayed else ""


def main(folder: str, rounds: str, way: str) -> str:
    path = Path(folder) / ".env"
    path.write_text(CONTENTS[0])
    path.chmod(0o600)
    for _ in range(int(rounds)):
        _kill_one_writer(path, way)
        verdict = _find_damage(path, way)
        if verdict:
            return verdict
    return ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) or 0)
