"""The store's promises one by one, over a keychain in memory."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from tests.store import samples
from tests.store.samples import APP, NEW, NEW_KEYS, NOON, OLD, OLD_KEYS, Clock, account, attempt
from tests.support.memory_vault import MemoryVault
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import PendingSignInId, PendingState
from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.store.errors import (
    AlreadyKeptError,
    AppInUseError,
    CredentialMissingError,
    NotFoundError,
)
from twauth_gui.store.notebook import EVENTS_PER_ACCOUNT
from twauth_gui.store.recovery import Recovery
from twauth_gui.store.store import UNDO_TIME, Store
from twauth_gui.store.vault_errors import VaultHungError, VaultLockedError


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def store(tmp_path: Path, vault: MemoryVault, clock: Clock) -> Generator[Store]:
    store = Store.open(tmp_path, vault, now=clock, running=clock.running)
    _ = store.apps.add(APP, OLD_KEYS)
    vault.calls.clear()
    yield store
    store.close()


def test_an_app_is_kept_and_changed(store: Store, vault: MemoryVault) -> None:
    assert store.apps.all() == [APP]
    assert store.apps.keys(APP.id) == OLD_KEYS
    renamed = replace(APP, label="Alerts", hosts=Hosts.at("http://127.0.0.1:8740"), callback="oob")
    assert store.apps.update(renamed) == renamed
    assert store.apps.update(APP, NEW_KEYS) == replace(APP, generation=2)
    assert store.apps.keys(APP.id) == NEW_KEYS
    assert list(vault.items) == ["twauth/app/app-1/2"]


def test_an_app_with_accounts_stays(store: Store, vault: MemoryVault) -> None:
    _ = store.accounts.add(account(), OLD)
    _ = store.pending_sign_ins.begin(attempt(), samples.WAITING)
    with pytest.raises(AppInUseError, match="Newsroom has 1 account"):
        store.apps.remove(APP.id)
    store.accounts.hide(account().id)
    store.apps.remove(APP.id)
    assert (store.apps.all(), store.pending_sign_ins.all(), vault.items) == ([], [], {})


def test_a_sign_in_becomes_an_account(store: Store, vault: MemoryVault) -> None:
    assert store.pending_sign_ins.begin(attempt(), samples.WAITING) == attempt()
    granted = replace(attempt(state=PendingState.GRANTED), granted_handle="fernwick_news")
    assert store.pending_sign_ins.update(granted, samples.GRANTED).generation == 2
    assert store.pending_sign_ins.request_secrets(attempt().id) == samples.GRANTED
    kept = store.finish_attempt(attempt().id, account(), NEW)
    assert kept == account()
    assert store.accounts.credentials(kept.id) == NEW
    assert store.pending_sign_ins.all() == []
    assert list(vault.items) == ["twauth/app/app-1/1", "twauth/account/account-1/1"]


def test_signing_in_again_keeps_what_a_person_wrote(store: Store, vault: MemoryVault) -> None:
    first = store.accounts.add(replace(account(), note="weekly", tags=("b", "a")), OLD)
    store.settings.set_active_account(first.id)
    _ = store.pending_sign_ins.begin(attempt(), samples.WAITING)
    again = replace(account(2, handle="marsh_weather"), access=AccessLevel.READ_WRITE)
    kept = store.finish_attempt(attempt().id, again, NEW)
    assert kept == replace(
        first, handle="marsh_weather", access=AccessLevel.READ_WRITE, generation=2
    )
    assert store.settings.active_account() == first.id
    assert store.accounts.credentials(first.id) == NEW
    assert list(vault.items) == ["twauth/app/app-1/1", "twauth/account/account-1/2"]


def test_the_same_account_twice_is_refused_unless_meant(store: Store) -> None:
    kept = store.accounts.add(account(), OLD)
    with pytest.raises(AlreadyKeptError, match="@fernwick_news is already here"):
        _ = store.accounts.add(account(2), NEW)
    assert store.accounts.credentials(kept.id) == OLD
    assert store.accounts.replace_credentials(kept, NEW).generation == 2
    assert store.accounts.credentials(kept.id) == NEW


def test_an_account_is_updated(store: Store) -> None:
    kept = store.accounts.add(account(), OLD)
    changed = replace(
        kept,
        handle="tidal_times",
        name="Tidal Times",
        access=AccessLevel.READ_WRITE_DM,
        health=Health(HealthState.REVOKED, NOON, "X said so."),
        note="ä\n",
        tags=("one", "zwö"),
    )
    assert store.accounts.update(changed) == changed
    assert store.accounts.all() == [changed]
    assert store.accounts.find(APP.id, "7001") == changed
    assert store.accounts.find(APP.id, "7002") is None


def test_removing_can_be_undone_until_the_purge(
    store: Store, vault: MemoryVault, clock: Clock
) -> None:
    kept = store.accounts.add(account(), OLD)
    store.settings.set_active_account(kept.id)
    vault.calls.clear()
    store.accounts.hide(kept.id)
    assert (store.accounts.all(), store.settings.active_account()) == ([], None)
    with pytest.raises(NotFoundError):
        _ = store.accounts.get(kept.id)
    assert store.accounts.restore(kept.id) == kept
    assert store.settings.active_account() == kept.id
    store.accounts.hide(kept.id)
    assert store.recover() == Recovery()
    assert {operation for operation, _service in vault.calls} == {"read"}, "it opens the vault"
    clock.advance(UNDO_TIME)
    assert store.recover().orphans == 1
    assert list(vault.items) == ["twauth/app/app-1/1"]
    with pytest.raises(NotFoundError):
        _ = store.accounts.restore(kept.id)


def test_adding_a_removed_account_brings_it_back(store: Store) -> None:
    kept = store.accounts.add(replace(account(), note="mine"), OLD)
    store.accounts.hide(kept.id)
    assert store.accounts.add(account(2), NEW) == replace(kept, generation=2)
    store.accounts.purge_hidden()
    assert store.accounts.credentials(kept.id) == NEW


def test_a_lost_item_is_told_and_remembered(store: Store, vault: MemoryVault, clock: Clock) -> None:
    kept = store.accounts.add(account(), OLD)
    _ = store.pending_sign_ins.begin(attempt(), samples.WAITING)
    vault.items.clear()
    with pytest.raises(CredentialMissingError, match="@fernwick_news") as caught:
        _ = store.accounts.credentials(kept.id)
    assert caught.value.diagnosis.kind is ProblemKind.CREDENTIAL_MISSING
    assert caught.value.diagnosis.remedy is Remedy.SIGN_IN_AGAIN
    assert store.accounts.get(kept.id).health.state is HealthState.CREDENTIAL_MISSING
    assert store.accounts.get(kept.id).health.at == clock()
    with pytest.raises(CredentialMissingError, match="the app Newsroom"):
        _ = store.apps.keys(APP.id)
    with pytest.raises(CredentialMissingError, match="this sign-in"):
        _ = store.pending_sign_ins.request_secrets(attempt().id)


class RacingVault(MemoryVault):
    """Lets another process switch the generation right before the next read."""

    race: Callable[[], object] | None = None

    @override
    def read(self, service: str) -> Secret | None:
        race, self.race = self.race, None
        if race is not None:
            _ = race()
        return super().read(service)


def test_a_switch_by_another_process_is_no_loss(tmp_path: Path, clock: Clock) -> None:
    vault = RacingVault()
    mine, other = (Store.open(tmp_path, vault, now=clock, running=clock.running) for _ in range(2))
    _ = mine.apps.add(APP, OLD_KEYS)
    kept = mine.accounts.add(account(), OLD)
    _ = mine.pending_sign_ins.begin(attempt(), samples.WAITING)
    vault.race = lambda: other.accounts.replace_credentials(kept, NEW)
    assert mine.accounts.credentials(kept.id) == NEW
    vault.race = lambda: other.apps.update(APP, NEW_KEYS)
    assert mine.apps.keys(APP.id) == NEW_KEYS
    vault.race = lambda: other.pending_sign_ins.update(attempt(), samples.GRANTED)
    assert mine.pending_sign_ins.request_secrets(attempt().id) == samples.GRANTED
    mine.close()
    other.close()


def test_a_locked_keychain_changes_nothing(store: Store, vault: MemoryVault) -> None:
    kept = store.accounts.add(account(), OLD)
    _ = store.pending_sign_ins.begin(attempt(), samples.WAITING)
    before = dict(vault.items)
    vault.fail_with = VaultLockedError("Test Keyring")
    with pytest.raises(VaultLockedError):
        _ = store.finish_attempt(attempt().id, account(2), NEW)
    with pytest.raises(VaultLockedError):
        _ = store.apps.update(APP, NEW_KEYS)
    assert (store.accounts.all(), store.pending_sign_ins.all()) == ([kept], [attempt()])
    (message,) = store.recover().messages
    assert message.startswith("Cleaning up waits: Test Keyring is locked.")
    vault.fail_with = None
    assert store.accounts.credentials(kept.id) == OLD
    recovery = store.recover()
    assert (recovery.undone, recovery.finished, recovery.orphans) == (2, 0, 0)
    sign_in, keys = recovery.messages
    assert "The sign-in is still in the list" in sign_in
    assert keys.startswith("Saving the keys of Newsroom did not come to its end")
    assert vault.items == before
    assert store.finish_attempt(attempt().id, account(2), NEW).id == kept.id
    assert store.accounts.credentials(kept.id) == NEW


def test_a_write_that_failed_is_undone_at_once(store: Store, vault: MemoryVault) -> None:
    vault.fail_with, vault.fail_on, vault.fail_late = VaultLockedError(), "write", True
    with pytest.raises(VaultLockedError):
        _ = store.accounts.add(account(), OLD)
    assert list(vault.items) == ["twauth/app/app-1/1"]
    assert store.recover() == Recovery()


def test_a_grant_whose_write_hung_is_found_again(store: Store, vault: MemoryVault) -> None:
    _ = store.pending_sign_ins.begin(attempt(), samples.WAITING)
    vault.fail_with, vault.fail_on, vault.fail_late = VaultHungError(), "write", True
    with pytest.raises(VaultHungError):
        _ = store.pending_sign_ins.update(attempt(state=PendingState.GRANTED), samples.GRANTED)
    assert store.pending_sign_ins.request_secrets(attempt().id) == samples.WAITING
    vault.fail_with = None
    recovery = store.recover()
    assert (recovery.finished, recovery.undone, recovery.orphans) == (1, 0, 1)
    assert store.pending_sign_ins.request_secrets(attempt().id) == samples.GRANTED
    assert store.pending_sign_ins.get(attempt().id).state is PendingState.GRANTED


@pytest.mark.parametrize("arrived", [True, False])
def test_a_retry_after_a_hang_wins(store: Store, vault: MemoryVault, arrived: bool) -> None:  # noqa: FBT001 - a parameter of the test
    vault.fail_with, vault.fail_on, vault.fail_late = VaultHungError(), "write", arrived
    with pytest.raises(VaultHungError):
        _ = store.accounts.add(account(), OLD)
    vault.fail_with = None
    kept = store.accounts.add(account(), NEW)
    recovery = store.recover()
    assert (recovery.finished, recovery.undone) == (0, 0 if arrived else 1)
    assert store.accounts.credentials(kept.id) == NEW
    assert len(vault.items) == 2


def test_what_cannot_be_deleted_now_is_deleted_later(store: Store, vault: MemoryVault) -> None:
    _ = store.pending_sign_ins.begin(attempt(), samples.WAITING)
    vault.fail_with, vault.fail_on = VaultLockedError(), "delete"
    kept = store.finish_attempt(attempt().id, account(), NEW)
    store.accounts.hide(kept.id)
    store.accounts.purge_hidden()
    assert len(vault.items) == 3
    vault.fail_with = None
    assert store.recover().orphans == 2
    assert list(vault.items) == ["twauth/app/app-1/1"]


def test_nothing_in_doubt_means_no_keychain(store: Store, vault: MemoryVault) -> None:
    _ = store.accounts.add(account(), OLD)
    vault.calls.clear()
    assert store.recover() == Recovery()
    assert (len(store.accounts.all()), len(store.apps.all())) == (1, 1)
    assert vault.calls == []


def test_history_is_newest_first_and_bounded(store: Store) -> None:
    kept = store.accounts.add(account(), OLD)
    for number in range(EVENTS_PER_ACCOUNT + 10):
        at = NOON + timedelta(seconds=number)
        store.events.add(Event(kept.id, EventKind.CHECKED, at, f"check {number}"))
    newest = store.events.latest(kept.id, limit=2)
    assert [event.text for event in newest] == ["check 209", "check 208"]
    assert len(store.events.latest(kept.id, limit=1000)) == EVENTS_PER_ACCOUNT
    store.accounts.hide(kept.id)
    store.accounts.purge_hidden()
    assert store.events.latest(kept.id) == []


def test_settings_and_the_active_account(store: Store) -> None:
    assert store.settings.get("clipboard") is None
    store.settings.set("clipboard", "30")
    store.settings.set("clipboard", "10")
    assert store.settings.get("clipboard") == "10"
    kept = store.accounts.add(account(), OLD)
    store.settings.set_active_account(kept.id)
    assert store.settings.active_account() == kept.id
    store.settings.set_active_account(None)
    assert store.settings.active_account() is None


def test_what_is_not_kept_is_not_found(store: Store) -> None:
    nobody = AccountId("nobody")
    stray = replace(account(), app_id=AppId("none"))
    for call in (
        lambda: store.apps.get(AppId("none")),
        lambda: store.apps.keys(AppId("none")),
        lambda: store.apps.update(replace(APP, id=AppId("none"))),
        lambda: store.apps.update(replace(APP, id=AppId("none")), NEW_KEYS),
        lambda: store.apps.remove(AppId("none")),
        lambda: store.accounts.get(nobody),
        lambda: store.accounts.credentials(nobody),
        lambda: store.accounts.update(replace(account(), id=nobody)),
        lambda: store.accounts.add(stray, OLD),
        lambda: store.accounts.hide(nobody),
        lambda: store.accounts.restore(nobody),
        lambda: store.settings.set_active_account(nobody),
        lambda: store.events.add(Event(nobody, EventKind.COPIED, NOON, "")),
        lambda: store.pending_sign_ins.get(PendingSignInId("none")),
        lambda: store.pending_sign_ins.request_secrets(PendingSignInId("none")),
        lambda: store.pending_sign_ins.begin(
            replace(attempt(), app_id=AppId("none")), samples.WAITING
        ),
        lambda: store.pending_sign_ins.update(attempt(), samples.WAITING),
        lambda: store.finish_attempt(PendingSignInId("none"), account(), NEW),
        lambda: store.pending_sign_ins.discard(PendingSignInId("none")),
    ):
        with pytest.raises(NotFoundError) as caught:
            call()
        assert caught.value.diagnosis.kind is ProblemKind.NOT_FOUND


def test_no_secret_is_in_the_directory(store: Store, tmp_path: Path) -> None:
    _ = store.accounts.add(account(), OLD)
    _ = store.pending_sign_ins.begin(attempt(), samples.WAITING)
    _ = store.pending_sign_ins.update(attempt(state=PendingState.GRANTED), samples.GRANTED)
    _ = store.finish_attempt(attempt().id, account(2), NEW)
    _ = store.apps.update(APP, NEW_KEYS)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"fernwick_news" in kept
    for value in (b"old-key", b"new-key", b"new-bearer", b"7001-", b"request-secret", b"-secret"):
        assert value not in kept
