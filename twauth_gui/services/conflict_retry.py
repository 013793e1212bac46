"""Retry work that another process's change made obsolete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from twauth_gui.store.errors import ChangedMeanwhileError

T = TypeVar("T")

_MAX_TRIES = 5
"""More changes by hand than this do not happen while X is being asked."""


def retry_on_conflict(work: Callable[[], T]) -> T:
    """Run the work, and run it again if what it read was changed before it saved.

    Raises:
        ChangedMeanwhileError: it was changed each time. Otherwise what the work raises.
    """
    for _ in range(_MAX_TRIES - 1):
        try:
            return work()
        except ChangedMeanwhileError:
            continue
    return work()
