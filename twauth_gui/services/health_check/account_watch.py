"""Checks of accounts that are due by the watch's schedule, a few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from twauth_gui.domain.account_changes import AccountChange
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.watch import WatchSettings, last_checked
from twauth_gui.services.health_check.batch_checker import BatchChecker
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.store import Store
from twauth_gui.xapi.clock_check import measure_clock_skew

ACCOUNTS_PER_ROUND = 20
"""How many are checked at once; the next ones follow with the next round."""
_WORKERS = 2
_CLAIM_KEY = "store.watch-until"
_CLAIM_TIME = timedelta(minutes=30)  # longer than a rate limit is waited for
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchRound:
    """What one round did.

    left: accounts that are still due. must_wait: X or the keychain does not answer at the moment.
    """

    checked: int = 0
    left: int = 0
    changes: tuple[AccountChange, ...] = ()
    must_wait: bool = False


class AccountWatch:
    """Checks what is due, the longest unchecked first; one round at a time in a data folder."""

    def __init__(self, store: Store, x_clients: XClients, checker: BatchChecker) -> None:
        self._store = store
        self._x_clients = x_clients
        self._checker = checker

    def run_round(self, settings: WatchSettings, now: datetime, cancel: CancelToken) -> WatchRound:
        """Check some of the accounts that are due, no faster than X allows.

        If X cannot be reached, nothing is checked, and no account gets a failed check for it.

        Raises:
            DiagnosedError: the disk refuses.
            CancelledError: cancelled before the checks; later, what was checked is saved.
        """
        due = [one for one in self._store.accounts.list_all() if settings.is_due(one, now)]
        if not due or self._store.is_read_only:
            return WatchRound()
        clock = now.astimezone(UTC)
        claim = (clock + _CLAIM_TIME).isoformat()
        if not self._store.settings.claim(_CLAIM_KEY, claim, clock.isoformat()):
            return WatchRound()
        try:
            return self._check(sorted(due, key=lambda one: last_checked(one) or _LONG_AGO), cancel)
        finally:
            self._store.settings.set(_CLAIM_KEY, clock.isoformat())

    def _check(self, due: Sequence[Account], cancel: CancelToken) -> WatchRound:
        reachable = self._find_reachable({one.app_id for one in due}, cancel)
        ids = [one.id for one in due if one.app_id in reachable][:ACCOUNTS_PER_ROUND]
        if not ids:
            return WatchRound(left=len(due), must_wait=True)
        before = self._store.account_changes.newest_id()
        result = self._checker.check(ids, cancel, ignore, _WORKERS)
        changes = self._store.account_changes.list_unseen(after=before)
        return WatchRound(
            len(result.results),
            len(due) - len(ids),
            tuple(one for one in changes if one.account_id in ids),
            must_wait=result.stop_reason is not None,
        )

    def _find_reachable(self, app_ids: Iterable[AppId], cancel: CancelToken) -> set[AppId]:
        """Ask each host for its time, without credentials; return the apps that have an answer."""
        answers: dict[Hosts, bool] = {}
        reachable: set[AppId] = set()
        for app_id in app_ids:
            app = self._store.apps.get(app_id)
            if app.hosts not in answers:
                answers[app.hosts] = self._is_reachable(app, cancel)
            if answers[app.hosts]:
                reachable.add(app_id)
        return reachable

    def _is_reachable(self, app: App, cancel: CancelToken) -> bool:
        try:
            settings = self._x_clients.settings_for(app)
            _ = measure_clock_skew(app.hosts, cancel, settings=settings)
        except DiagnosedError:
            return False
        return True
