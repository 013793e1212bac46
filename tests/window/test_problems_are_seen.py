"""What a sheet has to say is in sight, however far down it stands."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.workspace.main_menu import open_settings
from twauth_gui.store.vault_errors import VaultFailedError


def is_whole_in_sight(desk: Driver, words: str) -> bool:
    """Whether the problem with these words is on the screen, and not only somewhere below."""
    sheet = desk.window.desk.sheets.top()
    assert sheet is not None
    lines = [one for one in sheet.findChildren(ProblemLine) if one.isVisible()]
    return any(
        words in label.text() and line.visibleRegion().boundingRect() == line.rect()
        for line in lines
        for label in line.findChildren(QLabel)
    )


@pytest.mark.parametrize("size", [(1120, 720), (640, 480)])
def test_an_app_that_has_accounts(desk: Driver, account: Account, size: tuple[int, int]) -> None:
    desk.open()
    desk.window.resize(*size)
    desk.window.edit_app(account.app_id)
    desk.press("Remove app")
    desk.until(lambda: is_whole_in_sight(desk, "The app Newsroom has 1 account."))
    assert desk.sees("Remove the accounts first.")


def test_keys_that_cannot_be_kept(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    desk.window.resize(640, 480)
    desk.window.edit_app(app.id)
    desk.until(lambda: desk.has("Save changes") or desk.has("Save app"))
    ground.vault.fail_with = VaultFailedError("Test Keyring")
    desk.press("Save changes" if desk.has("Save changes") else "Save app")
    title = VaultFailedError("Test Keyring").diagnosis.title
    desk.until(lambda: is_whole_in_sight(desk, title))


def test_a_proxy_that_is_none(desk: Driver, ground: Ground, account: Account) -> None:
    desk.open()
    desk.window.resize(640, 480)
    open_settings(desk.window.desk, "network")
    desk.until(lambda: desk.line("File of trusted certificates").isEnabled())
    desk.type("File of trusted certificates", "/there/is/no/such/file.pem")
    desk.line("File of trusted certificates").editingFinished.emit()
    desk.until(lambda: is_whole_in_sight(desk, "no/such/file.pem"))


def test_removing_goes_on_after_unlocking(desk: Driver, ground: Ground) -> None:
    ground.kit.storage.create_file(Secret("marsh marigold ferry"))
    app = ground.add_app()
    _ = ground.add_app("Alerts")
    desk.open()
    desk.window.edit_app(app.id)
    desk.until(lambda: desk.has("Remove app"))
    ground.kit.storage.lock()
    desk.press("Remove app")
    desk.wait_for("The encrypted file is locked")
    assert len(ground.kit.store.apps.all()) == 2
    desk.type("Passphrase", "marsh marigold ferry")
    QTest.keyClick(desk.field("Passphrase"), Qt.Key.Key_Return)
    desk.until(lambda: [one.label for one in ground.kit.store.apps.all()] == ["Alerts"])
