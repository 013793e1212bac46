"""Run jobs that Ctrl+C ends at a safe point."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.services.sign_in_requests import SignInEvent

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_POLL_SECONDS = 0.1
_REPEAT_SECONDS = 1.0  # a terminal and a wrapper script may both pass the same Ctrl+C on
_EXIT_CANCELLED = 130


class JobRunner:
    """The jobs of one call of the command; they know of the Ctrl+C that fell into one of them."""

    def __init__(self) -> None:
        self._was_interrupted = False

    def run(self, job: Callable[[CancelToken], T]) -> T:
        """Run the job on a thread of its own and wait for it; an interrupt raises its flag.

        The job itself is not torn apart: X hands a credential out only once, so what it has got is
        stored before the command ends. It is the last one then: no other begins. Whoever interrupts
        again, later than by accident, wants to end in any case. Call it from the main thread.

        Raises:
            CancelledError: the job ended because of the flag, or did not begin because an earlier
                one was interrupted. Otherwise what the job raises.
        """
        self.raise_if_interrupted()
        cancel = CancelToken()
        with _record_interrupts() as interrupts, ThreadPoolExecutor(1, "job") as executor:
            future = executor.submit(job, cancel)
            while not future.done():
                _ = wait([future], _POLL_SECONDS)
                if interrupts.first is not None:
                    cancel.cancel()
        self._was_interrupted = interrupts.first is not None
        return future.result()

    def fetch(self, job: Callable[[CancelToken], T]) -> T:
        """Run a job for what it gives, as run() does; after an interrupt nothing is done with it.

        For jobs that are not the end of a command: what they give is shown, passed on or asked
        about.
        """
        result = self.run(job)
        self.raise_if_interrupted()
        return result

    @property
    def is_interrupted(self) -> bool:
        """Whether the last job was interrupted, and ended all the same: nothing new is to begin."""
        return self._was_interrupted

    def raise_if_interrupted(self) -> None:
        """End the command here where a job was interrupted, and what follows can be left out.

        Raises:
            CancelledError: so it is, and with that it is heeded.
        """
        if self._was_interrupted:
            self._was_interrupted = False
            raise CancelledError


class _InterruptRecorder:
    """Notes the first one. No exception: it could strike while the wait itself is tidied up."""

    def __init__(self) -> None:
        self.first: float | None = None

    def record(self, _number: int, _frame: object) -> None:
        now = time.monotonic()
        if self.first is None:
            self.first = now
        elif now - self.first > _REPEAT_SECONDS:
            os._exit(_EXIT_CANCELLED)


@contextmanager
def _record_interrupts() -> Generator[_InterruptRecorder]:
    seen = _InterruptRecorder()
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, seen.record) for number in heard}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            _ = signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class JobProgress:
    """Gives a job its flag, and passes on where it stands."""

    cancel: CancelToken
    on_event: Callable[[SignInEvent], None]

    def report(self, news: SignInEvent) -> None:
        self.on_event(news)


Item = TypeVar("Item")
Result = TypeVar("Result")

MAX_WORKERS = 4


def map_parallel(
    things: Sequence[Item],
    work: Callable[[Item], Result],
    cancel: CancelToken,
    step: Callable[[], None],
) -> list[Result]:
    """Give the results in the order of the things; step is called after each.

    Raises:
        CancelledError: the person ended it; what was done before stays done. Otherwise what the
            work raises.
    """

    def one(thing: Item) -> Result:
        cancel.raise_if_cancelled()
        result = work(thing)
        step()
        return result

    with ThreadPoolExecutor(MAX_WORKERS, "work") as pool:
        return list(pool.map(one, things))


def make_cancellable_step(cancel: CancelToken, tell: Callable[[], None]) -> Callable[[], None]:
    """Give a function that ends the job where that was asked for, and tells of the step else."""

    def before_each() -> None:
        cancel.raise_if_cancelled()
        tell()

    return before_each
