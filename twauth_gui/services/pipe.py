"""Hands things from one thread to several, a few of them ahead."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class BoundedQueue(Generic[T]):
    """Holds so many; once it is closed nobody waits at it any more."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._things: deque[T] = deque()
        self._closed = False
        self._changed = threading.Condition()

    def put(self, thing: T) -> bool:
        """Wait for room and hand over; False where it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._things) < self._room)
            if not self._closed:
                self._things.append(thing)
                self._changed.notify_all()
            return not self._closed

    def get(self) -> T | None:
        """Wait for the next one; None where it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._things)
            if self._closed:
                return None
            thing = self._things.popleft()
            self._changed.notify_all()
            return thing

    def close(self) -> None:
        """Let everybody go; what is still in it is dropped."""
        with self._changed:
            self._closed = True
            self._things.clear()
            self._changed.notify_all()
