"""Check runs over many accounts: limits are waited for, stops keep results, reads are counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.support import installations
from tests.support.installations import Installation
from tests.support.wait import wait_until
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.health import CheckTotals, HealthState
from twauth_gui.services.container import utc_now
from twauth_gui.services.health_check.batch_checker import (
    BatchChecker,
    BatchCheckResult,
    CheckProgress,
)
from twauth_gui.services.health_check.checker import CheckSubject
from twauth_gui.store.vault_errors import VaultLockedError

HANDLES = ("fernwick_news", "marsh_weather", "tidal_times", "harbour_log", "quay_birds")


@pytest.fixture
def accounts(installation: Installation, app: App) -> list[Account]:
    return [installation.sign_in(app, handle) for handle in HANDLES]


class Run:
    """One run, on this thread or another one, with the progress that it reported."""

    def __init__(self, installation: Installation, accounts: list[Account]) -> None:
        self.cancel = CancelToken()
        self.reports: list[CheckProgress] = []
        self.ended: BatchCheckResult | None = None
        self._check = installation.services.batch_checker.check
        self._ids = [account.id for account in accounts]

    def whole(self, workers: int = 3) -> BatchCheckResult:
        self.ended = self._check(self._ids, self.cancel, self._report, workers)
        return self.ended

    def beside(self) -> threading.Thread:
        thread = threading.Thread(target=self.whole, daemon=True)
        thread.start()
        return thread

    def _report(self, progress: CheckProgress) -> None:
        self.reports.append(progress)


def _at(installation: Installation, moment: datetime) -> BatchChecker:
    """A checker whose clock shows this time."""
    services = installation.services
    return BatchChecker(services.store, services.x_clients, services.checker, lambda: moment)


def _window_end(installation: Installation, account: Account) -> datetime:
    """The end of the sandbox's rate limit window."""
    checked = installation.services.checker.query(_subject(installation, account), CancelToken())
    assert checked.diagnosis is not None
    assert checked.diagnosis.wait_until is not None
    return checked.diagnosis.wait_until


def states(installation: Installation) -> dict[str, HealthState]:
    return {one.handle: one.health.state for one in installation.services.store.accounts.list_all()}


def _crew_is_gone() -> bool:
    return all(thread.name != "check" for thread in threading.enumerate())


def _subject(installation: Installation, account: Account) -> CheckSubject:
    store = installation.services.store
    app = store.apps.get(account.app_id)
    return installation.services.checker.read_subject(
        account, app, lambda: store.apps.read_keys(app.id)
    )


def reads_of(installation: Installation, kind: str) -> int:
    return sum(
        name == "read" and f"/{kind}/" in service for name, service in installation.vault.calls
    )


def test_all_are_asked_and_counted(installation: Installation, accounts: list[Account]) -> None:
    installation.vault.calls.clear()
    ended = Run(installation, accounts).whole()
    assert [one.account.id for one in ended.results] == [one.id for one in accounts]
    assert (ended.is_stopped, ended.stop_reason) == (False, None)
    assert ended.totals.summary == "5 working"
    assert set(states(installation).values()) == {HealthState.WORKING}
    assert reads_of(installation, "app") == 1
    assert reads_of(installation, "account") == len(accounts)
    for account in accounts:
        assert (
            installation.services.store.events.latest(account.id)[0].text
            == "Checked: working, read and write"
        )


