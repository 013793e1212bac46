"""OAuth 2.0 tokens, beside OAuth 1.0a credentials or alone; neither changes the other."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.store_changes import state_of, without_ids
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    NEXT_OAUTH2_TOKENS,
    NOON,
    OAUTH2_GRANTED_SECRETS,
    OAUTH2_TOKENS,
    OAUTH2_WAITING_SECRETS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    WAITING_SECRETS,
    FakeClock,
    make_account,
    make_pending,
    make_pending_oauth2,
    make_token_metadata,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.store.backup import collect_backup
from twauth_gui.store.errors import CredentialMissingError, NotFoundError, NotSignedInError
from twauth_gui.store.records import RecordError
from twauth_gui.store.restore_apply import apply_restore
from twauth_gui.store.restore_plan import RestoreChange, RestoreChoice, RestoreResult, plan_restore
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultFailedError


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def store(tmp_path: Path, vault: MemoryVault) -> Generator[Store]:
    opened = Store.open(tmp_path / "here", vault, now=FakeClock())
    _ = opened.apps.add(APP, OLD_KEYS)
    yield opened
    opened.close()


@pytest.fixture
def target(tmp_path: Path) -> Generator[Store]:
    opened = Store.open(tmp_path / "there", MemoryVault(), now=FakeClock())
    yield opened
    opened.close()


def names(vault: MemoryVault) -> list[str]:
    return sorted(name.removeprefix("twauth/") for name in vault.items)


def test_alone_then_with_the_others(store: Store, vault: MemoryVault) -> None:
    saved = store.tokens.save(
        replace(make_account(), note="mine"), OAUTH2_TOKENS, make_token_metadata()
    )
    assert (saved.has_oauth1, saved.note) == (False, "mine")
    assert store.tokens.get(saved.id) == OAUTH2_TOKENS
    assert store.tokens.list_metadata() == {saved.id: make_token_metadata()}
    with pytest.raises(NotSignedInError) as caught:
        _ = store.accounts.read_credentials(saved.id)
    assert "@fernwick_news has no OAuth 1.0a credentials." in str(caught.value)
    assert store.accounts.get(saved.id).health.at is None  # nothing is wrong with it
    again = store.accounts.replace_credentials(make_account(2), OLD_CREDENTIALS)
    assert (again.id, again.has_oauth1, again.note) == (saved.id, True, "mine")
    assert (store.accounts.read_credentials(saved.id), store.tokens.get(saved.id)) == (
        OLD_CREDENTIALS,
        OAUTH2_TOKENS,
    )
    assert names(vault) == ["account/account-1/1", "app/app-1/1", "tokens/account-1/1"]


def test_a_renewal_leaves_the_other_item_alone(store: Store, vault: MemoryVault) -> None:
    saved = store.accounts.add(make_account(), OLD_CREDENTIALS)
    before = store.tokens.save(
        replace(make_account(2), handle="new_handle"), OAUTH2_TOKENS, make_token_metadata()
    )
    assert (before.id, before.handle, before.generation) == (saved.id, "new_handle", 1)
    store.tokens.record_renewal_start(saved.id, NOON, 1)
    metadata = store.tokens.get_metadata(saved.id)
    assert metadata == replace(make_token_metadata(), renewing_at=NOON)
    store.tokens.renew(saved.id, NEXT_OAUTH2_TOKENS, 1)
    assert store.tokens.get_metadata(saved.id) == make_token_metadata(NEXT_OAUTH2_TOKENS)
    assert store.tokens.get(saved.id) == NEXT_OAUTH2_TOKENS
    assert names(vault) == ["account/account-1/1", "app/app-1/1", "tokens/account-1/2"]
    with pytest.raises(NotFoundError):
        store.tokens.renew(make_account(9).id, OAUTH2_TOKENS, 1)


def test_a_keychain_that_fails_leaves_the_pair(store: Store, vault: MemoryVault) -> None:
    saved = store.tokens.save(make_account(), OAUTH2_TOKENS, make_token_metadata())
    vault.fail_with, vault.fail_on = VaultFailedError(), "write"
    with pytest.raises(VaultFailedError):
        store.tokens.renew(saved.id, NEXT_OAUTH2_TOKENS, 1)
    vault.fail_with = None
    assert (store.tokens.get(saved.id), store.recover().finished) == (OAUTH2_TOKENS, 0)


def test_dropped_missing_and_never_there(store: Store, vault: MemoryVault) -> None:
    saved = store.accounts.add(make_account(), OLD_CREDENTIALS)
    with pytest.raises(NotSignedInError):
        _ = store.tokens.get(saved.id)
    with pytest.raises(NotFoundError):
        store.tokens.delete(saved.id, 1)
    _ = store.tokens.save(make_account(), OAUTH2_TOKENS, make_token_metadata())
    del vault.items["twauth/tokens/account-1/1"]
    with pytest.raises(CredentialMissingError) as caught:
        _ = store.tokens.get(saved.id)
    assert caught.value.diagnosis.kind is ProblemKind.CREDENTIAL_MISSING
    store.tokens.delete(saved.id, 1)
    assert store.tokens.get_metadata(saved.id) is None
    assert store.accounts.read_credentials(saved.id) == OLD_CREDENTIALS


def test_removing_takes_both(store: Store, vault: MemoryVault) -> None:
    first = store.accounts.add(make_account(), OLD_CREDENTIALS)
    _ = store.tokens.save(make_account(), OAUTH2_TOKENS, make_token_metadata())
    second = store.tokens.save(
        make_account(2, "7002", "tidal_times"),
        NEXT_OAUTH2_TOKENS,
        make_token_metadata(NEXT_OAUTH2_TOKENS),
    )
    store.accounts.hide(first.id)
    store.accounts.hide(second.id)
    back = store.tokens.save(
        make_account(3, "7002", "tidal_times"), OAUTH2_TOKENS, make_token_metadata()
    )
    assert (back.id, store.tokens.get(second.id)) == (second.id, OAUTH2_TOKENS)
    store.accounts.purge_hidden()
    assert names(vault) == ["app/app-1/1", "tokens/account-2/2"]
    store.accounts.hide(second.id)
    store.apps.remove(APP.id)
    assert names(vault) == []
    assert store.tokens.list_metadata() == {}


def test_each_kind_of_sign_in_is_read_as_what_it_is(store: Store) -> None:
    _ = store.pending_sign_ins.add(make_pending_oauth2(), OAUTH2_WAITING_SECRETS)
    _ = store.pending_sign_ins.add(make_pending(2), WAITING_SECRETS)
    assert (
        store.pending_sign_ins.read_oauth2_secrets(make_pending_oauth2().id)
        == OAUTH2_WAITING_SECRETS
    )
    with pytest.raises(RecordError):
        _ = store.pending_sign_ins.read_oauth1_secrets(make_pending_oauth2().id)
    with pytest.raises(RecordError):
        _ = store.pending_sign_ins.read_oauth2_secrets(make_pending(2).id)


def test_a_backup_brings_both_kinds(store: Store, target: Store) -> None:
    _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    _ = store.tokens.save(make_account(), OAUTH2_TOKENS, make_token_metadata())
    _ = store.tokens.save(
        make_account(2, "7002", "tidal_times"),
        NEXT_OAUTH2_TOKENS,
        make_token_metadata(NEXT_OAUTH2_TOKENS),
    )
    _ = store.pending_sign_ins.add(make_pending_oauth2(), OAUTH2_WAITING_SECRETS)
    _ = store.pending_sign_ins.update(make_pending_oauth2(), OAUTH2_GRANTED_SECRETS)
    backup = collect_backup(store, NOON)
    assert apply_restore(target, plan_restore(target, backup)) == RestoreResult(
        added=3, pending_sign_ins=1
    )
    assert without_ids(state_of(target)) == without_ids(state_of(store))
    ids = {one.handle: one.id for one in target.accounts.list_all()}
    first, second = ids["fernwick_news"], ids["tidal_times"]
    assert (target.tokens.get(first), target.accounts.read_credentials(first)) == (
        OAUTH2_TOKENS,
        OLD_CREDENTIALS,
    )
    assert target.tokens.get(second) == NEXT_OAUTH2_TOKENS
    assert (
        target.pending_sign_ins.read_oauth2_secrets(target.pending_sign_ins.list_all()[0].id)
        == OAUTH2_GRANTED_SECRETS
    )
    assert plan_restore(target, backup).is_empty


def test_what_only_the_backup_has_comes_in_unasked(store: Store, target: Store) -> None:
    _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    _ = store.tokens.save(make_account(), OAUTH2_TOKENS, make_token_metadata())
    backup = collect_backup(store, NOON)
    _ = target.apps.add(APP, OLD_KEYS)
    _ = target.accounts.add(make_account(), NEW_CREDENTIALS)
    plan = plan_restore(target, backup)
    (step,) = plan.accounts
    assert (step.change, step.differing_fields, step.missing_kinds) == (
        RestoreChange.CONFLICT,
        ("credentials",),
        ("oauth2",),
    )
    assert apply_restore(target, plan) == RestoreResult(unchanged=2)
    assert (
        target.accounts.read_credentials(make_account().id),
        target.tokens.get(make_account().id),
    ) == (NEW_CREDENTIALS, OAUTH2_TOKENS)
    target.tokens.renew(make_account().id, NEXT_OAUTH2_TOKENS, 1)
    (step,) = plan_restore(target, backup).accounts
    assert step.differing_fields == ("credentials", "oauth2")
    assert (
        apply_restore(
            target, plan_restore(target, backup), lambda _step: RestoreChoice.BACKUP
        ).replaced
        == 1
    )
    assert (
        target.accounts.read_credentials(make_account().id),
        target.tokens.get(make_account().id),
    ) == (OLD_CREDENTIALS, OAUTH2_TOKENS)


def test_an_account_that_had_only_the_new_kind_here(store: Store, target: Store) -> None:
    _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    _ = target.apps.add(APP, OLD_KEYS)
    _ = target.tokens.save(
        replace(make_account(4), signed_in_at=NOON - timedelta(1)),
        OAUTH2_TOKENS,
        make_token_metadata(),
    )
    (step,) = plan_restore(target, collect_backup(store, NOON)).accounts
    assert (step.change, step.missing_kinds) == (RestoreChange.ADD, ("credentials",))
    assert apply_restore(target, plan_restore(target, collect_backup(store, NOON))).added == 1
    assert (
        target.accounts.read_credentials(make_account(4).id),
        target.tokens.get(make_account(4).id),
    ) == (
        OLD_CREDENTIALS,
        OAUTH2_TOKENS,
    )
