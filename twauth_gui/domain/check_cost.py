"""What X bills for checks, as far as it says (docs.x.com, pricing; as of August 2026)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App, AppId

USER_READ_PRICE = "$0.010"
"""Price of a user read. X bills it once per account and day (UTC)."""
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


def describe_check_progress(done: int, total: int, reads: int) -> str:
    """Say how far a run is, and how many of its checks X bills at most."""
    billed = f", up to {reads:,} of them billed by X as user reads" if reads else ""
    return f"Checked {done:,} of {total:,}{billed}"


def is_billed(account: Account, app: App | None) -> bool | None:
    """Whether X bills a check of the account; None if X does not say, as of OAuth 1.0a."""
    if app is None or app.hosts.is_local:
        return False
    return None if account.has_oauth1 else True
