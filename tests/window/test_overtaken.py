"""What another process removes, and what was cut off at X, is told in the window."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import pytest

from tests.services.approving import pin_for
from tests.services.ground import Ground, free_port
from tests.support.meanwhile import Meanwhile
from tests.window.conftest import Browser
from tests.window.driver import Driver
from tests.window.signing_in import enter_pin
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.addresses import CONNECTED_APPS
from twauth_gui.domain.answer import parse_oauth1_response
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.services.requests import SignInRequest
from twauth_gui.services.watch import NullProgress
from twauth_gui.xapi import endpoints

HANDLE = "fernwick_news"


@pytest.fixture
def sandbox() -> Generator[Meanwhile]:
    with Meanwhile() as running:
        running.change(callbacks=(f"http://127.0.0.1:{free_port()}/callback",))
        yield running


def test_an_account_that_goes_while_it_is_checked(
    desk: Driver, ground: Ground, account: Account, sandbox: Meanwhile
) -> None:
    other = ground.open_again()

    def remove() -> None:
        other.account_removal.remove(account.id)
        other.account_removal.purge(account.id)

    desk.open()
    desk.select(f"@{HANDLE}")
    sandbox.when_asked(endpoints.VERIFY_CREDENTIALS, remove)
    desk.press("Check now")
    desk.wait_for("This account is no longer here")
    assert "unforeseen" not in desk.words
    desk.until(lambda: desk.rows == [])
    other.close()


def test_an_app_that_was_changed_while_its_sheet_was_open(
    desk: Driver, ground: Ground, app: App
) -> None:
    desk.open()
    desk.window.edit_app(app.id)
    desk.wait_for("Change app")
    other = ground.open_again()
    seen = other.apps.draft(app.id)
    _ = other.apps.change(app.id, replace(seen, label="Weather"), seen)
    desk.type("Name in this window", "Alerts")
    desk.press("Save app")
    desk.wait_for("The app was changed meanwhile.")
    assert ground.kit.store.apps.get(app.id).label == "Weather"
    other.close()


def test_a_sign_in_that_was_cut_off_at_x(
    desk: Driver, app: App, sandbox: Meanwhile, browser: Browser
) -> None:
    ground = desk.ground
    invitation = ground.kit.sign_in.begin(
        SignInRequest(app.id, SignInMethod.PIN, HANDLE), NullProgress()
    )
    pin = pin_for(invitation, HANDLE)
    sandbox.break_with("reset-before-headers")  # X grants, and nobody hears of it
    with pytest.raises(DiagnosedError):
        ground.kit.sign_in.complete(
            invitation.attempt.id, parse_oauth1_response(pin), NullProgress()
        )
    sandbox.mend()
    ground.restart()
    desk.open()
    desk.select(f"@{HANDLE}")
    desk.wait_for("X may have granted this sign-in already.")
    assert "End the older access under Connected apps, then sign in again." in desk.words
    desk.press("Open connected apps")
    assert browser.opened == [CONNECTED_APPS]
    desk.press("Get a new link")
    desk.press("Copy link")
    enter_pin(desk, desk.clipboard)
    desk.wait_for(f"@{HANDLE} is signed in")
    assert ground.kit.store.pending_sign_ins.all() == []
