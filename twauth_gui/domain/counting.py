"""Numbers of things, in words."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """Say how many there are: "1 account", "2 accounts", "1,000 accounts"."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")
