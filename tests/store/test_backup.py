"""A backup brings everything to another machine, and never takes anything away there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.backup_stores import fill_store, open_store, source, take_backup, target
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
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.placements import Freshness
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

__all__ = ["source", "target"]

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("tidal ferry lantern")


def conflicts(plan: RestorePlan) -> list[RestoreStep]:
    """What the policy is asked about."""
    steps: list[RestoreStep] = [*plan.apps, *plan.accounts]
    return [step for step in steps if step.change is RestoreChange.CONFLICT]


def test_everything_comes_to_another_machine(source: Store, target: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.twauth-backup"
    raw = seal_backup(collect_backup(source, NOON), PASSPHRASE, path, cost=CHEAP)
    _ = path.write_bytes(raw)
    for canary in (b"fernwick", b"old-secret", b"new-bearer", b"check 1", b"lantern"):
        assert canary not in raw
    backup = read_backup(path, PASSPHRASE)
    plan = plan_restore(target, backup)
    steps: list[RestoreStep] = [*plan.apps, *plan.accounts]
    assert [step.change for step in steps] == [RestoreChange.ADD] * 3
    assert (plan.is_empty, target.accounts.list_all()) == (False, [])
    done = apply_restore(target, plan)
    assert done == RestoreResult(
        added=3, pending_sign_ins=1, active=target.settings.active_account()
    )
    assert without_ids(state_of(target)) == without_ids(state_of(source))
    saved = target.accounts.find(target.apps.list_all()[0].id, make_account().user_id)
    assert saved is not None
    assert [event.text for event in target.events.latest(saved.id)] == [
        event.text for event in source.events.latest(make_account().id)
    ]
    assert target.settings.active_account() == saved.id
    assert saved.id != make_account().id
    assert target.settings.get("clipboard") is None, "a setting of the other computer"
    check_placements(target, saved, source)
    assert plan_restore(target, backup).is_empty
    assert apply_restore(target, plan_restore(target, backup)) == RestoreResult(unchanged=3)


def check_placements(target: Store, saved: Account, source: Store) -> None:
    """They came with the key of their fingerprints, and name the folder that they are of."""
    in_app, in_account = sorted(target.placements.list_all(), key=lambda one: one.account_id or "")
    assert (in_app.account_id, in_account.account_id) == (None, saved.id)
    assert {in_app.app_id, in_account.app_id} == {saved.app_id}
    assert {in_app.origin, in_account.origin} == {source.profile_id}
    assert {in_app.freshness, in_account.freshness} == {Freshness.UNKNOWN}
    key = target.placements.read_fingerprint_key()
    assert key == source.placements.read_fingerprint_key()


def test_placements_are_not_mixed_with_those_that_are_here(source: Store, target: Store) -> None:
    backup = collect_backup(source, NOON)
    own = target.placements.fingerprint_key()
    _ = apply_restore(target, plan_restore(target, backup))
    assert target.placements.fingerprint_key() == own
    restored = target.placements.list_all()
    assert [one.fingerprint for one in restored] == [b"", b""]  # of another key
    ids = [one.id for one in restored]
    assert target.placements.forget(ids[:1]) == 1
    (kept,) = target.placements.list_all()
    _ = apply_restore(target, plan_restore(target, backup))
    assert (kept in target.placements.list_all(), len(target.placements.list_all())) == (True, 2)


def test_history_can_stay_out(source: Store) -> None:
    backup = collect_backup(source, NOON, with_events=False)
    assert all((one.events, one.placements) == ((), ()) for one in backup.accounts)
    assert (backup.app_placements, backup.fingerprint_key) == ((), None)


def test_conflicts_are_shown_and_asked(source: Store, target: Store) -> None:
    backup = collect_backup(source, NOON)
    own = replace(APP, id=AppId("own-app"), label="Own name")
    _ = target.apps.add(own, replace(OLD_KEYS, bearer_token=Secret("own-bearer")))
    first = replace(make_account(), id=AccountId("own-1"), app_id=own.id, note="own note")
    earlier = NOON - timedelta(days=1)
    _ = target.accounts.add(replace(first, signed_in_at=earlier), NEW_CREDENTIALS)
    second = replace(make_account(2, "7002", "tidal_times"), id=AccountId("own-2"), app_id=own.id)
    _ = target.accounts.add(replace(second, note="own note"), NEW_CREDENTIALS)
    _ = target.accounts.add(
        replace(make_account(3, "7003", "marsh_weather"), app_id=own.id), NEW_CREDENTIALS
    )
    target.settings.set_active_account(AccountId("own-2"))
    before = state_of(target)
    plan = plan_restore(target, backup)
    assert [step.differing_fields for step in conflicts(plan)] == [
        ("label",),
        ("credentials", "note", "tags", "is_favourite"),
    ]
    assert [step.is_backup_newer for step in plan.accounts] == [True, False]
    assert apply_restore(target, plan, keep_local) == RestoreResult(pending_sign_ins=1, unchanged=3)
    after = state_of(target)
    assert (after["apps"], after["accounts"]) == (before["apps"], before["accounts"])
    assert apply_restore(target, plan_restore(target, backup), take_backup) == RestoreResult(
        replaced=2, unchanged=1
    )
    assert target.apps.get(own.id).label == "Newsroom"
    assert target.apps.read_keys(own.id) == replace(OLD_KEYS, bearer_token=Secret("own-bearer"))
    saved = target.accounts.get(first.id)
    assert (saved.note, saved.tags, saved.is_favourite) == ("mine", ("a", "b"), True)
    assert target.accounts.read_credentials(saved.id) == OLD_CREDENTIALS
    assert target.accounts.get(second.id).note == "own note", (
        "the backup has none: that deletes nothing"
    )
    assert len(target.accounts.list_all()) == 3
    assert target.settings.active_account() == second.id


def test_ids_that_are_taken_here_are_replaced(source: Store, target: Store) -> None:
    """The same ids under other keys: another app, other accounts."""
    backup = collect_backup(source, NOON)
    _ = target.apps.add(APP, NEW_KEYS)
    _ = target.accounts.add(make_account(1, "9", "ferry_delays"), NEW_CREDENTIALS)
    restored = apply_restore(target, plan_restore(target, backup))
    assert (restored.added, restored.pending_sign_ins) == (3, 1)
    assert len(target.apps.list_all()) == 2
    assert {one.handle for one in target.accounts.list_all()} == {
        "ferry_delays",
        "fernwick_news",
        "tidal_times",
    }
    active = target.settings.active_account()
    assert active is not None
    assert target.accounts.get(active).handle == "fernwick_news"
    assert len(target.events.latest(active)) == 3


def test_two_folders_with_one_keychain_share_nothing(tmp_path: Path) -> None:
    """A backup restored on the computer that it was made on: each folder has items of its own."""
    vault = MemoryVault()
    source, target = (
        open_store(tmp_path / "here", vault=vault),
        open_store(tmp_path / "there", vault=vault),
    )
    fill_store(source)
    before, backup = state_of(source), collect_backup(source, NOON)
    assert apply_restore(target, plan_restore(target, backup)).added == 3
    assert set(vault.items) == referenced_items(source) | referenced_items(target)
    assert not referenced_items(source) & referenced_items(target)
    for one in target.accounts.list_all():
        _ = target.accounts.replace_credentials(one, NEW_CREDENTIALS)
        target.accounts.hide(one.id)
        target.accounts.purge_hidden([one.id])
    for waiting in target.pending_sign_ins.list_all():
        target.pending_sign_ins.discard(waiting.id)
    target.apps.remove(target.apps.list_all()[0].id)
    assert state_of(source) == before
    assert set(vault.items) == referenced_items(source)
    source.close()
    target.close()


def test_one_key_under_two_labels_comes_back_as_it_was(source: Store, target: Store) -> None:
    second = replace(APP, id=AppId("app-2"), label="Night shift")
    _ = source.apps.add(second, OLD_KEYS)
    _ = source.accounts.add(
        replace(make_account(4, "7004", "ferry_delays"), app_id=second.id), OLD_CREDENTIALS
    )
    backup = collect_backup(source, NOON)
    assert plan_restore(source, backup).is_empty
    _ = apply_restore(target, plan_restore(target, backup))
    assert without_ids(state_of(target)) == without_ids(state_of(source))
    assert plan_restore(target, backup).is_empty


def test_a_label_that_is_taken_gets_a_number(source: Store, target: Store) -> None:
    _ = target.apps.add(replace(APP, id=AppId("own-app"), label="newsroom"), NEW_KEYS)
    backup = collect_backup(source, NOON)
    (step,) = plan_restore(target, backup).apps
    assert (step.change, step.app.label) == (RestoreChange.ADD, "Newsroom 2")
    _ = apply_restore(target, plan_restore(target, backup))
    assert [app.label for app in target.apps.list_all()] == ["newsroom", "Newsroom 2"]


def test_replacing_takes_nothing_away(source: Store) -> None:
    """The backup was made before there was a bearer token."""
    backup = collect_backup(source, NOON)
    keys = replace(OLD_KEYS, bearer_token=Secret("later"), client_id=Secret("later-id"))
    bare = replace(backup, apps=((APP, replace(OLD_KEYS, bearer_token=None)),))
    _ = source.apps.update(APP, keys)
    assert plan_restore(source, bare).is_empty
    renamed = replace(bare, apps=((replace(APP, label="Old name"), bare.apps[0][1]),))
    assert apply_restore(source, plan_restore(source, renamed), take_backup).replaced == 1
    assert (source.apps.get(APP.id).label, source.apps.read_keys(APP.id)) == ("Old name", keys)


def test_a_removed_account_comes_back(source: Store) -> None:
    backup = collect_backup(source, NOON)
    source.accounts.hide(make_account().id)
    assert apply_restore(source, plan_restore(source, backup)) == RestoreResult(
        added=1, unchanged=2, active=make_account().id
    )
    assert source.accounts.read_credentials(make_account().id) == OLD_CREDENTIALS


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


def test_interrupted_at_every_step_then_done_again(source: Store, tmp_path: Path) -> None:
    backup = collect_backup(source, NOON)
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
        assert without_ids(state_of(store)) == without_ids(state_of(source))
        active = store.settings.active_account()
        assert active is not None
        assert (store.accounts.get(active).handle, len(store.events.latest(active))) == (
            "fernwick_news",
            3,
        )
        store.close()


def test_another_file_is_refused(source: Store, tmp_path: Path) -> None:
    path = tmp_path / "b"
    _ = path.write_bytes(
        seal_backup(collect_backup(source, NOON), Secret("other"), path, cost=CHEAP)
    )
    with pytest.raises(WrongPassphraseError):
        _ = read_backup(path, PASSPHRASE)
    with pytest.raises(FileAbsentError):
        _ = read_backup(tmp_path / "none", PASSPHRASE)
    _ = path.write_bytes(seal(b"{}", derive_new_key(PASSPHRASE, path, CHEAP), SealPurpose.VAULT))
    with pytest.raises(ForeignFileError):
        _ = read_backup(path, PASSPHRASE)


def test_strange_contents_are_refused_without_showing_them(source: Store) -> None:
    where = Path("b")
    good = pack_backup(collect_backup(source, NOON))
    assert pack_backup(parse_backup(good, where)) == good
    for key in json.loads(good).keys() - {"fingerprint_key", "place"}:
        fields = json.loads(good)
        del fields[key]
        with pytest.raises(DamagedFileError):
            _ = parse_backup(json.dumps(fields).encode(), where)
    strange: list[object] = [[], 7, {"canary": 1}]
    for kind in ("apps", "accounts", "attempts"):
        for name in json.loads(good)[kind][0]:
            for value in strange[name in {"events", "placements"} :]:
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


def test_an_empty_backup_plans_nothing(target: Store) -> None:
    assert plan_restore(target, Backup(NOON)) == RestorePlan()
