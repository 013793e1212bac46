"""A machine without a keychain: the encrypted file is created, locked, unlocked, moved."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from tests.support.desktop_signals import DesktopSignals, run_bus
from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App
from twauth_gui.domain.credential_fields import CredentialField
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.auto_lock import AutoLock
from twauth_gui.gui.workspace.main_menu import open_settings
from twauth_gui.store.sealed_file import DerivedKey
from twauth_gui.store.vault_errors import VaultAbsentError, VaultHungError
from twauth_gui.store.vault_selection import VaultKind

PASSPHRASE, OTHER = "marsh marigold ferry", "another one entirely"


def enter(driver: WindowDriver, field: str, text: str) -> None:
    driver.type(field, text)
    QTest.keyClick(driver.field(field), Qt.Key.Key_Return)


@pytest.fixture
def with_file(installation: Installation) -> Installation:
    """An app and an account in the encrypted file, which is unlocked."""
    installation.services.vaults.create_file_vault(Secret(PASSPHRASE))
    _ = installation.sign_in(installation.add_app())
    return installation


def lock(driver: WindowDriver) -> None:
    QTest.keyClick(driver.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)


def create_the_file(driver: WindowDriver) -> None:
    """Create the file from the first page, after every possible mistake."""
    driver.wait_for_text("No keychain on this computer. Twauth does not fall back to plain text.")
    driver.press("Create encrypted file")
    driver.wait_for_text("The file cannot be opened without this passphrase")
    driver.press("Create file")
    driver.wait_for_text("Type a passphrase.")
    for name in ("Passphrase", "Repeat the passphrase"):
        driver.type(name, "a")
    driver.wait_for_text("Too short: 1 character.")
    driver.press("Create file")
    assert driver.window.context.dialogs.count() == 1, "it is refused"
    driver.type("Passphrase", "ferryboat")
    driver.wait_for_text("Short: 9 characters.")
    show_passphrase(driver)
    driver.type("Passphrase", PASSPHRASE)
    driver.type("Repeat the passphrase", OTHER)
    driver.press("Create file")
    driver.wait_for_text("The passphrases do not match.")
    enter(driver, "Repeat the passphrase", PASSPHRASE)
    driver.wait_until(lambda: driver.window.context.dialogs.count() == 0)
    driver.wait_for_text("go into the encrypted file")


def show_passphrase(driver: WindowDriver) -> None:
    """Show each passphrase with its own button, which the keyboard reaches."""
    for name, noun in (
        ("Passphrase", "passphrase"),
        ("Repeat the passphrase", "repeated passphrase"),
    ):
        field = driver.line_edit(name)
        assert field.echoMode() is QLineEdit.EchoMode.Password
        assert driver.button(f"Show the {noun}").focusPolicy() & Qt.FocusPolicy.TabFocus
        driver.press(f"Show the {noun}")
        assert field.echoMode() is QLineEdit.EchoMode.Normal
    driver.press("Hide the passphrase")
    assert driver.line_edit("Passphrase").echoMode() is QLineEdit.EchoMode.Password
    driver.press("Show the passphrase")
    other = QWidget()
    other.show()
    other.activateWindow()
    driver.wait_until(lambda: driver.has_button("Show the passphrase"))
    assert driver.has_button("Show the repeated passphrase"), "the window has lost the focus"
    other.close()
    other.deleteLater()
    driver.window.activateWindow()
    driver.wait_until(driver.window.isActiveWindow)


def test_from_a_bare_machine_to_an_export(driver: WindowDriver, installation: Installation) -> None:
    installation.vault.fail_with = VaultAbsentError()
    driver.open()
    create_the_file(driver)
    account = installation.sign_in(installation.add_app())
    driver.window.context.snapshots.reload()
    driver.press("Show the access token")
    driver.wait_until(lambda: driver.has_text("20 s"))
    driver.press("Copy the access token")
    driver.wait_until(lambda: driver.clipboard)

    driver.button("Copy the access token").setFocus()
    lock(driver)
    driver.wait_for_text("The encrypted file is locked")
    assert driver.window.focusWidget() is driver.line_edit("Passphrase"), "it can be typed at once"
    assert (driver.clipboard, driver.has_text("20 s")) == ("", False)
    assert driver.rows == ["@fernwick_news"]  # the list is readable
    driver.wait_until(lambda: installation.services.vaults.file_vault.is_locked)
    enter(driver, "Passphrase", OTHER)
    driver.wait_for_text("That passphrase does not open the encrypted file.")
    enter(driver, "Passphrase", PASSPHRASE)
    driver.wait_until(lambda: driver.has_button("Show the access token"))

    driver.close()
    installation.restart()
    driver.open()
    driver.wait_for_text("The encrypted file is locked")
    enter(driver, "Passphrase", PASSPHRASE)
    driver.press("Export…")
    driver.press("Copy 4 values")
    token = installation.services.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN).reveal()
    driver.wait_until(lambda: token in driver.clipboard)
    assert installation.vault.items == {}


def test_a_file_that_cannot_be_written_yet(
    driver: WindowDriver, installation: Installation
) -> None:
    obstacle = installation.paths.data / "credentials.twauth.lock"
    obstacle.mkdir()
    installation.vault.fail_with = VaultAbsentError()
    driver.open()
    driver.press("Create encrypted file")
    driver.type("Passphrase", PASSPHRASE)
    enter(driver, "Repeat the passphrase", PASSPHRASE)
    driver.wait_for_text("The encrypted file was not changed.")
    obstacle.rmdir()
    driver.type("Passphrase", PASSPHRASE)
    enter(driver, "Repeat the passphrase", PASSPHRASE)
    driver.wait_for_text("go into the encrypted file")


@pytest.fixture
def other_secrets() -> list[DerivedKey | Secret]:
    """Secrets that other tests of this process still hold."""
    return find_secrets()


def test_locked_means_that_no_secret_is_in_memory_of_ours(
    other_secrets: list[DerivedKey | Secret], driver: WindowDriver, with_file: Installation
) -> None:
    (account,) = with_file.services.store.accounts.list_all()
    token = with_file.services.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN).reveal()
    driver.open()
    driver.press("Show the access token")
    driver.wait_until(lambda: driver.has_text("20 s"))
    driver.press("Export…")
    assert is_held(token, other_secrets)
    lock(driver)
    driver.wait_until(lambda: with_file.services.vaults.file_vault.is_locked)
    driver.wait_until(lambda: not is_held(token, other_secrets))


def find_secrets() -> list[DerivedKey | Secret]:
    """Return every secret, and every key of a file, in this process."""
    _ = gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, DerivedKey | Secret)]


def is_held(text: str, other_secrets: list[DerivedKey | Secret]) -> bool:
    """Whether an object of this test holds a secret with this text, or the key of a file."""
    known = {id(one) for one in other_secrets}
    ours = [one for one in find_secrets() if id(one) not in known]
    return any(isinstance(one, DerivedKey) or text in one.reveal() for one in ours)


def test_it_locks_when_idle(driver: WindowDriver, with_file: Installation) -> None:
    now = [0.0]
    driver.open()
    window = driver.window.context
    driver.wait_until(lambda: window.auto_lock.rules.idle_minutes == 15)  # unless chosen otherwise
    progress = AutoLock(with_file.services, window.tasks, window.vault, lambda: now[0])
    progress.start(driver.window.windowHandle())
    driver.wait_until(lambda: progress.rules.idle_minutes == 15)
    now[0] = 14 * 60
    progress.check_idle()
    assert not window.vault.is_locked
    QTest.mouseMove(driver.window.windowHandle())
    QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Shift)  # a sign of life
    now[0] = 28 * 60
    progress.check_idle()
    assert not window.vault.is_locked
    now[0] = 29 * 60
    progress.check_idle()
    driver.wait_for_text("The encrypted file is locked")
    progress.stop()


def test_it_locks_with_the_screen(
    driver: WindowDriver, with_file: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_bus(tmp_path / "session") as session, DesktopSignals(session) as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session)
        driver.open()
        assert with_file.services.vaults.selected_kind is VaultKind.FILE
        driver.wait_until(lambda: driver.has_button("Show the access token"))

        def locked() -> bool:
            # Sent until the window listens.
            desktop.send("/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", (True,))
            return driver.has_text("The encrypted file is locked")

        driver.wait_until(locked)
        driver.close()


def test_the_keychain_locks_on_idle_only_where_chosen(
    driver: WindowDriver, installation: Installation
) -> None:
    driver.open()
    locks = driver.window.context.auto_lock
    driver.wait_idle()
    assert locks.rules.idle_minutes == 0
    locks.set_idle_minutes(5)
    locks.set_lock_with_screen(enabled=False)
    driver.wait_idle()
    driver.close()
    installation.restart()
    driver.open()
    driver.wait_until(lambda: driver.window.context.auto_lock.rules.idle_minutes == 5)
    assert not driver.window.context.auto_lock.rules.with_screen


def test_twauth_before_an_open_keychain_hides_everything(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    _ = installation.sign_in(app)
    driver.open()
    driver.press("Export…")
    lock(driver)
    driver.wait_for_text("Twauth is locked")
    assert driver.window.context.dialogs.count() == 0
    assert not driver.has_text("@fernwick_news")
    assert not driver.view.isVisible()
    before = len(installation.vault.calls)
    driver.window.context.vault.probe()
    driver.wait_idle()
    assert len(installation.vault.calls) == before  # nothing is asked behind the lock
    driver.press("Unlock Twauth")
    driver.wait_until(lambda: driver.has_button("Show the access token"))


def test_moving_into_the_file_and_back(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    _ = installation.sign_in(app)
    before = dict(installation.vault.items)
    driver.open()
    open_settings(driver.window.context, "keychain")
    driver.press("Move to an encrypted file…")
    driver.type("Passphrase of the file", PASSPHRASE)
    driver.type("Repeat the passphrase", PASSPHRASE)
    driver.press("Move everything")
    driver.wait_for_text("2 items are in the encrypted file now. Nothing is left in the old place.")
    assert installation.vault.items == {}
    driver.press("Done")
    driver.wait_for_text("Credentials are in the encrypted file")

    driver.press("Change passphrase…")
    driver.type("Current passphrase", OTHER)
    driver.type("New passphrase", OTHER)
    driver.type("Repeat the passphrase", OTHER)
    driver.press("Change passphrase")
    driver.wait_for_text("That passphrase does not open the encrypted file.")
    driver.type("Current passphrase", PASSPHRASE)
    driver.type("New passphrase", OTHER)
    driver.type("Repeat the passphrase", OTHER)
    driver.press("Change passphrase")
    driver.wait_until(lambda: not driver.has_button("Change passphrase"))
    installation.services.vaults.file_vault.unlock(Secret(OTHER))

    driver.press("Move to the keychain…")
    driver.press("Move everything")
    driver.wait_for_text("2 items are in Test Keyring now. Nothing is left in the old place.")
    assert installation.vault.items == before
    assert not installation.services.vaults.file_vault.exists


def test_an_interrupted_move_is_cleaned_up(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    _ = installation.sign_in(app)
    installation.vault.fail_with, installation.vault.fail_on = (
        VaultHungError("Test Keyring"),
        "read",
    )
    with pytest.raises(VaultHungError):
        _ = installation.services.vaults.migrate(VaultKind.FILE, Secret(PASSPHRASE))
    installation.vault.fail_with = None
    installation.restart()
    driver.open()
    driver.wait_for_text("every credential is in Test Keyring")
    driver.type("Passphrase of the encrypted file", OTHER)
    driver.press("Clean up")
    driver.wait_for_text("That passphrase does not open the encrypted file.")
    driver.type("Passphrase of the encrypted file", PASSPHRASE)
    driver.press("Clean up")
    driver.wait_for_text("Nothing was lost: all are in Test Keyring.")
    assert installation.services.store.vault_selection.pending_migration() is None


def test_what_a_command_moved_is_followed(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    _ = installation.sign_in(app)
    driver.open()
    services = installation.open_second()
    _ = services.vaults.migrate(VaultKind.FILE, Secret(PASSPHRASE))
    services.close()
    driver.wait_for_text("The encrypted file is locked")


def test_no_field_shows_what_is_typed(driver: WindowDriver, with_file: Installation) -> None:
    with_file.restart()
    driver.open()
    field = driver.line_edit("Passphrase")
    assert field.echoMode() is QLineEdit.EchoMode.Password
