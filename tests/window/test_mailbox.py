"""Proves that workers neither outlive the window's objects nor destroy them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot  # noqa: TC002 - loaded anyway

from twauth_gui.gui.tasks import Job, Task, TaskRunner


class Witness:
    """Tells which thread let go of it last."""

    def __init__(self, threads: list[int]) -> None:
        self._threads = threads

    def __del__(self) -> None:
        self._threads.append(threading.get_ident())


def task_with(witness: Witness, done: Callable[[object], None]) -> Task[object]:
    """A task whose closures are all that keeps the witness."""

    def work(_job: Job) -> None:
        assert witness is not None

    return Task(work, done, lambda diagnosis: None)


def test_the_windows_thread_lets_go_last(qtbot: QtBot) -> None:
    runner = TaskRunner()
    threads: list[int] = []
    for _ in range(200):
        runner.network(runner, task_with(Witness(threads), lambda _result: None))
    qtbot.waitUntil(lambda: len(threads) == 200)
    assert set(threads) == {threading.get_ident()}
    assert not runner.busy
    _ = runner.shut_down(1)


@pytest.mark.parametrize("gone", [False, True])
def test_work_that_ends_after_the_window_tells_no_one(qtbot: QtBot, *, gone: bool) -> None:
    window = QObject()
    runner = TaskRunner(window)
    goes_on, posted = threading.Event(), threading.Event()
    told: list[object] = []

    def work(job: Job) -> str:
        goes_on.wait(10)
        job.report("halfway")
        return "done"

    runner.store(runner, Task(work, told.append, told.append, report=told.append))
    if gone:
        shiboken6.delete(window)
    goes_on.set()
    # The lane has one worker, so whatever the work has to tell is posted before this is called.
    runner._store_lane.put(posted.set)  # pyright: ignore[reportPrivateUsage]
    assert posted.wait(10)
    QCoreApplication.processEvents()
    assert told == ([] if gone else ["halfway", "done"])
    _ = runner.shut_down(1)
