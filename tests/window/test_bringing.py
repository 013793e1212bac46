"""What other tools left comes in through the window: found, chosen, verified, told."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox

from tests.services.ground import Ground
from tests.services.other_tool import signed_in_elsewhere, twurlrc
from tests.window.driver import Driver
from twauth_gui.domain.apps import App
from twauth_gui.gui.bringing.sheet import BringSheet
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.workspace.main_menu import open_bringing


@pytest.fixture
def home(tmp_path: Path, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which twurl has an account, and a script one that names no app.

    Two files of others are there that a careless reader would not end with.
    """
    home = tmp_path / "home"
    home.mkdir()
    values = signed_in_elsewhere(tmp_path / "elsewhere", ground.sandbox)
    twurlrc(home / ".twurlrc", {"fernwick_news": values["fernwick_news"]})
    (home / ".twitter_oauth").write_text("\n".join(values["marsh_weather"][2:]))
    (home / "more.env").write_text(f"API_KEY={'k' * 25}\nAPI_SECRET={'s' * 50}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    (home / ".twarc").write_text("\n" * 26 + "x")
    (home / ".xurl").write_text("\n" * 200_000)
    return home


def boxes(desk: Driver) -> dict[str, QCheckBox]:
    sheet = desk.window.desk.sheets.top()
    assert isinstance(sheet, BringSheet)
    return {box.text(): box for box in sheet.findChildren(QCheckBox)}


def test_the_first_page_says_what_there_is(desk: Driver, home: Path) -> None:
    desk.open()
    desk.wait_for("Found on this computer: 1 account of twurl and 1 of python-twitter-tools.")
    desk.press("Look at 2 accounts")
    desk.wait_for("X is asked whose each of them is.")
    desk.wait_for("Add that app first.")
    found = boxes(desk)
    assert found["@fernwick_news"].isChecked()
    assert [box.isEnabled() for box in found.values()] == [True, False]
    assert "App from twurl, ~/.twurlrc" in found["@fernwick_news"].accessibleName().replace(
        " · ", ", "
    )
    found["@fernwick_news"].click()
    assert not desk.button("Bring in").isEnabled()
    desk.press("Cancel")
    assert desk.ground.kit.store.accounts.all() == []


def test_what_is_chosen_comes_in(desk: Driver, app: App, home: Path) -> None:
    desk.open()
    open_bringing(desk.window.desk)
    desk.wait_for("App for accounts without one")
    sheet = desk.window.desk.sheets.top()
    assert isinstance(sheet, BringSheet)
    (choice,) = sheet.findChildren(ComboBox)
    choice.setCurrentIndex(choice.findData(app.id))
    desk.press("Bring in 2")
    desk.press("Done")
    desk.until(lambda: desk.rows == ["@fernwick_news", "@marsh_weather"])
    open_bringing(desk.window.desk)
    desk.wait_for("Is here already")
    assert not desk.button("Bring in").isEnabled()
    desk.press("Cancel")


def test_a_chosen_file_and_what_x_refuses(desk: Driver, app: App, home: Path) -> None:
    desk.ground.sandbox.change(seed="another")
    desk.open()
    open_bringing(desk.window.desk)
    desk.press("Bring in 1")
    desk.wait_for("X does not accept it")
    desk.press("Done")
    assert desk.ground.kit.store.accounts.all() == []
    open_bringing(desk.window.desk)
    desk.wait_for("X is asked")
    sheet = desk.window.desk.sheets.top()
    assert isinstance(sheet, BringSheet)
    sheet.read([str(home / "more.env")])
    desk.wait_for("An app, without an account · ~/more.env")
    desk.press("Bring in 1")
    desk.wait_for("Brought in")
    desk.press("Done")
    assert len(desk.ground.kit.store.apps.all()) == 2


def test_where_there_is_nothing_it_says_so(desk: Driver, home: Path) -> None:
    for name in (".twurlrc", ".twitter_oauth"):
        (home / name).unlink()
    desk.open()
    desk.press("Look for accounts")
    desk.wait_for("Nothing was found where")
    assert not desk.button("Bring in").isEnabled()
    desk.press("Cancel")
