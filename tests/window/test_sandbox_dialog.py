"""The dialog of the pretend X, and the buttons that start it where it is missing."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from tests.support.installations import Installation, find_free_port
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.window.sign_in_steps import PIN, begin_sign_in
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.workspace.main_menu import open_diagnose

START = "Start the pretend X"


@pytest.fixture
def port(installation: Installation) -> int:
    """The port of the last run; the sandbox does not run now."""
    port = find_free_port()
    installation.services.sandbox.start(port)
    installation.services.sandbox.stop()
    return port


def test_it_is_started_and_stopped(
    driver: WindowDriver, installation: Installation, browser: RecordingBrowser, port: int
) -> None:
    driver.open()
    driver.press("Try it with a pretend X")
    driver.wait_for_text("It is not running")
    assert not driver.button("Open its page").isEnabled()
    assert driver.has_button("Start and add an account")
    driver.press(START)
    driver.wait_for_text(f"It runs at 127.0.0.1:{port}")
    assert installation.services.sandbox.is_running_here
    assert driver.window.focusWidget() is driver.button("Stop the pretend X")
    assert driver.has_button("Add an account")
    driver.press("Open its page")
    assert browser.opened_urls == [f"http://127.0.0.1:{port}"]
    driver.press("Stop the pretend X")
    driver.wait_for_text("It is not running")
    assert not installation.services.sandbox.is_running_here


def test_what_was_stopped_does_not_start_by_itself(
    driver: WindowDriver, installation: Installation, port: int
) -> None:
    app = installation.services.apps.add(installation.services.sandbox.start())
    driver.open()
    driver.press("Pretend X")
    driver.press("Stop the pretend X")
    driver.wait_for_text("It is not running")
    installation.services.start_sandbox_for(app)
    assert not installation.services.sandbox.is_running_here
    driver.press(START)
    driver.wait_for_text("It runs at")
    installation.services.sandbox.stop()
    installation.services.start_sandbox_for(app)
    assert installation.services.sandbox.is_running_here, (
        "started by a person, it is there when it is needed"
    )


def test_one_in_another_program_is_not_stopped_here(
    driver: WindowDriver, installation: Installation
) -> None:
    installation.services.sandbox.start(int(installation.sandbox.url.rpartition(":")[2]))
    driver.open()
    driver.press("Try it with a pretend X")
    driver.wait_for_text("In another program")
    assert not driver.has_button("Stop the pretend X")
    assert driver.button("Open its page").isEnabled()


def test_a_taken_port_is_reported(
    driver: WindowDriver, installation: Installation, port: int
) -> None:
    driver.open()
    driver.press("Try it with a pretend X")
    driver.wait_for_text("It is not running")
    with socket.create_server(("127.0.0.1", port)):
        driver.press(START)
        driver.wait_for_text(f"could not start on port {port}")
    assert driver.button(START).isEnabled()


def test_a_sign_in_that_misses_it_starts_it(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    """The app was added with its address, so nothing starts by itself."""
    installation.sandbox.stop()
    driver.open()
    begin_sign_in(driver, "fernwick_news", PIN)
    driver.wait_for_text("The pretend X is not running")
    driver.press(START)
    driver.wait_until(lambda: driver.has_button("Finish sign-in"))
    assert installation.services.sandbox.is_running_here


def test_what_failed_without_it_goes_on_once_it_runs(
    driver: WindowDriver, installation: Installation, account: Account
) -> None:
    credentials = installation.services.store.accounts.read_credentials(account.id)
    for number in range(20):  # a run gives up on an app after several that were not reached
        one = replace(account, id=AccountId(f"{number:032}"), user_id=f"{number}")
        installation.services.store.accounts.add(one, credentials)
    installation.sandbox.stop()
    driver.open()
    driver.press("Check all")
    driver.wait_for_text("Start it, then try again.")
    driver.press(START)
    driver.wait_until(lambda: driver.window.context.dialogs.count() == 0)
    driver.wait_until(
        lambda: (
            installation.services.store.accounts.get(account.id).health.state is HealthState.WORKING
        )
    )


def test_the_check_of_an_app_starts_it(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sandbox.stop()
    driver.open()
    driver.press("Add account")
    driver.press("Check this app")
    driver.press(START)
    driver.wait_for_text("X can be reached")


def test_the_diagnosis_starts_it(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sandbox.stop()
    driver.open()
    open_diagnose(driver.window.context)
    driver.press(START)
    driver.wait_for_text(" s of 127.0.0.1:")
    driver.wait_idle()
    assert not driver.has_button(START)
