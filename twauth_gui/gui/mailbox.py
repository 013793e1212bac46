"""What workers leave for the window's thread, for as long as that thread takes it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import count


class MainThreadDispatcher:
    """Keeps workers from touching Qt objects that are going or gone.

    Work reaches into the window through its closures. A worker that were the last to let go of
    one would destroy Qt objects on its own thread; one that emits a signal of an object being
    destroyed ends the process. So a worker gets a number instead of the work, and the window's
    thread lets go last; and after shut() nothing is emitted any more.

    Args:
        emit: hands a call over to the window's thread and returns at once.
    """

    def __init__(self, emit: Callable[[Callable[[], object]], None]) -> None:
        self._emit: Callable[[Callable[[], object]], None] | None = emit
        self._lock = threading.Lock()
        self._held: dict[int, Callable[[], None]] = {}
        self._numbers = count()

    def hold(self, work: Callable[[], None]) -> Callable[[], None]:
        """Give what a worker calls in place of the work."""
        number = next(self._numbers)
        self._held[number] = work
        return partial(self._perform, number)

    def post(self, call: Callable[[], object]) -> None:
        """Have the window's thread make this call; nothing happens once it is shut."""
        with self._lock:
            if self._emit is not None:
                self._emit(call)

    def shut(self) -> None:
        """Take nothing any more; returns when no worker is posting."""
        with self._lock:
            self._emit = None

    def _perform(self, number: int) -> None:
        self._held[number]()
        self.post(partial(self._held.pop, number))
