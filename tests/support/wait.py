"""Wait for a condition with a deadline, in place of fixed sleeps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PAUSE_SECONDS = 0.02  # seconds between two looks


def wait_until(condition: Callable[[], T | None], seconds: float, what: str) -> T:
    """Return the first truthy answer of condition.

    Raises:
        AssertionError: nothing truthy came within seconds; the text says what was awaited.
    """
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        pause.wait(PAUSE_SECONDS)
