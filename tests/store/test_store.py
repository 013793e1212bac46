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
    _ = store.add_app(APP, OLD_KEYS)
    vault.calls.clear()
    yield store
    store.close()


def test_an_app_is_kept_and_changed(store: Store, vault: MemoryVault) -> None:
    assert store.apps() == [APP]
    assert store.app_keys(APP.id) == OLD_KEYS
    renamed = replace(APP, label="Alerts", hosts=Hosts.at("http://127.0.0.1:8740"), callback="oob")
    assert store.update_app(renamed) == renamed
    assert store.update_app(APP, NEW_KEYS) == replace(APP, generation=2)
    assert store.app_keys(APP.id) == NEW_KEYS
    assert list(vault.items) == ["twauth/app/app-1/2"]


def test_an_app_with_accounts_stays(store: Store, vault: MemoryVault) -> None:
    _ = store.add_account(account(), OLD)
    _ = store.begin_attempt(attempt(), samples.WAITING)
    with pytest.raises(AppInUseError, match="Newsroom has 1 account"):
        store.remove_app(APP.id)
    store.hide_account(account().id)
    store.remove_app(APP.id)
    assert (store.apps(), store.attempts(), vault.items) == ([], [], {})


def test_a_sign_in_becomes_an_account(store: Store, vault: MemoryVault) -> None:
    assert store.begin_attempt(attempt(), samples.WAITING) == attempt()
    granted = replace(attempt(state=PendingState.GRANTED), granted_handle="fernwick_news")
    assert store.update_attempt(granted, samples.GRANTED).generation == 2
    assert store.attempt_secrets(attempt().id) == samples.GRANTED
    kept = store.finish_attempt(attempt().id, account(), NEW)
    assert kept == account()
    assert store.credentials(kept.id) == NEW
    assert store.attempts() == []
    assert list(vault.items) == ["twauth/app/app-1/1", "twauth/account/account-1/1"]


def test_signing_in_again_keeps_what_a_person_wrote(store: Store, vault: MemoryVault) -> None:
    first = store.add_account(replace(account(), note="weekly", tags=("b", "a")), OLD)
    store.set_active_account(first.id)
    _ = store.begin_attempt(attempt(), samples.WAITING)
    again = replace(account(2, handle="marsh_weather"), access=AccessLevel.READ_WRITE)
    kept = store.finish_attempt(attempt().id, again, NEW)
    assert kept == replace(
        first, handle="marsh_weather", access=AccessLevel.READ_WRITE, generation=2
    )
    assert store.active_account() == first.id
    assert store.credentials(first.id) == NEW
    assert list(vault.items) == ["twauth/app/app-1/1", "twauth/account/account-1/2"]


def test_the_same_account_twice_is_refused_unless_meant(store: Store) -> None:
    kept = store.add_account(account(), OLD)
    with pytest.raises(AlreadyKeptError, match="@fernwick_news is already here"):
        _ = store.add_account(account(2), NEW)
    assert store.credentials(kept.id) == OLD
    assert store.replace_credentials(kept, NEW).generation == 2
    assert store.credentials(kept.id) == NEW


def test_an_account_is_updated(store: Store) -> None:
    kept = store.add_account(account(), OLD)
    changed = replace(
        kept,
        handle="tidal_times",
        name="Tidal Times",
        access=AccessLevel.READ_WRITE_DM,
        health=Health(HealthState.REVOKED, NOON, "X said so."),
        note="ä\n",
        tags=("one", "zwö"),
    )
    assert store.update_account(changed) == changed
    assert store.accounts() == [changed]
    assert store.find_account(APP.id, "7001") == changed
    assert store.find_account(APP.id, "7002") is None


def test_removing_can_be_undone_until_the_purge(
    store: Store, vault: MemoryVault, clock: Clock
) -> None:
    kept = store.add_account(account(), OLD)
    store.set_active_account(kept.id)
    vault.calls.clear()
    store.hide_account(kept.id)
    assert (store.accounts(), store.active_account()) == ([], None)
    with pytest.raises(NotFoundError):
        _ = store.account(kept.id)
    assert store.restore_account(kept.id) == kept
    assert store.active_account() == kept.id
    store.hide_account(kept.id)
    assert store.recover() == Recovery()
    assert {operation for operation, _service in vault.calls} == {"read"}, "it opens the vault"
    clock.advance(UNDO_TIME)
    assert store.recover().orphans == 1
    assert list(vault.items) == ["twauth/app/app-1/1"]
    with pytest.raises(NotFoundError):
        _ = store.restore_account(kept.id)


