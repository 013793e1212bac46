"""Does again what another process has overtaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from twauth_gui.store.errors import ChangedMeanwhileError

T = TypeVar("T")

_TIMES = 5
"""Nobody replaces the same thing by hand more often than this while X is asked."""


def until_unchanged(work: Callable[[], T]) -> T:
    """Run the work, and again from its first read where that was replaced before it was done.

    Raises:
        ChangedMeanwhileError: it was replaced each time. Otherwise what the work raises.
    """
    for _ in range(_TIMES - 1):
        try:
            return work()
        except ChangedMeanwhileError:
            continue
    return work()
