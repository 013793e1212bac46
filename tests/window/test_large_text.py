"""Text of twice the size in a narrow window: nothing is cut off at the side."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from tests.window.import_steps import ImportUser
from twauth_gui.domain.apps import App
from twauth_gui.gui.parts.text import ElidedLabel
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.workspace.main_menu import (
    open_diagnose,
    open_explain_error,
    open_import,
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


def require_whole(driver: WindowDriver) -> None:
    """Check that no scroll area has to scroll sideways."""
    pairs = [(one.widget(), one.viewport()) for one in driver.window.findChildren(QScrollArea)]
    visible_pages = [(page, room) for page, room in pairs if page is not None and page.isVisible()]
    assert visible_pages
    driver.wait_until(lambda: all(page.width() <= room.width() for page, room in visible_pages))


def test_the_first_page(driver: WindowDriver, installation: Installation) -> None:
    installation.vault.fail_with = VaultAbsentError()
    driver.open(640)
    driver.wait_for_text("No keychain on this computer")
    require_whole(driver)


@pytest.mark.parametrize(
    "open_dialog", [open_settings, open_diagnose, open_explain_error, open_import]
)
def test_the_dialogs_of_the_menu(
    driver: WindowDriver, app: App, open_dialog: Callable[..., object]
) -> None:
    driver.installation.sign_in(app)
    driver.open(640)
    _ = open_dialog(driver.window.context)
    if open_dialog is open_settings:
        # The table of versions grows once they are read.
        driver.wait_for_text("PySide6-Addons")
    driver.wait_idle()
    require_whole(driver)


def test_a_small_dialog_has_room_for_its_title_and_buttons(driver: WindowDriver, app: App) -> None:
    driver.open(1200)
    driver.window.open_sandbox()
    driver.wait_idle()
    dialog = driver.window.context.dialogs.top()
    assert dialog is not None
    buttons = [one for one in dialog.findChildren(QAbstractButton) if one.isVisible()]
    titles = [one for one in dialog.findChildren(ElidedLabel) if one.isVisible()]
    assert any(one.text() == "Start and add an account" for one in buttons)
    driver.wait_until(lambda: all(one.width() >= one.sizeHint().width() for one in buttons))
    assert titles
    assert all(one.width() >= one.sizeHint().width() for one in titles)


def test_a_long_handle_is_whole(driver: WindowDriver, app: App) -> None:
    account = replace(driver.installation.sign_in(app), handle="fernwick_report")
    driver.installation.services.store.accounts.update(account)
    driver.open(640)
    driver.select("@fernwick_report")
    driver.wait_for_text("@fernwick_report")
    driver.wait_idle()
    labels = driver.window.findChildren(ElidedLabel)
    shown = [one for one in labels if one.isVisible() and one.text() == "@fernwick_report"]
    assert shown
    driver.wait_until(lambda: all(one.width() >= one.sizeHint().width() for one in shown))


def test_the_way_of_an_account(driver: WindowDriver, app: App) -> None:
    driver.installation.sign_in(app)
    driver.open(640)
    driver.press("Add account")
    driver.press("OAuth 2.0")
    driver.press("Scopes")
    driver.wait_for_text("tweet.moderate.write")
    require_whole(driver)
    driver.press("Cancel")
    driver.select("@fernwick_news")
    driver.press("Export…")
    driver.wait_for_text("Hidden values are filled in on export.")
    require_whole(driver)
    driver.press("Secret store")
    driver.wait_for_text("Environment of the repository")
    require_whole(driver)
    driver.press("New preset…")
    driver.press("More values")
    driver.press("More options")
    require_whole(driver)
    driver.press("Cancel")
    driver.press("Cancel")
    driver.press("Sign in again")
    driver.press("With a PIN")
    driver.press("Get the link")
    driver.wait_for_text("The page says that something is invalid")
    require_whole(driver)


def test_the_table_of_an_import(driver: WindowDriver, app: App, tmp_path: Path) -> None:
    rows = [f"{number}-{'t' * 30},{number:045}" for number in range(1_000, 2_200)]
    path = tmp_path / ("long" * 40 + ".csv")
    path.write_text("\n".join(("access_token,access_token_secret", *rows, "bsky-x,y")))
    driver.open(640)
    user = ImportUser(driver)
    assert user.drop(path)
    driver.wait_until(lambda: len(user.titles) == 1_200)
    driver.wait_idle()
    require_whole(driver)
    driver.window.resize(1120, 720)
    require_whole(driver)
