"""The doctor in the window: what was looked at appears, with what to do, and can be passed on."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.store.vault_errors import VaultLockedError


def test_findings_appear_and_can_be_copied(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    driver.open()
    driver.choose_entry("Menu", "Diagnose")
    driver.wait_for_text("Test Keyring: wrote, read and deleted a test item")
    driver.wait_for_text("Twauth can listen there")
    driver.wait_idle()
    assert driver.has_text("1 app, 1 account, 0 pending sign-ins")
    assert driver.has_text(" s of 127.0.0.1:"), "the clock of the app's host"
    driver.press("Copy report")
    driver.wait_for_text("Copied. The report names no account and holds no secrets")
    report = QGuiApplication.clipboard().text()
    assert "ok       index: 1 app," in report
    assert account.handle not in report
    assert installation.access_token(account) not in report
    assert all(not name.startswith("twauth/trial/") for name in installation.vault.items)


def test_a_problem_comes_with_its_remedy_and_can_be_looked_at_again(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    driver.open()
    installation.paths.data.chmod(0o755)
    installation.vault.fail_with = VaultLockedError("Test Keyring")
    driver.press("Settings")
    driver.press("Diagnose…")
    driver.wait_for_text("is open to other users (mode 0755)")
    driver.wait_for_text("Protect it with chmod 700")
    driver.wait_for_text("Test Keyring is locked")
    driver.wait_idle()
    assert driver.window.context.vault.is_locked, "the window knows it now"
    installation.vault.fail_with = None
    installation.paths.data.chmod(0o700)
    driver.press("Check again")
    driver.wait_for_text("wrote, read and deleted")
    driver.wait_idle()
    assert not driver.has_text("is open to other users")
