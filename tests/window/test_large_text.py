"""Text of twice the size in a narrow window: nothing is cut off at the side."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.apps import App
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.workspace.main_menu import (
    open_bringing,
    open_diagnose,
    open_explain_error,
    open_settings,
)
from twauth_gui.store.vault_errors import VaultAbsentError


@pytest.fixture(autouse=True)
def large_text(qapp: QApplication, look: Look) -> Generator[None]:
    normal, large = qapp.font(), qapp.font()
    large.setPointSizeF(2 * normal.pointSizeF())
    qapp.setFont(large)
    yield
    qapp.setFont(normal)


def require_whole(desk: Driver) -> None:
    """See that what scrolls does so upwards only."""
    pairs = [(one.widget(), one.viewport()) for one in desk.window.findChildren(QScrollArea)]
    seen = [(page, room) for page, room in pairs if page is not None and page.isVisible()]
    assert seen
    desk.until(lambda: all(page.width() <= room.width() for page, room in seen))


def test_the_first_page(desk: Driver, ground: Ground) -> None:
    ground.vault.fail_with = VaultAbsentError()
    desk.open(640)
    desk.wait_for("No keychain on this computer")
    require_whole(desk)


@pytest.mark.parametrize("sheet", [open_settings, open_diagnose, open_explain_error, open_bringing])
def test_the_sheets_of_the_menu(desk: Driver, app: App, sheet: Callable[..., object]) -> None:
    desk.ground.sign_in(app)
    desk.open(640)
    _ = sheet(desk.window.desk)
    if sheet is open_settings:
        desk.wait_for("PySide6-Addons")  # the table of versions grows once they are looked up
    desk.settle()
    require_whole(desk)


def test_the_way_of_an_account(desk: Driver, app: App) -> None:
    desk.ground.sign_in(app)
    desk.open(640)
    desk.press("Add account")
    desk.press("OAuth 2.0")
    desk.press("Scopes")
    desk.wait_for("tweet.moderate.write")
    require_whole(desk)
    desk.press("Cancel")
    desk.select("@fernwick_news")
    desk.press("Export…")
    desk.wait_for("Hidden values are filled in at the end.")
    require_whole(desk)
    desk.press("Cancel")
    desk.press("Sign in again")
    desk.press("With a PIN")
    desk.press("Get the link")
    desk.wait_for("The page says that something is invalid")
    require_whole(desk)
