"""The id of a data folder, which tells its keychain items from those of other folders."""

from __future__ import annotations

import os
from pathlib import Path

PROFILE_ID_FILE_NAME = "place-id"
_ID_BYTES = 6


def read_profile_id(directory: Path) -> str:
    """Return the id of a data folder; "" if it has none yet."""
    try:
        return (directory / PROFILE_ID_FILE_NAME).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def ensure_profile_id(directory: Path) -> str:
    """Return the id of a data folder, created at the first use; "" if the disk refuses."""
    path = directory / PROFILE_ID_FILE_NAME
    try:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return read_profile_id(directory)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            _ = file.write(name := os.urandom(_ID_BYTES).hex())
    except (OSError, UnicodeDecodeError):
        return ""
    return name
