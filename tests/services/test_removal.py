"""What is removed can come back until it is purged; what is revoked cannot."""

from __future__ import annotations

import pytest

from tests.services.ground import Ground
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.events import EventKind
from twauth_gui.domain.health import HealthState
from twauth_gui.store.errors import AppInUseError, NotFoundError
from twauth_gui.store.vault_errors import VaultLockedError


def test_removed_and_restored(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    credentials = ground.kit.store.accounts.credentials(account.id)
    ground.kit.account_removal.remove(account.id)
    assert ground.kit.store.accounts.all() == []
    assert ground.kit.store.settings.active_account() is None
    ground.kit.account_removal.restore(account.id)
    assert ground.kit.store.accounts.credentials(account.id) == credentials
    assert ground.kit.store.settings.active_account() == account.id


def test_nothing_is_removed_from_a_locked_vault(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        ground.kit.account_removal.remove(account.id)
    assert ground.kit.store.accounts.all() == [account]
    assert ground.kit.store.settings.active_account() == account.id
    ground.vault.fail_with = None
    ground.vault.items.clear()  # what is lost already can be removed
    ground.kit.account_removal.remove(account.id)
    assert ground.kit.store.accounts.all() == []


def test_restored_while_another_is_active(ground: Ground, app: App) -> None:
    first, second = ground.sign_in(app), ground.sign_in(app, "tidal_times")
    ground.kit.account_removal.remove(first.id)
    ground.kit.store.settings.set_active_account(second.id)
    ground.kit.account_removal.restore(first.id)
    assert ground.kit.store.settings.active_account() == second.id
    ground.kit.account_removal.remove(first.id)
    assert ground.kit.store.settings.active_account() == second.id


def test_purged_for_good(ground: Ground, app: App) -> None:
    account, other = ground.sign_in(app), ground.sign_in(app, "tidal_times")
    third = ground.sign_in(app, "oldquay_books")
    ground.kit.account_removal.remove(third.id)
    ground.kit.account_removal.remove(account.id)
    ground.kit.account_removal.purge(account.id)
    ground.kit.account_removal.restore(third.id)  # whoever removed that one can still undo it
    ground.kit.account_removal.remove(third.id)
    ground.kit.account_removal.purge(third.id)
    assert [one.id for one in ground.kit.store.accounts.all()] == [other.id]
    assert not [name for name in ground.vault.items if account.id in name]
    with pytest.raises(NotFoundError):
        ground.kit.account_removal.restore(account.id)


def test_signing_in_again_undoes_a_removal(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    ground.kit.account_removal.remove(account.id)
    assert ground.sign_in(app).id == account.id
    ground.kit.account_removal.purge(account.id)
    assert [one.id for one in ground.kit.store.accounts.all()] == [account.id]


def test_revoked_at_x(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    revoked = ground.kit.account_removal.revoke(account.id, CancelToken())
    assert revoked.health.state is HealthState.REVOKED
    assert ground.kit.store.events.latest(account.id)[0].kind is EventKind.REVOKED
    checked = ground.kit.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.REVOKED
    again = ground.kit.account_removal.revoke(
        account.id, CancelToken()
    )  # X has forgotten it already
    assert again.health.state is HealthState.REVOKED


def test_a_revocation_that_fails_changes_nothing(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    ground.sandbox.stop()
    with pytest.raises(DiagnosedError):
        ground.kit.account_removal.revoke(account.id, CancelToken())
    ground.sandbox.start()
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        ground.kit.account_removal.revoke(account.id, CancelToken())
    ground.vault.fail_with = None
    assert ground.kit.store.accounts.get(account.id) == account
    checked = ground.kit.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.WORKING


def test_an_app_with_accounts_stays(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    with pytest.raises(AppInUseError):
        ground.kit.apps.remove(app.id)
    ground.kit.account_removal.remove(account.id)
    ground.kit.account_removal.purge(account.id)
    ground.kit.apps.remove(app.id)
    assert ground.kit.store.apps.all() == []
    assert ground.vault.items == {}
