"""The window notices what another program changes, and tells a broken store once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtTest import QSignalSpy

from tests.services.ground import NOON, Ground
from tests.window.driver import Driver
from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.gui.library import Snapshot, SnapshotStore
from twauth_gui.gui.tasks import TaskRunner
from twauth_gui.services.kit import Services, open_services

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

BROKEN = Diagnosis(ProblemKind.INDEX_UNUSABLE, "The list cannot be read.", "The disk is full.")


def test_changes_of_another_program_show(desk: Driver, ground: Ground, app: App) -> None:
    ground.sign_in(app)
    desk.open()
    assert desk.rows == ["@fernwick_news"]
    other = Ground(ground.places, ground.vault, ground.sandbox, _second_kit(ground))
    account = other.sign_in(app, "marsh_weather")
    other.kit.store.settings.set_active_account(account.id)
    desk.until(lambda: desk.rows == ["@fernwick_news", "@marsh_weather"])
    desk.until(lambda: desk.has("Active account @marsh_weather"))
    other.kit.account_removal.remove(account.id)
    desk.until(lambda: desk.rows == ["@fernwick_news"])
    other.kit.close()


def _second_kit(ground: Ground) -> Services:
    return open_services(ground.places, ground.vault, lambda: NOON)


def test_the_window_notices_its_first_app(desk: Driver, ground: Ground) -> None:
    desk.open()
    desk.wait_for("Sign in your first bot account")
    other = Ground(ground.places, ground.vault, ground.sandbox, _second_kit(ground))
    other.add_app()
    desk.until(lambda: desk.has("Newsroom"))
    other.kit.close()


class Broken:
    """A store on a disk that fails, until it is mended."""

    def __init__(self) -> None:
        self.fails = True
        self.looks = 0

    def data_version(self) -> int:
        self.looks += 1
        if self.fails:
            raise DiagnosedError(BROKEN)
        return self.looks


def test_a_broken_store_is_told_once(qtbot: QtBot) -> None:
    shelf, tasks = Broken(), TaskRunner()
    library = SnapshotStore(Snapshot, shelf.data_version, tasks)
    failed = QSignalSpy(library.failed)

    def look() -> None:
        library.findChildren(QTimer)[0].timeout.emit()
        qtbot.waitUntil(lambda: not tasks.busy)

    library.reload()
    for _ in range(3):
        look()
    assert (shelf.looks, failed.count()) == (4, 1)
    shelf.fails = False
    with qtbot.waitSignal(library.changed):
        look()
    qtbot.waitUntil(lambda: not tasks.busy)
    shelf.fails = True
    look()
    assert failed.count() == 2
    _ = tasks.shut_down(5)
