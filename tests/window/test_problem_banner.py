"""A dialog's problem banner scrolls into view, however far down it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.workspace.main_menu import open_settings
from twauth_gui.store.vault_errors import VaultFailedError


def is_whole_in_sight(driver: WindowDriver, words: str) -> bool:
    """Whether the problem with these words is on the screen, and not only somewhere below."""
    dialog = driver.window.context.dialogs.top()
    assert dialog is not None
    lines = [one for one in dialog.findChildren(ProblemBanner) if one.isVisible()]
    return any(
        words in label.text() and line.visibleRegion().boundingRect() == line.rect()
        for line in lines
        for label in line.findChildren(QLabel)
    )


@pytest.mark.parametrize("size", [(1120, 720), (640, 480)])
def test_an_app_that_has_accounts(
    driver: WindowDriver, account: Account, size: tuple[int, int]
) -> None:
    driver.open()
    driver.window.resize(*size)
    driver.window.edit_app(account.app_id)
    driver.press("Remove app")
    driver.wait_until(lambda: is_whole_in_sight(driver, "The app Newsroom has 1 account."))
    assert driver.has_text("Remove the accounts first.")


def test_keys_that_cannot_be_kept(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    driver.window.resize(640, 480)
    driver.window.edit_app(app.id)
    driver.wait_until(lambda: driver.has_button("Save changes") or driver.has_button("Save app"))
    installation.vault.fail_with = VaultFailedError("Test Keyring")
    driver.press("Save changes" if driver.has_button("Save changes") else "Save app")
    title = VaultFailedError("Test Keyring").diagnosis.title
    driver.wait_until(lambda: is_whole_in_sight(driver, title))


def test_a_proxy_that_is_none(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    driver.open()
    driver.window.resize(640, 480)
    open_settings(driver.window.context, "network")
    driver.wait_until(lambda: driver.line_edit("File of trusted certificates").isEnabled())
    driver.type("File of trusted certificates", "/there/is/no/such/file.pem")
    driver.line_edit("File of trusted certificates").editingFinished.emit()
    driver.wait_until(lambda: is_whole_in_sight(driver, "no/such/file.pem"))


def test_removing_goes_on_after_unlocking(driver: WindowDriver, installation: Installation) -> None:
    installation.services.vaults.create_file_vault(Secret("marsh marigold ferry"))
    app = installation.add_app()
    _ = installation.add_app("Alerts")
    driver.open()
    driver.window.edit_app(app.id)
    driver.wait_until(lambda: driver.has_button("Remove app"))
    installation.services.vaults.lock()
    driver.press("Remove app")
    driver.wait_for_text("The encrypted file is locked")
    assert len(installation.services.store.apps.list_all()) == 2
    driver.type("Passphrase", "marsh marigold ferry")
    QTest.keyClick(driver.field("Passphrase"), Qt.Key.Key_Return)
    driver.wait_until(
        lambda: [one.label for one in installation.services.store.apps.list_all()] == ["Alerts"]
    )
