"""A clock that is put forward or back takes nothing away early, and keeps nothing for ever."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.samples import APP, NOON, OLD, OLD_KEYS, WAITING, Clock, account, attempt
from tests.support.memory_vault import MemoryVault
from tests.support.proof import Proof
from twauth_gui.cli.table import age
from twauth_gui.gui.when import ago, ago_spoken
from twauth_gui.store.store import UNDO_TIME, Store
from twauth_gui.store.waiting import running, waited

JUMPS = [timedelta(days=days) for days in (-40_000, -365, -1, 1, 365, 40_000)]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Generator[Store]:
    store = Store.open(tmp_path, MemoryVault(), now=clock, running=clock.running)
    _ = store.apps.add(APP, OLD_KEYS)
    _ = store.accounts.add(account(), OLD)
    yield store
    store.close()


@pytest.mark.parametrize("jump", JUMPS)
def test_what_can_be_undone_is_neither_purged_early_nor_kept_for_ever(
    store: Store, clock: Clock, jump: timedelta, proof: Proof
) -> None:
    store.accounts.hide(account().id)
    clock.set(jump)
    assert store.recover().orphans == 0
    clock.advance(UNDO_TIME - MINUTE)
    assert store.recover().orphans == 0
    assert store.accounts.restore(account().id).handle == "fernwick_news"
    assert store.accounts.credentials(account().id) == OLD
    store.accounts.hide(account().id)
    clock.set(-jump)
    clock.advance(UNDO_TIME)
    assert store.recover().orphans == 1
    assert store.accounts.ids() == set()
    proof.saw(
        "The clock is put forward or back, by a day up to a century",
        "What was removed can be undone for ten minutes, no more and no less",
        jumps=2,
    )


def test_a_restart_ends_the_time_to_undo(store: Store, clock: Clock) -> None:
    store.accounts.hide(account().id)
    clock.set(timedelta(days=-1))
    clock.restart()
    assert store.recover().orphans == 1


def test_without_a_note_of_the_running_time_the_clock_decides() -> None:
    here = running()
    assert waited(None, NOON, NOON + MINUTE, here) == MINUTE
    assert waited(None, NOON, NOON - MINUTE, here) == timedelta()
    assert waited(here.packed(), NOON, NOON + timedelta(days=9), here) == timedelta()


@pytest.mark.parametrize("jump", JUMPS)
def test_a_change_that_was_cut_off_does_not_age(
    tmp_path: Path, clock: Clock, jump: timedelta
) -> None:
    """The journal is settled by what is there, never by when it was written."""
    vault = MemoryVault()
    store = Store.open(tmp_path, vault, now=clock, on_step=_cut, running=clock.running)
    with pytest.raises(KeyboardInterrupt):
        _ = store.apps.add(APP, OLD_KEYS)
    store.close()
    clock.set(jump)
    store = Store.open(tmp_path, vault, now=clock, running=clock.running)
    assert store.recover().finished == 1
    assert store.apps.keys(APP.id) == OLD_KEYS
    store.close()


def _cut(name: str) -> None:
    if name == "app.written":
        raise KeyboardInterrupt


def test_no_age_is_negative(store: Store, clock: Clock) -> None:
    _ = store.pending_sign_ins.begin(attempt(), WAITING)
    clock.set(timedelta(days=-3))
    (begun,) = store.pending_sign_ins.all()
    assert age(begun.started_at, clock()) == "0 min"
    assert ago(begun.started_at, clock()) == "Just now"
    assert ago_spoken(begun.started_at, clock()) == "just now"
