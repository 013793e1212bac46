"""Test what the window draws with, and wait for it in an event loop."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.webview.availability import PACKAGES_WITHOUT_ENGINE, find_view_obstacle
from twauth_gui.osfiles.resource_files import resource_path
from twauth_gui.self_test.service_checks import SelfTestError
from twauth_gui.services.environment_report import find_installer
from twauth_gui.store.result import Err, capture

T = TypeVar("T")

_ENGINE_MODULE = "PySide6.QtWebEngineWidgets"
_UNUSED_CALLBACK = "http://127.0.0.1:9/callback"


class TimeUpError(Exception):
    """The deadline has passed; the message is a sentence."""


class EventLoopWaiter(QObject):
    """Waits in an event loop, with one deadline for all waits. The window itself never does.

    seconds: until the deadline.
    """

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

    def wait_for(self, start: Callable[[Callable[[], None]], None]) -> None:
        """Call start with the function that ends the wait, then wait for its call.

        Raises:
            TimeUpError: it was not called in time.
        """
        self._waits += 1
        number = self._waits
        timeouts: list[int] = []

        def end() -> None:
            timeouts.append(number)
            if number == self._waits:  # one that comes too late must not end the next wait
                self._loop.quit()

        start(end)
        if not timeouts:
            self._timer.start(max(0, self._deadline.remainingTime()))
            self._loop.exec()
            self._timer.stop()
        if not timeouts:
            raise TimeUpError(f"The {self._seconds:.0f} seconds for all checks were over.")

    def run(self, work: Callable[[], T]) -> T:
        """Run blocking work on a worker and return its result; what it raises is raised here.

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

            self._tasks.run_over_network(self, Task(run, done, failed))

        self.wait_for(begin)
        outcome = outcomes[0]
        if isinstance(outcome, Err):
            raise outcome.error
        return outcome


def try_pictures(app: QApplication, look: Look) -> str:
    """Paint every icon in both themes, and fill the style sheet; return how many icons there are.

    Raises:
        SelfTestError: one of them is missing or empty.
        FileNotFoundError: the style sheet is missing.
    """
    names = sorted(path.stem for path in resource_path("icons").glob("*.svg"))
    if not names:
        raise SelfTestError("The icons are missing.")
    for theme in ("light", "dark"):
        look.set_override(theme)
        empty = [name for name in names if not _has_ink(look.pixmap(name).toImage())]
        if empty:
            raise SelfTestError(f"Nothing is painted in {theme} for: {', '.join(empty)}.")
        if not look.is_high_contrast and not app.styleSheet():
            raise SelfTestError(f"The style sheet is empty in {theme}.")
    look.set_override(None)
    if not _has_ink(app.windowIcon().pixmap(64).toImage()):
        raise SelfTestError("The program's own icon is empty.")
    return f"{len(names)} icons, light and dark"


def is_blank(image: QImage) -> bool:
    """Whether a picture has one colour throughout, as that of a widget that paints nothing."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)  # owns the bytes, so it has a name
    pixels = b"" if plain.isNull() else bytes(plain.constBits())
    return pixels == pixels[:4] * (len(pixels) // 4)


def _has_ink(image: QImage) -> bool:
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
    return not alpha.isNull() and any(bytes(alpha.constBits()))


def try_web_engine(waiter: EventLoopWaiter, url: str) -> str:
    """Load a page in a private view; return its title, or why that was left out.

    Raises:
        SelfTestError: the page stays empty, or the profile would remember it.
        TimeUpError: the engine does not end loading.
    """
    root = sys.platform != "win32" and os.geteuid() == 0
    there = importlib.util.find_spec(_ENGINE_MODULE) is not None
    reason = find_view_obstacle(os.environ, root=root)
    # Other bundles have the engine, or are broken.
    is_optional = not getattr(sys, "frozen", False) or find_installer() in PACKAGES_WITHOUT_ENGINE
    if reason and (root if there else is_optional):
        return f"skipped: {reason}"
    if reason:
        raise SelfTestError(reason)
    return _load_page(waiter, url)


def _load_page(waiter: EventLoopWaiter, url: str) -> str:
    from PySide6.QtWebEngineWidgets import QWebEngineView  # noqa: PLC0415 - loads Chromium

    from twauth_gui.gui.webview.private_view import PrivateView  # noqa: PLC0415 - loads Chromium

    private = PrivateView(Secret(url), _UNUSED_CALLBACK)
    loads: list[bool] = []
    try:
        view = private.findChild(QWebEngineView)
        if view is None:
            raise SelfTestError("The private view has no browser in it.")

        def begin(end: Callable[[], None]) -> None:
            def loaded(ok: bool) -> None:  # noqa: FBT001 - the signature of the signal
                loads.append(ok)
                end()

            view.loadFinished.connect(loaded)
            private.show()

        waiter.wait_for(begin)
        title = view.title()
        if not view.page().profile().isOffTheRecord():
            raise SelfTestError("The browser engine would remember what it shows.")
    finally:
        private.close_view()
        private.close()
    if not loads[0] or not title:
        raise SelfTestError("The browser engine loaded nothing.")
    return title
