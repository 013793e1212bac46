"""A check says what X says: working, read only, revoked, app problem; else the last word stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.ground import NOON, Ground
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.events import EventKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.services.check import Checked
from twauth_gui.store.errors import CredentialMissingError
from twauth_gui.store.vault_errors import VaultLockedError


def check(ground: Ground, app: App) -> Checked:
    account = ground.kit.store.accounts.all()[0]
    checked = ground.kit.checker.check(account.id, CancelToken())
    assert checked.account == ground.kit.store.accounts.get(account.id)
    return checked


def test_working(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    checked = check(ground, app)
    assert checked.diagnosis is None
    assert (checked.account.health.state, checked.account.health.at) == (HealthState.WORKING, NOON)
    assert checked.account.access is AccessLevel.READ_WRITE
    assert checked.account.name == "Fernwick Daily"
    event = ground.kit.store.events.latest(account.id)[0]
    assert (event.kind, event.text) == (EventKind.CHECKED, "Checked: working, read and write")


def test_read_only(ground: Ground, app: App) -> None:
    ground.sandbox.change(access_level="read")
    ground.sign_in(app)
    checked = check(ground, app)
    assert checked.account.health.state is HealthState.READ_ONLY
    assert checked.account.access is AccessLevel.READ
    assert checked.account.health.needs_attention


def test_revoked(ground: Ground, app: App) -> None:
    ground.sign_in(app)
    check(ground, app)
    ground.sandbox.change(seed="another")
    checked = check(ground, app)
    assert checked.account.health.state is HealthState.REVOKED
    assert checked.diagnosis is not None
    assert checked.account.health.reason == checked.diagnosis.title
    assert checked.account.access is AccessLevel.READ_WRITE  # what is known stays


def test_app_problem(ground: Ground, app: App) -> None:
    ground.sign_in(app)
    ground.sandbox.change(suspended=True)
    checked = check(ground, app)
    assert checked.account.health.state is HealthState.APP_PROBLEM
    assert checked.diagnosis is not None


@pytest.mark.parametrize("fault", ["", "captive-portal", "html-503", "rate-limited"])
@pytest.mark.parametrize("state", [HealthState.WORKING, HealthState.READ_ONLY, None])
def test_a_check_that_does_not_reach_x_leaves_the_last_verdict(
    ground: Ground, app: App, state: HealthState | None, fault: str
) -> None:
    if state is HealthState.READ_ONLY:
        ground.sandbox.break_with("app-access-read")
    ground.sign_in(app)
    before = Health() if state is None else check(ground, app).account.health
    assert before.state is (state or HealthState.NEVER_CHECKED)
    if fault:
        ground.sandbox.break_with(fault)
    else:
        ground.sandbox.stop()
    (account,) = ground.kit.store.accounts.all()
    health = check(ground, app).account.health
    assert health.failed_check is not None
    assert replace(health, failed_check=None) == before
    ground.restart()
    assert ground.kit.store.accounts.get(account.id).health == health
    event, *_ = ground.kit.store.events.latest(account.id)
    assert event.text == f"Check failed: {health.failed_check.reason}"
    ground.sandbox.mend(*filter(None, [fault]))
    if not fault:
        ground.sandbox.start()
    assert check(ground, app).account.health.failed_check is None


def test_a_cancelled_check_notes_nothing(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        ground.kit.checker.check(account.id, cancel)
    assert ground.kit.store.accounts.get(account.id).health.state is HealthState.NEVER_CHECKED


def test_the_keychain_is_not_x(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        ground.kit.checker.check(account.id, CancelToken())
    assert ground.kit.store.accounts.get(account.id).health.state is HealthState.NEVER_CHECKED
    ground.vault.fail_with = None
    for name in [name for name in ground.vault.items if "/account/" in name]:
        del ground.vault.items[name]
    with pytest.raises(CredentialMissingError):
        ground.kit.checker.check(account.id, CancelToken())
    health = ground.kit.store.accounts.get(account.id).health
    assert health.state is HealthState.CREDENTIAL_MISSING
