"""A line in the status bar stays until it is read, and takes no countdown's place unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from tests.window.driver import Driver
from tests.window.test_removing import finish_countdown, remove
from twauth_gui.domain.accounts import Account
from twauth_gui.gui import announcements
from twauth_gui.gui.parts.status_bar import StatusBar

if TYPE_CHECKING:
    import pytest


def bar_of(desk: Driver) -> StatusBar:
    return desk.window.findChildren(StatusBar)[0]


def test_it_goes_after_a_while(desk: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "_LEAST_SECONDS", 0.05)
    monkeypatch.setattr(announcements, "_SECONDS_PER_LETTER", 0.0)
    desk.open()
    desk.window.show_status("Revoked @fernwick_news at X")
    assert desk.sees("Revoked @fernwick_news at X")
    desk.until(lambda: not desk.sees("Revoked @fernwick_news at X"))
    assert bar_of(desk).message() is None


def test_it_waits_for_somebody_who_looks(desk: Driver) -> None:
    desk.open()
    desk.window.show_status("The list was mended")
    message = bar_of(desk).message()
    assert message is not None
    other = QWidget()  # of another program
    other.show()
    other.activateWindow()
    desk.until(lambda: not desk.window.isActiveWindow())
    message.read.emit()
    assert bar_of(desk).message() is message
    other.close()
    desk.window.activateWindow()
    desk.until(desk.window.isActiveWindow)
    message.read.emit()
    assert bar_of(desk).message() is None


def test_what_nobody_asked_for_leaves_the_undo_its_time(
    desk: Driver, accounts: list[Account]
) -> None:
    desk.open()
    remove(desk, "@fernwick_news")
    desk.window.desk.pending.told.emit("@tidal_times is signed in")
    assert desk.has("Undo")
    finish_countdown(desk)
    desk.wait_for("@tidal_times is signed in")
