"""In portable mode the window stores beside the program, and says so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.bundled_program import make_bundled_program
from tests.support.installations import Installation
from tests.window.conftest import WindowFixtures
from tests.window.driver import WindowDriver
from twauth_gui.gui.session_end import find_own_command
from twauth_gui.gui.workspace.main_menu import open_settings
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.app_paths import find_app_paths

PASSPHRASE = "marsh marigold ferry"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This process as the bundle's window, whose user has named no folder."""
    for name in ("TWAUTH_DATA_DIR", "TWAUTH_PROFILE", "APPDIR", "APPIMAGE"):
        monkeypatch.delenv(name, raising=False)
    program = make_bundled_program(tmp_path / "stick", "twauth-gui")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    return program


def test_the_window_creates_the_file_and_says_where_everything_is(
    person: WindowFixtures, sandbox: Sandbox, program: Path
) -> None:
    assert find_own_command() == [str(program)]
    installation = Installation.create(find_app_paths().data, sandbox)
    driver = WindowDriver(person.qtbot, installation, person.look)
    driver.open()
    driver.wait_for_text("The file cannot be opened without this passphrase")
    driver.type("Passphrase", PASSPHRASE)
    driver.type("Repeat the passphrase", PASSPHRASE)
    driver.press("Create file")
    driver.wait_for_text("go into the encrypted file")
    open_settings(driver.window.context, "about")
    where = f"Accounts, settings and the encrypted file stay in {program.parent / 'Twauth-Data'}."
    driver.wait_for_text(where)
    driver.press("Diagnose…")
    driver.wait_for_text("wrote, read and deleted a test item")
    driver.wait_idle()
    assert driver.has_text("Portable mode")
    assert not driver.has_text("is open to other users")
    driver.close()
    installation.services.close()
    kept = {one.name for one in (program.parent / "Twauth-Data").iterdir()}
    assert {"credentials.twauth", "index.sqlite3"} <= kept
    assert installation.vault.items == {}, "the keychain was not touched"
