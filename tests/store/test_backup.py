"""A backup brings everything to another machine, and never takes anything away there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.backup_stores import fill_store, here, open_store, take_backup, there
from tests.store.store_changes import Fuse, PowerCutError, referenced_items, state_of, without_ids
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    NEW_KEYS,
    NOON,
    OLD_CREDENTIALS,
    OLD_KEYS,
    make_account,
    make_pending,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import (
    Backup,
    collect_backup,
    pack_backup,
    parse_backup,
    read_backup,
    seal_backup,
)
from twauth_gui.store.records import RecordError
from twauth_gui.store.restore_apply import apply_restore
from twauth_gui.store.restore_plan import (
    RestoreChange,
    RestorePlan,
    RestoreResult,
    RestoreStep,
    keep_local,
    plan_restore,
)
from twauth_gui.store.sealed_file import derive_new_key, seal
from twauth_gui.store.sealed_format import KdfCost, SealPurpose
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import (
    DamagedFileError,
    FileAbsentError,
    ForeignFileError,
    NewerFileError,
    WrongPassphraseError,
)

__all__ = ["here", "there"]

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("tidal ferry lantern")


def conflicts(plan: RestorePlan) -> list[RestoreStep]:
    """What the policy is asked about."""
    steps: list[RestoreStep] = [*plan.apps, *plan.accounts]
    return [step for step in steps if step.change is RestoreChange.CONFLICT]


def test_everything_comes_to_another_machine(here: Store, there: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.twauth-backup"
    raw = seal_backup(collect_backup(here, NOON), PASSPHRASE, path, cost=CHEAP)
    _ = path.write_bytes(raw)
    for canary in (b"fernwick", b"old-secret", b"new-bearer", b"check 1", b"lantern"):
        assert canary not in raw
    backup = read_backup(path, PASSPHRASE)
    plan = plan_restore(there, backup)
    steps: list[RestoreStep] = [*plan.apps, *plan.accounts]
    assert [step.change for step in steps] == [RestoreChange.ADD] * 3
    assert (plan.is_empty, there.accounts.list_all()) == (False, [])
    done = apply_restore(there, plan)
    assert done == RestoreResult(
        added=3, pending_sign_ins=1, active=there.settings.active_account()
    )
    assert without_ids(state_of(there)) == without_ids(state_of(here))
    saved = there.accounts.find(there.apps.list_all()[0].id, make_account().user_id)
    assert saved is not None
    assert [event.text for event in there.events.latest(saved.id)] == [
        event.text for event in here.events.latest(make_account().id)
    ]
    assert there.settings.active_account() == saved.id
    assert saved.id != make_account().id
    assert there.settings.get("clipboard") is None, "a setting of the other computer"
    assert plan_restore(there, backup).is_empty
    assert apply_restore(there, plan_restore(there, backup)) == RestoreResult(unchanged=3)


def test_history_can_stay_out(here: Store) -> None:
    assert all(one.events == () for one in collect_backup(here, NOON, with_events=False).accounts)


def test_conflicts_are_shown_and_asked(here: Store, there: Store) -> None:
    backup = collect_backup(here, NOON)
    own = replace(APP, id=AppId("own-app"), label="Own name")
    _ = there.apps.add(own, replace(OLD_KEYS, bearer_token=Secret("own-bearer")))
    first = replace(make_account(), id=AccountId("own-1"), app_id=own.id, note="own note")
    earlier = NOON - timedelta(days=1)
    _ = there.accounts.add(replace(first, signed_in_at=earlier), NEW_CREDENTIALS)
    second = replace(make_account(2, "7002", "tidal_times"), id=AccountId("own-2"), app_id=own.id)
    _ = there.accounts.add(replace(second, note="own note"), NEW_CREDENTIALS)
    _ = there.accounts.add(
        replace(make_account(3, "7003", "marsh_weather"), app_id=own.id), NEW_CREDENTIALS
    )
    there.settings.set_active_account(AccountId("own-2"))
    before = state_of(there)
    plan = plan_restore(there, backup)
    assert [step.differing_fields for step in conflicts(plan)] == [
        ("label",),
        ("credentials", "note", "tags"),
    ]
    assert [step.is_backup_newer for step in plan.accounts] == [True, False]
    assert apply_restore(there, plan, keep_local) == RestoreResult(pending_sign_ins=1, unchanged=3)
    after = state_of(there)
    assert (after["apps"], after["accounts"]) == (before["apps"], before["accounts"])
    assert apply_restore(there, plan_restore(there, backup), take_backup) == RestoreResult(
        replaced=2, unchanged=1
    )
    assert there.apps.get(own.id).label == "Newsroom"
    assert there.apps.read_keys(own.id) == replace(OLD_KEYS, bearer_token=Secret("own-bearer"))
    saved = there.accounts.get(first.id)
    assert (saved.note, saved.tags, there.accounts.read_credentials(saved.id)) == (
        "mine",
        ("a", "b"),
        OLD_CREDENTIALS,
    )
    assert there.accounts.get(second.id).note == "own note", (
        "the backup has none: that deletes nothing"
    )
    assert len(there.accounts.list_all()) == 3
    assert there.settings.active_account() == second.id


def test_ids_that_are_taken_here_are_replaced(here: Store, there: Store) -> None:
    """The same ids under other keys: another app, other accounts."""
    backup = collect_backup(here, NOON)
    _ = there.apps.add(APP, NEW_KEYS)
    _ = there.accounts.add(make_account(1, "9", "ferry_delays"), NEW_CREDENTIALS)
    restored = apply_restore(there, plan_restore(there, backup))
    assert (restored.added, restored.pending_sign_ins) == (3, 1)
    assert len(there.apps.list_all()) == 2
    assert {one.handle for one in there.accounts.list_all()} == {
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
    here, there = (
        open_store(tmp_path / "here", vault=vault),
        open_store(tmp_path / "there", vault=vault),
    )
    fill_store(here)
    before, backup = state_of(here), collect_backup(here, NOON)
    assert apply_restore(there, plan_restore(there, backup)).added == 3
    assert set(vault.items) == referenced_items(here) | referenced_items(there)
    assert not referenced_items(here) & referenced_items(there)
    for one in there.accounts.list_all():
        _ = there.accounts.replace_credentials(one, NEW_CREDENTIALS)
        there.accounts.hide(one.id)
        there.accounts.purge_hidden(one.id)
    for waiting in there.pending_sign_ins.list_all():
        there.pending_sign_ins.discard(waiting.id)
    there.apps.remove(there.apps.list_all()[0].id)
    assert state_of(here) == before
    assert set(vault.items) == referenced_items(here)
    here.close()
    there.close()


def test_one_key_under_two_labels_comes_back_as_it_was(here: Store, there: Store) -> None:
    second = replace(APP, id=AppId("app-2"), label="Night shift")
    _ = here.apps.add(second, OLD_KEYS)
    _ = here.accounts.add(
        replace(make_account(4, "7004", "ferry_delays"), app_id=second.id), OLD_CREDENTIALS
    )
    backup = collect_backup(here, NOON)
    assert plan_restore(here, backup).is_empty
    _ = apply_restore(there, plan_restore(there, backup))
    assert without_ids(state_of(there)) == without_ids(state_of(here))
    assert plan_restore(there, backup).is_empty


def test_a_label_that_is_taken_gets_a_number(here: Store, there: Store) -> None:
    _ = there.apps.add(replace(APP, id=AppId("own-app"), label="newsroom"), NEW_KEYS)
    backup = collect_backup(here, NOON)
    (step,) = plan_restore(there, backup).apps
    assert (step.change, step.app.label) == (RestoreChange.ADD, "Newsroom 2")
    _ = apply_restore(there, plan_restore(there, backup))
    assert [app.label for app in there.apps.list_all()] == ["newsroom", "Newsroom 2"]


def test_replacing_takes_nothing_away(here: Store) -> None:
    """The backup was made before there was a bearer token."""
    backup = collect_backup(here, NOON)
    keys = replace(OLD_KEYS, bearer_token=Secret("later"), client_id=Secret("later-id"))
    bare = replace(backup, apps=((APP, replace(OLD_KEYS, bearer_token=None)),))
    _ = here.apps.update(APP, keys)
    assert plan_restore(here, bare).is_empty
    renamed = replace(bare, apps=((replace(APP, label="Old name"), bare.apps[0][1]),))
    assert apply_restore(here, plan_restore(here, renamed), take_backup).replaced == 1
    assert (here.apps.get(APP.id).label, here.apps.read_keys(APP.id)) == ("Old name", keys)


def test_a_removed_account_comes_back(here: Store) -> None:
    backup = collect_backup(here, NOON)
    here.accounts.hide(make_account().id)
    assert apply_restore(here, plan_restore(here, backup)) == RestoreResult(
        added=1, unchanged=2, active=make_account().id
    )
    assert here.accounts.read_credentials(make_account().id) == OLD_CREDENTIALS


def test_what_the_keychain_lost_is_left_out_and_brought_back(tmp_path: Path) -> None:
    vault = MemoryVault()
    store = open_store(tmp_path, vault=vault)
    fill_store(store)
    whole = collect_backup(store, NOON)
    items = dict(vault.items)
    vault.items.clear()
    poor = collect_backup(store, NOON)
    assert [one.credentials for one in poor.accounts] == [None, None]
    vault.items.update(items)
    assert apply_restore(store, plan_restore(store, poor)) == RestoreResult(unusable=3)
    del vault.items["twauth/account/account-1/1"]
    plan = plan_restore(store, whole)
    assert (conflicts(plan), plan.accounts[0].missing_kinds) == ([], ("credentials",))
    assert apply_restore(store, plan, keep_local).added == 1, "what is lost comes back unasked"
    assert store.accounts.read_credentials(make_account().id) == OLD_CREDENTIALS
    before = without_ids(state_of(store))
    store.pending_sign_ins.discard(make_pending().id)
    vault.items.clear()  # as where the encrypted file is lost, and a new one is begun
    restored = apply_restore(store, plan_restore(store, whole))
    assert (restored.added, restored.pending_sign_ins) == (3, 1)
    assert without_ids(state_of(store)) == before
    assert [one.id for one in store.accounts.list_all()] == [make_account().id, make_account(2).id]
    store.close()


def test_interrupted_at_every_step_then_done_again(here: Store, tmp_path: Path) -> None:
    backup = collect_backup(here, NOON)
    fuse = Fuse(-1)
    whole = open_store(tmp_path / "whole", fuse)
    _ = apply_restore(whole, plan_restore(whole, backup))
    whole.close()
    for cut in range(1, fuse.count + 1):
        vault = MemoryVault()
        store = open_store(tmp_path / str(cut), Fuse(cut), vault)
        with pytest.raises(PowerCutError):
            _ = apply_restore(store, plan_restore(store, backup))
        store.close()
        store = open_store(tmp_path / str(cut), vault=vault)
        _ = store.recover()
        assert set(vault.items) == referenced_items(store)
        _ = apply_restore(store, plan_restore(store, backup))
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
    _ = path.write_bytes(seal_backup(collect_backup(here, NOON), Secret("other"), path, cost=CHEAP))
    with pytest.raises(WrongPassphraseError):
        _ = read_backup(path, PASSPHRASE)
    with pytest.raises(FileAbsentError):
        _ = read_backup(tmp_path / "none", PASSPHRASE)
    _ = path.write_bytes(seal(b"{}", derive_new_key(PASSPHRASE, path, CHEAP), SealPurpose.VAULT))
    with pytest.raises(ForeignFileError):
        _ = read_backup(path, PASSPHRASE)


def test_strange_contents_are_refused_without_showing_them(here: Store) -> None:
    where = Path("b")
    good = pack_backup(collect_backup(here, NOON))
    assert pack_backup(parse_backup(good, where)) == good
    for key in json.loads(good):
        fields = json.loads(good)
        del fields[key]
        with pytest.raises(DamagedFileError):
            _ = parse_backup(json.dumps(fields).encode(), where)
    strange: list[object] = [[], 7, {"canary": 1}]
    for kind in ("apps", "accounts", "attempts"):
        for name in json.loads(good)[kind][0]:
            for value in strange[name == "events" :]:
                fields = json.loads(good)
                fields[kind][0][name] = value
                with pytest.raises((DamagedFileError, RecordError)) as caught:
                    _ = parse_backup(json.dumps(fields).encode(), where)
                assert caught.value.__context__ is None
                assert "canary" not in str(caught.value)
    for text in (b"", b"[]", b"nonsense", b'{"v":"1"}'):
        with pytest.raises(DamagedFileError):
            _ = parse_backup(text, where)
    with pytest.raises(NewerFileError):
        _ = parse_backup(b'{"v":2}', where)


def test_an_empty_backup_plans_nothing(there: Store) -> None:
    assert plan_restore(there, Backup(NOON)) == RestorePlan()
