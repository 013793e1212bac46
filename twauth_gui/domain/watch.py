"""The watch: which accounts are checked by themselves, how often, and when one is due."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.annotations import has_tag

_JITTER = 0.1
_CRC_RANGE = 1 << 32


class WatchInterval(StrEnum):
    """How often each account is checked."""

    OFF = "off"
    SIX_HOURS = "6-hours"
    DAY = "day"
    WEEK = "week"

    @property
    def span(self) -> timedelta:
        """The least time between two checks of an account; only if it is not OFF."""
        return _SPANS[self]


_SPANS = {
    WatchInterval.SIX_HOURS: timedelta(hours=6),
    WatchInterval.DAY: timedelta(days=1),
    WatchInterval.WEEK: timedelta(weeks=1),
}


class WatchScope(StrEnum):
    """Which accounts are checked."""

    ALL = "all"
    FAVOURITES = "favourites"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """Settings of the watch.

    tag: for the scope TAG. notifies: whether the system says it when an account stops working.
    """

    interval: WatchInterval = WatchInterval.OFF
    scope: WatchScope = WatchScope.ALL
    tag: str = ""
    notifies: bool = True

    def includes(self, account: Account) -> bool:
        """Whether the account is one of those to check."""
        if self.scope is WatchScope.FAVOURITES:
            return account.is_favourite
        return self.scope is WatchScope.ALL or has_tag(account, self.tag)

    def is_due(self, account: Account, now: datetime) -> bool:
        """Whether it is time to check the account.

        That depends on its last check alone, whoever made it: after a sleep of any length it is due
        once. Up to a tenth of the interval is added, so that not all are due at the same moment.
        """
        if self.interval is WatchInterval.OFF or not self.includes(account):
            return False
        last = last_checked(account)
        if last is None:
            return True
        share = zlib.crc32(f"{account.id} {last.timestamp()}".encode()) / _CRC_RANGE
        wait = self.interval.span * (1 + _JITTER * share)
        return abs(now - last) >= wait  # in the future: the clock was put back


def last_checked(account: Account) -> datetime | None:
    """Return when X was last asked about the account, also without an answer."""
    health = account.health
    times = [health.at, health.failed_check.at if health.failed_check else None]
    return max((one for one in times if one is not None), default=None)
