"""Many accounts are asked about side by side: limits wait, a stop keeps what is known."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest

from tests.services.ground import Ground
from tests.support.eventually import eventually
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.check_counts import CheckCounts
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.health import HealthState
from twauth_gui.services.check import CheckSubject
from twauth_gui.services.check_many import CheckedMany, CheckProgress, ManyChecker
from twauth_gui.store.vault_errors import VaultLockedError

HANDLES = ("fernwick_news", "marsh_weather", "tidal_times", "harbour_log", "quay_birds")


@pytest.fixture
def accounts(ground: Ground, app: App) -> list[Account]:
    return [ground.sign_in(app, handle) for handle in HANDLES]


class Run:
    """One run, on this thread or beside it; remembers what was reported."""

    def __init__(self, ground: Ground, accounts: list[Account]) -> None:
        self.cancel = CancelToken()
        self.reports: list[CheckProgress] = []
        self.ended: CheckedMany | None = None
        self._check = ground.kit.many_checker.check
        self._ids = [account.id for account in accounts]

    def whole(self, workers: int = 3) -> CheckedMany:
        self.ended = self._check(self._ids, self.cancel, self._report, workers)
        return self.ended

    def beside(self) -> threading.Thread:
        thread = threading.Thread(target=self.whole, daemon=True)
        thread.start()
        return thread

    def _report(self, progress: CheckProgress) -> None:
        self.reports.append(progress)


def _at(ground: Ground, moment: datetime) -> ManyChecker:
    """A checker that reads this moment from its clock."""
    kit = ground.kit
    return ManyChecker(kit.store, kit.x_clients, kit.checker, lambda: moment)


def _window_end(ground: Ground, account: Account) -> datetime:
    """What the sandbox says as the end of its window."""
    checked = ground.kit.checker.ask(_subject(ground, account), CancelToken())
    assert checked.diagnosis is not None
    assert checked.diagnosis.wait_until is not None
    return checked.diagnosis.wait_until


def states(ground: Ground) -> dict[str, HealthState]:
    return {one.handle: one.health.state for one in ground.kit.store.accounts.all()}


def _crew_is_gone() -> bool:
    return all(thread.name != "check" for thread in threading.enumerate())


def _subject(ground: Ground, account: Account) -> CheckSubject:
    store = ground.kit.store
    app = store.apps.get(account.app_id)
    return ground.kit.checker.subject(account, app, lambda: store.apps.keys(app.id))


def reads_of(ground: Ground, kind: str) -> int:
    return sum(name == "read" and f"/{kind}/" in service for name, service in ground.vault.calls)


def test_all_are_asked_and_counted(ground: Ground, accounts: list[Account]) -> None:
    ground.vault.calls.clear()
    ended = Run(ground, accounts).whole()
    assert [one.account.id for one in ended.checked] == [one.id for one in accounts]
    assert (ended.stopped, ended.obstacle) == (False, None)
    assert ended.counts.words == "5 working"
    assert set(states(ground).values()) == {HealthState.WORKING}
    assert reads_of(ground, "app") == 1
    assert reads_of(ground, "account") == len(accounts)
    for account in accounts:
        assert (
            ground.kit.store.events.latest(account.id)[0].text == "Checked: working, read and write"
        )


def test_what_is_wrong_with_one_says_nothing_about_another(
    ground: Ground, accounts: list[Account]
) -> None:
    ground.kit.account_removal.revoke(accounts[0].id, CancelToken())
    gone = ground.kit.store.accounts.get(accounts[1].id)
    for name in [name for name in ground.vault.items if f"/account/{gone.id}/" in name]:
        del ground.vault.items[name]
    run = Run(ground, accounts)
    ended = run.whole()
    assert ended.counts == CheckCounts(working=3, attention=2)
    assert ended.counts.words == "3 working, 2 need attention"
    assert states(ground)["fernwick_news"] is HealthState.REVOKED
    assert states(ground)["marsh_weather"] is HealthState.CREDENTIAL_MISSING
    assert run.reports[-1].done == len(accounts)
    told = [one for report in run.reports for one in report.settled]
    assert sorted(told) == sorted(one.id for one in accounts)


def test_an_app_without_keys_is_its_accounts_problem(
    ground: Ground, accounts: list[Account]
) -> None:
    for name in [name for name in ground.vault.items if "/app/" in name]:
        del ground.vault.items[name]
    assert Run(ground, accounts).whole().counts.attention == len(accounts)
    assert set(states(ground).values()) == {HealthState.APP_PROBLEM}


def test_a_limit_is_waited_for_and_the_rest_starts_by_itself(
    ground: Ground, accounts: list[Account]
) -> None:
    ground.sandbox.break_with("rate-limited")
    end = _window_end(ground, accounts[0])
    ground.kit.many_checker = _at(ground, end - timedelta(seconds=1.5))
    run = Run(ground, accounts)
    thread = run.beside()
    eventually(lambda: any(one.waiting for one in run.reports), 30, "the limit is told")
    ground.sandbox.mend()
    waiting = next(one.waiting for one in run.reports if one.waiting)
    assert waiting.count == len(accounts)
    assert waiting.until == end
    thread.join(30)
    assert run.ended is not None
    assert run.ended.counts.words == "5 working"


def test_a_stop_ends_a_wait_at_once_and_keeps_what_is_known(
    ground: Ground, accounts: list[Account]
) -> None:
    first = Run(ground, accounts[:2]).whole()
    assert first.counts.working == 2
    ground.sandbox.break_with("rate-limited")
    ground.kit.many_checker = _at(ground, _window_end(ground, accounts[0]) - timedelta(minutes=10))
    run = Run(ground, accounts)
    thread = run.beside()
    eventually(lambda: any(one.waiting for one in run.reports), 30, "the limit is told")
    run.cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()
    assert run.ended is not None
    assert run.ended.stopped
    assert run.ended.counts.words == "5 not checked"
    assert states(ground)["fernwick_news"] is HealthState.WORKING
    assert states(ground)["quay_birds"] is HealthState.NEVER_CHECKED


def test_a_limit_of_tomorrow_is_not_waited_for(ground: Ground, accounts: list[Account]) -> None:
    ground.sandbox.break_with("rate-limited")
    ground.kit.many_checker = _at(ground, _window_end(ground, accounts[0]) - timedelta(days=1))
    ended = Run(ground, accounts).whole(workers=2)
    assert ended.obstacle is not None
    assert ended.obstacle.kind is ProblemKind.RATE_LIMITED
    assert ended.counts.unknown >= 2
    assert ended.counts.unknown + ended.counts.left == len(accounts)


def test_a_stop_cuts_off_calls_that_hang(ground: Ground, accounts: list[Account]) -> None:
    ground.sandbox.break_with("hang")
    run = Run(ground, accounts)
    begun = time.monotonic()
    thread = run.beside()
    eventually(lambda: run.reports, 30, "a report")
    run.cancel.cancel()
    thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - begun < 10  # far below the time-outs
    assert run.ended is not None
    assert run.ended.counts == CheckCounts(left=len(accounts))
    eventually(_crew_is_gone, 30, "the threads end")


def test_where_x_is_not_reached_the_others_are_left_as_they_were(
    ground: Ground, accounts: list[Account]
) -> None:
    assert Run(ground, accounts).whole().counts.working == len(accounts)
    ground.sandbox.stop()
    ended = Run(ground, accounts).whole(workers=1)
    assert ended.obstacle is not None
    assert ended.obstacle.kind is ProblemKind.SANDBOX_OFF
    assert not ended.stopped
    assert ended.counts.unknown + ended.counts.left == len(accounts)
    assert HealthState.WORKING in states(ground).values()


def test_a_keychain_that_locks_ends_it_with_its_own_words(
    ground: Ground, accounts: list[Account]
) -> None:
    ground.vault.fail_with = VaultLockedError()
    ended = Run(ground, accounts).whole()
    assert ended.obstacle is not None
    assert ended.obstacle.kind is ProblemKind.KEYCHAIN_LOCKED
    assert ended.counts.words == "5 not checked"


def test_an_account_that_signs_in_meanwhile_keeps_its_new_health(
    ground: Ground, app: App, accounts: list[Account]
) -> None:
    before = accounts[0]
    ground.sandbox.break_with("tokens-revoked")
    found = ground.kit.checker.ask(_subject(ground, before), CancelToken())
    assert found.account.health.state is HealthState.REVOKED
    ground.sandbox.mend()
    ground.sign_in(app, before.handle)
    assert not ground.kit.checker.note([found])
    assert states(ground)[before.handle] is HealthState.NEVER_CHECKED
    ground.kit.account_removal.remove(accounts[1].id)
    ended = Run(ground, accounts).whole()
    assert ended.asked == len(accounts) - 1


def test_the_words_of_a_summary() -> None:
    assert CheckCounts(9, 2, 1).words == "9 working, 2 need attention, 1 could not be checked"
    assert CheckCounts(1200, 1).words == "1,200 working, 1 needs attention"
    assert CheckCounts().words == "None checked"
