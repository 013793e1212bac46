"""A path as people are shown it."""

from __future__ import annotations

import os
from pathlib import Path


def short(path: Path) -> str:
    """Write a path below the home folder with ~; bytes that are no text become a mark.

    A name on a disk need not be text, and neither the history nor a terminal takes such a one.
    """
    try:
        text = f"~/{path.absolute().relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        text = str(path)
    return os.fsencode(text).decode("utf-8", "replace")
