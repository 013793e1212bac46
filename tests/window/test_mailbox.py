"""Proves that workers neither outlive the window's objects nor destroy them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject
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


def test_work_may_end_after_the_window(qtbot: QtBot) -> None:
    window = QObject()
    runner = TaskRunner(window)
    goes_on, ended = threading.Event(), threading.Event()
    told: list[object] = []

    def work(job: Job) -> None:
        goes_on.wait(10)
        job.report("halfway")
        threading.Timer(0, ended.set).start()

    runner.store(runner, Task(work, told.append, told.append, report=told.append))
    shiboken6.delete(window)
    goes_on.set()
    assert ended.wait(10)
    qtbot.wait(20)
    assert told == []
