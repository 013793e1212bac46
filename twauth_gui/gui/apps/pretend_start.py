"""Starts the pretend X where an app expects it and it does not run."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.gui.desk import AppContext

START = "Start the pretend X"


def start_pretend_x(
    desk: AppContext, owner: QObject, address: str, then: Callable[[], None]
) -> None:
    """Start it at this address, then go on; where it cannot start, the reason is shown."""

    def done(_nothing: None) -> None:
        desk.window.show_status(f"The pretend X runs at {address.removeprefix('http://')}")
        then()

    desk.over_network(owner, lambda _job: desk.services.pretend_x.start_at(address), done)


def pretend_x_first(
    desk: AppContext, owner: QObject, diagnosis: Diagnosis, go_on: Callable[[], None]
) -> Callable[[], None]:
    """Let it be started before going on, where it is what was missing."""
    if diagnosis.remedy is not Remedy.START_SANDBOX:
        return go_on
    return lambda: start_pretend_x(desk, owner, diagnosis.address, go_on)
