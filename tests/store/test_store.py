"""The store's promises one by one, over a keychain in memory."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from tests.support import sample_records
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    NEW_KEYS,
    NOON,
    OLD_CREDENTIALS,
    OLD_KEYS,
    FakeClock,
    make_account,
    make_pending,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import AccountEvent, AccountEventKind, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignInId, PendingState
from twauth_gui.store.crash_recovery import RecoveryReport
from twauth_gui.store.errors import (
    AccountExistsError,
    AppInUseError,
    CredentialMissingError,
    NotFoundError,
)
from twauth_gui.store.event_log import EVENTS_PER_ACCOUNT
from twauth_gui.store.store import UNDO_TIME, Store
from twauth_gui.store.vault_errors import VaultHungError, VaultLockedError


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def store(tmp_path: Path, vault: MemoryVault, clock: FakeClock) -> Generator[Store]:
    store = Store.open(tmp_path, vault, now=clock, read_uptime=clock.uptime)
    _ = store.apps.add(APP, OLD_KEYS)
    vault.calls.clear()
    yield store
    store.close()


def test_an_app_is_kept_and_changed(store: Store, vault: MemoryVault) -> None:
    assert store.apps.list_all() == [APP]
    assert store.apps.read_keys(APP.id) == OLD_KEYS
    renamed = replace(
        APP, label="Alerts", hosts=Hosts.from_api_url("http://127.0.0.1:8740"), callback="oob"
    )
    assert store.apps.update(renamed) == renamed
    assert store.apps.update(APP, NEW_KEYS) == replace(APP, generation=2)
    assert store.apps.read_keys(APP.id) == NEW_KEYS
    assert list(vault.items) == ["twauth/app/app-1/2"]


def test_an_app_with_accounts_stays(store: Store, vault: MemoryVault) -> None:
    _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    with pytest.raises(AppInUseError, match="Newsroom has 1 account"):
        store.apps.remove(APP.id)
    store.accounts.hide(make_account().id)
    store.apps.remove(APP.id)
    assert (store.apps.list_all(), store.pending_sign_ins.list_all(), vault.items) == ([], [], {})


def test_a_sign_in_becomes_an_account(store: Store, vault: MemoryVault) -> None:
    assert (
        store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS) == make_pending()
    )
    granted = replace(make_pending(state=PendingState.GRANTED), granted_handle="fernwick_news")
    assert store.pending_sign_ins.update(granted, sample_records.GRANTED_SECRETS).generation == 2
    assert (
        store.pending_sign_ins.read_oauth1_secrets(make_pending().id)
        == sample_records.GRANTED_SECRETS
    )
    saved = store.finish_sign_in(make_pending().id, make_account(), NEW_CREDENTIALS)
    assert saved == make_account()
    assert store.accounts.read_credentials(saved.id) == NEW_CREDENTIALS
    assert store.pending_sign_ins.list_all() == []
    assert list(vault.items) == ["twauth/app/app-1/1", "twauth/account/account-1/1"]


def test_signing_in_again_keeps_what_a_person_wrote(store: Store, vault: MemoryVault) -> None:
    first = store.accounts.add(
        replace(make_account(), note="weekly", tags=("b", "a")), OLD_CREDENTIALS
    )
    store.settings.set_active_account(first.id)
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    again = replace(make_account(2, handle="marsh_weather"), access=AccessLevel.READ_WRITE)
    saved = store.finish_sign_in(make_pending().id, again, NEW_CREDENTIALS)
    assert saved == replace(
        first, handle="marsh_weather", access=AccessLevel.READ_WRITE, generation=2
    )
    assert store.settings.active_account() == first.id
    assert store.accounts.read_credentials(first.id) == NEW_CREDENTIALS
    assert list(vault.items) == ["twauth/app/app-1/1", "twauth/account/account-1/2"]


def test_the_same_account_twice_is_refused_unless_meant(store: Store) -> None:
    saved = store.accounts.add(make_account(), OLD_CREDENTIALS)
    with pytest.raises(AccountExistsError, match="@fernwick_news is already here"):
        _ = store.accounts.add(make_account(2), NEW_CREDENTIALS)
    assert store.accounts.read_credentials(saved.id) == OLD_CREDENTIALS
    assert store.accounts.replace_credentials(saved, NEW_CREDENTIALS).generation == 2
    assert store.accounts.read_credentials(saved.id) == NEW_CREDENTIALS


def test_an_account_is_updated(store: Store) -> None:
    saved = store.accounts.add(make_account(), OLD_CREDENTIALS)
    changed = replace(
        saved,
        handle="tidal_times",
        name="Tidal Times",
        access=AccessLevel.READ_WRITE_DM,
        health=Health(HealthState.REVOKED, NOON, "X said so."),
        note="ä\n",
        tags=("one", "zwö"),
        is_favourite=True,
    )
    assert store.accounts.update(changed) == changed
    assert store.accounts.list_all() == [changed]
    assert store.accounts.find(APP.id, "7001") == changed
    assert store.accounts.find(APP.id, "7002") is None


def test_removing_can_be_undone_until_the_purge(
    store: Store, vault: MemoryVault, clock: FakeClock
) -> None:
    saved = store.accounts.add(make_account(), OLD_CREDENTIALS)
    store.settings.set_active_account(saved.id)
    vault.calls.clear()
    store.accounts.hide(saved.id)
    assert (store.accounts.list_all(), store.settings.active_account()) == ([], None)
    with pytest.raises(NotFoundError):
        _ = store.accounts.get(saved.id)
    assert store.accounts.restore(saved.id) == saved
    assert store.settings.active_account() == saved.id
    store.accounts.hide(saved.id)
    assert store.recover() == RecoveryReport()
    assert {operation for operation, _service in vault.calls} == {"read"}, "it opens the vault"
    clock.advance(UNDO_TIME)
    assert store.recover().orphans == 1
    assert list(vault.items) == ["twauth/app/app-1/1"]
    with pytest.raises(NotFoundError):
        _ = store.accounts.restore(saved.id)


def test_adding_a_removed_account_brings_it_back(store: Store) -> None:
    saved = store.accounts.add(replace(make_account(), note="mine"), OLD_CREDENTIALS)
    store.accounts.hide(saved.id)
    assert store.accounts.add(make_account(2), NEW_CREDENTIALS) == replace(saved, generation=2)
    store.accounts.purge_hidden()
    assert store.accounts.read_credentials(saved.id) == NEW_CREDENTIALS


def test_a_lost_item_is_reported_and_remembered(
    store: Store, vault: MemoryVault, clock: FakeClock
) -> None:
    saved = store.accounts.add(make_account(), OLD_CREDENTIALS)
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    vault.items.clear()
    with pytest.raises(CredentialMissingError, match="@fernwick_news") as caught:
        _ = store.accounts.read_credentials(saved.id)
    assert caught.value.diagnosis.kind is ProblemKind.CREDENTIAL_MISSING
    assert caught.value.diagnosis.remedy is Remedy.SIGN_IN_AGAIN
    assert store.accounts.get(saved.id).health.state is HealthState.CREDENTIAL_MISSING
    assert store.accounts.get(saved.id).health.at == clock()
    with pytest.raises(CredentialMissingError, match="the app Newsroom"):
        _ = store.apps.read_keys(APP.id)
    with pytest.raises(CredentialMissingError, match="this sign-in"):
        _ = store.pending_sign_ins.read_oauth1_secrets(make_pending().id)


class RacingVault(MemoryVault):
    """Lets another process switch the generation right before the next read."""

    race: Callable[[], object] | None = None

    @override
    def read(self, service: str) -> Secret | None:
        race, self.race = self.race, None
        if race is not None:
            _ = race()
        return super().read(service)


def test_a_switch_by_another_process_is_no_loss(tmp_path: Path, clock: FakeClock) -> None:
    vault = RacingVault()
    mine, other = (
        Store.open(tmp_path, vault, now=clock, read_uptime=clock.uptime) for _ in range(2)
    )
    _ = mine.apps.add(APP, OLD_KEYS)
    saved = mine.accounts.add(make_account(), OLD_CREDENTIALS)
    _ = mine.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    vault.race = lambda: other.accounts.replace_credentials(saved, NEW_CREDENTIALS)
    assert mine.accounts.read_credentials(saved.id) == NEW_CREDENTIALS
    vault.race = lambda: other.apps.update(APP, NEW_KEYS)
    assert mine.apps.read_keys(APP.id) == NEW_KEYS
    vault.race = lambda: other.pending_sign_ins.update(
        make_pending(), sample_records.GRANTED_SECRETS
    )
    assert (
        mine.pending_sign_ins.read_oauth1_secrets(make_pending().id)
        == sample_records.GRANTED_SECRETS
    )
    mine.close()
    other.close()


def test_a_locked_keychain_changes_nothing(store: Store, vault: MemoryVault) -> None:
    saved = store.accounts.add(make_account(), OLD_CREDENTIALS)
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    before = dict(vault.items)
    vault.fail_with = VaultLockedError("Test Keyring")
    with pytest.raises(VaultLockedError):
        _ = store.finish_sign_in(make_pending().id, make_account(2), NEW_CREDENTIALS)
    with pytest.raises(VaultLockedError):
        _ = store.apps.update(APP, NEW_KEYS)
    assert (store.accounts.list_all(), store.pending_sign_ins.list_all()) == (
        [saved],
        [make_pending()],
    )
    (message,) = store.recover().messages
    assert message.startswith("Cleaning up waits: Test Keyring is locked.")
    vault.fail_with = None
    assert store.accounts.read_credentials(saved.id) == OLD_CREDENTIALS
    recovery = store.recover()
    assert (recovery.undone, recovery.finished, recovery.orphans) == (2, 0, 0)
    sign_in, keys = recovery.messages
    assert "The sign-in is still in the list" in sign_in
    assert keys.startswith("Saving the keys of Newsroom was interrupted")
    assert vault.items == before
    assert store.finish_sign_in(make_pending().id, make_account(2), NEW_CREDENTIALS).id == saved.id
    assert store.accounts.read_credentials(saved.id) == NEW_CREDENTIALS


def test_a_write_that_failed_is_undone_at_once(store: Store, vault: MemoryVault) -> None:
    vault.fail_with, vault.fail_on, vault.fail_late = VaultLockedError(), "write", True
    with pytest.raises(VaultLockedError):
        _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    assert list(vault.items) == ["twauth/app/app-1/1"]
    assert store.recover() == RecoveryReport()


def test_a_grant_whose_write_hung_is_found_again(store: Store, vault: MemoryVault) -> None:
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    vault.fail_with, vault.fail_on, vault.fail_late = VaultHungError(), "write", True
    with pytest.raises(VaultHungError):
        _ = store.pending_sign_ins.update(
            make_pending(state=PendingState.GRANTED), sample_records.GRANTED_SECRETS
        )
    assert (
        store.pending_sign_ins.read_oauth1_secrets(make_pending().id)
        == sample_records.WAITING_SECRETS
    )
    vault.fail_with = None
    recovery = store.recover()
    assert (recovery.finished, recovery.undone, recovery.orphans) == (1, 0, 1)
    assert (
        store.pending_sign_ins.read_oauth1_secrets(make_pending().id)
        == sample_records.GRANTED_SECRETS
    )
    assert store.pending_sign_ins.get(make_pending().id).state is PendingState.GRANTED


@pytest.mark.parametrize("arrived", [True, False])
def test_a_retry_after_a_hang_wins(store: Store, vault: MemoryVault, arrived: bool) -> None:  # noqa: FBT001 - a parameter of the test
    vault.fail_with, vault.fail_on, vault.fail_late = VaultHungError(), "write", arrived
    with pytest.raises(VaultHungError):
        _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    vault.fail_with = None
    saved = store.accounts.add(make_account(), NEW_CREDENTIALS)
    recovery = store.recover()
    assert (recovery.finished, recovery.undone) == (0, 0 if arrived else 1)
    assert store.accounts.read_credentials(saved.id) == NEW_CREDENTIALS
    assert len(vault.items) == 2


def test_what_cannot_be_deleted_now_is_deleted_later(store: Store, vault: MemoryVault) -> None:
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    vault.fail_with, vault.fail_on = VaultLockedError(), "delete"
    saved = store.finish_sign_in(make_pending().id, make_account(), NEW_CREDENTIALS)
    store.accounts.hide(saved.id)
    store.accounts.purge_hidden()
    assert len(vault.items) == 3
    vault.fail_with = None
    assert store.recover().orphans == 2
    assert list(vault.items) == ["twauth/app/app-1/1"]


def test_an_empty_journal_leaves_the_keychain_alone(store: Store, vault: MemoryVault) -> None:
    _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    vault.calls.clear()
    assert store.recover() == RecoveryReport()
    assert (len(store.accounts.list_all()), len(store.apps.list_all())) == (1, 1)
    assert vault.calls == []


def test_history_is_newest_first_and_bounded(store: Store) -> None:
    saved = store.accounts.add(make_account(), OLD_CREDENTIALS)
    for number in range(EVENTS_PER_ACCOUNT + 10):
        at = NOON + timedelta(seconds=number)
        store.events.add(AccountEvent(saved.id, AccountEventKind.CHECKED, at, f"check {number}"))
    newest = store.events.latest(saved.id, limit=2)
    assert [event.text for event in newest] == ["check 209", "check 208"]
    assert len(store.events.latest(saved.id, limit=1000)) == EVENTS_PER_ACCOUNT
    store.accounts.hide(saved.id)
    store.accounts.purge_hidden()
    assert store.events.latest(saved.id) == []


def test_settings_and_the_active_account(store: Store) -> None:
    assert store.settings.get("clipboard") is None
    store.settings.set("clipboard", "30")
    store.settings.set("clipboard", "10")
    assert store.settings.get("clipboard") == "10"
    saved = store.accounts.add(make_account(), OLD_CREDENTIALS)
    store.settings.set_active_account(saved.id)
    assert store.settings.active_account() == saved.id
    store.settings.set_active_account(None)
    assert store.settings.active_account() is None


def test_what_is_not_kept_is_not_found(store: Store) -> None:
    unknown = AccountId("unknown")
    stray = replace(make_account(), app_id=AppId("none"))
    for call in (
        lambda: store.apps.get(AppId("none")),
        lambda: store.apps.read_keys(AppId("none")),
        lambda: store.apps.update(replace(APP, id=AppId("none"))),
        lambda: store.apps.update(replace(APP, id=AppId("none")), NEW_KEYS),
        lambda: store.apps.remove(AppId("none")),
        lambda: store.accounts.get(unknown),
        lambda: store.accounts.read_credentials(unknown),
        lambda: store.accounts.update(replace(make_account(), id=unknown)),
        lambda: store.accounts.add(stray, OLD_CREDENTIALS),
        lambda: store.accounts.hide(unknown),
        lambda: store.accounts.restore(unknown),
        lambda: store.settings.set_active_account(unknown),
        lambda: store.events.add(AccountEvent(unknown, AccountEventKind.COPIED, NOON, "")),
        lambda: store.pending_sign_ins.get(PendingSignInId("none")),
        lambda: store.pending_sign_ins.read_oauth1_secrets(PendingSignInId("none")),
        lambda: store.pending_sign_ins.add(
            replace(make_pending(), app_id=AppId("none")), sample_records.WAITING_SECRETS
        ),
        lambda: store.pending_sign_ins.update(make_pending(), sample_records.WAITING_SECRETS),
        lambda: store.finish_sign_in(PendingSignInId("none"), make_account(), NEW_CREDENTIALS),
        lambda: store.pending_sign_ins.discard(PendingSignInId("none")),
    ):
        with pytest.raises(NotFoundError) as caught:
            call()
        assert caught.value.diagnosis.kind is ProblemKind.NOT_FOUND


def test_no_secret_is_in_the_directory(store: Store, tmp_path: Path) -> None:
    _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    _ = store.pending_sign_ins.update(
        make_pending(state=PendingState.GRANTED), sample_records.GRANTED_SECRETS
    )
    _ = store.finish_sign_in(make_pending().id, make_account(2), NEW_CREDENTIALS)
    _ = store.apps.update(APP, NEW_KEYS)
    contents = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"fernwick_news" in contents
    for value in (b"old-key", b"new-key", b"new-bearer", b"7001-", b"request-secret", b"-secret"):
        assert value not in contents
