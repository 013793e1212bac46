"""A removal can be undone until it is purged; a revocation cannot be undone."""

from __future__ import annotations

import pytest

from tests.support.installations import Installation
from twauth_gui.domain.accounts import AccountEventKind
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.health import HealthState
from twauth_gui.store.errors import AppInUseError, NotFoundError
from twauth_gui.store.vault_errors import VaultLockedError


def test_removed_and_restored(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    credentials = installation.services.store.accounts.read_credentials(account.id)
    installation.services.account_removal.remove(account.id)
    assert installation.services.store.accounts.list_all() == []
    assert installation.services.store.settings.active_account() is None
    installation.services.account_removal.restore(account.id)
    assert installation.services.store.accounts.read_credentials(account.id) == credentials
    assert installation.services.store.settings.active_account() == account.id


def test_nothing_is_removed_from_a_locked_vault(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        installation.services.account_removal.remove(account.id)
    assert installation.services.store.accounts.list_all() == [account]
    assert installation.services.store.settings.active_account() == account.id
    installation.vault.fail_with = None
    installation.vault.items.clear()  # what is lost already can be removed
    installation.services.account_removal.remove(account.id)
    assert installation.services.store.accounts.list_all() == []


def test_restored_while_another_is_active(installation: Installation, app: App) -> None:
    first, second = installation.sign_in(app), installation.sign_in(app, "tidal_times")
    installation.services.account_removal.remove(first.id)
    installation.services.store.settings.set_active_account(second.id)
    installation.services.account_removal.restore(first.id)
    assert installation.services.store.settings.active_account() == second.id
    installation.services.account_removal.remove(first.id)
    assert installation.services.store.settings.active_account() == second.id


def test_purged_for_good(installation: Installation, app: App) -> None:
    account, other = installation.sign_in(app), installation.sign_in(app, "tidal_times")
    third = installation.sign_in(app, "oldquay_books")
    installation.services.account_removal.remove(third.id)
    installation.services.account_removal.remove(account.id)
    installation.services.account_removal.purge(account.id)
    installation.services.account_removal.restore(third.id)  # that removal can still be undone
    installation.services.account_removal.remove(third.id)
    installation.services.account_removal.purge(third.id)
    assert [one.id for one in installation.services.store.accounts.list_all()] == [other.id]
    assert not [name for name in installation.vault.items if account.id in name]
    with pytest.raises(NotFoundError):
        installation.services.account_removal.restore(account.id)


def test_signing_in_again_undoes_a_removal(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    installation.services.account_removal.remove(account.id)
    assert installation.sign_in(app).id == account.id
    installation.services.account_removal.purge(account.id)
    assert [one.id for one in installation.services.store.accounts.list_all()] == [account.id]


def test_revoked_at_x(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    revoked = installation.services.account_removal.revoke(account.id, CancelToken())
    assert revoked.health.state is HealthState.REVOKED
    assert installation.services.store.events.latest(account.id)[0].kind is AccountEventKind.REVOKED
    checked = installation.services.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.REVOKED
    # X has forgotten it already.
    again = installation.services.account_removal.revoke(account.id, CancelToken())
    assert again.health.state is HealthState.REVOKED


def test_a_revocation_that_fails_changes_nothing(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    installation.sandbox.stop()
    with pytest.raises(DiagnosedError):
        installation.services.account_removal.revoke(account.id, CancelToken())
    installation.sandbox.start()
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        installation.services.account_removal.revoke(account.id, CancelToken())
    installation.vault.fail_with = None
    assert installation.services.store.accounts.get(account.id) == account
    checked = installation.services.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.WORKING


def test_an_app_with_accounts_stays(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    with pytest.raises(AppInUseError):
        installation.services.apps.remove(app.id)
    installation.services.account_removal.remove(account.id)
    installation.services.account_removal.purge(account.id)
    installation.services.apps.remove(app.id)
    assert installation.services.store.apps.list_all() == []
    assert installation.vault.items == {}
