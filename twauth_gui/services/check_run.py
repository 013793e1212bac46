"""One run over many accounts: what each answer means for those that are still to come."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import NOT_REACHED, DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.services.check import Checked, Checker, CheckSubject
from twauth_gui.services.check_crew import Answer, CheckWorkers
from twauth_gui.services.check_schedule import Item, Schedule, Waiting
from twauth_gui.services.lines import XClients
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.store import Store

_FLUSH_SECONDS = 0.25
_LONGEST_WAIT = 20 * 60.0  # a window has 15 minutes; nobody waits for tomorrow's
_LIMITED_ACCOUNTS = 2  # one may have asked too often by itself; two, and it is the app
# Without a time, or with one too far away, a limit is like an X that cannot be reached.
_NO_ANSWER = NOT_REACHED | {ProblemKind.RATE_LIMITED}

Told = Callable[[frozenset[AccountId], Waiting | None], None]


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a run works with."""

    store: Store
    lines: XClients
    checker: Checker
    now: Callable[[], datetime]


class CheckRun:
    """Used once. results: what is known of each account. obstacle: why some were left out."""

    def __init__(
        self, ground: CheckContext, items: Sequence[Item], workers: int, *, patient: bool = True
    ) -> None:
        self._ground = ground
        self._patient = patient
        self._schedule = Schedule(items)
        self._workers = workers
        self._crew = CheckWorkers(
            ground.checker, self._schedule, read=self._read, held=self._held, workers=workers
        )
        self._apps: dict[AppId, App] = {}
        self._keys: dict[tuple[AppId, int], AppKeys | DiagnosedError] = {}
        self._fresh: list[Checked] = []
        self._flushed = time.monotonic()
        self._limited: dict[AppId, set[AccountId]] = {}
        self._waits: dict[AppId, tuple[datetime, float]] = {}
        self._dropped: set[AppId] = set()
        self._strikes: dict[AppId, int] = {}
        self._over = False
        self.results: dict[AccountId, Checked] = {}
        self.obstacle: Diagnosis | None = None

    def work(self, cancel: CancelToken, told: Told) -> None:
        """Ask until all are settled, the person cancels, or the keychain refuses."""
        cancel.on_cancel(self._crew.wake)
        self._crew.start()
        try:
            while not (self._over or cancel.cancelled or self._schedule.finished):
                answer = self._crew.next(_FLUSH_SECONDS)
                if answer is not None:
                    self._take(answer)
                if time.monotonic() - self._flushed >= _FLUSH_SECONDS:
                    self._flush(told)
        finally:
            self._crew.stop()
        self._flush(told)

    # -- before a question ---------------------------------------------------------------------

    def _read(self, item: Item) -> CheckSubject:
        """Called by one thread of the crew."""
        account = self._ground.store.accounts.get(item.account_id)
        app = self._app_of(item)
        return self._ground.checker.subject(account, app, lambda: self._keys_of(app))

    def _app_of(self, item: Item) -> App:
        """Read an app, once, and again where its keys were replaced."""
        app = self._apps.get(item.app_id)
        if app is None:
            app = self._apps[item.app_id] = self._ground.store.apps.get(item.app_id)
        return app

    def _keys_of(self, app: App) -> AppKeys:
        """Read an app's keys, once for each generation; they are never older than that."""
        keys = self._keys.get((app.id, app.generation))
        if keys is None:
            try:
                keys = self._ground.store.apps.keys(app.id)
            except DiagnosedError as error:
                keys = error
            self._keys[app.id, app.generation] = keys
        if isinstance(keys, DiagnosedError):
            raise keys
        return keys

    def _held(self, item: Item) -> bool:
        """Put off, or leave out, what was taken before that was known of its app."""
        if item.app_id in self._dropped:
            self._schedule.settle()
            return True
        until, due = self._waits.get(item.app_id, (self._ground.now(), 0.0))
        seconds = due - time.monotonic()
        if seconds <= 0:
            return False
        self._schedule.put_off(item, until, seconds)
        return True

    # -- after it ------------------------------------------------------------------------------

    def _take(self, answer: Answer) -> None:
        if answer.checked is not None:
            self._judge(answer.item, answer.checked)
        elif answer.unread is not None:
            self._not_asked(answer.item, answer.unread)
        else:
            self._schedule.settle()  # it was removed meanwhile

    def _judge(self, item: Item, checked: Checked) -> None:
        if self._is_overtaken(item, checked):
            return
        diagnosis = checked.diagnosis
        if diagnosis is not None and self._waits_for_x(item, diagnosis):
            return
        self._settle(checked)
        if diagnosis is None or diagnosis.kind not in _NO_ANSWER:
            self._strikes.pop(item.app_id, None)
            self._limited.pop(item.app_id, None)
            return
        self._strikes[item.app_id] = self._strikes.get(item.app_id, 0) + 1
        if self._strikes[item.app_id] >= self._workers:
            # As many in a row as ask at once: the others would only wait for the same.
            self._dropped.add(item.app_id)
            self._schedule.drop_app(item.app_id)
            self.obstacle = diagnosis

    def _is_overtaken(self, item: Item, checked: Checked) -> bool:
        """Ask again with what is there now, where X was asked with something older."""
        try:
            overtaken = self._ground.checker.is_overtaken(checked)
        except NotFoundError:
            self._schedule.settle()
            return True
        if overtaken:
            self._apps.pop(item.app_id, None)
            self._schedule.put_off(item, self._ground.now(), 0.0)
        return overtaken

    def _waits_for_x(self, item: Item, diagnosis: Diagnosis) -> bool:
        """Put the question off where X says until when; the app's others too where they wait."""
        until = diagnosis.wait_until
        if diagnosis.kind is not ProblemKind.RATE_LIMITED or until is None or not self._patient:
            return False
        hosts = self._app_of(item).hosts
        seconds = (until - self._ground.lines.time_of(hosts, self._ground.now())).total_seconds()
        if seconds > _LONGEST_WAIT:
            return False
        self._schedule.put_off(item, until, seconds)
        limited = self._limited.setdefault(item.app_id, set())
        limited.add(item.account_id)
        if len(limited) >= _LIMITED_ACCOUNTS:
            self._waits[item.app_id] = (until, time.monotonic() + seconds)
            self._schedule.put_off_app(item.app_id, until, seconds)
        return True

    def _not_asked(self, item: Item, diagnosis: Diagnosis) -> None:
        """A credential that is gone is this account's; any other trouble is the keychain's."""
        if diagnosis.kind is not ProblemKind.CREDENTIAL_MISSING:
            self.obstacle = diagnosis
            self._over = True
            return
        try:
            account, app = self._ground.store.accounts.get(item.account_id), self._app_of(item)
        except NotFoundError:
            self._schedule.settle()
            return
        if isinstance(self._keys.get((app.id, app.generation)), DiagnosedError):
            health = Health(HealthState.APP_PROBLEM, self._ground.now(), diagnosis.title)
            account = replace(account, health=health)
        self._settle(Checked(account, diagnosis))

    def _settle(self, checked: Checked) -> None:
        self.results[checked.account.id] = checked
        self._fresh.append(checked)
        self._schedule.settle()

    def _flush(self, told: Told) -> None:
        """Keep what is new as one change, then tell."""
        fresh, self._fresh = self._fresh, []
        self._flushed = time.monotonic()
        if fresh:
            _ = self._ground.checker.note(fresh)
        told(frozenset(one.account.id for one in fresh), self._schedule.waiting)
