"""Placements: one row for each copy, and whether it has the current values."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sample_index import fill_index
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    NEW_KEYS,
    NOON,
    OAUTH2_TOKENS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    FakeClock,
    make_account,
    make_placement,
    make_token_metadata,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import AccountEvent, AccountEventKind, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.placements import (
    Freshness,
    Generations,
    Place,
    Placement,
    PlacementKind,
    PlacementState,
    compute_fingerprint,
    describe_content,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.store import placement_repository
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.placement_repository import pack_placement, parse_placement
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultFailedError

ACCOUNT = make_account()
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def store(tmp_path: Path, vault: MemoryVault) -> Generator[Store]:
    opened = Store.open(tmp_path, vault, now=FakeClock())
    _ = opened.apps.add(APP, OLD_KEYS)
    _ = opened.accounts.add(ACCOUNT, OLD_CREDENTIALS)
    yield opened
    opened.close()


def test_one_row_for_each_place_name_and_holder(store: Store) -> None:
    first = make_placement(generations=Generations(1, 1))
    again = replace(first, written_at=LATER, preset="x", fingerprint=b"\1" * 16, marker="v2")
    place = Place.of_secret("github", {"repo": "a/b", "environment": "live"})
    assert place.target == '{"environment":"live","repo":"a/b"}'
    secret = replace(first, place=place, name="X_API_KEY", state=PlacementState.WRITING)
    other_name = replace(secret, name="X_API_SECRET")
    of_app = replace(first, account_id=None)
    event = AccountEvent(ACCOUNT.id, AccountEventKind.EXPORTED, NOON, "Exported")
    store.placements.save([first, secret, other_name, of_app], [event])
    store.placements.save([again])
    of_account = store.placements.list_all(account_id=ACCOUNT.id)
    assert of_account == [again, other_name, secret]
    assert store.placements.list_all(app_id=APP.id) == [again, of_app, other_name, secret]
    assert store.placements.list_at(place) == [other_name, secret]
    assert store.events.latest(ACCOUNT.id) == [event]
    assert store.placements.forget([of_account[0].id, of_account[0].id]) == 1
    assert store.placements.list_all(account_id=ACCOUNT.id) == [other_name, secret]


def test_nothing_is_saved_for_an_account_that_is_gone(store: Store) -> None:
    event = AccountEvent(ACCOUNT.id, AccountEventKind.EXPORTED, NOON, "Exported")
    gone = make_placement(make_account(9).id)
    with pytest.raises(NotFoundError, match="This account is no longer here"):
        store.placements.save([make_placement(), gone], [event])
    assert (store.placements.list_all(), store.events.latest(ACCOUNT.id)) == ([], [])


def test_the_generations_tell_what_is_current(store: Store) -> None:
    def freshness() -> Freshness:
        (one,) = store.placements.list_all()
        return one.freshness

    placement = make_placement(generations=Generations(1, 1))
    store.placements.save([placement])
    assert freshness() is Freshness.CURRENT
    _ = store.tokens.save(ACCOUNT, OAUTH2_TOKENS, make_token_metadata())
    assert freshness() is Freshness.CURRENT  # none of these tokens are there
    _ = store.apps.update(APP, NEW_KEYS)
    assert freshness() is Freshness.UNKNOWN
    (read,) = store.placements.list_all()
    store.placements.record_comparison(read, is_equal=True)
    assert freshness() is Freshness.CURRENT
    _ = store.accounts.replace_credentials(ACCOUNT, NEW_CREDENTIALS)
    (read,) = store.placements.list_all()
    store.placements.record_comparison(read, is_equal=False)
    assert freshness() is Freshness.OLD
    _ = store.accounts.replace_credentials(ACCOUNT, OLD_CREDENTIALS)
    assert freshness() is Freshness.UNKNOWN
    store.placements.save([replace(placement, written_at=LATER, generations=Generations(2, 3))])
    store.placements.record_comparison(read, is_equal=False)  # it was written anew since
    assert freshness() is Freshness.CURRENT
    store.placements.save([replace(placement, generations=Generations(2, 3, 1))])
    assert freshness() is Freshness.CURRENT
    store.tokens.delete(ACCOUNT.id, 1)
    assert freshness() is Freshness.UNKNOWN


def test_a_removal_can_be_undone_and_then_deletes_them(store: Store) -> None:
    placement = make_placement(generations=Generations(1, 1))
    store.placements.save([placement])
    store.accounts.hide(ACCOUNT.id)
    assert store.placements.list_all() == []
    _ = store.accounts.restore(ACCOUNT.id)
    assert store.placements.list_all() == [placement]
    store.accounts.hide(ACCOUNT.id)
    store.accounts.purge_hidden()
    _ = store.accounts.add(ACCOUNT, OLD_CREDENTIALS)
    assert store.placements.list_all() == []
    store.placements.save([replace(placement, account_id=None)])
    store.accounts.hide(ACCOUNT.id)
    store.accounts.purge_hidden()
    store.apps.remove(APP.id)
    assert store.placements.list_all() == []


def test_local_places_are_limited_and_secrets_are_not(store: Store) -> None:
    secret = replace(make_placement(), place=Place.of_secret("podman", {}), name="x_api_key")
    limit = placement_repository.LOCAL_PLACEMENTS_PER_HOLDER
    store.placements.save([secret, make_placement(path="/oldest")])
    store.placements.save(
        [replace(make_placement(path=f"/{n}"), written_at=LATER) for n in range(limit)]
    )
    listed = store.placements.list_all()
    assert (len(listed), listed[-1]) == (limit + 1, secret)


def test_the_key_is_made_once_and_again_if_it_is_damaged(store: Store, vault: MemoryVault) -> None:
    key = store.placements.fingerprint_key()
    assert store.placements.fingerprint_key() == key
    assert not store.placements.adopt_fingerprint_key(Secret("0" * 64))
    assert store.placements.adopt_fingerprint_key(Secret(key.reveal()))
    (name,) = (name for name in vault.items if name.startswith("twauth/fingerprints/"))
    for damaged in ("", "{", '{"v":1}', '{"v":1,"key":"zz"}', '{"v":1,"key":7}'):
        vault.items[name] = damaged
        assert store.placements.read_fingerprint_key() is None
        assert store.placements.fingerprint_key() not in {None, key}
    del vault.items[name]
    assert store.placements.adopt_fingerprint_key(key)
    assert store.placements.fingerprint_key() == key
    vault.fail_with = VaultFailedError()
    with pytest.raises(VaultFailedError):
        _ = store.placements.fingerprint_key()


def test_a_fingerprint_is_bound_to_key_place_name_and_content() -> None:
    place = Place(PlacementKind.SECRET, "github", "{}")
    content = describe_content({"api_key": "k", "access_token": "t"})
    assert content != describe_content({"api_key": "t", "access_token": "k"})
    assert describe_content({"api_key": "k"}) == "k"
    seen = {
        compute_fingerprint(Secret(key), where, name, what)
        for key in ("1", "2")
        for where in (place, replace(place, target='{"a":"b"}'), replace(place, destination="x"))
        for name in ("A", "B", "\udcff")
        for what in (content, "k")
    }
    assert (len(seen), {len(one) for one in seen}) == (36, {16})


@pytest.mark.skipif(sys.platform == "win32", reason="names of files are text there")
def test_a_path_that_is_not_text_is_kept(store: Store, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9 .env")
    place = Place.of_path(PlacementKind.FILE, path)
    store.placements.save([replace(make_placement(), place=place)])
    assert [one.place.path for one in store.placements.list_all()] == [path]
    relative = Place.of_path(PlacementKind.FILE, Path("a/../b"))
    assert relative.path == Path.cwd() / "b"


_PLACES = st.builds(
    Place,
    st.sampled_from(PlacementKind),
    st.sampled_from(["", "/a/.env", "bot.py", "caf\u00e9 \N{SNOWMAN}'; --"]),
    st.sampled_from(["", '{"repo":"a/b"}']),
)
_PLACEMENTS = st.builds(
    Placement,
    app_id=st.just(AppId("app0")),
    account_id=st.sampled_from([AccountId("account0"), AccountId("account3"), None]),
    place=_PLACES,
    written_at=st.integers(0, 10**6).map(lambda seconds: NOON + timedelta(seconds=seconds)),
    name=st.sampled_from(["", "X_API_KEY"]),
    preset=st.text(max_size=3),
    fields=st.lists(st.sampled_from(["api_key", "access_token"]), unique=True).map(tuple),
    generations=st.builds(Generations, *[st.integers(-1, 3)] * 3),
    fingerprint=st.binary(max_size=16),
    marker=st.text(max_size=3),
    state=st.sampled_from(PlacementState),
    origin=st.sampled_from(["", "0123456789ab"]),
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with accounts in its index; each example changes a copy in memory."""
    folder = tmp_path_factory.mktemp("filled")
    fill_index(folder, 4)
    return folder


