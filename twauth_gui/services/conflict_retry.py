"""Retry work that another process's change made obsolete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from twauth_gui.store.errors import ChangedMeanwhileError

T = TypeVar("T")

_MAX_TRIES = 5
"""Nobody replaces the same thing by hand more often than this while X is asked."""


def retry_on_conflict(work: Callable[[], T]) -> T:
    """Run the work, and again from its first read where that was replaced before it was done.

    Raises:
        ChangedMeanwhileError: it was replaced each time. Otherwise what the work raises.
    """
    for _ in range(_MAX_TRIES - 1):
        try:
            return work()
        except ChangedMeanwhileError:
            continue
    return work()
