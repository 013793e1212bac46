"""The import in the window: found, shown as a table, chosen, verified, told, originals deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.support.installations import Installation, sign_in_elsewhere, write_twurlrc
from tests.window.driver import WindowDriver
from tests.window.import_steps import ImportUser
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import App
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.workspace.main_menu import open_import
from twauth_gui.store.vault_errors import VaultLockedError

NEWS, WEATHER = "@fernwick_news", "@marsh_weather"
APP_KEYS = f"API_KEY={'k' * 25}\nAPI_SECRET={'s' * 50}\n"


@pytest.fixture
def values(tmp_path: Path, installation: Installation) -> dict[str, tuple[str, ...]]:
    """The keys and credentials of the sandbox's accounts, by handle."""
    return sign_in_elsewhere(tmp_path / "elsewhere", installation.sandbox)


@pytest.fixture
def home(
    tmp_path: Path, values: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A home folder with an account of twurl, and one of a script that names no app.

    Two more files are there that a careless reader would never finish.
    """
    home = tmp_path / "home"
    home.mkdir()
    write_twurlrc(home / ".twurlrc", {"fernwick_news": values["fernwick_news"]})
    (home / ".twitter_oauth").write_text("\n".join(values["marsh_weather"][2:]))
    (home / "more.env").write_text(APP_KEYS)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    (home / ".twarc").write_text("\n" * 26 + "x")
    (home / ".xurl").write_text("\n" * 200_000)
    return home


@pytest.fixture
def user(driver: WindowDriver, home: Path) -> ImportUser:
    return ImportUser(driver)


def weather_row(user: ImportUser) -> str:
    """The title of the account that its file does not name."""
    return next(title for title in user.lines if title != NEWS)


def test_the_first_page_says_what_there_is(user: ImportUser) -> None:
    driver = user.driver
    driver.open()
    driver.wait_for_text(
        "Found on this computer: 1 account of twurl and 1 of python-twitter-tools."
    )
    driver.press("Review 2 accounts")
    driver.wait_for_text("Twauth asks X which account each one belongs to.")
    other = weather_row(user)
    assert user.lines == {NEWS: "New", other: "Choose an app"}
    assert user.checked == [NEWS]
    user.select(other)
    driver.wait_for_text("Add that app first.")
    user.press_key(Qt.Key.Key_Space)
    assert user.checked == [NEWS]
    user.toggle(NEWS)
    assert not driver.button("Import").isEnabled()
    user.click_check(NEWS)
    assert driver.button("Import 1").isEnabled()
    driver.press("Cancel")
    assert driver.installation.services.store.accounts.list_all() == []


def test_what_is_chosen_comes_in_and_its_files_are_offered(
    user: ImportUser, app: App, home: Path
) -> None:
    driver = user.driver
    driver.open()
    open_import(driver.window.context)
    driver.wait_for_text("Twauth asks X")
    other = weather_row(user)
    user.select(other)
    user.press_key(Qt.Key.Key_Return)
    user.choose_app(app.label)
    assert user.row(other).status.word == "Ready"
    driver.press("Import 2")
    driver.wait_for_text("2 of 2 imported.")
    assert user.lines == {NEWS: "Imported", WEATHER: "Imported"}
    driver.wait_until(lambda: driver.rows == [NEWS, WEATHER])
    delete_the_originals(user, home)
    # What is dropped now begins another import, in which it is here already.
    assert user.drop(home / ".twurlrc")
    user.wait_for_rows(NEWS)
    assert user.lines[NEWS] == "Already here"
    assert not driver.button("Import").isEnabled()
    driver.press("Cancel")


def delete_the_originals(user: ImportUser, home: Path) -> None:
    """Look at the files that are left, keep one, delete the other."""
    driver = user.driver
    driver.press("Files 2")
    assert set(user.lines) == {".twurlrc", ".twitter_oauth"}
    user.select(".twurlrc")
    driver.press("Copy")
    assert driver.clipboard.startswith(f"twauth run {NEWS} -- ")
    user.select(".twitter_oauth")
    driver.press("Delete this file…")
    driver.wait_for_text("is deleted for good")
    driver.press("Keep")
    assert (home / ".twitter_oauth").exists()
    driver.press("Delete this file…")
    driver.press("Delete file")
    driver.wait_until(lambda: user.lines[".twitter_oauth"] == "Deleted")
    assert not (home / ".twitter_oauth").exists()
    assert (home / ".twurlrc").exists()
    assert not driver.button("Delete this file…").isEnabled()
    # A file that changed since it was read stays.
    written = (home / ".twurlrc").read_text()
    (home / ".twurlrc").write_text(f"{written}# changed\n")
    user.select(".twurlrc")
    driver.press("Delete this file…")
    driver.press("Delete file")
    driver.wait_until(lambda: user.lines[".twurlrc"] == "Not deleted")
    driver.wait_for_text("It was changed meanwhile.")
    assert (home / ".twurlrc").exists()


def test_what_x_refuses_and_an_app_alone(user: ImportUser, app: App, home: Path) -> None:
    driver = user.driver
    driver.installation.sandbox.change_settings(seed="another")
    driver.open()
    open_import(driver.window.context)
    driver.press("Import 1")
    driver.wait_for_text("0 of 1 imported.")
    assert sorted(user.lines.values()) == ["Not imported", "X does not accept it"]
    assert user.lines[NEWS] == "X does not accept it"
    assert user.row(NEWS).status.reason
    assert driver.installation.services.store.accounts.list_all() == []
    # What is dropped now begins another import.
    assert user.drop(home / "more.env")
    user.wait_for_rows("App from a file")
    assert user.row("App from a file").app_text == "App, without an account"
    (home / "more.env").write_text((home / "more.env").read_text() + "PORT=8080\n")
    driver.press("Import 1")
    driver.wait_for_text("1 of 1 imported.")
    driver.press("Files 1")
    assert user.lines == {"more.env": "1 app saved"}
    user.select("more.env")
    assert not driver.button("Copy").isEnabled()
    driver.press("Delete this file…")
    driver.wait_for_text("the rest is lost")
    driver.press("Delete anyway")
    driver.wait_until(lambda: user.lines["more.env"] == "Deleted")
    assert not (home / "more.env").exists()
    driver.press("Done")
    assert len(driver.installation.services.store.apps.list_all()) == 2


def test_where_there_is_nothing_it_says_so(user: ImportUser, home: Path) -> None:
    driver = user.driver
    for name in (".twurlrc", ".twitter_oauth"):
        (home / name).unlink()
    driver.open()
    driver.press("Look for accounts")
    driver.wait_for_text("Nothing to import was found")
    driver.wait_idle()
    assert not driver.button("Import").isEnabled()
    assert driver.button("Choose files…").isEnabled()
    driver.press("Skipped 2")
    assert all("~/" in row.place and row.status.reason for row in user.table.rows.rows)
    driver.press("Cancel")


def test_what_is_here_with_other_credentials_waits_for_a_check(
    user: ImportUser, app: App, home: Path
) -> None:
    driver = user.driver
    store = driver.installation.services.store
    account = driver.installation.sign_in(app)
    other = Credentials(Secret(f"{account.user_id}-{'o' * 40}"), Secret("o" * 45))
    _ = store.accounts.replace_credentials(account, other)
    driver.open()
    open_import(driver.window.context)
    driver.wait_until(lambda: NEWS in user.titles)
    driver.wait_idle()
    assert user.lines[NEWS] in {"Newer", "Here with other credentials"}
    assert user.row(NEWS).status.reason
    assert user.checked == []
    user.toggle(NEWS)
    driver.press("Import 1")
    driver.wait_for_text("1 of 1 imported.")
    assert user.lines[NEWS] == "Replaced"
    assert store.accounts.read_credentials(account.id) != other


def test_of_two_credentials_for_one_account_one_is_checked(
    user: ImportUser, app: App, home: Path
) -> None:
    keys = "API_KEY={}\nAPI_SECRET={}\n".format("k" * 25, "s" * 50)
    for name in "ab":
        (home / f"{name}.env").write_text(
            f"{keys}ACCESS_TOKEN=77-{name * 40}\nACCESS_TOKEN_SECRET={name * 45}\n"
        )
    driver = user.driver
    driver.open()
    assert user.drop(home / "a.env", home / "b.env")
    driver.wait_until(lambda: len(user.titles) == 2)
    driver.wait_idle()
    assert user.checked == []
    first, second = user.table.rows.rows
    user.table.rows.check([first], on=True)
    user.table.rows.check([second], on=True)
    assert (first.is_checked, second.is_checked) == (False, True)


def test_the_vault_locks_in_the_middle(user: ImportUser, app: App, home: Path) -> None:
    driver = user.driver
    vault = driver.installation.vault
    driver.open()
    open_import(driver.window.context)
    driver.wait_until(lambda: driver.has_button("Import 1"))
    driver.wait_idle()
    vault.fail_with = VaultLockedError("Test Keyring")
    driver.press("Import 1")
    driver.wait_for_text("Test Keyring is locked")
    driver.press("Cancel")  # of the unlocking
    driver.wait_until(lambda: driver.has_button("Continue"))
    assert user.lines[NEWS] == "Waiting"
    vault.fail_with = None
    driver.press("Continue")
    driver.wait_for_text("1 of 1 imported.")
    driver.press("Done")


def test_a_stopped_import_says_what_was_not_imported(user: ImportUser, app: App) -> None:
    driver = user.driver
    driver.open()
    open_import(driver.window.context)
    driver.wait_until(lambda: driver.has_button("Import 1"))
    driver.wait_idle()
    driver.installation.vault.fail_with = VaultLockedError("Test Keyring")
    driver.press("Import 1")
    driver.wait_for_text("Test Keyring is locked")
    driver.installation.vault.fail_with = None
    driver.press("Cancel")
    QTest.keyClick(user.dialog, Qt.Key.Key_Escape)
    driver.wait_for_text("0 of 1 imported.")
    assert user.row(NEWS).status.reason == "The import was stopped."
    QTest.keyClick(user.dialog, Qt.Key.Key_Escape)
    driver.wait_until(lambda: driver.window.context.dialogs.top() is None)
    assert driver.installation.services.store.accounts.list_all() == []


def test_no_secret_is_on_screen(
    user: ImportUser, app: App, values: dict[str, tuple[str, ...]]
) -> None:
    driver = user.driver
    driver.open()
    open_import(driver.window.context)
    driver.wait_for_text("Twauth asks X")
    driver.wait_idle()
    model = user.table.rows
    shown = [
        str(model.index(row, column).data(role))
        for row in range(model.rowCount())
        for column in range(model.columnCount())
        for role in range(int(Qt.ItemDataRole.UserRole))
    ]
    for widget in driver.window.findChildren(QWidget):
        shown += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
    shown.append(driver.visible_text)
    secrets = {part for one in values.values() for part in one if len(part) > 20}
    assert secrets
    assert not [text for text in shown for secret in secrets if secret in text]
