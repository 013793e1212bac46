"""A running sandbox with a clock that tests can move."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from twauth_gui.sandbox.server import Sandbox


class ShiftedClock:
    """The true time, plus what a test adds; in seconds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
def sandbox(clock: ShiftedClock) -> Iterator[Sandbox]:
    with Sandbox(0, now=clock) as running:
        yield running
