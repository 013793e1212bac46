"""The menu opens the documentation if there is one, and the guide in any case."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices

from tests.support.installed_copy import use_copy_with_site, use_metadata
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.window.palette_user import PaletteUser
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.help.guide_dialog import GuideDialog


@pytest.fixture
def file_browser(browser: RecordingBrowser) -> Generator[RecordingBrowser]:
    QDesktopServices.setUrlHandler("file", browser, "open")  # type: ignore[arg-type] # as in conftest
    yield browser
    QDesktopServices.unsetUrlHandler("file")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return use_copy_with_site(tmp_path, monkeypatch)


def test_the_pages_of_this_copy_open_in_the_browser(
    driver: WindowDriver, account: Account, file_browser: RecordingBrowser, page: Path
) -> None:
    driver.open()
    palette = PaletteUser(driver)
    palette.open("documentation")
    assert "Documentation" in palette.current
    palette.press(Qt.Key.Key_Return)
    assert file_browser.opened_urls == [page.as_uri()]
    driver.choose_entry("Menu", "Documentation")
    assert file_browser.opened_urls == [page.as_uri()] * 2
    assert driver.has_text("The documentation opens in your browser.")


def test_the_guide_opens_if_the_system_opens_no_browser(
    driver: WindowDriver, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_metadata(tmp_path, monkeypatch, "Project-URL: Documentation, none:")
    driver.open()
    driver.choose_entry("Menu", "Documentation")
    assert isinstance(driver.window.context.dialogs.top(), GuideDialog)


def test_a_copy_without_documentation_offers_the_guide_alone(
    driver: WindowDriver, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_metadata(tmp_path, monkeypatch)
    driver.open()
    palette = PaletteUser(driver)
    palette.open("documentation")
    assert "Documentation" not in palette.rows
    palette.press(Qt.Key.Key_Escape)
    with pytest.raises(AssertionError, match="'Guide', 'Keyboard shortcuts'"):
        driver.choose_entry("Menu", "Documentation")
