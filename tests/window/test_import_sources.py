"""What an import is made of: files and folders dropped, text pasted, several of them at a time."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from tests.window.import_steps import ImportUser
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.detail.detail_pane import DetailPane
from twauth_gui.gui.imports.import_drop import DropOverlay, DroppedItems
from twauth_gui.gui.parts.status_bar import StatusBar
from twauth_gui.gui.workspace.main_menu import open_import, open_settings
from twauth_gui.gui.workspace.sidebar import Sidebar
from twauth_gui.store.vault_errors import VaultLockedError


def invent(seed: object, length: int) -> str:
    """A value that looks like one of X's, the same for the same seed."""
    return sha256(repr(seed).encode()).hexdigest()[:length]


def account_text(user_id: int, *, secret: object = None) -> str:
    """A whole account of an app of its own. secret: a seed; None for one of its own."""
    app = f"API_KEY={invent(user_id, 25)}\nAPI_SECRET={invent((user_id, 'app'), 50)}\n"
    return app + lone_text(user_id, secret=secret)


def lone_text(user_id: int, *, secret: object = None) -> str:
    """An account without its app."""
    seed = (user_id, "token") if secret is None else secret
    token = f"{user_id}-{invent(user_id, 30)}"
    return f"ACCESS_TOKEN={token}\nACCESS_TOKEN_SECRET={invent(seed, 45)}\n"


