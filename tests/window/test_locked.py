"""While the encrypted file is locked nothing that needs it happens, however it is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.workspace.first_run import PasteDoor
from twauth_gui.gui.workspace.nav_item import NavItem

PASSPHRASE = "marsh marigold ferry"
PANE_BUTTONS = (
    *("Check all", "Add account", "Add app", "Export…", "Sign in again", "Revoke at X…"),
    *("Remove…", "Sign in with OAuth 2.0…"),
)


def lock(desk: Driver) -> None:
    QTest.keyClick(desk.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.window.desk.vault.locked)
    desk.settle()


@pytest.fixture
def locked(desk: Driver, ground: Ground) -> Driver:
    ground.kit.storage.create_file(Secret(PASSPHRASE))
    app = ground.add_app()
    for handle in ("fernwick_news", "marsh_weather"):
        ground.sign_in(app, handle)
    desk.open()
    lock(desk)
    return desk


def actions(desk: Driver) -> AccountActions:
    return desk.window.findChildren(AccountActions)[0]


def by_new_account_keys(desk: Driver) -> None:
    keys = Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(desk.window.windowHandle(), *keys)


def by_the_app_menu(entry: str) -> Callable[[Driver], None]:
    def ask(desk: Driver) -> None:
        item = next(one for one in desk.window.findChildren(NavItem) if one.text() == "Newsroom")
        item.customContextMenuRequested.emit(QPoint(4, 4))
        desk.until(QApplication.activePopupWidget)
        menu = QApplication.activePopupWidget()
        assert menu is not None
        next(one for one in menu.actions() if one.text() == entry).trigger()
        menu.close()

    return ask


def by_removing(desk: Driver) -> None:
    actions(desk).remove(desk.ground.kit.store.accounts.all()[0])


def by_revoking(desk: Driver) -> None:
    actions(desk).revoke(desk.ground.kit.store.accounts.all()[0])


def by_checking(desk: Driver) -> None:
    actions(desk).checks.check([desk.ground.kit.store.accounts.all()[0].id])


WAYS = {
    by_new_account_keys: "Expected handle",
    by_the_app_menu("Add account…"): "Expected handle",
    by_the_app_menu("Change app…"): "Change app",
    by_removing: "Remove @fernwick_news?",
    by_revoking: "Revoke @fernwick_news at X?",
    by_checking: "Can read and write. Checked just now.",
}


def test_the_buttons_of_the_panes_are_off(locked: Driver) -> None:
    named = {button.accessibleName() or button.text(): button for button in buttons(locked)}
    assert [name for name in PANE_BUTTONS if named[name].isEnabled()] == []
    locked.select("@fernwick_news", "@marsh_weather")
    locked.wait_for("2 accounts selected")
    assert [button.isEnabled() for button in locked.buttons("Check")] == [False]
    unlock(locked)
    locked.until(lambda: locked.button("Check").isEnabled())


def buttons(desk: Driver) -> list[QAbstractButton]:
    return [one for one in desk.window.findChildren(QAbstractButton) if one.isVisible()]


def unlock(desk: Driver) -> None:
    if desk.window.desk.sheets.count() == 0:
        desk.press("Unlock")
    desk.type("Passphrase", PASSPHRASE)
    QTest.keyClick(desk.field("Passphrase"), Qt.Key.Key_Return)


@pytest.mark.parametrize("ask", WAYS)
def test_what_is_asked_for_waits_for_the_passphrase(
    locked: Driver, ask: Callable[[Driver], None]
) -> None:
    before = locked.ground.kit.store.accounts.all()
    ask(locked)
    locked.wait_for("The encrypted file is locked")
    assert locked.window.desk.sheets.count() == 1
    locked.settle()
    assert locked.ground.kit.store.accounts.all() == before
    unlock(locked)
    locked.wait_for(WAYS[ask])


def test_an_account_stays_where_it_locks_before_the_answer(desk: Driver, ground: Ground) -> None:
    ground.kit.storage.create_file(Secret(PASSPHRASE))
    _ = ground.sign_in(ground.add_app())
    desk.open()
    desk.press("Remove…")
    desk.until(lambda: desk.has("Keep"))
    ground.kit.storage.lock()
    desk.press("Remove")
    desk.wait_for("The encrypted file is locked")
    assert [one.handle for one in ground.kit.store.accounts.all()] == ["fernwick_news"]
    assert desk.rows == ["@fernwick_news"]


def test_keys_that_are_dropped_wait_too(desk: Driver, ground: Ground) -> None:
    ground.kit.storage.create_file(Secret(PASSPHRASE))
    desk.open()
    lock(desk)
    (door,) = desk.window.findChildren(PasteDoor)
    dropped = QMimeData()
    dropped.setText(f"API_KEY={'k' * 25}\nAPI_SECRET={'s' * 50}")
    door.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            dropped,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    desk.wait_for("The encrypted file is locked")
    unlock(desk)
    desk.until(lambda: desk.has("Save app"))
    assert desk.line("API key").text() == "k" * 25


def test_settings_stay_shut_behind_the_lock(desk: Driver, ground: Ground) -> None:
    _ = ground.sign_in(ground.add_app())
    desk.open()
    lock(desk)
    keys = Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(desk.window.windowHandle(), *keys)
    assert desk.window.desk.sheets.count() == 0
    desk.press("Unlock Twauth")
    desk.until(lambda: not desk.window.desk.vault.hidden)
    QTest.keyClick(desk.window.windowHandle(), *keys)
    assert desk.window.desk.sheets.count() == 1
