"""A backup brings everything to another machine, and never takes anything away there."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store import samples
from tests.store.samples import APP, NEW, NEW_KEYS, NOON, OLD, OLD_KEYS, Clock, account, attempt
from tests.store.test_crashes import Fuse, PowerCutError, referred, state_of, without_ids
from tests.support.memory_vault import MemoryVault
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import PendingState
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import Backup, collect, packed, read_backup, sealed_backup, unpacked
from twauth_gui.store.fields import RecordError
from twauth_gui.store.restore import (
    RestoreChange,
    Restored,
    RestorePlan,
    Step,
    Take,
    keep_mine,
    plan_restore,
)
from twauth_gui.store.restoring import carry_out
from twauth_gui.store.sealed import new_key, seal
from twauth_gui.store.sealed_errors import (
    DamagedFileError,
    FileAbsentError,
    ForeignFileError,
    NewerFileError,
    WrongPassphraseError,
)
from twauth_gui.store.sealed_header import Cost, Purpose
from twauth_gui.store.store import Store

CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("tidal ferry lantern")
GRANTED = attempt(state=PendingState.GRANTED)


def opened(folder: Path, fuse: Fuse | None = None, vault: MemoryVault | None = None) -> Store:
    return Store.open(folder, vault or MemoryVault(), now=Clock(), on_step=fuse or Fuse(-1))


def fill(store: Store) -> None:
    _ = store.apps.add(APP, OLD_KEYS)
    kept = store.accounts.add(replace(account(), note="mine", tags=("a", "b")), OLD)
    _ = store.accounts.add(account(2, "7002", "tidal_times"), NEW)
    for number in range(3):
        at = NOON + timedelta(minutes=number)
        store.events.add(Event(kept.id, EventKind.CHECKED, at, f"check {number}"))
    _ = store.pending_sign_ins.begin(attempt(), samples.WAITING)
    _ = store.pending_sign_ins.update(GRANTED, samples.GRANTED)
    store.settings.set_active_account(kept.id)
    store.settings.set("clipboard", "30")


def conflicts(plan: RestorePlan) -> list[Step]:
    """What the policy is asked about."""
    steps: list[Step] = [*plan.apps, *plan.accounts]
    return [step for step in steps if step.change is RestoreChange.CONFLICT]


@pytest.fixture
def here(tmp_path: Path) -> Generator[Store]:
    store = opened(tmp_path / "here")
    fill(store)
    yield store
    store.close()


@pytest.fixture
def there(tmp_path: Path) -> Generator[Store]:
    store = opened(tmp_path / "there")
    yield store
    store.close()


def test_everything_comes_to_another_machine(here: Store, there: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.twauth-backup"
    raw = sealed_backup(collect(here, NOON), PASSPHRASE, path, cost=CHEAP)
    _ = path.write_bytes(raw)
    for canary in (b"fernwick", b"old-secret", b"new-bearer", b"check 1", b"lantern"):
        assert canary not in raw
    backup = read_backup(path, PASSPHRASE)
    plan = plan_restore(there, backup)
    steps: list[Step] = [*plan.apps, *plan.accounts]
    assert [step.change for step in steps] == [RestoreChange.ADD] * 3
    assert (plan.is_empty, there.accounts.all()) == (False, [])
    done = carry_out(there, plan)
    assert done == Restored(added=3, attempts=1, active=there.settings.active_account())
    assert without_ids(state_of(there)) == without_ids(state_of(here))
    kept = there.accounts.find(there.apps.all()[0].id, account().user_id)
    assert kept is not None
    assert [event.text for event in there.events.latest(kept.id)] == [
        event.text for event in here.events.latest(account().id)
    ]
    assert there.settings.active_account() == kept.id
    assert kept.id != account().id
    assert there.settings.get("clipboard") is None, "a setting of the other computer"
    assert plan_restore(there, backup).is_empty
    assert carry_out(there, plan_restore(there, backup)) == Restored(left=3)


def test_history_can_stay_out(here: Store) -> None:
    assert all(one.events == () for one in collect(here, NOON, with_events=False).accounts)


def take_backup(_step: Step) -> Take:
    return Take.BACKUP


def test_conflicts_are_shown_and_asked(here: Store, there: Store) -> None:
    backup = collect(here, NOON)
    own = replace(APP, id=AppId("own-app"), label="Own name")
    _ = there.apps.add(own, replace(OLD_KEYS, bearer_token=Secret("own-bearer")))
    first = replace(account(), id=AccountId("own-1"), app_id=own.id, note="own note")
    earlier = NOON - timedelta(days=1)
    _ = there.accounts.add(replace(first, signed_in_at=earlier), NEW)
    second = replace(account(2, "7002", "tidal_times"), id=AccountId("own-2"), app_id=own.id)
    _ = there.accounts.add(replace(second, note="own note"), NEW)
    _ = there.accounts.add(replace(account(3, "7003", "marsh_weather"), app_id=own.id), NEW)
    there.settings.set_active_account(AccountId("own-2"))
    before = state_of(there)
    plan = plan_restore(there, backup)
    assert [step.differs for step in conflicts(plan)] == [
        ("label",),
        ("credentials", "note", "tags"),
    ]
    assert [step.backup_is_newer for step in plan.accounts] == [True, False]
    assert carry_out(there, plan, keep_mine) == Restored(attempts=1, left=3)
    after = state_of(there)
    assert (after["apps"], after["accounts"]) == (before["apps"], before["accounts"])
    assert carry_out(there, plan_restore(there, backup), take_backup) == Restored(
        replaced=2, left=1
    )
    assert there.apps.get(own.id).label == "Newsroom"
    assert there.apps.keys(own.id) == replace(OLD_KEYS, bearer_token=Secret("own-bearer"))
    kept = there.accounts.get(first.id)
    assert (kept.note, kept.tags, there.accounts.credentials(kept.id)) == ("mine", ("a", "b"), OLD)
    assert there.accounts.get(second.id).note == "own note", (
        "the backup has none: that deletes nothing"
    )
    assert len(there.accounts.all()) == 3
    assert there.settings.active_account() == second.id


def test_ids_that_are_taken_here_are_replaced(here: Store, there: Store) -> None:
    """The same ids under other keys: another app, other accounts."""
    backup = collect(here, NOON)
    _ = there.apps.add(APP, NEW_KEYS)
    _ = there.accounts.add(account(1, "9", "ferry_delays"), NEW)
    restored = carry_out(there, plan_restore(there, backup))
    assert (restored.added, restored.attempts) == (3, 1)
    assert len(there.apps.all()) == 2
    assert {one.handle for one in there.accounts.all()} == {
        "ferry_delays",
        "fernwick_news",
        "tidal_times",
    }
    active = there.settings.active_account()
    assert active is not None
    assert there.accounts.get(active).handle == "fernwick_news"
    assert len(there.events.latest(active)) == 3


def test_two_folders_with_one_keychain_share_nothing(tmp_path: Path) -> None:
    """A backup restored on the computer that it was made on: each folder has items of its own."""
    vault = MemoryVault()
    here, there = opened(tmp_path / "here", vault=vault), opened(tmp_path / "there", vault=vault)
    fill(here)
    before, backup = state_of(here), collect(here, NOON)
    assert carry_out(there, plan_restore(there, backup)).added == 3
    assert set(vault.items) == referred(here) | referred(there)
    assert not referred(here) & referred(there)
    for one in there.accounts.all():
        _ = there.accounts.replace_credentials(one, NEW)
        there.accounts.hide(one.id)
        there.accounts.purge_hidden(one.id)
    for waiting in there.pending_sign_ins.all():
        there.pending_sign_ins.discard(waiting.id)
    there.apps.remove(there.apps.all()[0].id)
    assert state_of(here) == before
    assert set(vault.items) == referred(here)
    here.close()
    there.close()


def test_one_key_under_two_labels_comes_back_as_it_was(here: Store, there: Store) -> None:
    second = replace(APP, id=AppId("app-2"), label="Night shift")
    _ = here.apps.add(second, OLD_KEYS)
    _ = here.accounts.add(replace(account(4, "7004", "ferry_delays"), app_id=second.id), OLD)
    backup = collect(here, NOON)
    assert plan_restore(here, backup).is_empty
    _ = carry_out(there, plan_restore(there, backup))
    assert without_ids(state_of(there)) == without_ids(state_of(here))
    assert plan_restore(there, backup).is_empty


def test_a_label_that_is_taken_gets_a_number(here: Store, there: Store) -> None:
    _ = there.apps.add(replace(APP, id=AppId("own-app"), label="newsroom"), NEW_KEYS)
    backup = collect(here, NOON)
    (step,) = plan_restore(there, backup).apps
    assert (step.change, step.app.label) == (RestoreChange.ADD, "Newsroom 2")
    _ = carry_out(there, plan_restore(there, backup))
    assert [app.label for app in there.apps.all()] == ["newsroom", "Newsroom 2"]


def test_replacing_takes_nothing_away(here: Store) -> None:
    """The backup was made before there was a bearer token."""
    backup = collect(here, NOON)
    keys = replace(OLD_KEYS, bearer_token=Secret("later"), client_id=Secret("later-id"))
    bare = replace(backup, apps=((APP, replace(OLD_KEYS, bearer_token=None)),))
    _ = here.apps.update(APP, keys)
    assert plan_restore(here, bare).is_empty
    renamed = replace(bare, apps=((replace(APP, label="Old name"), bare.apps[0][1]),))
    assert carry_out(here, plan_restore(here, renamed), take_backup).replaced == 1
    assert (here.apps.get(APP.id).label, here.apps.keys(APP.id)) == ("Old name", keys)


def test_a_removed_account_comes_back(here: Store) -> None:
    backup = collect(here, NOON)
    here.accounts.hide(account().id)
    assert carry_out(here, plan_restore(here, backup)) == Restored(
        added=1, left=2, active=account().id
    )
    assert here.accounts.credentials(account().id) == OLD


def test_what_the_keychain_lost_is_left_out_and_brought_back(tmp_path: Path) -> None:
    vault = MemoryVault()
    store = opened(tmp_path, vault=vault)
    fill(store)
    whole = collect(store, NOON)
    kept = dict(vault.items)
    vault.items.clear()
    poor = collect(store, NOON)
    assert [one.credentials for one in poor.accounts] == [None, None]
    vault.items.update(kept)
    assert carry_out(store, plan_restore(store, poor)) == Restored(unusable=3)
    del vault.items["twauth/account/account-1/1"]
    plan = plan_restore(store, whole)
    assert (conflicts(plan), plan.accounts[0].lacks) == ([], ("credentials",))
    assert carry_out(store, plan, keep_mine).added == 1, "what is lost comes back unasked"
    assert store.accounts.credentials(account().id) == OLD
    before = without_ids(state_of(store))
    store.pending_sign_ins.discard(attempt().id)
    vault.items.clear()  # as where the encrypted file is lost, and a new one is begun
    restored = carry_out(store, plan_restore(store, whole))
    assert (restored.added, restored.attempts) == (3, 1)
    assert without_ids(state_of(store)) == before
    assert [one.id for one in store.accounts.all()] == [account().id, account(2).id]
    store.close()


def test_cut_off_at_every_step_then_done_again(here: Store, tmp_path: Path) -> None:
    backup = collect(here, NOON)
    fuse = Fuse(-1)
    whole = opened(tmp_path / "whole", fuse)
    _ = carry_out(whole, plan_restore(whole, backup))
    whole.close()
    for cut in range(1, fuse.seen + 1):
        vault = MemoryVault()
        store = opened(tmp_path / str(cut), Fuse(cut), vault)
        with pytest.raises(PowerCutError):
            _ = carry_out(store, plan_restore(store, backup))
        store.close()
        store = opened(tmp_path / str(cut), vault=vault)
        _ = store.recover()
        assert set(vault.items) == referred(store)
        _ = carry_out(store, plan_restore(store, backup))
        assert without_ids(state_of(store)) == without_ids(state_of(here))
        active = store.settings.active_account()
        assert active is not None
        assert (store.accounts.get(active).handle, len(store.events.latest(active))) == (
            "fernwick_news",
            3,
        )
        store.close()


def test_another_file_is_refused(here: Store, tmp_path: Path) -> None:
    path = tmp_path / "b"
    _ = path.write_bytes(sealed_backup(collect(here, NOON), Secret("other"), path, cost=CHEAP))
    with pytest.raises(WrongPassphraseError):
        _ = read_backup(path, PASSPHRASE)
    with pytest.raises(FileAbsentError):
        _ = read_backup(tmp_path / "none", PASSPHRASE)
    _ = path.write_bytes(seal(b"{}", new_key(PASSPHRASE, path, CHEAP), Purpose.VAULT))
    with pytest.raises(ForeignFileError):
        _ = read_backup(path, PASSPHRASE)


def test_strange_contents_are_refused_without_showing_them(here: Store) -> None:
    where = Path("b")
    good = packed(collect(here, NOON))
    assert packed(unpacked(good, where)) == good
    for key in json.loads(good):
        fields = json.loads(good)
        del fields[key]
        with pytest.raises(DamagedFileError):
            _ = unpacked(json.dumps(fields).encode(), where)
    strange: list[object] = [[], 7, {"canary": 1}]
    for kind in ("apps", "accounts", "attempts"):
        for name in json.loads(good)[kind][0]:
            for value in strange[name == "events" :]:
                fields = json.loads(good)
                fields[kind][0][name] = value
                with pytest.raises((DamagedFileError, RecordError)) as caught:
                    _ = unpacked(json.dumps(fields).encode(), where)
                assert caught.value.__context__ is None
                assert "canary" not in str(caught.value)
    for text in (b"", b"[]", b"nonsense", b'{"v":"1"}'):
        with pytest.raises(DamagedFileError):
            _ = unpacked(text, where)
    with pytest.raises(NewerFileError):
        _ = unpacked(b'{"v":2}', where)


def test_an_empty_backup_plans_nothing(there: Store) -> None:
    assert plan_restore(there, Backup(NOON)) == RestorePlan()
