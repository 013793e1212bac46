"""The pretend X says whether it runs, and is started where something misses it."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from tests.services.ground import Ground, free_port
from tests.window.conftest import Browser
from tests.window.driver import Driver
from tests.window.signing_in import PIN, add
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.workspace.main_menu import open_diagnose

START = "Start the pretend X"


@pytest.fixture
def port(ground: Ground) -> int:
    """Where it was last; it does not run."""
    port = free_port()
    ground.kit.pretend_x.start(port)
    ground.kit.pretend_x.stop()
    return port


def test_it_is_started_and_stopped(
    desk: Driver, ground: Ground, browser: Browser, port: int
) -> None:
    desk.open()
    desk.press("Try it with a pretend X")
    desk.wait_for("It is not running")
    assert not desk.button("Open its page").isEnabled()
    assert desk.has("Start and add an account")
    desk.press(START)
    desk.wait_for(f"It runs at 127.0.0.1:{port}")
    assert ground.kit.pretend_x.runs_here
    assert desk.window.focusWidget() is desk.button("Stop the pretend X")
    assert desk.has("Add an account")
    desk.press("Open its page")
    assert browser.opened == [f"http://127.0.0.1:{port}"]
    desk.press("Stop the pretend X")
    desk.wait_for("It is not running")
    assert not ground.kit.pretend_x.runs_here


def test_what_was_stopped_does_not_start_by_itself(desk: Driver, ground: Ground, port: int) -> None:
    app = ground.kit.apps.add(ground.kit.pretend_x.start())
    desk.open()
    desk.press("Pretend X")
    desk.press("Stop the pretend X")
    desk.wait_for("It is not running")
    ground.kit.ready(app)
    assert not ground.kit.pretend_x.runs_here
    desk.press(START)
    desk.wait_for("It runs at")
    ground.kit.pretend_x.stop()
    ground.kit.ready(app)
    assert ground.kit.pretend_x.runs_here, "started by a person, it is there when it is needed"


def test_one_in_another_program_is_not_stopped_here(desk: Driver, ground: Ground) -> None:
    ground.kit.pretend_x.start(int(ground.sandbox.url.rpartition(":")[2]))
    desk.open()
    desk.press("Try it with a pretend X")
    desk.wait_for("In another program")
    assert not desk.has("Stop the pretend X")
    assert desk.button("Open its page").isEnabled()


def test_a_taken_port_is_told(desk: Driver, ground: Ground, port: int) -> None:
    desk.open()
    desk.press("Try it with a pretend X")
    desk.wait_for("It is not running")
    with socket.create_server(("127.0.0.1", port)):
        desk.press(START)
        desk.wait_for(f"could not start on port {port}")
    assert desk.button(START).isEnabled()


def test_a_sign_in_that_misses_it_starts_it(desk: Driver, ground: Ground, app: App) -> None:
    """The app was added with its address, so nothing starts by itself."""
    ground.sandbox.stop()
    desk.open()
    add(desk, "fernwick_news", PIN)
    desk.wait_for("The pretend X is not running")
    desk.press(START)
    desk.until(lambda: desk.has("Finish sign-in"))
    assert ground.kit.pretend_x.runs_here


def test_what_failed_without_it_goes_on_once_it_runs(
    desk: Driver, ground: Ground, account: Account
) -> None:
    credentials = ground.kit.store.accounts.credentials(account.id)
    for number in range(20):  # a run gives up on an app after several that were not reached
        one = replace(account, id=AccountId(f"{number:032}"), user_id=f"{number}")
        ground.kit.store.accounts.add(one, credentials)
    ground.sandbox.stop()
    desk.open()
    desk.press("Check all")
    desk.wait_for("Start it, then try again.")
    desk.press(START)
    desk.until(lambda: desk.window.desk.sheets.count() == 0)
    desk.until(
        lambda: ground.kit.store.accounts.get(account.id).health.state is HealthState.WORKING
    )


def test_the_check_of_an_app_starts_it(desk: Driver, ground: Ground, app: App) -> None:
    ground.sandbox.stop()
    desk.open()
    desk.press("Add account")
    desk.press("Check this app")
    desk.press(START)
    desk.wait_for("X is reached")


def test_the_diagnosis_starts_it(desk: Driver, ground: Ground, app: App) -> None:
    ground.sandbox.stop()
    desk.open()
    open_diagnose(desk.window.desk)
    desk.press(START)
    desk.wait_for(" s of 127.0.0.1:")
    desk.settle()
    assert not desk.has(START)
