"""The callback for callers who do not want to be called."""

from __future__ import annotations


def ignore(*_: object) -> None:
    """Do nothing."""
