"""The end of the session closes the window without a question, and keeps what can be kept."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from tests.window.test_sign_in import grant_without_a_save
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.gui.session_end import SessionEnd
from twauth_gui.store.vault_errors import VaultFailedError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@pytest.fixture
def session(driver: WindowDriver, qapp: QApplication) -> Generator[SessionEnd]:
    """The end of the session, connected as the program connects it; opens the window."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # also if nohup has started the tests
    driver.open()
    session = SessionEnd(qapp, ["twauth-gui"], driver.window)
    session.saving.connect(driver.window.save_state)
    session.ended.connect(driver.window.end_session)
    yield session
    session.close()
    _ = signal.signal(signal.SIGHUP, before)


def handles(installation: Installation) -> set[str]:
    """The accounts that the next start finds."""
    installation.restart()
    _ = installation.services.store.recover()
    return {one.handle for one in installation.services.store.accounts.list_all()}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_it_over_an_open_dialog(
    accounts: list[Account], session: SessionEnd, driver: WindowDriver, number: signal.Signals
) -> None:
    driver.select("@marsh_weather")
    driver.press("Remove…")
    driver.press("Remove")
    driver.wait_for_text("Removed @marsh_weather")
    driver.press("Settings")
    os.kill(os.getpid(), number)
    driver.wait_until(lambda: not driver.window.isVisible())
    assert signal.getsignal(number) is signal.SIG_DFL  # who asks again does not want to wait
    assert handles(driver.installation) == {"fernwick_news", "tidal_times"}


def test_what_x_granted_is_offered_to_the_keychain_again(
    app: App, session: SessionEnd, driver: WindowDriver, installation: Installation
) -> None:
    grant_without_a_save(driver, VaultFailedError())
    driver.wait_until(lambda: installation.services.has_unsaved_grants)
    session.saving.emit()  # the session is about to end, but goes on
    driver.wait_idle()
    assert installation.services.has_unsaved_grants
    installation.vault.fail_with = None
    session.ended.emit()
    driver.wait_until(lambda: not driver.window.isVisible())
    assert handles(installation) == {"fernwick_news"}


def test_no_question_stops_the_end_of_the_session(
    app: App, session: SessionEnd, driver: WindowDriver, installation: Installation
) -> None:
    grant_without_a_save(driver, VaultFailedError())
    driver.wait_until(lambda: installation.services.has_unsaved_grants)
    session.ended.emit()
    driver.wait_until(lambda: not driver.window.isVisible())
