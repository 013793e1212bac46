"""Runs a job so that Ctrl+C ends it at a safe point."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.services.watch import News

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LOOK_SECONDS = 0.1
_ACCIDENT_SECONDS = 1.0  # a terminal and a wrapper script may both pass the same Ctrl+C on
_CANCELLED = 130

_unheeded = threading.Event()
"""Up from the end of a job that was interrupted and ended all the same."""


def run_job(job: Callable[[CancelToken], T]) -> T:
    """Run the job on a thread of its own and wait for it; an interrupt raises its flag.

    The job itself is not torn apart: X hands a credential out only once, so what it has got is
    stored before the command ends. It is the last one then: no other begins. Whoever interrupts
    again, later than by accident, wants to end in any case. Call it from the main thread.

    Raises:
        CancelledError: the job ended because of the flag, or did not begin because an earlier one
            was interrupted. Otherwise what the job raises.
    """
    heed_interrupt()
    cancel = CancelToken()
    with _interrupts() as interrupts, ThreadPoolExecutor(1, "job") as executor:
        future = executor.submit(job, cancel)
        while not future.done():
            _ = wait([future], _LOOK_SECONDS)
            if interrupts.first is not None:
                cancel.cancel()
    if interrupts.first is not None:
        _unheeded.set()
    return future.result()


def fetch(job: Callable[[CancelToken], T]) -> T:
    """Run a job for what it gives, as run_job does; after an interrupt nothing is done with it.

    For jobs that are not the end of a command: what they give is shown, passed on or asked about.
    """
    result = run_job(job)
    heed_interrupt()
    return result


def was_interrupted() -> bool:
    """Whether a job that has ended was interrupted: nothing new is to be begun."""
    return _unheeded.is_set()


def heed_interrupt() -> None:
    """End the command here where a job before was interrupted, and what follows can be left out.

    Raises:
        CancelledError: so it is, and with that it is heeded.
    """
    if was_interrupted():
        _unheeded.clear()
        raise CancelledError


class _Interrupts:
    """Notes the first one. No exception: it could strike while the wait itself is tidied up."""

    def __init__(self) -> None:
        self.first: float | None = None

    def note(self, _number: int, _frame: object) -> None:
        now = time.monotonic()
        if self.first is None:
            self.first = now
        elif now - self.first > _ACCIDENT_SECONDS:
            os._exit(_CANCELLED)


@contextmanager
def _interrupts() -> Generator[_Interrupts]:
    seen = _Interrupts()
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, seen.note) for number in heard}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            _ = signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class JobWatch:
    """Gives a job its flag, and passes on where it stands."""

    cancel: CancelToken
    tell: Callable[[News], None]

    def report(self, news: News) -> None:
        self.tell(news)