def test_adding_a_removed_account_brings_it_back(store: Store) -> None:
    kept = store.add_account(replace(account(), note="mine"), OLD)
    store.hide_account(kept.id)
    assert store.add_account(account(2), NEW) == replace(kept, generation=2)
    store.purge_hidden()
    assert store.credentials(kept.id) == NEW


def test_a_lost_item_is_told_and_remembered(store: Store, vault: MemoryVault, clock: Clock) -> None:
    kept = store.add_account(account(), OLD)
    _ = store.begin_attempt(attempt(), samples.WAITING)
    vault.items.clear()
    with pytest.raises(CredentialMissingError, match="@fernwick_news") as caught:
        _ = store.credentials(kept.id)
    assert caught.value.diagnosis.kind is ProblemKind.CREDENTIAL_MISSING
    assert caught.value.diagnosis.remedy is Remedy.SIGN_IN_AGAIN
    assert store.account(kept.id).health.state is HealthState.CREDENTIAL_MISSING
    assert store.account(kept.id).health.at == clock()
    with pytest.raises(CredentialMissingError, match="the app Newsroom"):
        _ = store.app_keys(APP.id)
    with pytest.raises(CredentialMissingError, match="this sign-in"):
        _ = store.attempt_secrets(attempt().id)


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
    _ = mine.add_app(APP, OLD_KEYS)
    kept = mine.add_account(account(), OLD)
    _ = mine.begin_attempt(attempt(), samples.WAITING)
    vault.race = lambda: other.replace_credentials(kept, NEW)
    assert mine.credentials(kept.id) == NEW
    vault.race = lambda: other.update_app(APP, NEW_KEYS)
    assert mine.app_keys(APP.id) == NEW_KEYS
    vault.race = lambda: other.update_attempt(attempt(), samples.GRANTED)
    assert mine.attempt_secrets(attempt().id) == samples.GRANTED
    mine.close()
    other.close()


def test_a_locked_keychain_changes_nothing(store: Store, vault: MemoryVault) -> None:
    kept = store.add_account(account(), OLD)
    _ = store.begin_attempt(attempt(), samples.WAITING)
    before = dict(vault.items)
    vault.fail_with = VaultLockedError("Test Keyring")
    with pytest.raises(VaultLockedError):
        _ = store.finish_attempt(attempt().id, account(2), NEW)
    with pytest.raises(VaultLockedError):
        _ = store.update_app(APP, NEW_KEYS)
    assert (store.accounts(), store.attempts()) == ([kept], [attempt()])
    (message,) = store.recover().messages
    assert message.startswith("Cleaning up waits: Test Keyring is locked.")
    vault.fail_with = None
    assert store.credentials(kept.id) == OLD
    recovery = store.recover()
    assert (recovery.undone, recovery.finished, recovery.orphans) == (2, 0, 0)
    sign_in, keys = recovery.messages
    assert "The sign-in is still in the list" in sign_in
    assert keys.startswith("Saving the keys of Newsroom did not come to its end")
    assert vault.items == before
    assert store.finish_attempt(attempt().id, account(2), NEW).id == kept.id
    assert store.credentials(kept.id) == NEW


def test_a_write_that_failed_is_undone_at_once(store: Store, vault: MemoryVault) -> None:
    vault.fail_with, vault.fail_on, vault.fail_late = VaultLockedError(), "write", True
    with pytest.raises(VaultLockedError):
        _ = store.add_account(account(), OLD)
    assert list(vault.items) == ["twauth/app/app-1/1"]
    assert store.recover() == Recovery()


def test_a_grant_whose_write_hung_is_found_again(store: Store, vault: MemoryVault) -> None:
    _ = store.begin_attempt(attempt(), samples.WAITING)
    vault.fail_with, vault.fail_on, vault.fail_late = VaultHungError(), "write", True
    with pytest.raises(VaultHungError):
        _ = store.update_attempt(attempt(state=PendingState.GRANTED), samples.GRANTED)
    assert store.attempt_secrets(attempt().id) == samples.WAITING
    vault.fail_with = None
    recovery = store.recover()
    assert (recovery.finished, recovery.undone, recovery.orphans) == (1, 0, 1)
    assert store.attempt_secrets(attempt().id) == samples.GRANTED
    assert store.attempt(attempt().id).state is PendingState.GRANTED