def write_account(path: Path, user_id: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(account_text(user_id))
    return path


@pytest.fixture
def user(driver: WindowDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImportUser:
    """A user whose home folder is empty, at the open window."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    driver.open()
    return ImportUser(driver)


def test_text_is_taken_wherever_it_is_dropped(
    driver: WindowDriver, account: Account, user: ImportUser
) -> None:
    window = driver.window
    parts = [window.findChild(part) for part in (Sidebar, AccountListView, DetailPane, StatusBar)]
    for number, part in enumerate(parts, 31):
        assert part is not None
        place = part.mapTo(window, part.rect().center())
        assert user.drop_text(account_text(number), place), part
        user.wait_for_rows(f"user {number}")
        if part is parts[-1]:
            assert user.drop_text(account_text(99), window.rect().center()), "the dialog itself"
            user.wait_for_rows(f"user {number}", "user 99")
        driver.press("Cancel")
        driver.wait_until(lambda: not window.context.dialogs.count())


def test_several_drops_add_up(user: ImportUser, tmp_path: Path) -> None:
    first, second = (write_account(tmp_path / f"{n}.env", n) for n in (11, 22))
    assert user.drop(first)
    assert user.drop(second)
    user.wait_for_rows("user 11", "user 22")
    user.toggle("user 11")
    assert user.drop_text(account_text(33))
    assert user.drop(write_account(first, 44))  # read again, in place of what it was
    user.wait_for_rows("user 44", "user 22", "user 33")
    assert sorted(user.checked) == ["user 22", "user 33", "user 44"]
    user.toggle("user 22")
    assert user.drop(write_account(first, 55))
    user.wait_for_rows("user 55", "user 22", "user 33")
    assert sorted(user.checked) == ["user 33", "user 55"], "choices stay"
    user.driver.press("Cancel")


def test_what_is_pasted(user: ImportUser, tmp_path: Path) -> None:
    driver = user.driver
    open_import(driver.window.context)
    driver.wait_for_text("Nothing to import was found")
    driver.clipboard = account_text(11)
    QTest.keyClick(user.dialog, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    user.wait_for_rows("user 11")
    assert user.row("user 11").place == "pasted text:3"
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(write_account(tmp_path / "copied.env", 22)))])
    QGuiApplication.clipboard().setMimeData(mime)
    driver.choose_entry("Add…", "What is on the clipboard")
    user.wait_for_rows("user 11", "user 22")
    assert user.row("user 22").place == f"{tmp_path}/copied.env:3"


def test_what_cannot_be_read_is_told(user: ImportUser, tmp_path: Path) -> None:
    driver = user.driver
    assert user.drop_urls(QUrl("https://example.org/keys.env"))
    driver.wait_for_text("That was a link.")
    driver.wait_for_text("Nothing to import was found")
    assert user.drop(tmp_path / "gone.env")
    driver.press("Skipped 1")
    (row,) = user.table.rows.rows
    assert row.place == f"{tmp_path}/gone.env"
    assert row.status.reason
    assert not driver.has_text("That was a link.")
    odd = os.fsdecode(bytes(tmp_path) + b"/\xff\n\xe2\x80\xae.env")
    write_account(Path(odd), 11)
    url = QUrl.fromEncoded(b"file://" + bytes(tmp_path) + b"/%FF%0A%E2%80%AE.env")
    assert user.drop_urls(url)
    driver.press("Found 1")
    place = user.row("user 11").place
    assert not {"\n", "\u202e"} & set(place), place


def test_a_large_folder_can_be_stopped(user: ImportUser, tmp_path: Path) -> None:
    driver = user.driver
    small = write_account(tmp_path / "small.env", 11)
    assert user.drop(small)
    user.wait_for_rows("user 11")
    for number in range(1_000):
        write_account(tmp_path / "large" / f"{number}.env", 1_000 + number)
    assert user.drop(*sorted((tmp_path / "large").iterdir()))
    driver.wait_for_text("of 1,000 files")
    assert not driver.button("Import 1").isEnabled(), "nothing is imported before all is known"
    driver.press("Stop reading")
    user.wait_for_rows("user 11")
    assert driver.button("Import 1").isEnabled()
    assert user.drop(tmp_path / "large")
    driver.wait_until(lambda: len(user.titles) == 1_001)


@pytest.mark.no_cover  # the time that counts is the program's own
def test_ten_thousand_rows(user: ImportUser, tmp_path: Path) -> None:
    driver = user.driver
    for part in range(4):
        numbers = range(10_000 + part * 2_500, 12_500 + part * 2_500)
        lines = [f"{n}-{invent(n, 30)},{invent(-n, 45)}" for n in numbers]
        rows = "\n".join(("access_token,access_token_secret", *lines))
        (tmp_path / f"{part}.csv").write_text(rows)
    assert user.drop(*sorted(tmp_path.glob("*.csv")))
    driver.wait_until(lambda: len(user.titles) == 10_000)
    widgets = len(user.dialog.findChildren(QWidget))
    assert widgets < 120, "a row is not a widget"
    user.press_key(Qt.Key.Key_End)
    row = user.table.current_row()
    assert row is not None
    assert row.title == "user 19999"
    user.press_key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(user.table.selected_rows()) == 10_000
    assert len(user.dialog.findChildren(QWidget)) == widgets


def test_the_app_of_many_is_chosen_at_once(
    user: ImportUser, installation: Installation, app: App
) -> None:
    driver = user.driver
    driver.window.context.snapshots.reload()
    driver.wait_idle()
    lines = [f"{n}-{invent(n, 30)},{invent(-n, 45)}" for n in (11, 22, 33)]
    assert user.drop_text("access_token,access_token_secret\n" + "\n".join(lines))
    user.wait_for_rows("user 11", "user 22", "user 33")
    assert user.checked == []
    user.select("user 11")
    user.press_key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    user.press_key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    user.choose_app(app.label)
    assert user.checked == ["user 11", "user 22"]
    user.toggle("user 33")  # which asks for what is missing
    user.choose_app(app.label)
    assert len(user.checked) == 3
    user.toggle("user 33")
    assert user.checked == ["user 11", "user 22"]


def test_when_a_drop_is_not_taken(user: ImportUser, app: App, tmp_path: Path) -> None:
    driver = user.driver
    path = write_account(tmp_path / "a.env", 11)
    open_settings(driver.window.context)
    assert not user.drop(path), "another dialog is open"
    driver.window.context.dialogs.close_all()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    (overlay,) = driver.window.findChildren(DropOverlay)
    assert user.drag(mime)
    assert overlay.isVisible()
    user.leave()
    assert not overlay.isVisible()
    assert user.drop(path)
    assert not overlay.isVisible()
    user.wait_for_rows("user 11")
    driver.window.context.auto_lock.lock()
    driver.wait_until(lambda: driver.window.context.vault.is_app_locked)
    assert driver.window.context.dialogs.top() is None
    assert not user.drop(path), "Twauth is locked"


def test_a_drop_on_a_locked_vault_waits(
    user: ImportUser, installation: Installation, app: App, tmp_path: Path
) -> None:
    driver = user.driver
    installation.vault.fail_with = VaultLockedError("Test Keyring")
    assert user.drop(write_account(tmp_path / "a.env", 11))
    driver.wait_for_text("Test Keyring is locked")
    installation.vault.fail_with = None
    driver.press("Unlock keyring")
    user.wait_for_rows("user 11")


@pytest.mark.parametrize("width", [640, 1120])
def test_an_app_is_chosen_with_the_mouse(user: ImportUser, app: App, width: int) -> None:
    driver = user.driver
    driver.window.resize(width, 720)
    driver.window.context.snapshots.reload()
    driver.wait_idle()
    assert user.drop_text(lone_text(11))
    user.wait_for_rows("user 11")
    place = user.table.choice_area(0).center()
    QTest.mouseClick(user.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    user.choose_app(app.label)
    assert user.checked == ["user 11"]


def test_files_are_chosen(user: ImportUser, tmp_path: Path) -> None:
    driver = user.driver
    path = write_account(tmp_path / "a.env", 11)
    open_import(driver.window.context)
    driver.press("Choose files…")
    (chooser,) = user.dialog.findChildren(QFileDialog)
    chooser.setDirectory(str(tmp_path))
    chooser.selectFile(str(path))
    chooser.accept()
    user.wait_for_rows("user 11")
    driver.choose_entry("Add…", "A folder…")
    driver.wait_until(lambda: user.dialog.findChildren(QFileDialog))
    (chooser,) = user.dialog.findChildren(QFileDialog)
    write_account(tmp_path / "folder" / "b.env", 22)
    chooser.setDirectory(str(tmp_path / "folder"))
    chooser.accept()
    user.wait_for_rows("user 11", "user 22")


def test_an_app_of_the_file_is_chosen(user: ImportUser, tmp_path: Path) -> None:
    """The file leaves open which of its apps is meant; the other one is not imported unasked."""
    lines = [
        f"API_{part}_{number}={invent((part, number), length)}"
        for number in (1, 2)
        for part, length in (("KEY", 25), ("SECRET", 50))
    ]
    path = tmp_path / "two.env"
    path.write_text("\n".join((*lines, lone_text(11))))
    assert user.drop(path)
    user.wait_for_rows("user 11", "1", "2")
    assert user.checked == []
    user.select("user 11")
    user.press_key(Qt.Key.Key_F2)
    user.choose_app("2 (from the file)")
    assert user.row("user 11").app_text == "2"
    assert user.checked == ["user 11"]
    user.driver.press("Import 1")
    user.driver.wait_for_text("of 1 imported.")
    assert user.lines["user 11"] == "Imported, not verified", user.row("user 11").status.reason
    labels = [app.label for app in user.driver.installation.services.store.apps.list_all()]
    assert labels == ["2"]


def test_an_app_is_chosen_while_more_is_found(user: ImportUser, tmp_path: Path, app: App) -> None:
    """Another search that ends meanwhile neither loses the choice nor moves to another row."""
    user.driver.window.context.snapshots.reload()
    user.driver.wait_idle()
    for number in (11, 22):
        (tmp_path / f"{number}.env").write_text(lone_text(number))
    assert user.drop(tmp_path / "11.env", tmp_path / "22.env")
    user.wait_for_rows("user 11", "user 22")
    QTest.keyPress(user.table, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    user.select("user 22")
    QTest.keyRelease(user.table, Qt.Key.Key_Control)
    user.press_key(Qt.Key.Key_F2)
    user.dialog.take(DroppedItems((write_account(tmp_path / "33.env", 33),)))
    user.wait_for_rows("user 11", "user 22", "user 33")
    user.choose_app(app.label)
    assert user.row("user 22").app_text == app.label
    assert user.row("user 11").app_text == "Choose an app"
    assert user.table.current_row() is user.row("user 22")


def test_what_is_suspicious_says_why_and_where_else_it_stands(
    user: ImportUser, tmp_path: Path
) -> None:
    text = account_text(11, secret="same") + lone_text(22, secret="same")
    for name in ("a", "b"):
        (tmp_path / f"{name}.env").write_text(text)
    assert user.drop(tmp_path / "a.env", tmp_path / "b.env")
    user.driver.wait_until(lambda: user.titles)
    user.driver.wait_idle()
    assert user.checked == []
    row = user.row("user 11")
    assert row.status.word == "Suspicious"
    assert row.status.reason in row.spoken_text
    assert f"Also in {tmp_path}/b.env" in row.spoken_text
    assert f"Also in {tmp_path}/b.env" in user.driver.visible_text


def test_an_app_does_not_clear_a_doubt(user: ImportUser, app: App) -> None:
    user.driver.window.context.snapshots.reload()
    user.driver.wait_idle()
    assert user.drop_text(f"ACCESS_TOKEN=11-{'t' * 30}\nACCESS_TOKEN_SECRET={'u' * 45}\n")
    user.wait_for_rows("user 11")
    user.toggle("user 11")
    user.choose_app(app.label)
    assert user.lines == {"user 11": "Suspicious"}
    assert user.row("user 11").status.reason
    assert user.checked == []
    user.toggle("user 11")
    assert user.checked == ["user 11"]
