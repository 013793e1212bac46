"""The window tells of a newer version once that is wanted, until it is skipped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.installations import Installation
from tests.support.sample_records import FakeClock
from tests.support.update_server import PAGE, SUMMARY, UpdateServer, run_update_server
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.workspace.main_menu import open_settings

CHOICE = "Tell me about new versions"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(tmp_path: Path, clock: FakeClock, installation: Installation) -> Iterator[UpdateServer]:
    with run_update_server(tmp_path, clock()) as running:
        running.connect(installation.services)
        running.announce("99.0.0")
        yield running


def pass_day(driver: WindowDriver, clock: FakeClock, server: UpdateServer) -> None:
    clock.advance(timedelta(days=1))
    driver.now = server.now = clock.time


def tick(driver: WindowDriver) -> None:
    driver.window.context.ticker.ticked.emit()
    driver.wait_idle()


def test_a_newer_version_is_told_until_it_is_skipped(
    driver: WindowDriver, account: Account, server: UpdateServer, browser: RecordingBrowser
) -> None:
    driver.open()
    tick(driver)
    assert server.server.requests == []
    open_settings(driver.window.context, "updates")
    driver.press(CHOICE)
    driver.wait_for_text("Last asked just now. Version 99.0.0 is available.")
    driver.press("Done")
    driver.wait_for_text("Twauth 99.0.0 is available")
    driver.wait_for_text(SUMMARY)
    driver.press("Open its page")
    assert browser.opened_urls == [PAGE]
    driver.press("Skip this version")
    driver.wait_until(lambda: not driver.has_text("Twauth 99.0.0 is available"))


def test_a_skipped_version_stays_away_and_the_next_one_comes(  # noqa: PLR0917 - fixtures
    driver: WindowDriver,
    account: Account,
    server: UpdateServer,
    clock: FakeClock,
    installation: Installation,
) -> None:
    updates = installation.services.updates
    _ = updates.set_wanted(wanted=True)
    _ = updates.dismiss("99.0.0")
    driver.open()
    driver.wait_idle()
    assert len(server.server.requests) == 1
    assert not driver.has_text("Twauth 99.0.0 is available")
    pass_day(driver, clock, server)
    server.announce("99.0.1")
    tick(driver)
    driver.wait_for_text("Twauth 99.0.1 is available")
    tick(driver)
    assert len(server.server.requests) == 2


def test_the_notice_is_there_at_the_next_start_without_a_question(
    driver: WindowDriver, account: Account, server: UpdateServer, installation: Installation
) -> None:
    updates = installation.services.updates
    _ = updates.set_wanted(wanted=True)
    _ = updates.check()
    driver.open()
    driver.wait_for_text("Twauth 99.0.0 is available")
    assert len(server.server.requests) == 1
    open_settings(driver.window.context, "updates")
    driver.press(CHOICE)
    driver.wait_until(lambda: not driver.window.context.updates.state.is_wanted)
    driver.press("Done")
    driver.wait_until(lambda: not driver.has_text("Twauth 99.0.0 is available"))


def test_a_failure_stays_in_the_settings(
    driver: WindowDriver, account: Account, server: UpdateServer
) -> None:
    server.serve(b"<html>Log in</html>")
    driver.open()
    open_settings(driver.window.context, "updates")
    driver.press(CHOICE)
    driver.wait_for_text("The server's file is not a notice.")
    driver.press("Done")
    assert not driver.has_text("is available")


def test_an_installation_without_a_source_has_no_such_setting(
    driver: WindowDriver, account: Account, installation: Installation
) -> None:
    installation.services.updates.source = None
    driver.open()
    open_settings(driver.window.context)
    assert driver.has_text("Network")
    assert not driver.has_text(CHOICE)
