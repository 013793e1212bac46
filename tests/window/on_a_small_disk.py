"""The window over a disk that is full or read-only; only test_small_disk collects this.

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

from tests.services.ground import NOON, Ground
from tests.store.full_disk import FILLER, fill
from tests.support.memory_vault import MemoryVault
from tests.support.namespaces import remount
from tests.support.secret_service import SecretService
from tests.window.conftest import Person
from tests.window.driver import Driver
from tests.window.test_real_keychain import fill_in_app
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.plain_message import PlainMessage
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.kit import open_services
from twauth_gui.services.places import AppPaths
from twauth_gui.store.deadline import DeadlineVault
from twauth_gui.store.errors import NotOpenedError
from twauth_gui.store.keychain import system_vault

DISK = Path(os.environ["SMALL_DISK"])
ELSEWHERE = Path(os.environ["ELSEWHERE"])


@contextmanager
def full() -> Generator[None]:
    fill(DISK, 0)
    try:
        yield
    finally:
        (DISK / FILLER).unlink()


@contextmanager
def read_only() -> Generator[None]:
    remount(DISK, "ro")
    try:
        yield
    finally:
        remount(DISK, "rw")


@pytest.fixture
def keychain(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Generator[Ground]:
    """A real keychain on the small disk; the list of accounts is elsewhere."""
    places = AppPaths(ELSEWHERE / tmp_path.name)
    with SecretService(tmp_path / "ss") as service:
        service.activate(monkeypatch)
        kit = open_services(places, DeadlineVault(lambda: system_vault("linux")), lambda: NOON)
        yield Ground(places, MemoryVault(), sandbox, kit)
        kit.close()


@pytest.mark.parametrize(
    ("trouble", "why"), [(full, "Its disk is full."), (read_only, "Its disk is read-only.")]
)
def test_the_keychain_cannot_save(
    keychain: Ground, person: Person, trouble: Callable[[], AbstractContextManager[None]], why: str
) -> None:
    _ = keychain.sign_in(keychain.add_app())
    desk = Driver(person.qtbot, keychain, person.look)
    desk.open()
    fill_in_app(desk)
    with trouble():
        desk.press("Save app")
        desk.wait_for("GNOME Keyring cannot save")
        desk.wait_for(why)
    desk.press("Save app")
    desk.wait_for("Add an account")
    desk.close()


def test_the_encrypted_file_has_no_room(desk: Driver, ground: Ground) -> None:
    ground.kit.storage.create_file(Secret("marsh marigold ferry"))
    _ = ground.sign_in(ground.add_app())
    desk.open()
    fill_in_app(desk)
    with full():
        desk.press("Save app")
        desk.wait_for("The disk is full. Free some space, then try again.")
    desk.press("Save app")
    desk.wait_for("Add an account")


def test_a_start_where_nothing_can_be_written(person: Person, ground: Ground) -> None:
    empty = ground.places.data.parent / "empty"
    empty.mkdir()
    ground.kit.close()  # else the disk is busy
    with read_only(), pytest.raises(NotOpenedError) as refused:
        _ = open_services(AppPaths(empty), ground.vault)
    message = PlainMessage(refused.value.diagnosis)
    person.qtbot.addWidget(message)
    read = "\n".join(label.text() for label in message.findChildren(QLabel))
    assert "The list of accounts cannot be opened" in read
    assert "The disk is read-only." in read
    ground.restart()


def test_a_list_that_can_only_be_read(desk: Driver, ground: Ground) -> None:
    account = ground.sign_in(ground.add_app())
    ground.kit.close()
    with read_only():
        ground.kit = ground.open_again()
        desk.open()
        desk.wait_for("The list can only be read.")
        desk.select("@fernwick_news")
        desk.press("Copy all")
        desk.until(lambda: ground.token_of(account) in desk.clipboard)
        desk.press("Check now")
        desk.wait_for("Showing and exporting work here")
        desk.close()
        ground.kit.close()
    ground.restart()
    assert [one.handle for one in ground.kit.store.accounts.all()] == ["fernwick_news"]
