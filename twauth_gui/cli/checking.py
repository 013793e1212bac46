"""Checks several accounts side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.services.check import Checked, Checker

AT_ONCE = 4


def check_side_by_side(
    checker: Checker,
    account_ids: Sequence[AccountId],
    cancel: CancelToken,
    step: Callable[[], None],
) -> list[Checked]:
    """Give the results in the order of the accounts; step is called after each.

    Raises:
        DiagnosedError: the keychain refuses.
        CancelledError: the person ended it; what was checked before is noted.
    """

    def one(account_id: AccountId) -> Checked:
        cancel.check()
        checked = checker.check(account_id, cancel)
        step()
        return checked

    with ThreadPoolExecutor(AT_ONCE, "check") as pool:
        return list(pool.map(one, account_ids))
