"""The watch checks what is due, once, and tells what has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.installations import Installation, add_oauth2_app, sign_in_oauth2
from tests.support.sample_records import FakeClock
from twauth_gui.domain.account_changes import ChangedAspect
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.watch import WatchInterval, WatchScope, WatchSettings
from twauth_gui.services.health_check import account_watch
from twauth_gui.services.health_check.account_watch import WatchRound
from twauth_gui.store.vault_errors import VaultLockedError

DAILY = WatchSettings(WatchInterval.DAY)
HANDLES = ("fernwick_news", "marsh_weather", "tidal_times")


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def clock(time: FakeClock) -> Callable[[], datetime]:
    return time


@pytest.fixture
def accounts(installation: Installation, app: App) -> list[Account]:
    return [installation.sign_in(app, handle) for handle in HANDLES]


def run(installation: Installation, settings: WatchSettings = DAILY) -> WatchRound:
    services = installation.services
    return services.account_watch.run_round(settings, services.now(), CancelToken())


def told(done: WatchRound) -> list[str]:
    return [one.describe(datetime.isoformat) for one in done.changes]


def test_each_is_checked_once_however_long_the_computer_slept(
    installation: Installation, accounts: list[Account], time: FakeClock
) -> None:
    store = installation.services.store
    assert run(installation, WatchSettings()).checked == 0, "it is off by default"
    assert run(installation) == WatchRound(checked=3)
    assert run(installation).checked == 0
    time.advance(timedelta(hours=23))
    assert run(installation).checked == 0
    store.accounts.update(replace(store.accounts.get(accounts[0].id), handle="fernwick_old"))
    installation.services.account_removal.revoke(accounts[1].id, CancelToken())
    time.advance(timedelta(days=30))
    installation.sandbox.enable_faults("tokens-read-only")
    done = run(installation)
    assert (done.checked, run(installation).checked) == (3, 0)
    fell = "Access fell from read and write to read only"
    assert sorted(told(done)) == [
        fell,
        fell,
        "Handle changed from @fernwick_old to @fernwick_news",
    ]
    texts = [event.text for event in store.events.latest(accounts[0].id)]
    assert "Handle changed from @fernwick_old to @fernwick_news" in texts
    assert fell in texts


def test_those_that_were_checked_longest_ago_come_first_and_the_rest_follows(
    installation: Installation,
    accounts: list[Account],
    time: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account_watch, "ACCOUNTS_PER_ROUND", 2)
    installation.services.checker.check(accounts[0].id, CancelToken())
    time.advance(timedelta(days=2))
    assert run(installation) == WatchRound(checked=2, left=1)
    store = installation.services.store
    times = {one.handle: one.health.at for one in store.accounts.list_all()}
    assert times["fernwick_news"] != time.time
    assert run(installation) == WatchRound(checked=1)


def test_only_the_chosen_accounts(installation: Installation, accounts: list[Account]) -> None:
    annotations = installation.services.annotations
    _ = annotations.set_favourite([accounts[0].id], is_favourite=True)
    _ = annotations.add_tags([accounts[1].id], ["Weather"])
    store = installation.services.store
    favourites = replace(DAILY, scope=WatchScope.FAVOURITES)
    assert run(installation, favourites).checked == 1
    assert store.accounts.get(accounts[0].id).health.state is HealthState.WORKING
    assert run(installation, replace(DAILY, scope=WatchScope.TAG, tag="weather")).checked == 1
    assert store.accounts.get(accounts[2].id).health.state is HealthState.NEVER_CHECKED


def test_without_a_network_nothing_is_checked_or_noted(
    installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("captive-portal")
    assert run(installation) == WatchRound(left=3, must_wait=True)
    healths = [one.health for one in installation.services.store.accounts.list_all()]
    assert {one.state for one in healths} == {HealthState.NEVER_CHECKED}
    assert not any(one.failed_check for one in healths)
    installation.sandbox.disable_faults()
    installation.vault.fail_with = VaultLockedError("Test Keyring")
    assert run(installation).must_wait
    installation.vault.fail_with = None
    assert run(installation).checked == 3


def test_two_windows_never_run_a_round_at_once(
    installation: Installation, accounts: list[Account], time: FakeClock
) -> None:
    second = installation.open_second()
    until = (time.time + timedelta(minutes=30)).isoformat()
    assert second.store.settings.claim("store.watch-until", until, time.time.isoformat())
    assert run(installation).checked == 0
    time.advance(timedelta(minutes=31))  # it was killed
    assert run(installation).checked == 3
    second.close()


def test_tokens_that_end_are_a_change_once_until_they_are_renewed(
    installation: Installation, time: FakeClock
) -> None:
    account = sign_in_oauth2(installation, add_oauth2_app(installation))
    changes = installation.services.store.account_changes
    metadata = installation.services.store.tokens.get_metadata(account.id)
    assert metadata is not None
    assert changes.record_expiring(metadata.ends_at - timedelta(days=15)) == 0
    late = metadata.ends_at - timedelta(days=13)
    assert [changes.record_expiring(late) for _ in range(2)] == [1, 0]
    (change,) = changes.list_unseen()
    assert (change.account_id, change.aspect) == (account.id, ChangedAspect.EXPIRY)
    changes.mark_seen(change.id, late)
    assert changes.list_unseen() == []
    assert changes.record_expiring(late) == 0, "it was seen"
    changes.restore_unseen(late)
    assert changes.list_unseen() == [change]
    time.advance(timedelta(hours=3))
    _ = installation.services.tokens.renew(account.id, CancelToken())
    assert changes.list_unseen() == []