@pytest.mark.parametrize("arrived", [True, False])
def test_a_retry_after_a_hang_wins(store: Store, vault: MemoryVault, arrived: bool) -> None:  # noqa: FBT001 - a parameter of the test
    vault.fail_with, vault.fail_on, vault.fail_late = VaultHungError(), "write", arrived
    with pytest.raises(VaultHungError):
        _ = store.add_account(account(), OLD)
    vault.fail_with = None
    kept = store.add_account(account(), NEW)
    recovery = store.recover()
    assert (recovery.finished, recovery.undone) == (0, 0 if arrived else 1)
    assert store.credentials(kept.id) == NEW
    assert len(vault.items) == 2


def test_what_cannot_be_deleted_now_is_deleted_later(store: Store, vault: MemoryVault) -> None:
    _ = store.begin_attempt(attempt(), samples.WAITING)
    vault.fail_with, vault.fail_on = VaultLockedError(), "delete"
    kept = store.finish_attempt(attempt().id, account(), NEW)
    store.hide_account(kept.id)
    store.purge_hidden()
    assert len(vault.items) == 3
    vault.fail_with = None
    assert store.recover().orphans == 2
    assert list(vault.items) == ["twauth/app/app-1/1"]


def test_nothing_in_doubt_means_no_keychain(store: Store, vault: MemoryVault) -> None:
    _ = store.add_account(account(), OLD)
    vault.calls.clear()
    assert store.recover() == Recovery()
    assert (len(store.accounts()), len(store.apps())) == (1, 1)
    assert vault.calls == []


def test_history_is_newest_first_and_bounded(store: Store) -> None:
    kept = store.add_account(account(), OLD)
    for number in range(EVENTS_PER_ACCOUNT + 10):
        at = NOON + timedelta(seconds=number)
        store.add_event(Event(kept.id, EventKind.CHECKED, at, f"check {number}"))
    newest = store.events(kept.id, limit=2)
    assert [event.text for event in newest] == ["check 209", "check 208"]
    assert len(store.events(kept.id, limit=1000)) == EVENTS_PER_ACCOUNT
    store.hide_account(kept.id)
    store.purge_hidden()
    assert store.events(kept.id) == []


def test_settings_and_the_active_account(store: Store) -> None:
    assert store.setting("clipboard") is None
    store.set_setting("clipboard", "30")
    store.set_setting("clipboard", "10")
    assert store.setting("clipboard") == "10"
    kept = store.add_account(account(), OLD)
    store.set_active_account(kept.id)
    assert store.active_account() == kept.id
    store.set_active_account(None)
    assert store.active_account() is None


def test_what_is_not_kept_is_not_found(store: Store) -> None:
    nobody = AccountId("nobody")
    stray = replace(account(), app_id=AppId("none"))
    for call in (
        lambda: store.app(AppId("none")),
        lambda: store.app_keys(AppId("none")),
        lambda: store.update_app(replace(APP, id=AppId("none"))),
        lambda: store.update_app(replace(APP, id=AppId("none")), NEW_KEYS),
        lambda: store.remove_app(AppId("none")),
        lambda: store.account(nobody),
        lambda: store.credentials(nobody),
        lambda: store.update_account(replace(account(), id=nobody)),
        lambda: store.add_account(stray, OLD),
        lambda: store.hide_account(nobody),
        lambda: store.restore_account(nobody),
        lambda: store.set_active_account(nobody),
        lambda: store.add_event(Event(nobody, EventKind.COPIED, NOON, "")),
        lambda: store.attempt(PendingSignInId("none")),
        lambda: store.attempt_secrets(PendingSignInId("none")),
        lambda: store.begin_attempt(replace(attempt(), app_id=AppId("none")), samples.WAITING),
        lambda: store.update_attempt(attempt(), samples.WAITING),
        lambda: store.finish_attempt(PendingSignInId("none"), account(), NEW),
        lambda: store.discard_attempt(PendingSignInId("none")),
    ):
        with pytest.raises(NotFoundError) as caught:
            call()
        assert caught.value.diagnosis.kind is ProblemKind.NOT_FOUND


def test_no_secret_is_in_the_directory(store: Store, tmp_path: Path) -> None:
    _ = store.add_account(account(), OLD)
    _ = store.begin_attempt(attempt(), samples.WAITING)
    _ = store.update_attempt(attempt(state=PendingState.GRANTED), samples.GRANTED)
    _ = store.finish_attempt(attempt().id, account(2), NEW)
    _ = store.update_app(APP, NEW_KEYS)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"fernwick_news" in kept
    for value in (b"old-key", b"new-key", b"new-bearer", b"7001-", b"request-secret", b"-secret"):
        assert value not in kept
