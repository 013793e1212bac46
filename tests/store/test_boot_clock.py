"""A clock that is put forward or back takes nothing away early, and keeps nothing for ever."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.run_records import FaultProof
from tests.support.sample_records import (
    APP,
    NOON,
    OLD_CREDENTIALS,
    OLD_KEYS,
    WAITING_SECRETS,
    FakeClock,
    make_account,
    make_pending,
)
from tests.support.vaults import MemoryVault
from twauth_gui.cli.table import format_age
from twauth_gui.gui.time_format import format_ago, format_ago_spoken
from twauth_gui.store.boot_clock import elapsed_since, read_uptime
from twauth_gui.store.store import UNDO_TIME, Store

JUMPS = [timedelta(days=days) for days in (-40_000, -365, -1, 1, 365, 40_000)]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Generator[Store]:
    store = Store.open(tmp_path, MemoryVault(), now=clock, read_uptime=clock.uptime)
    _ = store.apps.add(APP, OLD_KEYS)
    _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    yield store
    store.close()


@pytest.mark.parametrize("jump", JUMPS)
def test_what_can_be_undone_is_neither_purged_early_nor_kept_for_ever(
    store: Store, clock: FakeClock, jump: timedelta, proof: FaultProof
) -> None:
    store.accounts.hide(make_account().id)
    clock.shift(jump)
    assert store.recover().orphans == 0
    clock.advance(UNDO_TIME - MINUTE)
    assert store.recover().orphans == 0
    assert store.accounts.restore(make_account().id).handle == "fernwick_news"
    assert store.accounts.read_credentials(make_account().id) == OLD_CREDENTIALS
    store.accounts.hide(make_account().id)
    clock.shift(-jump)
    clock.advance(UNDO_TIME)
    assert store.recover().orphans == 1
    assert store.accounts.list_ids() == set()
    proof.record(
        "The clock is put forward or back, by a day up to a century",
        "What was removed can be undone for ten minutes, no more and no less",
        jumps=2,
    )


def test_a_restart_ends_the_time_to_undo(store: Store, clock: FakeClock) -> None:
    store.accounts.hide(make_account().id)
    clock.shift(timedelta(days=-1))
    clock.restart()
    assert store.recover().orphans == 1


def test_without_a_note_of_the_running_time_the_clock_decides() -> None:
    here = read_uptime()
    assert elapsed_since(None, NOON, NOON + MINUTE, here) == MINUTE
    assert elapsed_since(None, NOON, NOON - MINUTE, here) == timedelta()
    assert elapsed_since(here.to_text(), NOON, NOON + timedelta(days=9), here) == timedelta()


@pytest.mark.parametrize("jump", JUMPS)
def test_a_change_that_was_interrupted_does_not_age(
    tmp_path: Path, clock: FakeClock, jump: timedelta
) -> None:
    """The journal is settled by what is there, never by when it was written."""
    vault = MemoryVault()
    store = Store.open(tmp_path, vault, now=clock, on_step=_cut, read_uptime=clock.uptime)
    with pytest.raises(KeyboardInterrupt):
        _ = store.apps.add(APP, OLD_KEYS)
    store.close()
    clock.shift(jump)
    store = Store.open(tmp_path, vault, now=clock, read_uptime=clock.uptime)
    assert store.recover().finished == 1
    assert store.apps.read_keys(APP.id) == OLD_KEYS
    store.close()


def _cut(name: str) -> None:
    if name == "app.written":
        raise KeyboardInterrupt


def test_no_age_is_negative(store: Store, clock: FakeClock) -> None:
    _ = store.pending_sign_ins.add(make_pending(), WAITING_SECRETS)
    clock.shift(timedelta(days=-3))
    (pending,) = store.pending_sign_ins.list_all()
    assert format_age(pending.started_at, clock()) == "0 min"
    assert format_ago(pending.started_at, clock()) == "Just now"
    assert format_ago_spoken(pending.started_at, clock()) == "just now"
