"""The window shows what another program changes, and reports a broken store once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtTest import QSignalSpy

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.gui.snapshot_store import Snapshot, SnapshotStore
from twauth_gui.gui.tasks import TaskRunner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

BROKEN = Diagnosis(ProblemKind.INDEX_UNUSABLE, "The list cannot be read.", "The disk is full.")


def test_changes_of_another_program_show(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sign_in(app)
    driver.open()
    assert driver.rows == ["@fernwick_news"]
    other = Installation(
        installation.paths,
        installation.vault,
        installation.sandbox,
        installation.open_second(),
    )
    account = other.sign_in(app, "marsh_weather")
    other.services.store.settings.set_active_account(account.id)
    driver.wait_until(lambda: driver.rows == ["@fernwick_news", "@marsh_weather"])
    driver.wait_until(lambda: driver.has_button("Active account @marsh_weather"))
    other.services.account_removal.remove(account.id)
    driver.wait_until(lambda: driver.rows == ["@fernwick_news"])
    other.services.close()


def test_the_window_notices_its_first_app(driver: WindowDriver, installation: Installation) -> None:
    driver.open()
    driver.wait_for_text("Sign in your first bot account")
    other = Installation(
        installation.paths,
        installation.vault,
        installation.sandbox,
        installation.open_second(),
    )
    other.add_app()
    driver.wait_until(lambda: driver.has_button("Newsroom"))
    other.services.close()


class Broken:
    """A store on a disk that fails until it is repaired."""

    def __init__(self) -> None:
        self.fails = True
        self.looks = 0

    def data_version(self) -> int:
        self.looks += 1
        if self.fails:
            raise DiagnosedError(BROKEN)
        return self.looks


def test_a_broken_store_is_reported_once(qtbot: QtBot) -> None:
    shelf, tasks = Broken(), TaskRunner()
    snapshots = SnapshotStore(Snapshot, shelf.data_version, tasks)
    failed = QSignalSpy(snapshots.failed)

    def look() -> None:
        snapshots.findChildren(QTimer)[0].timeout.emit()
        qtbot.waitUntil(lambda: not tasks.is_busy)

    snapshots.reload()
    for _ in range(3):
        look()
    assert (shelf.looks, failed.count()) == (4, 1)
    shelf.fails = False
    with qtbot.waitSignal(snapshots.changed):
        look()
    qtbot.waitUntil(lambda: not tasks.is_busy)
    shelf.fails = True
    look()
    assert failed.count() == 2
    _ = tasks.shut_down(5)
