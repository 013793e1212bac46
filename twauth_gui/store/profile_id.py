"""The id of one data folder: several can have their items in the same keychain."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

PROFILE_ID_FILE_NAME = "place-id"
_ID_BYTES = 6


def read_profile_id(directory: Path) -> str:
    """Return the folder's name; "" if it has none yet."""
    try:
        return (directory / PROFILE_ID_FILE_NAME).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def ensure_profile_id(directory: Path) -> str:
    """Give the folder's name, made at the first use; "" where the disk refuses."""
    path = directory / PROFILE_ID_FILE_NAME
    try:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return read_profile_id(directory)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            _ = file.write(name := secrets.token_hex(_ID_BYTES))
    except (OSError, UnicodeDecodeError):
        return ""
    return name
