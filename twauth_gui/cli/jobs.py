"""Run jobs that Ctrl+C ends at a safe point."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from twauth_gui.domain.cancel_token import CancelledError, CancelToken

if TYPE_CHECKING:
    from twauth_gui.services.sign_in_requests import SignInEvent

Item = TypeVar("Item")
Result = TypeVar("Result")

MAX_WORKERS = 4

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_POLL_SECONDS = 0.1
_REPEAT_SECONDS = 1.0  # a terminal and a wrapper script may both pass the same Ctrl+C on
_EXIT_CANCELLED = 130


class JobRunner:
    """Runs the jobs of one command, and remembers whether Ctrl+C interrupted the last one."""

    def __init__(self) -> None:
        self._was_interrupted = False

    def run(self, job: Callable[[CancelToken], Result]) -> Result:
        """Run the job on a thread of its own and wait for it; an interrupt cancels its token.

        The job is not killed: X issues a credential only once, so it is saved before the command
        ends. No other job starts after that. A second interrupt, later than by accident, ends the
        process at once. Call it from the main thread.

        Raises:
            CancelledError: the job ended because of its token, or did not start because an earlier
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

    def fetch(self, job: Callable[[CancelToken], Result]) -> Result:
        """Run a job for its result, as run() does; an interrupt discards the result.

        For jobs that do not end a command: their result is shown, passed on or asked about.

        Raises:
            CancelledError: the job was interrupted. Otherwise what the job raises.
        """
        result = self.run(job)
        self.raise_if_interrupted()
        return result

    @property
    def is_interrupted(self) -> bool:
        """Whether the last job was interrupted but finished; nothing new may start."""
        return self._was_interrupted

    def raise_if_interrupted(self) -> None:
        """End the command here if a job was interrupted; call it before what can be left out.

        Raises:
            CancelledError: a job was interrupted; this is raised once.
        """
        if self._was_interrupted:
            self._was_interrupted = False
            raise CancelledError


class _InterruptRecorder:
    """Signal handler that records interrupts; an exception could hit the cleanup of the wait."""

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
    recorder = _InterruptRecorder()
    handled = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, recorder.record) for number in handled}
    try:
        yield recorder
    finally:
        for number, handler in before.items():
            _ = signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class JobProgress:
    """The progress of a sign-in job: its cancel token, and a function for its events."""

    cancel: CancelToken
    on_event: Callable[[SignInEvent], None]

    def report(self, event: SignInEvent) -> None:
        self.on_event(event)


def map_parallel(
    items: Sequence[Item],
    work: Callable[[Item], Result],
    cancel: CancelToken,
    step: Callable[[], None],
) -> list[Result]:
    """Return the results in the order of the items; step is called after each.

    Raises:
        CancelledError: the user cancelled; what was done before stays done. Otherwise what the work
            raises.
    """

    def work_on(item: Item) -> Result:
        cancel.raise_if_cancelled()
        result = work(item)
        step()
        return result

    with ThreadPoolExecutor(MAX_WORKERS, "work") as pool:
        return list(pool.map(work_on, items))


def make_cancellable_step(cancel: CancelToken, step: Callable[[], None]) -> Callable[[], None]:
    """Return a step function that first raises CancelledError if the job was cancelled."""

    def cancellable_step() -> None:
        cancel.raise_if_cancelled()
        step()

    return cancellable_step
