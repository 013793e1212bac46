"""The window opens where it was closed, and shows what it showed, as far as that still exists."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.gui.window import MainWindow


def reopen(driver: WindowDriver) -> MainWindow:
    """Close the window, and open it again as the next start does, at the size of its own."""
    driver.close()
    driver.installation.restart()
    driver.open(width=0)
    return driver.window


def write_place(installation: Installation, place: object) -> None:
    path = installation.paths.window_settings
    path.write_text(json.dumps({"place": place}), "utf-8")


def test_the_next_window_shows_what_this_one_did(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    installation.sandbox.enable_faults("account-locked")
    for account in accounts[1:]:
        _ = installation.services.checker.check(account.id, CancelToken())
    installation.sandbox.disable_faults()
    driver.open()
    driver.press("Needs attention")
    driver.choose_entry("Sorted by handle, A to Z", "Newest first")
    driver.select("@tidal_times")
    rows = driver.rows
    assert len(rows) == 2
    driver.window.setGeometry(30, 40, 700, 560)
    window = reopen(driver)
    assert window.geometry().getRect() == (30, 40, 700, 560)
    assert driver.rows == rows
    assert driver.has_button("Sorted by newest first")
    assert driver.view.selected_ids() == [accounts[2].id]
    window.showMaximized()
    window = reopen(driver)
    assert window.isMaximized()
    assert window.normalGeometry().getRect() == (30, 40, 700, 560)


def test_what_is_gone_is_not_looked_for(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    write_place(
        installation, {"section": "an app", "order": "COLOUR", "row_id": "x", "is_maximized": 1}
    )
    driver.open()
    assert len(driver.rows) == len(accounts)
    assert driver.button("All accounts").isChecked()
    assert driver.view.selected_ids() == [accounts[0].id]
    assert not driver.window.isMaximized()


@pytest.mark.parametrize(
    ("geometry", "size"),
    [
        ([5000, 100, 700, 560], (700, 560)),  # on a screen that is not there any more
        ([-690, 10, 700, 560], (700, 560)),  # all but ten pixels of it
        ([0, 0, 90_000, 90_000], (90_000, 90_000)),
        ([0, 0, -5, 0], (640, 480)),
        ([0, 0, 700], (1120, 720)),
        ([0, 0, 700.5, 560], (1120, 720)),
        ([0, 0, True, 560], (1120, 720)),
        ([0, 0, 10**30, 560], (1120, 720)),
        ("800x600", (1120, 720)),
    ],
)
def test_the_window_is_always_on_a_screen(
    driver: WindowDriver,
    installation: Installation,
    geometry: object,
    size: tuple[int, int],
) -> None:
    write_place(installation, {"geometry": geometry})
    window = MainWindow(installation.services, driver.look, lambda: driver.now)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert window.size() == QSize(*size).boundedTo(screen.size())
    window.show()
    assert screen.intersects(window.geometry())
    window.close()
    window.deleteLater()