def test_what_is_wrong_with_one_says_nothing_about_another(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.services.account_removal.revoke(accounts[0].id, CancelToken())
    gone = installation.services.store.accounts.get(accounts[1].id)
    for name in [name for name in installation.vault.items if f"/account/{gone.id}/" in name]:
        del installation.vault.items[name]
    run = Run(installation, accounts)
    ended = run.whole()
    assert ended.totals == CheckTotals(working=3, needs_attention=2)
    assert ended.totals.summary == "3 working, 2 need attention"
    assert states(installation)["fernwick_news"] is HealthState.REVOKED
    assert states(installation)["marsh_weather"] is HealthState.CREDENTIAL_MISSING
    assert run.reports[-1].done == len(accounts)
    told = [one for report in run.reports for one in report.newly_checked]
    assert sorted(told) == sorted(one.id for one in accounts)


def test_an_app_without_keys_is_its_accounts_problem(
    installation: Installation, accounts: list[Account]
) -> None:
    for name in [name for name in installation.vault.items if "/app/" in name]:
        del installation.vault.items[name]
    assert Run(installation, accounts).whole().totals.needs_attention == len(accounts)
    assert set(states(installation).values()) == {HealthState.APP_PROBLEM}


def test_a_limit_is_waited_for_and_the_rest_starts_by_itself(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("rate-limited")
    end = _window_end(installation, accounts[0])
    installation.services.batch_checker = _at(installation, end - timedelta(seconds=1.5))
    run = Run(installation, accounts)
    thread = run.beside()
    wait_until(lambda: any(one.wait for one in run.reports), 30, "the limit is told")
    installation.sandbox.disable_faults()
    waiting = next(one.wait for one in run.reports if one.wait)
    assert waiting.count == len(accounts)
    assert waiting.until == end
    thread.join(30)
    assert run.ended is not None
    assert run.ended.totals.summary == "5 working"


def test_a_stop_ends_a_wait_at_once_and_keeps_what_is_known(
    installation: Installation, accounts: list[Account]
) -> None:
    first = Run(installation, accounts[:2]).whole()
    assert first.totals.working == 2
    installation.sandbox.enable_faults("rate-limited")
    installation.services.batch_checker = _at(
        installation, _window_end(installation, accounts[0]) - timedelta(minutes=10)
    )
    run = Run(installation, accounts)
    thread = run.beside()
    wait_until(lambda: any(one.wait for one in run.reports), 30, "the limit is told")
    run.cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()
    assert run.ended is not None
    assert run.ended.is_stopped
    assert run.ended.totals.summary == "5 not checked"
    assert states(installation)["fernwick_news"] is HealthState.WORKING
    assert states(installation)["quay_birds"] is HealthState.NEVER_CHECKED


def test_a_limit_of_tomorrow_is_not_waited_for(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("rate-limited")
    installation.services.batch_checker = _at(
        installation, _window_end(installation, accounts[0]) - timedelta(days=1)
    )
    ended = Run(installation, accounts).whole(workers=2)
    assert ended.stop_reason is not None
    assert ended.stop_reason.kind is ProblemKind.RATE_LIMITED
    assert ended.totals.unknown >= 2
    assert ended.totals.unknown + ended.totals.skipped == len(accounts)


def test_a_stop_cuts_off_calls_that_hang(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("hang")
    run = Run(installation, accounts)
    begun = time.monotonic()
    thread = run.beside()
    wait_until(lambda: run.reports, 30, "a report")
    run.cancel.cancel()
    thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - begun < 10  # far below the time-outs
    assert run.ended is not None
    assert run.ended.totals == CheckTotals(skipped=len(accounts))
    wait_until(_crew_is_gone, 30, "the threads end")


def test_where_x_is_not_reached_the_others_are_left_as_they_were(
    installation: Installation, accounts: list[Account]
) -> None:
    assert Run(installation, accounts).whole().totals.working == len(accounts)
    installation.sandbox.stop()
    ended = Run(installation, accounts).whole(workers=1)
    assert ended.stop_reason is not None
    assert ended.stop_reason.kind is ProblemKind.SANDBOX_OFF
    assert not ended.is_stopped
    assert ended.totals.unknown + ended.totals.skipped == len(accounts)
    assert HealthState.WORKING in states(installation).values()


def test_a_keychain_that_locks_ends_it_with_its_own_words(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.vault.fail_with = VaultLockedError()
    ended = Run(installation, accounts).whole()
    assert ended.stop_reason is not None
    assert ended.stop_reason.kind is ProblemKind.KEYCHAIN_LOCKED
    assert ended.totals.summary == "5 not checked"


def test_an_account_that_signs_in_meanwhile_keeps_its_new_health(
    installation: Installation, app: App, accounts: list[Account]
) -> None:
    before = accounts[0]
    installation.sandbox.enable_faults("tokens-revoked")
    found = installation.services.checker.query(_subject(installation, before), CancelToken())
    assert found.account.health.state is HealthState.REVOKED
    installation.sandbox.disable_faults()
    installation.sign_in(app, before.handle)
    assert not installation.services.checker.save_results([found])
    assert states(installation)[before.handle] is HealthState.NEVER_CHECKED
    installation.services.account_removal.remove(accounts[1].id)
    ended = Run(installation, accounts).whole()
    assert ended.requested == len(accounts) - 1


def test_the_words_of_a_summary() -> None:
    assert CheckTotals(9, 2, 1).summary == "9 working, 2 need attention, 1 could not be checked"
    assert CheckTotals(1200, 1).summary == "1,200 working, 1 needs attention"
    assert CheckTotals().summary == "None checked"


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return utc_now  # the sandbox counts the life of tokens by it


def reports(installation: Installation) -> list[CheckProgress]:
    made: list[CheckProgress] = []
    ids = [account.id for account in installation.services.store.accounts.list_all()]
    installation.services.batch_checker.check(ids, CancelToken(), made.append)
    return made


def test_the_reads_are_told_first(installation: Installation) -> None:
    app = installations.add_oauth2_app(installation)
    installations.sign_in_oauth2(installation, app)
    installation.sign_in(app, "marsh_weather")
    assert {one.reads for one in reports(installation)} == {0}, "the pretend X bills nothing"
    installations.make_unreachable(installation, app)
    told = reports(installation)
    assert {one.reads for one in told} == {1}
    assert (told[0].done, told[0].total) == (0, 2)
    words = told[0].describe(utc_now())
    assert words == "Checked 0 of 2, up to 1 of them billed by X as user reads"
