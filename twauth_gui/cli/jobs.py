"""Runs a job so that Ctrl+C ends it at a safe point."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.services.watch import SignInEvent

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LOOK_SECONDS = 0.1
_ACCIDENT_SECONDS = 1.0  # a terminal and a wrapper script may both pass the same Ctrl+C on
_CANCELLED = 130


class Jobs:
    """The jobs of one call of the command; they know of the Ctrl+C that fell into one of them."""

    def __init__(self) -> None:
        self._interrupted = False

    def run(self, job: Callable[[CancelToken], T]) -> T:
        """Run the job on a thread of its own and wait for it; an interrupt raises its flag.

        The job itself is not torn apart: X hands a credential out only once, so what it has got is
        stored before the command ends. It is the last one then: no other begins. Whoever interrupts
        again, later than by accident, wants to end in any case. Call it from the main thread.

        Raises:
            CancelledError: the job ended because of the flag, or did not begin because an earlier
                one was interrupted. Otherwise what the job raises.
        """
        self.heed_interrupt()
        cancel = CancelToken()
        with _interrupts() as interrupts, ThreadPoolExecutor(1, "job") as executor:
            future = executor.submit(job, cancel)
            while not future.done():
                _ = wait([future], _LOOK_SECONDS)
                if interrupts.first is not None:
                    cancel.cancel()
        self._interrupted = interrupts.first is not None
        return future.result()

    def fetch(self, job: Callable[[CancelToken], T]) -> T:
        """Run a job for what it gives, as run() does; after an interrupt nothing is done with it.

        For jobs that are not the end of a command: what they give is shown, passed on or asked
        about.
        """
        result = self.run(job)
        self.heed_interrupt()
        return result

    @property
    def interrupted(self) -> bool:
        """Whether the last job was interrupted, and ended all the same: nothing new is to begin."""
        return self._interrupted

    def heed_interrupt(self) -> None:
        """End the command here where a job was interrupted, and what follows can be left out.

        Raises:
            CancelledError: so it is, and with that it is heeded.
        """
        if self._interrupted:
            self._interrupted = False
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
    tell: Callable[[SignInEvent], None]

    def report(self, news: SignInEvent) -> None:
        self.tell(news)
