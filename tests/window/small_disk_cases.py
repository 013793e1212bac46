"""The window on a disk that is full or read-only; collected by test_small_disk alone.

The folder for temporary files is on that disk, a megabyte that nobody else sees; ELSEWHERE is on
another one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from tests.store.full_disk_process import FILLER, fill_disk
from tests.support.installations import NOON, Installation
from tests.support.keychain import SecretService
from tests.support.namespaces import remount
from tests.support.vaults import MemoryVault
from tests.window.conftest import WindowFixtures
from tests.window.driver import WindowDriver
from tests.window.test_real_keychain import fill_in_app
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.diagnosis_view import StartFailureWindow
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import open_services
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.errors import NotOpenedError
from twauth_gui.store.keychain import open_system_vault

DISK = Path(os.environ["SMALL_DISK"])
ELSEWHERE = Path(os.environ["ELSEWHERE"])


@contextmanager
def fill_small_disk() -> Generator[None]:
    fill_disk(DISK, 0)
    try:
        yield
    finally:
        (DISK / FILLER).unlink()


@contextmanager
def make_read_only() -> Generator[None]:
    remount(DISK, "ro")
    try:
        yield
    finally:
        remount(DISK, "rw")


@pytest.fixture
def keychain(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Generator[Installation]:
    """A real keychain on the small disk; the list of accounts is elsewhere."""
    places = AppPaths(ELSEWHERE / tmp_path.name)
    with SecretService(tmp_path / "ss") as service:
        service.activate(monkeypatch)
        services = open_services(
            places, DeadlineVault(lambda: open_system_vault("linux")), lambda: NOON
        )
        yield Installation(places, MemoryVault(), sandbox, services)
        services.close()


@pytest.mark.parametrize(
    ("trouble", "why"),
    [(fill_small_disk, "The disk is full."), (make_read_only, "The disk is read-only.")],
)
def test_the_keychain_cannot_save(
    keychain: Installation,
    person: WindowFixtures,
    trouble: Callable[[], AbstractContextManager[None]],
    why: str,
) -> None:
    _ = keychain.sign_in(keychain.add_app())
    driver = WindowDriver(person.qtbot, keychain, person.look)
    driver.open()
    fill_in_app(driver)
    with trouble():
        driver.press("Save app")
        driver.wait_for_text("GNOME Keyring cannot save")
        driver.wait_for_text(why)
    driver.press("Save app")
    driver.wait_for_text("Add an account")
    driver.close()


def test_the_encrypted_file_has_no_room(driver: WindowDriver, installation: Installation) -> None:
    installation.services.vaults.create_file_vault(Secret("marsh marigold ferry"))
    _ = installation.sign_in(installation.add_app())
    driver.open()
    fill_in_app(driver)
    with fill_small_disk():
        driver.press("Save app")
        driver.wait_for_text("The disk is full. Free some space, then try again.")
    driver.press("Save app")
    driver.wait_for_text("Add an account")


def test_a_start_where_nothing_can_be_written(
    person: WindowFixtures, installation: Installation
) -> None:
    empty = installation.paths.data.parent / "empty"
    empty.mkdir()
    installation.services.close()  # else the disk is busy
    with make_read_only(), pytest.raises(NotOpenedError) as refused:
        _ = open_services(AppPaths(empty), installation.vault)
    message = StartFailureWindow(person.look, refused.value.diagnosis)
    person.qtbot.addWidget(message)
    read = "\n".join(label.text() for label in message.findChildren(QLabel))
    assert "The list of accounts cannot be opened" in read
    assert "The disk is read-only." in read
    installation.restart()


def test_a_list_that_can_only_be_read(driver: WindowDriver, installation: Installation) -> None:
    account = installation.sign_in(installation.add_app())
    installation.services.close()
    with make_read_only():
        installation.services = installation.open_second()
        driver.open()
        driver.wait_for_text("The list can only be read.")
        driver.select("@fernwick_news")
        driver.press("Copy all")
        driver.wait_until(lambda: installation.access_token(account) in driver.clipboard)
        driver.press("Check now")
        driver.wait_for_text("Showing and exporting work here")
        driver.close()
        installation.services.close()
    installation.restart()
    assert [one.handle for one in installation.services.store.accounts.list_all()] == [
        "fernwick_news"
    ]
