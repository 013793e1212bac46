"""Reading of pipes and standard input, which may never end, or never begin."""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.transfer.found_credentials import NotLoadedError

_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class PipeLimits:
    """How long a writer may take, in seconds. silence: without a byte. total: to its end."""

    silence: float = 60
    total: float = 600


def read_descriptor(
    descriptor: int, most: int, cancel: CancelToken, limits: PipeLimits | None = None
) -> bytes:
    """Return what comes through an open pipe, terminal or file: most bytes and one more at most.

    It sleeps until something comes, or the user cancels. What was not written to its end is not
    returned: a value that is cut off looks like a whole one.

    Raises:
        CancelledError: the user cancelled.
        NotLoadedError: its writer takes too long.
        OSError: the system refuses.
    """
    times = limits or PipeLimits()
    if os.isatty(descriptor):  # a person types
        times = PipeLimits(times.total, times.total)
    last = time.monotonic() + times.total
    content = bytearray()
    with _PipeWatch(descriptor).watched(cancel) as watch:
        while len(content) <= most:
            is_ready = watch.wait(min(times.silence, last - time.monotonic()))
            cancel.raise_if_cancelled()
            if not is_ready:
                raise NotLoadedError(_explain_silence(times, is_empty=not content))
            piece = os.read(descriptor, min(_PIECE, most + 1 - len(content)))
            if not piece:
                break
            content += piece
    return bytes(content)


def _explain_silence(limits: PipeLimits, *, is_empty: bool) -> str:
    if is_empty:
        return f"Nothing came through it for {limits.silence:.0f} seconds."
    return "It was not written to its end in time. Nothing of it is imported."


class _PipeWatch:
    """Waits until a descriptor can be read, or until cancel() wakes it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._sleeper, self._waker = socket.socketpair()

    @contextmanager
    def watched(self, cancel: CancelToken) -> Generator[_PipeWatch]:
        """End the wait as soon as the token is cancelled."""
        with self._sleeper, self._waker:
            cancel.on_cancel(self._wake)
            yield self

    def _wake(self) -> None:
        with suppress(OSError):  # the wait is over, and the socket is closed
            _ = self._waker.send(b"x")

    def wait(self, seconds: float) -> bool:
        """Return whether something happened in time.

        A pipe without a writer lets poll() wait until the first one has opened it.
        """
        if sys.platform == "win32":  # where only sockets can be waited for
            return True
        poll = select.poll()
        for one in (self._descriptor, self._sleeper.fileno()):
            poll.register(one, select.POLLIN)
        return bool(poll.poll(max(0, seconds) * 1000))
