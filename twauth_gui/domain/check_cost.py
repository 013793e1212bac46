"""What X bills for checks, as far as it says (docs.x.com, pricing; as of August 2026)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.watch import WatchInterval

USER_READ_PRICE = "$0.010"
"""Price of a user read. X bills it once per account and day (UTC)."""
_CENTS_PER_READ = 1
CREDITS_NOT_CHECKED = "X knows the account. Credits to post are not checked."
"""What a passed check does not show."""


@dataclass(frozen=True, slots=True)
class CheckCost:
    """How many of some checks X bills at most, as user reads."""

    checks: int = 0
    reads: int = 0

    @classmethod
    def for_accounts(cls, accounts: Iterable[Account], apps: Mapping[AppId, App]) -> CheckCost:
        """Count the reads of one check of each account."""
        billed = [is_billed(one, apps.get(one.app_id)) for one in accounts]
        return cls(len(billed), billed.count(True))

    @property
    def summary(self) -> str:
        """Say it in one sentence; "" if X bills nothing for certain."""
        if not self.reads:
            return ""
        if self.checks == 1:
            return f"X bills this check as a user read ({USER_READ_PRICE} per day)."
        return (
            f"X bills up to {self.reads:,} of these {self.checks:,} checks as user reads "
            f"({USER_READ_PRICE} each per day)."
        )


_DAYS_PER_MONTH = 30
_CHECK_DAYS_PER_MONTH = {
    WatchInterval.OFF: 0.0,
    WatchInterval.SIX_HOURS: _DAYS_PER_MONTH,  # X bills an account once a day
    WatchInterval.DAY: _DAYS_PER_MONTH,
    WatchInterval.WEEK: _DAYS_PER_MONTH / 7,
}


@dataclass(frozen=True, slots=True)
class MonthlyCost:
    """What checking accounts by themselves costs in a month of 30 days, at most.

    reads: that X bills. unclear_reads: that it may bill; it does not say.
    """

    accounts: int = 0
    reads: int = 0
    unclear_reads: int = 0

    @classmethod
    def for_accounts(
        cls, accounts: Iterable[Account], apps: Mapping[AppId, App], interval: WatchInterval
    ) -> MonthlyCost:
        """Count the reads of checking each account so often."""
        billed = [is_billed(one, apps.get(one.app_id)) for one in accounts]
        days = _CHECK_DAYS_PER_MONTH[interval]
        counts = (math.ceil(billed.count(kind) * days) for kind in (True, None))
        return cls(len(billed), *counts)

    @property
    def summary(self) -> str:
        """Say it in one sentence."""
        if not self.accounts:
            return "No account is among them now."
        if not self.reads and not self.unclear_reads:
            return "X bills nothing for them."
        sure, unclear = map(_format_reads, (self.reads, self.unclear_reads))
        if not self.reads:
            return f"X may bill up to {unclear} for OAuth 1.0a; it does not say."
        if not self.unclear_reads:
            return f"X bills up to {sure}."
        return f"X bills up to {sure}, and maybe {unclear} more for OAuth 1.0a; it does not say."


def _format_reads(reads: int) -> str:
    return f"{pluralize(reads, 'user read')} a month (${reads * _CENTS_PER_READ / 100:,.2f})"


def describe_check_progress(done: int, total: int, reads: int) -> str:
    """Say how far a run is, and how many of its checks X bills at most."""
    billed = f", up to {reads:,} of them billed by X as user reads" if reads else ""
    return f"Checked {done:,} of {total:,}{billed}"


def is_billed(account: Account, app: App | None) -> bool | None:
    """Whether X bills a check of the account; None if X does not say, as of OAuth 1.0a."""
    if app is None or app.hosts.is_local:
        return False
    return None if account.has_oauth1 else True
