"""Two stores for tests of backups: a used one, and an empty one to restore to."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.store_changes import Fuse
from tests.support import sample_records
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    NOON,
    OLD_CREDENTIALS,
    OLD_KEYS,
    FakeClock,
    make_account,
    make_pending,
    make_placement,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import AccountEvent, AccountEventKind
from twauth_gui.domain.placements import Generations, compute_fingerprint
from twauth_gui.domain.sign_in import PendingState
from twauth_gui.store.restore_plan import RestoreChoice, RestoreStep
from twauth_gui.store.store import Store

GRANTED = make_pending(state=PendingState.GRANTED)


def open_store(folder: Path, fuse: Fuse | None = None, vault: MemoryVault | None = None) -> Store:
    return Store.open(folder, vault or MemoryVault(), now=FakeClock(), on_step=fuse or Fuse(-1))


def fill_store(store: Store) -> None:
    _ = store.apps.add(APP, OLD_KEYS)
    account = store.accounts.add(
        replace(make_account(), note="mine", tags=("a", "b"), is_favourite=True), OLD_CREDENTIALS
    )
    _ = store.accounts.add(make_account(2, "7002", "tidal_times"), NEW_CREDENTIALS)
    for number in range(3):
        at = NOON + timedelta(minutes=number)
        store.events.add(AccountEvent(account.id, AccountEventKind.CHECKED, at, f"check {number}"))
    key = store.placements.fingerprint_key()
    in_file = make_placement(generations=Generations(1, 1))
    made = compute_fingerprint(key, in_file.place, "", "old")
    store.placements.save([replace(in_file, fingerprint=made)])
    store.placements.save([replace(in_file, account_id=None, generations=Generations(1))])
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    _ = store.pending_sign_ins.update(GRANTED, sample_records.GRANTED_SECRETS)
    store.settings.set_active_account(account.id)
    store.settings.set("clipboard", "30")


def take_backup(_step: RestoreStep) -> RestoreChoice:
    return RestoreChoice.BACKUP


@pytest.fixture
def source(tmp_path: Path) -> Generator[Store]:
    store = open_store(tmp_path / "here")
    fill_store(store)
    yield store
    store.close()


@pytest.fixture
def target(tmp_path: Path) -> Generator[Store]:
    store = open_store(tmp_path / "there")
    yield store
    store.close()
