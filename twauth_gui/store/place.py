"""A name for one folder of data: several can have their items in the same keychain."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FILE_NAME = "place-id"
_BYTES = 6


def place_so_far(directory: Path) -> str:
    """Return the folder's name; "" if it has none yet."""
    try:
        return (directory / FILE_NAME).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def place_of(directory: Path) -> str:
    """Give the folder's name, made at the first use; "" where the disk refuses."""
    path = directory / FILE_NAME
    try:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return place_so_far(directory)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            _ = file.write(name := secrets.token_hex(_BYTES))
    except (OSError, UnicodeDecodeError):
        return ""
    return name
