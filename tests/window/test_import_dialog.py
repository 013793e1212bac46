"""Import of what other tools left: found, chosen, verified, reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox

from tests.support.installations import Installation, sign_in_elsewhere, write_twurlrc
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App
from twauth_gui.gui.bringing.import_dialog import ImportDialog
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.workspace.main_menu import open_import


@pytest.fixture
def home(tmp_path: Path, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with an account of twurl, and one of a script that names no app.

    Two more files are there that a careless reader would never finish.
    """
    home = tmp_path / "home"
    home.mkdir()
    values = sign_in_elsewhere(tmp_path / "elsewhere", installation.sandbox)
    write_twurlrc(home / ".twurlrc", {"fernwick_news": values["fernwick_news"]})
    (home / ".twitter_oauth").write_text("\n".join(values["marsh_weather"][2:]))
    (home / "more.env").write_text(f"API_KEY={'k' * 25}\nAPI_SECRET={'s' * 50}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    (home / ".twarc").write_text("\n" * 26 + "x")
    (home / ".xurl").write_text("\n" * 200_000)
    return home


def boxes(driver: WindowDriver) -> dict[str, QCheckBox]:
    dialog = driver.window.context.dialogs.top()
    assert isinstance(dialog, ImportDialog)
    return {box.text(): box for box in dialog.findChildren(QCheckBox)}


def test_the_first_page_says_what_there_is(driver: WindowDriver, home: Path) -> None:
    driver.open()
    driver.wait_for_text(
        "Found on this computer: 1 account of twurl and 1 of python-twitter-tools."
    )
    driver.press("Review 2 accounts")
    driver.wait_for_text("Twauth asks X which account each one belongs to.")
    driver.wait_for_text("Add that app first.")
    found = boxes(driver)
    assert found["@fernwick_news"].isChecked()
    assert [box.isEnabled() for box in found.values()] == [True, False]
    assert "App from twurl, ~/.twurlrc" in found["@fernwick_news"].accessibleName().replace(
        " · ", ", "
    )
    found["@fernwick_news"].click()
    assert not driver.button("Import").isEnabled()
    driver.press("Cancel")
    assert driver.installation.services.store.accounts.list_all() == []


def test_what_is_chosen_comes_in(driver: WindowDriver, app: App, home: Path) -> None:
    driver.open()
    open_import(driver.window.context)
    driver.wait_for_text("App for accounts without one")
    dialog = driver.window.context.dialogs.top()
    assert isinstance(dialog, ImportDialog)
    (choice,) = dialog.findChildren(ComboBox)
    choice.setCurrentIndex(choice.findData(app.id))
    driver.press("Import 2")
    driver.press("Done")
    driver.wait_until(lambda: driver.rows == ["@fernwick_news", "@marsh_weather"])
    open_import(driver.window.context)
    driver.wait_for_text("Already here")
    assert not driver.button("Import").isEnabled()
    driver.press("Cancel")


def test_a_chosen_file_and_what_x_refuses(driver: WindowDriver, app: App, home: Path) -> None:
    driver.installation.sandbox.change_settings(seed="another")
    driver.open()
    open_import(driver.window.context)
    driver.press("Import 1")
    driver.wait_for_text("X does not accept it")
    driver.press("Done")
    assert driver.installation.services.store.accounts.list_all() == []
    open_import(driver.window.context)
    driver.wait_for_text("Twauth asks X")
    dialog = driver.window.context.dialogs.top()
    assert isinstance(dialog, ImportDialog)
    dialog.read([str(home / "more.env")])
    driver.wait_for_text("An app, without an account · ~/more.env")
    driver.press("Import 1")
    driver.wait_for_text("Imported")
    driver.press("Done")
    assert len(driver.installation.services.store.apps.list_all()) == 2


def test_where_there_is_nothing_it_says_so(driver: WindowDriver, home: Path) -> None:
    for name in (".twurlrc", ".twitter_oauth"):
        (home / name).unlink()
    driver.open()
    driver.press("Look for accounts")
    driver.wait_for_text("Nothing was found where")
    assert not driver.button("Import").isEnabled()
    driver.press("Cancel")
