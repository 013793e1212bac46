"""While the encrypted file is locked, every action that needs it waits for the passphrase."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.workspace.sidebar import SidebarItem
from twauth_gui.gui.workspace.welcome_page import PasteKeysCard

PASSPHRASE = "marsh marigold ferry"
PANE_BUTTONS = (
    *("Check all", "Add account", "Add app", "Export…", "Sign in again", "Revoke at X…"),
    *("Remove…", "Sign in with OAuth 2.0…"),
)


def lock(driver: WindowDriver) -> None:
    QTest.keyClick(driver.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    driver.wait_until(lambda: driver.window.context.vault.is_locked)
    driver.wait_idle()


@pytest.fixture
def locked(driver: WindowDriver, installation: Installation) -> WindowDriver:
    installation.services.vaults.create_file_vault(Secret(PASSPHRASE))
    app = installation.add_app()
    for handle in ("fernwick_news", "marsh_weather"):
        installation.sign_in(app, handle)
    driver.open()
    lock(driver)
    return driver


def actions(driver: WindowDriver) -> AccountActions:
    return driver.window.findChildren(AccountActions)[0]


def by_new_account_keys(driver: WindowDriver) -> None:
    keys = Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(driver.window.windowHandle(), *keys)


def by_the_app_menu(entry: str) -> Callable[[WindowDriver], None]:
    def ask(driver: WindowDriver) -> None:
        item = next(
            one for one in driver.window.findChildren(SidebarItem) if one.text() == "Newsroom"
        )
        item.customContextMenuRequested.emit(QPoint(4, 4))
        driver.wait_until(QApplication.activePopupWidget)
        menu = QApplication.activePopupWidget()
        assert menu is not None
        next(one for one in menu.actions() if one.text() == entry).trigger()
        menu.close()

    return ask


def by_removing(driver: WindowDriver) -> None:
    actions(driver).removals.remove(driver.installation.services.store.accounts.list_all()[:1])


def by_revoking(driver: WindowDriver) -> None:
    actions(driver).removals.revoke(driver.installation.services.store.accounts.list_all()[:1])


def by_checking(driver: WindowDriver) -> None:
    actions(driver).checks.check([driver.installation.services.store.accounts.list_all()[0].id])


WAYS = {
    by_new_account_keys: "Expected handle",
    by_the_app_menu("Add account…"): "Expected handle",
    by_the_app_menu("Change app…"): "Change app",
    by_removing: "Remove @fernwick_news?",
    by_revoking: "Revoke @fernwick_news at X?",
    by_checking: "Can read and write. Checked just now.",
}


def test_the_buttons_of_the_panes_are_off(locked: WindowDriver) -> None:
    named = {button.accessibleName() or button.text(): button for button in buttons(locked)}
    assert [name for name in PANE_BUTTONS if named[name].isEnabled()] == []
    locked.select("@fernwick_news", "@marsh_weather")
    locked.wait_for_text("2 accounts selected")
    assert [button.isEnabled() for button in locked.buttons("Check now")] == [False]
    unlock(locked)
    locked.wait_until(lambda: locked.button("Check now").isEnabled())


def buttons(driver: WindowDriver) -> list[QAbstractButton]:
    return [one for one in driver.window.findChildren(QAbstractButton) if one.isVisible()]


def unlock(driver: WindowDriver) -> None:
    if driver.window.context.dialogs.count() == 0:
        driver.press("Unlock")
    driver.type("Passphrase", PASSPHRASE)
    QTest.keyClick(driver.field("Passphrase"), Qt.Key.Key_Return)


@pytest.mark.parametrize("ask", WAYS)
def test_what_is_asked_for_waits_for_the_passphrase(
    locked: WindowDriver, ask: Callable[[WindowDriver], None]
) -> None:
    before = locked.installation.services.store.accounts.list_all()
    ask(locked)
    locked.wait_for_text("The encrypted file is locked")
    assert locked.window.context.dialogs.count() == 1
    locked.wait_idle()
    assert locked.installation.services.store.accounts.list_all() == before
    unlock(locked)
    locked.wait_for_text(WAYS[ask])


def test_an_account_stays_where_it_locks_before_the_answer(
    driver: WindowDriver, installation: Installation
) -> None:
    installation.services.vaults.create_file_vault(Secret(PASSPHRASE))
    _ = installation.sign_in(installation.add_app())
    driver.open()
    driver.press("Remove…")
    driver.wait_until(lambda: driver.has_button("Keep"))
    installation.services.vaults.lock()
    driver.press("Remove")
    driver.wait_for_text("The encrypted file is locked")
    assert [one.handle for one in installation.services.store.accounts.list_all()] == [
        "fernwick_news"
    ]
    assert driver.rows == ["@fernwick_news"]


def test_keys_that_are_dropped_wait_too(driver: WindowDriver, installation: Installation) -> None:
    installation.services.vaults.create_file_vault(Secret(PASSPHRASE))
    driver.open()
    lock(driver)
    (card,) = driver.window.findChildren(PasteKeysCard)
    dropped = QMimeData()
    dropped.setText(f"API_KEY={'k' * 25}\nAPI_SECRET={'s' * 50}")
    card.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            dropped,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    driver.wait_for_text("The encrypted file is locked")
    unlock(driver)
    driver.wait_until(lambda: driver.has_button("Save app"))
    assert driver.line_edit("API key").text() == "k" * 25


def test_settings_stay_closed_while_locked(
    driver: WindowDriver, installation: Installation
) -> None:
    _ = installation.sign_in(installation.add_app())
    driver.open()
    lock(driver)
    keys = Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(driver.window.windowHandle(), *keys)
    assert driver.window.context.dialogs.count() == 0
    driver.wait_for_text("Test Keyring is not: whoever sits at this computer can unlock it")
    driver.press("Unlock Twauth")
    driver.wait_until(lambda: not driver.window.context.vault.is_app_locked)
    QTest.keyClick(driver.window.windowHandle(), *keys)
    assert driver.window.context.dialogs.count() == 1
