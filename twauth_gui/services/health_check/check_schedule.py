"""Queue of checks, with those that are postponed until X's rate limits end."""

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
class CheckItem:
    """One account to check."""

    account_id: AccountId
    app_id: AppId


@dataclass(frozen=True, slots=True)
class RateLimitWait:
    """How many checks are postponed, and when the first of them is due."""

    count: int
    until: datetime


class CheckSchedule:
    """Hands out items; each is then marked done or postponed. Usable from any thread.

    Times are X's; the seconds until then are counted by a monotonic clock.
    """

    def __init__(self, items: Iterable[CheckItem]) -> None:
        self._ready = deque(items)
        self._unfinished = len(self._ready)
        self._postponed: list[tuple[float, int, CheckItem, datetime]] = []
        self._number = 0
        self._is_stopped = False
        self._changed = threading.Condition()

    def take(self) -> CheckItem | None:
        """Wait for an item that is due; None once all are done, or after stop()."""
        with self._changed:
            while not self._is_stopped and self._unfinished:
                self._move_due_items()
                if self._ready:
                    return self._ready.popleft()
                first = self._postponed[0][0] - time.monotonic() if self._postponed else None
                self._changed.wait(first)
            return None

    def mark_done(self) -> None:
        """Note that an item that was taken is done."""
        with self._changed:
            self._unfinished -= 1
            self._changed.notify_all()

    def postpone(self, item: CheckItem, until: datetime, seconds: float) -> None:
        """Return an item that was taken; it is due again after the seconds."""
        with self._changed:
            self._push(item, until, seconds)
            self._changed.notify_all()

    def postpone_app(self, app_id: AppId, until: datetime, seconds: float) -> None:
        """Postpone an app's items that were not taken yet."""
        with self._changed:
            postponed = [item for item in self._ready if item.app_id == app_id]
            self._ready = deque(item for item in self._ready if item.app_id != app_id)
            for item in postponed:
                self._push(item, until, seconds)

    def drop_app(self, app_id: AppId) -> None:
        """Skip an app's items that were not taken yet."""
        with self._changed:
            ready = deque(item for item in self._ready if item.app_id != app_id)
            later = [one for one in self._postponed if one[2].app_id != app_id]
            self._unfinished -= len(self._ready) - len(ready) + len(self._postponed) - len(later)
            self._ready, self._postponed = ready, later
            heapq.heapify(self._postponed)
            self._changed.notify_all()

    def stop(self) -> None:
        """Stop handing out items; workers drain and exit."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    @property
    def is_finished(self) -> bool:
        """Whether every item is done."""
        with self._changed:
            return self._unfinished == 0

    @property
    def current_wait(self) -> RateLimitWait | None:
        """The postponed checks, if nothing else is left to do meanwhile."""
        with self._changed:
            self._move_due_items()
            if not self._postponed or len(self._postponed) < self._unfinished:
                return None
            return RateLimitWait(len(self._postponed), self._postponed[0][3])

    def _push(self, item: CheckItem, until: datetime, seconds: float) -> None:
        self._number += 1
        due = time.monotonic() + max(0.0, seconds)
        heapq.heappush(self._postponed, (due, self._number, item, until))

    def _move_due_items(self) -> None:
        now = time.monotonic()
        while self._postponed and self._postponed[0][0] <= now:
            self._ready.append(heapq.heappop(self._postponed)[2])
