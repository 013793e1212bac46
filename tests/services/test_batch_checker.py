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


class CheckRunThread:
    """One run, on this thread or another one, with the progress that it reported."""

    def __init__(self, installation: Installation, accounts: list[Account]) -> None:
        self.cancel = CancelToken()
        self.reports: list[CheckProgress] = []
        self.result: BatchCheckResult | None = None
        self._check = installation.services.batch_checker.check
        self._ids = [account.id for account in accounts]

    def run(self, workers: int = 3) -> BatchCheckResult:
        self.result = self._check(self._ids, self.cancel, self._report, workers)
        return self.result

    def start_thread(self) -> threading.Thread:
        thread = threading.Thread(target=self.run, daemon=True)
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


def _have_workers_ended() -> bool:
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
    result = CheckRunThread(installation, accounts).run()
    assert [one.account.id for one in result.results] == [one.id for one in accounts]
    assert (result.is_stopped, result.stop_reason) == (False, None)
    assert result.totals.summary == "5 working"
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
    removed_account = installation.services.store.accounts.get(accounts[1].id)
    for name in [
        name for name in installation.vault.items if f"/account/{removed_account.id}/" in name
    ]:
        del installation.vault.items[name]
    run = CheckRunThread(installation, accounts)
    result = run.run()
    assert result.totals == CheckTotals(working=3, needs_attention=2)
    assert result.totals.summary == "3 working, 2 need attention"
    assert states(installation)["fernwick_news"] is HealthState.REVOKED
    assert states(installation)["marsh_weather"] is HealthState.CREDENTIAL_MISSING
    assert run.reports[-1].done == len(accounts)
    checked = [one for report in run.reports for one in report.newly_checked]
    assert sorted(checked) == sorted(one.id for one in accounts)


def test_an_app_without_keys_is_its_accounts_problem(
    installation: Installation, accounts: list[Account]
) -> None:
    for name in [name for name in installation.vault.items if "/app/" in name]:
        del installation.vault.items[name]
    assert CheckRunThread(installation, accounts).run().totals.needs_attention == len(accounts)
    assert set(states(installation).values()) == {HealthState.APP_PROBLEM}


def test_a_limit_is_waited_for_and_the_rest_starts_by_itself(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("rate-limited")
    end = _window_end(installation, accounts[0])
    installation.services.batch_checker = _at(installation, end - timedelta(seconds=1.5))
    run = CheckRunThread(installation, accounts)
    thread = run.start_thread()
    wait_until(lambda: any(one.wait for one in run.reports), 30, "the limit is told")
    installation.sandbox.disable_faults()
    waiting = next(one.wait for one in run.reports if one.wait)
    assert waiting.count == len(accounts)
    asked_later = timedelta(seconds=30)  # each refusal tells a window that begins with it
    assert end <= waiting.until <= end + asked_later
    thread.join(30)
    assert run.result is not None
    assert run.result.totals.summary == "5 working"


def test_a_stop_ends_a_wait_at_once_and_keeps_what_is_known(
    installation: Installation, accounts: list[Account]
) -> None:
    first = CheckRunThread(installation, accounts[:2]).run()
    assert first.totals.working == 2
    installation.sandbox.enable_faults("rate-limited")
    installation.services.batch_checker = _at(
        installation, _window_end(installation, accounts[0]) - timedelta(minutes=10)
    )
    run = CheckRunThread(installation, accounts)
    thread = run.start_thread()
    wait_until(lambda: any(one.wait for one in run.reports), 30, "the limit is told")
    run.cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()
    assert run.result is not None
    assert run.result.is_stopped
    assert run.result.totals.summary == "5 not checked"
    assert states(installation)["fernwick_news"] is HealthState.WORKING
    assert states(installation)["quay_birds"] is HealthState.NEVER_CHECKED


def test_a_limit_of_tomorrow_is_not_waited_for(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("rate-limited")
    installation.services.batch_checker = _at(
        installation, _window_end(installation, accounts[0]) - timedelta(days=1)
    )
    result = CheckRunThread(installation, accounts).run(workers=2)
    assert result.stop_reason is not None
    assert result.stop_reason.kind is ProblemKind.RATE_LIMITED
    assert result.totals.unknown >= 2
    assert result.totals.unknown + result.totals.skipped == len(accounts)


def test_a_stop_cuts_off_calls_that_hang(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("hang")
    run = CheckRunThread(installation, accounts)
    start = time.monotonic()
    thread = run.start_thread()
    wait_until(lambda: run.reports, 30, "a report")
    run.cancel.cancel()
    thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - start < 10  # far below the time-outs
    assert run.result is not None
    assert run.result.totals == CheckTotals(skipped=len(accounts))
    wait_until(_have_workers_ended, 30, "the threads end")


def test_where_x_is_not_reached_the_others_are_left_as_they_were(
    installation: Installation, accounts: list[Account]
) -> None:
    assert CheckRunThread(installation, accounts).run().totals.working == len(accounts)
    installation.sandbox.stop()
    result = CheckRunThread(installation, accounts).run(workers=1)
    assert result.stop_reason is not None
    assert result.stop_reason.kind is ProblemKind.SANDBOX_OFF
    assert not result.is_stopped
    assert result.totals.unknown + result.totals.skipped == len(accounts)
    assert HealthState.WORKING in states(installation).values()


def test_a_keychain_that_locks_ends_it_with_its_own_words(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.vault.fail_with = VaultLockedError()
    result = CheckRunThread(installation, accounts).run()
    assert result.stop_reason is not None
    assert result.stop_reason.kind is ProblemKind.KEYCHAIN_LOCKED
    assert result.totals.summary == "5 not checked"


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
    result = CheckRunThread(installation, accounts).run()
    assert result.requested == len(accounts) - 1


def test_the_words_of_a_summary() -> None:
    assert CheckTotals(9, 2, 1).summary == "9 working, 2 need attention, 1 could not be checked"
    assert CheckTotals(1200, 1).summary == "1,200 working, 1 needs attention"
    assert CheckTotals().summary == "None checked"


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return utc_now  # the sandbox counts the life of tokens by it


def reports(installation: Installation) -> list[CheckProgress]:
    progress: list[CheckProgress] = []
    ids = [account.id for account in installation.services.store.accounts.list_all()]
    installation.services.batch_checker.check(ids, CancelToken(), progress.append)
    return progress


def test_the_reads_are_reported_first(installation: Installation) -> None:
    app = installations.add_oauth2_app(installation)
    installations.sign_in_oauth2(installation, app)
    installation.sign_in(app, "marsh_weather")
    assert {one.reads for one in reports(installation)} == {0}, "the pretend X bills nothing"
    installations.make_unreachable(installation, app)
    progress = reports(installation)
    assert {one.reads for one in progress} == {1}
    assert (progress[0].done, progress[0].total) == (0, 2)
    words = progress[0].describe(utc_now())
    assert words == "Checked 0 of 2, up to 1 of them billed by X as user reads"
