"""A check shows what X says; if X was not reached, the last result stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.installations import NOON, Installation
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import AccountEventKind
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.services.health_check.checker import CheckResult
from twauth_gui.store.errors import CredentialMissingError
from twauth_gui.store.vault_errors import VaultLockedError


def check(installation: Installation, app: App) -> CheckResult:
    account = installation.services.store.accounts.list_all()[0]
    checked = installation.services.checker.check(account.id, CancelToken())
    assert checked.account == installation.services.store.accounts.get(account.id)
    return checked


def test_working(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    checked = check(installation, app)
    assert checked.diagnosis is None
    assert (checked.account.health.state, checked.account.health.at) == (HealthState.WORKING, NOON)
    assert checked.account.access is AccessLevel.READ_WRITE
    assert checked.account.name == "Fernwick Daily"
    event = installation.services.store.events.latest(account.id)[0]
    assert (event.kind, event.text) == (
        AccountEventKind.CHECKED,
        "Checked: working, read and write",
    )


def test_read_only(installation: Installation, app: App) -> None:
    installation.sandbox.change_settings(access_level="read")
    installation.sign_in(app)
    checked = check(installation, app)
    assert checked.account.health.state is HealthState.READ_ONLY
    assert checked.account.access is AccessLevel.READ
    assert checked.account.health.needs_attention


def test_revoked(installation: Installation, app: App) -> None:
    installation.sign_in(app)
    check(installation, app)
    installation.sandbox.change_settings(seed="another")
    checked = check(installation, app)
    assert checked.account.health.state is HealthState.REVOKED
    assert checked.diagnosis is not None
    assert checked.account.health.reason == checked.diagnosis.title
    assert checked.account.access is AccessLevel.READ_WRITE  # what is known stays


def test_app_problem(installation: Installation, app: App) -> None:
    installation.sign_in(app)
    installation.sandbox.change_settings(suspended=True)
    checked = check(installation, app)
    assert checked.account.health.state is HealthState.APP_PROBLEM
    assert checked.diagnosis is not None


@pytest.mark.parametrize("fault", ["", "captive-portal", "html-503", "rate-limited"])
@pytest.mark.parametrize("state", [HealthState.WORKING, HealthState.READ_ONLY, None])
def test_a_check_that_does_not_reach_x_leaves_the_last_verdict(
    installation: Installation, app: App, state: HealthState | None, fault: str
) -> None:
    if state is HealthState.READ_ONLY:
        installation.sandbox.enable_faults("app-access-read")
    installation.sign_in(app)
    before = Health() if state is None else check(installation, app).account.health
    assert before.state is (state or HealthState.NEVER_CHECKED)
    if fault:
        installation.sandbox.enable_faults(fault)
    else:
        installation.sandbox.stop()
    (account,) = installation.services.store.accounts.list_all()
    health = check(installation, app).account.health
    assert health.failed_check is not None
    assert replace(health, failed_check=None) == before
    installation.restart()
    assert installation.services.store.accounts.get(account.id).health == health
    event, *_ = installation.services.store.events.latest(account.id)
    assert event.text == f"Check failed: {health.failed_check.reason}"
    installation.sandbox.disable_faults(*filter(None, [fault]))
    if not fault:
        installation.sandbox.start()
    assert check(installation, app).account.health.failed_check is None


def test_a_cancelled_check_notes_nothing(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        installation.services.checker.check(account.id, cancel)
    assert (
        installation.services.store.accounts.get(account.id).health.state
        is HealthState.NEVER_CHECKED
    )


def test_the_keychain_is_not_x(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        installation.services.checker.check(account.id, CancelToken())
    assert (
        installation.services.store.accounts.get(account.id).health.state
        is HealthState.NEVER_CHECKED
    )
    installation.vault.fail_with = None
    for name in [name for name in installation.vault.items if "/account/" in name]:
        del installation.vault.items[name]
    with pytest.raises(CredentialMissingError):
        installation.services.checker.check(account.id, CancelToken())
    health = installation.services.store.accounts.get(account.id).health
    assert health.state is HealthState.CREDENTIAL_MISSING
