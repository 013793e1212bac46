"""Letters and hue that stand for an account or an app."""

from __future__ import annotations

HUES = 8
_LETTERS = 2


def avatar_letters(handle: str) -> str:
    """Return two letters: of the handle's first two parts, else its first two."""
    parts = [part for part in handle.lstrip("@").split("_") if part]
    if len(parts) >= _LETTERS:
        return (parts[0][0] + parts[1][0]).upper()
    return parts[0][:_LETTERS].upper() if parts else "?"


def hue_of(identity: str) -> int:
    """Return the hue of a numeric user id (id mod 8), or of any other text."""
    if identity.isascii() and identity.isdecimal():
        return int(identity) % HUES
    return sum(identity.encode()) % HUES
