"""Which check comes next, with those that wait for X's limits to end."""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId


@dataclass(frozen=True, slots=True)
class Item:
    """One account that is to be asked about."""

    account_id: AccountId
    app_id: AppId


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many checks wait, and until when the first of them does."""

    count: int
    until: datetime


class Schedule:
    """Every item is taken, then settled or put off until a moment. Usable from any thread.

    The moments are X's; the seconds until then are counted by a clock that nobody sets.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._ready = deque(items)
        self._open = len(self._ready)
        self._later: list[tuple[float, int, Item, datetime]] = []
        self._number = 0
        self._stopped = False
        self._changed = threading.Condition()

    def take(self) -> Item | None:
        """Wait for an item that is due; None once all are settled, or it was stopped."""
        with self._changed:
            while not self._stopped and self._open:
                self._wake()
                if self._ready:
                    return self._ready.popleft()
                first = self._later[0][0] - time.monotonic() if self._later else None
                self._changed.wait(first)
            return None

    def settle(self) -> None:
        """Say that one that was taken is done."""
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def put_off(self, item: Item, until: datetime, seconds: float) -> None:
        """Give back one that was taken; it is due again in so many seconds."""
        with self._changed:
            self._push(item, until, seconds)
            self._changed.notify_all()

    def put_off_app(self, app_id: AppId, until: datetime, seconds: float) -> None:
        """Put off what has not been taken of an app."""
        with self._changed:
            held = [item for item in self._ready if item.app_id == app_id]
            self._ready = deque(item for item in self._ready if item.app_id != app_id)
            for item in held:
                self._push(item, until, seconds)

    def drop_app(self, app_id: AppId) -> None:
        """Leave out what has not been taken of an app."""
        with self._changed:
            kept = deque(item for item in self._ready if item.app_id != app_id)
            later = [one for one in self._later if one[2].app_id != app_id]
            self._open -= len(self._ready) - len(kept) + len(self._later) - len(later)
            self._ready, self._later = kept, later
            heapq.heapify(self._later)
            self._changed.notify_all()

    def stop(self) -> None:
        """Let nobody take anything any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    @property
    def finished(self) -> bool:
        """Whether every item is settled."""
        with self._changed:
            return self._open == 0

    @property
    def waiting(self) -> Waiting | None:
        """What waits for X, where nothing else is left to do meanwhile."""
        with self._changed:
            self._wake()
            if not self._later or len(self._later) < self._open:
                return None
            return Waiting(len(self._later), self._later[0][3])

    def _push(self, item: Item, until: datetime, seconds: float) -> None:
        self._number += 1
        due = time.monotonic() + max(0.0, seconds)
        heapq.heappush(self._later, (due, self._number, item, until))

    def _wake(self) -> None:
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            self._ready.append(heapq.heappop(self._later)[2])
