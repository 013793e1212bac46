"""Credentials of OAuth 2.0 lie beside those of OAuth 1.0a, or alone; neither touches the other."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.samples import (
    APP,
    CODE_GRANTED,
    CODE_WAITING,
    NEW,
    NEXT_PAIR,
    NOON,
    OLD,
    OLD_KEYS,
    PAIR,
    WAITING,
    Clock,
    account,
    attempt,
    code_attempt,
    facts,
)
from tests.store.test_crashes import state_of, without_ids
from tests.support.memory_vault import MemoryVault
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.store.backup import collect
from twauth_gui.store.errors import CredentialMissingError, NotFoundError, NotSignedInError
from twauth_gui.store.fields import RecordError
from twauth_gui.store.restore import RestoreChange, Restored, Take, plan_restore
from twauth_gui.store.restoring import carry_out
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultFailedError


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def store(tmp_path: Path, vault: MemoryVault) -> Generator[Store]:
    opened = Store.open(tmp_path / "here", vault, now=Clock())
    _ = opened.apps.add(APP, OLD_KEYS)
    yield opened
    opened.close()


@pytest.fixture
def there(tmp_path: Path) -> Generator[Store]:
    opened = Store.open(tmp_path / "there", MemoryVault(), now=Clock())
    yield opened
    opened.close()


def names(vault: MemoryVault) -> list[str]:
    return sorted(name.removeprefix("twauth/") for name in vault.items)


def test_alone_then_with_the_others(store: Store, vault: MemoryVault) -> None:
    kept = store.tokens.save(replace(account(), note="mine"), PAIR, facts())
    assert (kept.has_oauth1, kept.note) == (False, "mine")
    assert store.tokens.get(kept.id) == PAIR
    assert store.tokens.all_facts() == {kept.id: facts()}
    with pytest.raises(NotSignedInError) as told:
        _ = store.accounts.credentials(kept.id)
    assert "@fernwick_news has no credentials of OAuth 1.0a." in str(told.value)
    assert store.accounts.get(kept.id).health.at is None  # nothing is wrong with it
    again = store.accounts.replace_credentials(account(2), OLD)
    assert (again.id, again.has_oauth1, again.note) == (kept.id, True, "mine")
    assert (store.accounts.credentials(kept.id), store.tokens.get(kept.id)) == (OLD, PAIR)
    assert names(vault) == ["account/account-1/1", "app/app-1/1", "tokens/account-1/1"]


def test_a_renewal_leaves_the_other_item_alone(store: Store, vault: MemoryVault) -> None:
    kept = store.accounts.add(account(), OLD)
    before = store.tokens.save(replace(account(2), handle="new_handle"), PAIR, facts())
    assert (before.id, before.handle, before.generation) == (kept.id, "new_handle", 1)
    store.tokens.note_renewing(kept.id, NOON, 1)
    noted = store.tokens.facts(kept.id)
    assert noted == replace(facts(), renewing_at=NOON)
    store.tokens.renew(kept.id, NEXT_PAIR, 1)
    assert store.tokens.facts(kept.id) == facts(NEXT_PAIR)
    assert store.tokens.get(kept.id) == NEXT_PAIR
    assert names(vault) == ["account/account-1/1", "app/app-1/1", "tokens/account-1/2"]
    with pytest.raises(NotFoundError):
        store.tokens.renew(account(9).id, PAIR, 1)


def test_a_keychain_that_fails_leaves_the_pair(store: Store, vault: MemoryVault) -> None:
    kept = store.tokens.save(account(), PAIR, facts())
    vault.fail_with, vault.fail_on = VaultFailedError(), "write"
    with pytest.raises(VaultFailedError):
        store.tokens.renew(kept.id, NEXT_PAIR, 1)
    vault.fail_with = None
    assert (store.tokens.get(kept.id), store.recover().finished) == (PAIR, 0)


def test_dropped_missing_and_never_there(store: Store, vault: MemoryVault) -> None:
    kept = store.accounts.add(account(), OLD)
    with pytest.raises(NotSignedInError):
        _ = store.tokens.get(kept.id)
    with pytest.raises(NotFoundError):
        store.tokens.drop(kept.id, 1)
    _ = store.tokens.save(account(), PAIR, facts())
    del vault.items["twauth/tokens/account-1/1"]
    with pytest.raises(CredentialMissingError) as told:
        _ = store.tokens.get(kept.id)
    assert told.value.diagnosis.kind is ProblemKind.CREDENTIAL_MISSING
    store.tokens.drop(kept.id, 1)
    assert store.tokens.facts(kept.id) is None
    assert store.accounts.credentials(kept.id) == OLD


def test_removing_takes_both(store: Store, vault: MemoryVault) -> None:
    first = store.accounts.add(account(), OLD)
    _ = store.tokens.save(account(), PAIR, facts())
    second = store.tokens.save(account(2, "7002", "tidal_times"), NEXT_PAIR, facts(NEXT_PAIR))
    store.accounts.hide(first.id)
    store.accounts.hide(second.id)
    back = store.tokens.save(account(3, "7002", "tidal_times"), PAIR, facts())
    assert (back.id, store.tokens.get(second.id)) == (second.id, PAIR)
    store.accounts.purge_hidden()
    assert names(vault) == ["app/app-1/1", "tokens/account-2/2"]
    store.accounts.hide(second.id)
    store.apps.remove(APP.id)
    assert names(vault) == []
    assert store.tokens.all_facts() == {}


def test_each_kind_of_sign_in_is_read_as_what_it_is(store: Store) -> None:
    _ = store.pending_sign_ins.begin(code_attempt(), CODE_WAITING)
    _ = store.pending_sign_ins.begin(attempt(2), WAITING)
    assert store.pending_sign_ins.code_secrets(code_attempt().id) == CODE_WAITING
    with pytest.raises(RecordError):
        _ = store.pending_sign_ins.request_secrets(code_attempt().id)
    with pytest.raises(RecordError):
        _ = store.pending_sign_ins.code_secrets(attempt(2).id)


def test_a_backup_brings_both_kinds(store: Store, there: Store) -> None:
    _ = store.accounts.add(account(), OLD)
    _ = store.tokens.save(account(), PAIR, facts())
    _ = store.tokens.save(account(2, "7002", "tidal_times"), NEXT_PAIR, facts(NEXT_PAIR))
    _ = store.pending_sign_ins.begin(code_attempt(), CODE_WAITING)
    _ = store.pending_sign_ins.update(code_attempt(), CODE_GRANTED)
    backup = collect(store, NOON)
    assert carry_out(there, plan_restore(there, backup)) == Restored(added=3, attempts=1)
    assert without_ids(state_of(there)) == without_ids(state_of(store))
    ids = {one.handle: one.id for one in there.accounts.all()}
    first, second = ids["fernwick_news"], ids["tidal_times"]
    assert (there.tokens.get(first), there.accounts.credentials(first)) == (PAIR, OLD)
    assert there.tokens.get(second) == NEXT_PAIR
    assert there.pending_sign_ins.code_secrets(there.pending_sign_ins.all()[0].id) == CODE_GRANTED
    assert plan_restore(there, backup).is_empty


def test_what_only_the_backup_has_comes_in_unasked(store: Store, there: Store) -> None:
    _ = store.accounts.add(account(), OLD)
    _ = store.tokens.save(account(), PAIR, facts())
    backup = collect(store, NOON)
    _ = there.apps.add(APP, OLD_KEYS)
    _ = there.accounts.add(account(), NEW)
    plan = plan_restore(there, backup)
    (step,) = plan.accounts
    assert (step.change, step.differs, step.lacks) == (
        RestoreChange.CONFLICT,
        ("credentials",),
        ("oauth2",),
    )
    assert carry_out(there, plan) == Restored(left=2)
    assert (there.accounts.credentials(account().id), there.tokens.get(account().id)) == (NEW, PAIR)
    there.tokens.renew(account().id, NEXT_PAIR, 1)
    (step,) = plan_restore(there, backup).accounts
    assert step.differs == ("credentials", "oauth2")
    assert carry_out(there, plan_restore(there, backup), lambda _step: Take.BACKUP).replaced == 1
    assert (there.accounts.credentials(account().id), there.tokens.get(account().id)) == (OLD, PAIR)


def test_an_account_that_had_only_the_new_kind_here(store: Store, there: Store) -> None:
    _ = store.accounts.add(account(), OLD)
    _ = there.apps.add(APP, OLD_KEYS)
    _ = there.tokens.save(replace(account(4), signed_in_at=NOON - timedelta(1)), PAIR, facts())
    (step,) = plan_restore(there, collect(store, NOON)).accounts
    assert (step.change, step.lacks) == (RestoreChange.ADD, ("credentials",))
    assert carry_out(there, plan_restore(there, collect(store, NOON))).added == 1
    assert (there.accounts.credentials(account(4).id), there.tokens.get(account(4).id)) == (
        OLD,
        PAIR,
    )
