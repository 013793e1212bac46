"""A machine without a keychain: the encrypted file is created, locked, unlocked, moved."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from tests.services.ground import Ground
from tests.support.desktop_signs import DesktopSigns, bus_at
from tests.window.driver import Driver
from twauth_gui.domain.apps import App
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.auto_lock import AutoLock
from twauth_gui.gui.workspace.main_menu import open_settings
from twauth_gui.services.parts import CredentialField
from twauth_gui.store.choice import VaultKind
from twauth_gui.store.sealed import Key
from twauth_gui.store.vault_errors import VaultAbsentError, VaultHungError

PASSPHRASE, OTHER = "marsh marigold ferry", "another one entirely"


def enter(desk: Driver, field: str, text: str) -> None:
    desk.type(field, text)
    QTest.keyClick(desk.field(field), Qt.Key.Key_Return)


@pytest.fixture
def with_file(ground: Ground) -> Ground:
    """An app and an account in the encrypted file, which is unlocked."""
    ground.kit.storage.create_file(Secret(PASSPHRASE))
    _ = ground.sign_in(ground.add_app())
    return ground


def lock(desk: Driver) -> None:
    QTest.keyClick(desk.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)


def create_the_file(desk: Driver) -> None:
    """Create it from the first page, with every mistake there is on the way."""
    desk.wait_for("No keychain on this computer. Twauth does not fall back to plain text.")
    desk.press("Create encrypted file")
    desk.wait_for("Nobody can open the file without this passphrase")
    desk.press("Create file")
    desk.wait_for("Type a passphrase.")
    for name in ("Passphrase", "Repeat the passphrase"):
        desk.type(name, "a")
    desk.wait_for("Too short: 1 character.")
    desk.press("Create file")
    assert desk.window.desk.sheets.count() == 1, "it is refused"
    desk.type("Passphrase", "ferryboat")
    desk.wait_for("Short: 9 characters.")
    see_what_was_typed(desk)
    desk.type("Passphrase", PASSPHRASE)
    desk.type("Repeat the passphrase", OTHER)
    desk.press("Create file")
    desk.wait_for("The passphrases do not match.")
    enter(desk, "Repeat the passphrase", PASSPHRASE)
    desk.until(lambda: desk.window.desk.sheets.count() == 0)
    desk.wait_for("go into the encrypted file")


def see_what_was_typed(desk: Driver) -> None:
    """Each field has a button of its own for it, which the keyboard reaches."""
    for name, noun in (
        ("Passphrase", "passphrase"),
        ("Repeat the passphrase", "repeated passphrase"),
    ):
        field = desk.line(name)
        assert field.echoMode() is QLineEdit.EchoMode.Password
        assert desk.button(f"Show the {noun}").focusPolicy() & Qt.FocusPolicy.TabFocus
        desk.press(f"Show the {noun}")
        assert field.echoMode() is QLineEdit.EchoMode.Normal
    desk.press("Hide the passphrase")
    assert desk.line("Passphrase").echoMode() is QLineEdit.EchoMode.Password
    desk.press("Show the passphrase")
    other = QWidget()
    other.show()
    other.activateWindow()
    desk.until(lambda: desk.has("Show the passphrase"))
    assert desk.has("Show the repeated passphrase"), "nobody looks any more"
    other.close()
    other.deleteLater()
    desk.window.activateWindow()
    desk.until(desk.window.isActiveWindow)


def test_from_a_bare_machine_to_an_export(desk: Driver, ground: Ground) -> None:
    ground.vault.fail_with = VaultAbsentError()
    desk.open()
    create_the_file(desk)
    account = ground.sign_in(ground.add_app())
    desk.window.desk.library.reload()
    desk.press("Show the access token")
    desk.until(lambda: desk.sees("20 s"))
    desk.press("Copy the access token")
    desk.until(lambda: desk.clipboard)

    desk.button("Copy the access token").setFocus()
    lock(desk)
    desk.wait_for("The encrypted file is locked")
    assert desk.window.focusWidget() is desk.line("Passphrase"), "it can be typed at once"
    assert (desk.clipboard, desk.sees("20 s")) == ("", False)
    assert desk.rows == ["@fernwick_news"]  # the list is readable
    desk.until(lambda: ground.kit.storage.file.locked)
    enter(desk, "Passphrase", OTHER)
    desk.wait_for("That passphrase does not open the encrypted file.")
    enter(desk, "Passphrase", PASSPHRASE)
    desk.until(lambda: desk.has("Show the access token"))

    desk.close()
    ground.restart()
    desk.open()
    desk.wait_for("The encrypted file is locked")
    enter(desk, "Passphrase", PASSPHRASE)
    desk.press("Export…")
    desk.press("Copy 4 values")
    token = ground.kit.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN).reveal()
    desk.until(lambda: token in desk.clipboard)
    assert ground.vault.items == {}


def test_a_file_that_cannot_be_written_yet(desk: Driver, ground: Ground) -> None:
    in_the_way = ground.places.data / "credentials.twauth.lock"
    in_the_way.mkdir()
    ground.vault.fail_with = VaultAbsentError()
    desk.open()
    desk.press("Create encrypted file")
    desk.type("Passphrase", PASSPHRASE)
    enter(desk, "Repeat the passphrase", PASSPHRASE)
    desk.wait_for("The encrypted file was not changed.")
    in_the_way.rmdir()
    desk.type("Passphrase", PASSPHRASE)
    enter(desk, "Repeat the passphrase", PASSPHRASE)
    desk.wait_for("go into the encrypted file")


@pytest.fixture
def strangers() -> list[Key | Secret]:
    """What other tests of this process hold still."""
    return living()


def test_locked_means_that_no_secret_is_in_memory_of_ours(
    strangers: list[Key | Secret], desk: Driver, with_file: Ground
) -> None:
    (account,) = with_file.kit.store.accounts.all()
    token = with_file.kit.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN).reveal()
    desk.open()
    desk.press("Show the access token")
    desk.until(lambda: desk.sees("20 s"))
    desk.press("Export…")
    assert held(token, strangers)
    lock(desk)
    desk.until(lambda: with_file.kit.storage.file.locked)
    desk.until(lambda: not held(token, strangers))


def living() -> list[Key | Secret]:
    """Give every secret, and every key of a file, that is in this process."""
    _ = gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, Key | Secret)]


def held(text: str, strangers: list[Key | Secret]) -> bool:
    """Whether an object of ours holds a secret with this text, or the key of a file."""
    known = {id(one) for one in strangers}
    ours = [one for one in living() if id(one) not in known]
    return any(isinstance(one, Key) or text in one.reveal() for one in ours)


def test_it_locks_when_nobody_is_there(desk: Driver, with_file: Ground) -> None:
    now = [0.0]
    desk.open()
    window = desk.window.desk
    desk.until(lambda: window.locks.rules.idle_minutes == 15)  # unless chosen otherwise
    watch = AutoLock(with_file.kit, window.tasks, window.vault, lambda: now[0])
    watch.begin(desk.window.windowHandle())
    desk.until(lambda: watch.rules.idle_minutes == 15)
    now[0] = 14 * 60
    watch.look()
    assert not window.vault.locked
    QTest.mouseMove(desk.window.windowHandle())
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Shift)  # a sign of life
    now[0] = 28 * 60
    watch.look()
    assert not window.vault.locked
    now[0] = 29 * 60
    watch.look()
    desk.wait_for("The encrypted file is locked")
    watch.end()


def test_it_locks_with_the_screen(
    desk: Driver, with_file: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bus_at(tmp_path / "session") as session, DesktopSigns(session) as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session)
        desk.open()
        assert with_file.kit.storage.kind is VaultKind.FILE
        desk.until(lambda: desk.has("Show the access token"))

        def locked() -> bool:
            # Until the window listens nobody hears it.
            desktop.signal("/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", (True,))
            return desk.sees("The encrypted file is locked")

        desk.until(locked)
        desk.close()


def test_the_keychain_locks_on_idle_only_where_chosen(desk: Driver, ground: Ground) -> None:
    desk.open()
    locks = desk.window.desk.locks
    desk.settle()
    assert locks.rules.idle_minutes == 0
    locks.choose_idle(5)
    locks.choose_with_screen(wanted=False)
    desk.settle()
    desk.close()
    ground.restart()
    desk.open()
    desk.until(lambda: desk.window.desk.locks.rules.idle_minutes == 5)
    assert not desk.window.desk.locks.rules.with_screen


def test_twauth_before_an_open_keychain_hides_everything(
    desk: Driver, ground: Ground, app: App
) -> None:
    _ = ground.sign_in(app)
    desk.open()
    desk.press("Export…")
    lock(desk)
    desk.wait_for("Twauth is locked")
    assert desk.window.desk.sheets.count() == 0
    assert not desk.sees("@fernwick_news")
    assert not desk.view.isVisible()
    before = len(ground.vault.calls)
    desk.window.desk.vault.probe()
    desk.settle()
    assert len(ground.vault.calls) == before  # nothing is asked behind the lock
    desk.press("Unlock Twauth")
    desk.until(lambda: desk.has("Show the access token"))


def test_moving_into_the_file_and_back(desk: Driver, ground: Ground, app: App) -> None:
    _ = ground.sign_in(app)
    before = dict(ground.vault.items)
    desk.open()
    open_settings(desk.window.desk, "keychain")
    desk.press("Move to an encrypted file…")
    desk.type("Passphrase of the file", PASSPHRASE)
    desk.type("Repeat the passphrase", PASSPHRASE)
    desk.press("Move everything")
    desk.wait_for("2 items are in the encrypted file now. Nothing is left in the old place.")
    assert ground.vault.items == {}
    desk.press("Done")
    desk.wait_for("Credentials are in the encrypted file")

    desk.press("Change passphrase…")
    desk.type("Current passphrase", OTHER)
    desk.type("New passphrase", OTHER)
    desk.type("Repeat the passphrase", OTHER)
    desk.press("Change passphrase")
    desk.wait_for("That passphrase does not open the encrypted file.")
    desk.type("Current passphrase", PASSPHRASE)
    desk.type("New passphrase", OTHER)
    desk.type("Repeat the passphrase", OTHER)
    desk.press("Change passphrase")
    desk.until(lambda: not desk.has("Change passphrase"))
    ground.kit.storage.file.unlock(Secret(OTHER))

    desk.press("Move to the keychain…")
    desk.press("Move everything")
    desk.wait_for("2 items are in Test Keyring now. Nothing is left in the old place.")
    assert ground.vault.items == before
    assert not ground.kit.storage.file.exists


def test_a_move_that_was_cut_off_is_tidied_up(desk: Driver, ground: Ground, app: App) -> None:
    _ = ground.sign_in(app)
    ground.vault.fail_with, ground.vault.fail_on = VaultHungError("Test Keyring"), "read"
    with pytest.raises(VaultHungError):
        _ = ground.kit.storage.move(VaultKind.FILE, Secret(PASSPHRASE))
    ground.vault.fail_with = None
    ground.restart()
    desk.open()
    desk.wait_for("every credential is in Test Keyring")
    desk.type("Passphrase of the encrypted file", OTHER)
    desk.press("Tidy up")
    desk.wait_for("That passphrase does not open the encrypted file.")
    desk.type("Passphrase of the encrypted file", PASSPHRASE)
    desk.press("Tidy up")
    desk.wait_for("Nothing was lost: all are in Test Keyring.")
    assert ground.kit.store.vault_selection.move_under_way() is None


def test_what_a_command_moved_is_followed(desk: Driver, ground: Ground, app: App) -> None:
    _ = ground.sign_in(app)
    desk.open()
    kit = ground.open_again()
    _ = kit.storage.move(VaultKind.FILE, Secret(PASSPHRASE))
    kit.close()
    desk.wait_for("The encrypted file is locked")


def test_no_field_shows_what_is_typed(desk: Driver, with_file: Ground) -> None:
    with_file.restart()
    desk.open()
    field = desk.line("Passphrase")
    assert field.echoMode() is QLineEdit.EchoMode.Password
