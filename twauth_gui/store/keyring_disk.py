"""Why the keyring's own program cannot save: the Secret Service only says that it failed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

FULL = "Its disk is full. Free some space, then try again."
READ_ONLY = "Its disk is read-only. Change that, then try again."
CLOSED = "Its folder does not allow writing. Change that, then try again."
UNKNOWN = "Its disk may be full or read-only. Look after it, then try again."


def why_not_saved(environment: Mapping[str, str] = os.environ) -> str:
    """Look at the folder in which this person's keyrings are, and say what is wrong with it."""
    data = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    try:
        return _why(Path(data) / "keyrings")
    except OSError:
        return UNKNOWN


def _why(folder: Path) -> str:
    disk = os.statvfs(folder)
    if disk.f_flag & os.ST_RDONLY:
        return READ_ONLY
    if disk.f_bavail == 0:
        return FULL
    return UNKNOWN if folder.is_dir() and os.access(folder, os.W_OK) else CLOSED
