"""Work on a worker has exactly one outcome, on the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot  # noqa: TC002 - loaded anyway

from tests.support.run_records import LogGuard
from twauth_gui.domain.cancel_token import CancelledError
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.gui.tasks import NETWORK_WORKERS, Job, Task, TaskRunner

DENIED = Diagnosis(ProblemKind.DENIED, "Not allowed.", "Start again.")


class TaskOutcomes:
    """Records the callbacks of a task."""

    def __init__(self) -> None:
        self.log: list[tuple[str, object]] = []
        self.threads: set[int] = set()

    def task(self, work: Callable[[Job], object], *, must_finish: bool = False) -> Task[object]:
        return Task(
            work,
            lambda result: self._note("done", result),
            lambda diagnosis: self._note("failed", diagnosis),
            on_report=lambda news: self._note("news", news),
            on_ended=lambda: self._note("ended", None),
            must_finish=must_finish,
        )

    def _note(self, what: str, value: object) -> None:
        self.log.append((what, value))
        self.threads.add(threading.get_ident())


@pytest.fixture
def tasks(qtbot: QtBot) -> Generator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    _ = runner.shut_down(5)
    qtbot.waitUntil(lambda: not runner.is_busy)
    shiboken6.delete(runner)


def raise_error(error: Exception) -> Callable[[Job], object]:
    def work(_job: Job) -> object:
        raise error

    return work


def append_number(numbers: list[int], number: int) -> Callable[[Job], object]:
    return lambda _job: numbers.append(number)


def test_done_once(qtbot: QtBot, tasks: TaskRunner) -> None:
    outcomes, owner, workers = TaskOutcomes(), QObject(), set[int]()

    def work(job: Job) -> int:
        workers.add(threading.get_ident())
        job.report("halfway")
        return 42

    for run in (tasks.run_in_store, tasks.run_over_network):
        run(owner, outcomes.task(work))
        qtbot.waitUntil(lambda: not tasks.is_busy)
        assert outcomes.log == [("news", "halfway"), ("done", 42), ("ended", None)]
        outcomes.log.clear()
    assert outcomes.threads == {threading.get_ident()}
    assert threading.get_ident() not in workers


def test_sign_ins_that_wait_leave_the_network_to_others(qtbot: QtBot, tasks: TaskRunner) -> None:
    outcomes, owner, waiting = TaskOutcomes(), QObject(), TaskOutcomes()

    def wait_for_user(job: Job) -> None:
        job.cancel.sleep(60)

    for _ in range(NETWORK_WORKERS):
        tasks.run_over_network(owner, replace(waiting.task(wait_for_user), is_sign_in=True))
    tasks.run_over_network(owner, outcomes.task(lambda _job: "asked"))
    qtbot.waitUntil(lambda: outcomes.log == [("done", "asked"), ("ended", None)])
    assert waiting.log == []


def test_failed_once(qtbot: QtBot, tasks: TaskRunner) -> None:
    outcomes, owner = TaskOutcomes(), QObject()
    tasks.run_in_store(owner, outcomes.task(raise_error(DiagnosedError(DENIED))))
    qtbot.waitUntil(lambda: not tasks.is_busy)
    assert outcomes.log == [("failed", DENIED), ("ended", None)]


def test_an_unexpected_error_keeps_its_text_to_itself(
    qtbot: QtBot, tasks: TaskRunner, log_guard: LogGuard
) -> None:
    outcomes, owner = TaskOutcomes(), QObject()
    with log_guard.expect("A job ended with ZeroDivisionError"):
        tasks.run_in_store(owner, outcomes.task(raise_error(ZeroDivisionError("secret-0815"))))
        qtbot.waitUntil(lambda: not tasks.is_busy)
    (what, diagnosis), _ = outcomes.log
    assert what == "failed"
    assert isinstance(diagnosis, Diagnosis)
    assert diagnosis.kind is ProblemKind.UNKNOWN
    assert "secret-0815" not in repr(diagnosis)
    assert "ZeroDivisionError at " in diagnosis.evidence.format_report()
    assert "test_tasks" in diagnosis.evidence.format_report()


def test_cancelled_means_silence(qtbot: QtBot, tasks: TaskRunner) -> None:
    outcomes, owner = TaskOutcomes(), QObject()

    def sleep(job: Job) -> None:
        job.cancel.sleep(30)

    def stubborn(job: Job) -> str:
        with pytest.raises(CancelledError):
            job.cancel.sleep(30)
        job.report("too late")
        return "too late"

    jobs = [tasks.run_over_network(owner, outcomes.task(work)) for work in (sleep, stubborn)]
    queued = tasks.run_in_store(owner, outcomes.task(lambda _job: "never"))
    for job in (*jobs, queued):
        job.cancel.cancel()
    qtbot.waitUntil(lambda: not tasks.is_busy)
    assert outcomes.log == [("ended", None)] * 3


def test_reports_after_cancelling_are_not_delivered(qtbot: QtBot, tasks: TaskRunner) -> None:
    outcomes, owner, reports = TaskOutcomes(), QObject(), threading.Event()

    def work(job: Job) -> None:
        job.report("on its way")
        reports.set()

    job = tasks.run_over_network(owner, outcomes.task(work))
    assert reports.wait(5)
    job.cancel.cancel()  # the news waits in the queue of this very thread
    qtbot.waitUntil(lambda: not tasks.is_busy)
    assert outcomes.log == [("ended", None)]


def test_a_task_dies_with_its_owner(qtbot: QtBot, tasks: TaskRunner) -> None:
    outcomes, owner, cancelled = TaskOutcomes(), QObject(), threading.Event()

    def work(job: Job) -> str:
        job.cancel.on_cancel(cancelled.set)
        assert cancelled.wait(10)
        return "nobody waits"

    tasks.run_over_network(owner, outcomes.task(work))
    shiboken6.delete(owner)
    qtbot.waitUntil(lambda: not tasks.is_busy)
    assert cancelled.is_set()
    assert outcomes.log == []


def test_the_store_has_one_worker_and_x_several(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, order = QObject(), list[int]()
    outcomes = TaskOutcomes()
    for number in range(20):
        tasks.run_in_store(owner, outcomes.task(append_number(order, number)))
    meeting = threading.Barrier(4, timeout=5)
    for _ in range(4):
        tasks.run_over_network(owner, outcomes.task(lambda _job: meeting.wait()))
    qtbot.waitUntil(lambda: not tasks.is_busy)
    assert order == list(range(20))
    assert not [value for what, value in outcomes.log if what == "failed"]


def test_shutting_down_waits_for_what_must_finish(qtbot: QtBot, tasks: TaskRunner) -> None:
    outcomes, owner, finished_work = TaskOutcomes(), QObject(), list[str]()
    started = threading.Event()

    def save(job: Job) -> None:
        started.set()
        with pytest.raises(CancelledError):
            job.cancel.sleep(30)
        finished_work.append("the grant")

    tasks.run_over_network(owner, outcomes.task(save, must_finish=True))
    assert started.wait(5)
    assert tasks.shut_down(10)
    assert finished_work == ["the grant"]
    late = tasks.run_in_store(owner, outcomes.task(lambda _job: finished_work.append("late")))
    assert late.cancel.is_cancelled
    qtbot.waitUntil(lambda: not tasks.is_busy)
    assert finished_work == ["the grant"]


def test_shutting_down_does_not_wait_for_ever(qtbot: QtBot, tasks: TaskRunner) -> None:
    outcomes, owner = TaskOutcomes(), QObject()
    started, release = threading.Event(), threading.Event()

    def hang(_job: Job) -> None:
        started.set()
        release.wait(30)

    tasks.run_in_store(owner, outcomes.task(hang, must_finish=True))
    assert started.wait(5)
    assert not tasks.shut_down(0.05)
    release.set()
    qtbot.waitUntil(lambda: not tasks.is_busy)


class Witness:
    """Records the thread that drops its last reference."""

    def __init__(self, threads: list[int]) -> None:
        self._threads = threads

    def __del__(self) -> None:
        self._threads.append(threading.get_ident())


def task_with(witness: Witness, done: Callable[[object], None]) -> Task[object]:
    """Make a task whose closures hold the only references to the witness."""

    def work(_job: Job) -> None:
        assert witness is not None

    return Task(work, done, lambda diagnosis: None)


def test_the_windows_thread_lets_go_last(qtbot: QtBot) -> None:
    runner = TaskRunner()
    threads: list[int] = []
    for _ in range(200):
        runner.run_over_network(runner, task_with(Witness(threads), lambda _result: None))
    qtbot.waitUntil(lambda: len(threads) == 200)
    assert set(threads) == {threading.get_ident()}
    assert not runner.is_busy
    _ = runner.shut_down(1)


@pytest.mark.parametrize("is_owner_gone", [False, True])
def test_work_that_ends_after_the_window_tells_no_one(qtbot: QtBot, *, is_owner_gone: bool) -> None:
    window = QObject()
    runner = TaskRunner(window)
    goes_on, posted = threading.Event(), threading.Event()
    reports: list[object] = []

    def work(job: Job) -> str:
        goes_on.wait(10)
        job.report("halfway")
        return "done"

    runner.run_in_store(
        runner, Task(work, reports.append, reports.append, on_report=reports.append)
    )
    if is_owner_gone:
        shiboken6.delete(window)
    goes_on.set()
    # The pool has one worker, so all that the work reports is posted before this is called.
    runner._store_pool.submit(posted.set)  # pyright: ignore[reportPrivateUsage]
    assert posted.wait(10)
    QCoreApplication.processEvents()
    assert reports == ([] if is_owner_gone else ["halfway", "done"])
    _ = runner.shut_down(1)
