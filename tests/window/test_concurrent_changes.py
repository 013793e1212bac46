"""The window shows what another process has removed, and what was interrupted at X."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import pytest

from tests.support.installations import Installation, find_free_port
from tests.support.sandbox_browser import approve_for_pin
from tests.support.sandbox_hooks import HookedSandbox
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.window.sign_in_steps import enter_pin
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.callback_response import parse_oauth1_response
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.hosts import CONNECTED_APPS_URL
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.services.sign_in_requests import NullProgress, SignInRequest
from twauth_gui.xapi import endpoints

HANDLE = "fernwick_news"


@pytest.fixture
def sandbox() -> Generator[HookedSandbox]:
    with HookedSandbox() as running:
        running.change_settings(callbacks=(f"http://127.0.0.1:{find_free_port()}/callback",))
        yield running


def test_an_account_that_goes_while_it_is_checked(
    driver: WindowDriver, installation: Installation, account: Account, sandbox: HookedSandbox
) -> None:
    other = installation.open_second()

    def remove() -> None:
        other.account_removal.remove(account.id)
        other.account_removal.purge(account.id)

    driver.open()
    driver.select(f"@{HANDLE}")
    sandbox.on_request(endpoints.VERIFY_CREDENTIALS, remove)
    driver.press("Check now")
    driver.wait_for_text("This account is no longer here")
    assert "unexpected" not in driver.visible_text
    driver.wait_until(lambda: driver.rows == [])
    other.close()


def test_an_app_that_was_changed_while_its_dialog_was_open(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    driver.window.edit_app(app.id)
    driver.wait_for_text("Change app")
    other = installation.open_second()
    draft = other.apps.read_draft(app.id)
    _ = other.apps.update(app.id, replace(draft, label="Weather"), draft)
    driver.type("Name in this window", "Alerts")
    driver.press("Save app")
    driver.wait_for_text("The app was changed meanwhile.")
    assert installation.services.store.apps.get(app.id).label == "Weather"
    other.close()


def test_a_sign_in_that_was_interrupted_at_x(
    driver: WindowDriver, app: App, sandbox: HookedSandbox, browser: RecordingBrowser
) -> None:
    installation = driver.installation
    link = installation.services.sign_in.begin(
        SignInRequest(app.id, SignInMethod.PIN, HANDLE), NullProgress()
    )
    pin = approve_for_pin(link, HANDLE)
    sandbox.enable_faults("reset-before-headers")  # X grants, and the answer is lost
    with pytest.raises(DiagnosedError):
        installation.services.sign_in.complete(
            link.pending.id, parse_oauth1_response(pin), NullProgress()
        )
    sandbox.disable_faults()
    installation.restart()
    driver.open()
    driver.select(f"@{HANDLE}")
    driver.wait_for_text("X may have granted this sign-in already.")
    assert (
        "Revoke the older access under Connected apps, then sign in again." in driver.visible_text
    )
    driver.press("Open connected apps")
    assert browser.opened_urls == [CONNECTED_APPS_URL]
    driver.press("Get a new link")
    driver.press("Copy link")
    enter_pin(driver, driver.clipboard)
    driver.wait_for_text(f"@{HANDLE} is signed in")
    assert installation.services.store.pending_sign_ins.list_all() == []