def key_of(one: Placement) -> tuple[Place, str, AccountId | AppId]:
    return one.place, one.name, one.account_id or one.app_id


@given(batches=st.lists(st.lists(_PLACEMENTS, max_size=4), max_size=6))
def test_what_was_saved_last_is_there_and_goes_through_a_backup(
    filled: Path, batches: list[list[Placement]]
) -> None:
    with closing(Store.open_copy(filled, MemoryVault(), now=FakeClock())) as store:
        expected: dict[tuple[Place, str, AccountId | AppId], Placement] = {}
        for batch in batches:
            store.placements.save(batch)
            expected.update({key_of(one): one for one in batch})
        listed = store.placements.list_all()
        assert {key_of(one): one for one in listed} == expected
        assert len(listed) == len(expected)
        assert [one.written_at for one in listed] == sorted(
            (one.written_at for one in listed), reverse=True
        )
        for one in listed:
            assert store.placements.find(*key_of(one)) == one
            assert one in store.placements.list_at(one.place)
            again = parse_placement(one.app_id, one.account_id, pack_placement(one))
            assert replace(again, generations=one.generations) == one
            assert (again.generations == Generations()) == (one.generations == Generations())
        assert store.placements.forget([one.id for one in listed[::2]]) == len(listed[::2])
        assert store.placements.list_all() == listed[1::2]
