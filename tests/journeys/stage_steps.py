"""Steps on the stage: wait for the window, and use its buttons, fields and menus as a user does."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QAbstractAnimation, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from twauth_gui.domain.callbacks import ignore
from twauth_gui.gui.parts.dialog import Dialog
from twauth_gui.gui.tasks import NETWORK_WORKERS
from twauth_gui.gui.window import MainWindow

OWN_HOME = "TWAUTH_STAGE_OWN_HOME"
"""The environment variable that says that nobody else's files are in the home."""

_SECONDS = 60.0
_QUIET_ROUNDS = 3
_STORE_ROUNDS = 3  # what a job of the store leads to may be another one
_HELD = "stageIsHeld"
_HELD_SECONDS = 600.0
_COUNTDOWN_MS = 1000
_SOON_MS = 1000  # a timer that ends within this time is waited for

W = TypeVar("W", bound=QWidget)


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Let the window work until the condition holds."""
    deadline = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not seen: {what}"
        QTest.qWait(1)


def wait_idle(window: MainWindow) -> None:
    """Let the window work until no worker is busy and nothing is about to happen."""
    for _ in range(_STORE_ROUNDS if window.property(_HELD) else 0):
        _wait_for_store(window)
    quiet = 0

    def is_idle() -> bool:
        nonlocal quiet
        works = window.context.tasks.is_busy and not window.property(_HELD)
        timed = any(map(_ends_soon, window.findChildren(QTimer)))
        moving = any(map(_is_running, window.findChildren(QAbstractAnimation)))
        busy = works or timed or moving
        quiet = 0 if busy else quiet + 1
        return quiet >= _QUIET_ROUNDS

    wait_for(is_idle, "the window is idle")


def hold_network(window: MainWindow) -> None:
    """Let nothing end that begins to wait for X from now on, until the window closes."""
    window.setProperty(_HELD, True)  # noqa: FBT003 - Qt's own signature
    for _ in range(NETWORK_WORKERS):
        window.context.run_over_network(window, lambda job: job.cancel.sleep(_HELD_SECONDS), ignore)


def lay_out_again(window: MainWindow) -> None:
    """Let every part have the size that its final content needs, whatever was laid out first."""
    size = window.size()
    window.resize(size.width() + 1, size.height() + 1)
    wait_idle(window)
    window.resize(size)
    wait_idle(window)


def stop_countdowns(window: MainWindow) -> None:
    """Let countdowns that begin from now on stand still."""
    for timer in window.findChildren(QTimer):
        if timer.interval() == _COUNTDOWN_MS:
            timer.setInterval(round(_HELD_SECONDS * 1000))


def _wait_for_store(window: MainWindow) -> None:
    """Let the window work until the store's only worker has done what is queued."""
    ended: list[None] = []
    window.context.run_in_store(window, lambda _job: None, ended.append)
    wait_for(lambda: ended, "the store is idle")


def _ends_soon(timer: QTimer) -> bool:
    return timer.isActive() and timer.isSingleShot() and timer.remainingTime() <= _SOON_MS


def make_scratch_home() -> Path:
    """Return a home to put files into: the one of this process alone, else a new one."""
    return Path.home() if os.environ.get(OWN_HOME) else Path(tempfile.mkdtemp())


def top_dialog(window: MainWindow) -> Dialog:
    """Return the uppermost dialog."""
    wait_for(window.context.dialogs.top, "a dialog")
    dialog = window.context.dialogs.top()
    assert dialog is not None
    return dialog


def press(window: MainWindow, name: str) -> None:
    """Click the button whose text or name begins so, once it can be clicked; then wait."""
    wait_for(lambda: find_buttons(window, name), f"the button {name!r}")
    find_buttons(window, name)[0].click()
    wait_idle(window)


def find_buttons(window: MainWindow, name: str) -> list[QAbstractButton]:
    """Return the enabled buttons of that name on the uppermost dialog, else on the window.

    Those whose whole name it is come first.
    """
    buttons = [one for one in find_visible(window, QAbstractButton) if one.isEnabled()]
    whole = [one for one in buttons if name in _names_of(one)]
    begins = [one for one in buttons if any(text.startswith(name) for text in _names_of(one))]
    return whole + begins


def _is_running(animation: QAbstractAnimation) -> bool:
    return animation.state() is QAbstractAnimation.State.Running


def _names_of(button: QAbstractButton) -> tuple[str, str]:
    return button.text(), button.accessibleName()


def find_visible(window: MainWindow, kind: type[W]) -> list[W]:
    """Return the visible widgets of a class on the uppermost dialog, else on the window."""
    top: QWidget = window.context.dialogs.top() or window
    return [one for one in top.findChildren(kind) if one.isVisible()]


def find_field(window: MainWindow, name: str) -> QLineEdit | QPlainTextEdit:
    """Return the visible field of that name."""

    def found() -> list[QLineEdit | QPlainTextEdit]:
        fields: list[QLineEdit | QPlainTextEdit] = []
        fields += find_visible(window, QLineEdit)
        fields += find_visible(window, QPlainTextEdit)
        return [one for one in fields if one.accessibleName() == name]

    wait_for(found, f"the field {name!r}")
    return found()[0]


def write(window: MainWindow, name: str, text: str) -> None:
    """Replace the text of a field."""
    field = find_field(window, name)
    if isinstance(field, QLineEdit):
        field.setText(text)
    else:
        field.setPlainText(text)
    wait_idle(window)
