"""Waits in an event loop of its own, up to one deadline for all waits together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QObject, Qt, QTimer

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.store.outcome import Err, capture

T = TypeVar("T")


class TimeUpError(Exception):
    """The deadline has passed; the message is a sentence."""


class Patience(QObject):
    """For a program without a person in front of it; the window itself never waits like this."""

    def __init__(self, seconds: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self._deadline = QDeadlineTimer(round(seconds * 1000), Qt.TimerType.CoarseTimer)
        self._tasks = TaskRunner(self)
        # Both live as long as this object: a worker that lets go of a task last would otherwise
        # destroy them on its own thread.
        self._loop = QEventLoop(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._loop.quit)
        self._waits = 0

    def until(self, begin: Callable[[Callable[[], None]], None]) -> None:
        """Call begin with the function that ends the wait, then wait for its call.

        Raises:
            TimeUpError: it was not called in time.
        """
        self._waits += 1
        number = self._waits
        ended: list[int] = []

        def end() -> None:
            ended.append(number)
            if number == self._waits:  # one that comes too late must not end the next wait
                self._loop.quit()

        begin(end)
        if not ended:
            self._timer.start(max(0, self._deadline.remainingTime()))
            self._loop.exec()
            self._timer.stop()
        if not ended:
            raise TimeUpError(f"The {self._seconds:.0f} seconds for all checks were over.")

    def for_work(self, work: Callable[[], T]) -> T:
        """Run blocking work on a worker and give its result; what it raises is raised here.

        Raises:
            TimeUpError: it did not end in time; it is left behind.
        """
        outcomes: list[T | Err] = []

        def begin(end: Callable[[], None]) -> None:
            def done(outcome: T | Err) -> None:
                outcomes.append(outcome)
                end()

            def failed(diagnosis: Diagnosis) -> None:
                done(Err(DiagnosedError(diagnosis)))

            def run(_job: Job) -> T | Err:
                return capture(work)

            self._tasks.network(self, Task(run, done, failed))

        self.until(begin)
        outcome = outcomes[0]
        if isinstance(outcome, Err):
            raise outcome.error
        return outcome
