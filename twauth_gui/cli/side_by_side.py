"""Does the same to several things at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from twauth_gui.domain.cancel import CancelToken

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 4


def side_by_side(
    things: Sequence[T],
    work: Callable[[T], R],
    cancel: CancelToken,
    step: Callable[[], None],
) -> list[R]:
    """Give the results in the order of the things; step is called after each.

    Raises:
        CancelledError: the person ended it; what was done before stays done. Otherwise what the
            work raises.
    """

    def one(thing: T) -> R:
        cancel.check()
        result = work(thing)
        step()
        return result

    with ThreadPoolExecutor(AT_ONCE, "work") as pool:
        return list(pool.map(one, things))
