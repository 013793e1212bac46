"""The doctor in the window: what was looked at appears, with what to do, and can be passed on."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.accounts import Account
from twauth_gui.store.vault_errors import VaultLockedError


def test_findings_appear_and_can_be_copied(desk: Driver, ground: Ground, account: Account) -> None:
    desk.open()
    desk.choose("Menu", "Diagnose")
    desk.wait_for("Test Keyring: wrote, read and deleted a trial item")
    desk.wait_for("can be listened on")
    desk.settle()
    assert desk.sees("1 app, 1 account, 0 sign-ins under way")
    assert desk.sees(" s of 127.0.0.1:"), "the clock of the app's host"
    desk.press("Copy report")
    desk.wait_for("Copied. It holds no secret and no account")
    report = QGuiApplication.clipboard().text()
    assert "ok       index: 1 app," in report
    assert account.handle not in report
    assert ground.token_of(account) not in report
    assert all(not name.startswith("twauth/trial/") for name in ground.vault.items)


def test_a_problem_comes_with_its_remedy_and_can_be_looked_at_again(
    desk: Driver, ground: Ground, account: Account
) -> None:
    desk.open()
    ground.places.data.chmod(0o755)
    ground.vault.fail_with = VaultLockedError("Test Keyring")
    desk.press("Settings")
    desk.press("Diagnose…")
    desk.wait_for("is open to other users (mode 0755)")
    desk.wait_for("Close it with chmod 700")
    desk.wait_for("Test Keyring is locked")
    desk.settle()
    assert desk.window.desk.vault.locked, "the window knows it now"
    ground.vault.fail_with = None
    ground.places.data.chmod(0o700)
    desk.press("Look again")
    desk.wait_for("wrote, read and deleted")
    desk.settle()
    assert not desk.sees("is open to other users")
