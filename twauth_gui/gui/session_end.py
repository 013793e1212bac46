"""The end of the desktop's session, and signals that ask the program to end."""

from __future__ import annotations

import signal
import socket
import sys
from types import FrameType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal
from PySide6.QtGui import QGuiApplication, QSessionManager

from twauth_gui.services.platform_dirs import find_frozen_program

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNALS = tuple(
    number
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
    if (number := getattr(signal, name, None)) is not None
)


class SessionEnd(QObject):
    """Tells the window that the session ends, before the system ends the program.

    Args:
        restart_command: starts this window again in the next session.

    Signals:
        saving: the session is about to end, and may still go on: save what would be lost.
        ended: end now, without a question.
    """

    saving = Signal()
    ended = Signal()

    def __init__(
        self, app: QGuiApplication, restart_command: Sequence[str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._restart_command = list(restart_command)
        # Qt stays in C for as long as nothing happens; the byte that Python's handler writes
        # for a signal wakes it up.
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)
        # What the parent had ignored (nohup) stays so.
        self._numbers = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
        self._before = [(number, signal.signal(number, _note)) for number in self._numbers]
        self._wakeup_before = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)
        app.commitDataRequest.connect(self._on_commit)
        app.saveStateRequest.connect(self._on_save_state)

    def close(self) -> None:
        """Leave the signals to what handled them before."""
        self._notifier.setEnabled(False)
        _ = signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before:
            _ = signal.signal(number, handler)
        self._woken.close()
        self._waker.close()

    def _on_signal(self) -> None:
        numbers = self._woken.recv(64)
        if not any(number in self._numbers for number in numbers):
            return
        for (
            number
        ) in self._numbers:  # whoever asks again while the window finishes does not want to wait
            _ = signal.signal(number, signal.SIG_DFL)
        self.ended.emit()

    def _on_commit(self, _manager: QSessionManager) -> None:
        self.saving.emit()

    def _on_save_state(self, manager: QSessionManager) -> None:
        manager.setRestartCommand(self._restart_command)


def _note(_number: int, _frame: FrameType | None) -> None:
    """Let the signal wake the event loop up, and do nothing else where it interrupts."""


def find_own_command() -> list[str]:
    """Return the command line that starts this program, without arguments of its own."""
    program = find_frozen_program()
    if program is not None:
        return [program]
    return [sys.executable, "-m", "twauth_gui"]
