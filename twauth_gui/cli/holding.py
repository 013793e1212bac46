"""Renewing tokens without letting go of a new pair that the keychain does not take yet."""

from __future__ import annotations

from twauth_gui.cli.console import Console
from twauth_gui.cli.signing import RETRIES, RETRY_SECONDS
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.services.kit import Services


def renewed(kit: Services, account_id: AccountId, console: Console, *, only_near: bool) -> TokenSet:
    """Renew the tokens; where the keychain fails after X has answered, go on trying for a while.

    Raises:
        DiagnosedError: X or the keychain refuses.
    """
    keeper = kit.tokens

    def job(cancel: CancelToken) -> TokenSet:
        try:
            work = keeper.fresh if only_near else keeper.renew
            return work(account_id, cancel)
        except DiagnosedError as error:
            if not keeper.holds(account_id):
                raise
            console.diagnosis(error.diagnosis)
            console.warn(
                "X has given the next pair, and gives it only once. It is not stored yet, so this"
                " command goes on trying."
            )
            return keep(error, cancel)

    def keep(error: DiagnosedError, cancel: CancelToken) -> TokenSet:
        for _ in range(RETRIES):
            cancel.sleep(RETRY_SECONDS)
            try:
                return keeper.fresh(account_id, cancel)
            except DiagnosedError as again:
                error = again
        raise error

    return console.jobs.run(job)
