"""A keychain that is locked, absent or failing looks so, and opens again from where it is told."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.apps import App
from twauth_gui.gui.parts.status_bar import StatusBar
from twauth_gui.gui.theme.look import Look
from twauth_gui.store.vault_errors import (
    VaultAbsentError,
    VaultDismissedError,
    VaultFailedError,
    VaultLockedError,
)

LOCKED = VaultLockedError("Test Keyring")


pytestmark = pytest.mark.usefixtures("account")


def bar_label(desk: Driver, text: str) -> QLabel:
    (bar,) = desk.window.findChildren(StatusBar)
    return next(label for label in bar.findChildren(QLabel) if label.text() == text)


def enabled(desk: Driver) -> list[bool]:
    names = ("Export…", "Sign in again", "Revoke at X…", "Remove…", "Add account", "Add app")
    return [desk.button(name).isEnabled() for name in names]


def test_locked_from_the_start(desk: Driver, ground: Ground, look: Look) -> None:
    ground.vault.fail_with = LOCKED
    desk.open()
    assert desk.rows == ["@fernwick_news"]  # the list needs no secret
    desk.wait_for("Test Keyring is locked")
    assert not desk.has("Show the access token")
    desk.until(lambda: enabled(desk) == [False] * 6)
    label = bar_label(desk, "Test Keyring is locked")
    assert label.palette().windowText().color() == look.colour("warn")
    desk.press("Unlock")
    desk.settle()
    assert desk.has("Unlock keyring")
    ground.vault.fail_with = None
    desk.press("Unlock keyring")
    desk.until(lambda: desk.has("Show the access token"))
    desk.until(lambda: enabled(desk) == [True] * 6)
    label = bar_label(desk, "Test Keyring")
    assert label.palette().windowText().color() == look.colour("text-2")
    assert not desk.has("Unlock")


@pytest.mark.parametrize(
    "error", [VaultAbsentError(), VaultFailedError("Test Keyring"), VaultDismissedError()]
)
def test_other_troubles_have_their_own_words(
    desk: Driver, ground: Ground, error: VaultAbsentError
) -> None:
    ground.vault.fail_with = error
    desk.open()
    desk.wait_for(error.diagnosis.title.rstrip("."))
    desk.wait_for(error.diagnosis.advice)
    desk.until(lambda: enabled(desk) == [False] * 6)
    ground.vault.fail_with = None
    desk.press("Unlock keyring" if isinstance(error, VaultDismissedError) else "Try again")
    desk.until(lambda: desk.has("Show the access token"))


def test_it_locks_while_the_window_is_open(desk: Driver, ground: Ground) -> None:
    desk.open()
    desk.press("Show the access token")
    desk.until(lambda: desk.sees("20 s"))
    ground.vault.fail_with = LOCKED
    desk.press("Copy the API key")
    desk.until(lambda: desk.window.desk.sheets.count() == 1)
    desk.wait_for("Test Keyring is locked")
    assert desk.clipboard == ""
    ground.vault.fail_with = None
    desk.press("Unlock keyring")
    desk.until(lambda: desk.has("Show the access token"))
    assert not desk.sees("20 s")  # what was shown is hidden


def test_checks_stop_with_one_word(desk: Driver, ground: Ground, app: App) -> None:
    ground.sign_in(app, "marsh_weather")
    desk.open()
    ground.vault.fail_with = LOCKED
    desk.press("Check all")
    desk.until(lambda: desk.window.desk.sheets.count() == 1)
    desk.settle()
    assert desk.window.desk.sheets.count() == 1
    desk.press("Close")


def test_an_app_that_cannot_be_kept(desk: Driver, ground: Ground) -> None:
    desk.open()
    demo = ground.sandbox.demo_app
    desk.press("Add app")
    desk.type("API key", demo.api_key)
    desk.type("API secret", demo.api_secret)
    ground.vault.fail_with = LOCKED
    desk.press("Save app")
    desk.wait_for("Test Keyring is locked")
    desk.press("Cancel")
    assert desk.line("API secret").text() == demo.api_secret  # nothing typed is lost
    desk.press("Save app")
    desk.wait_for("Test Keyring is locked")
    ground.vault.fail_with = None
    desk.press("Unlock keyring")  # and it goes on by itself
    desk.wait_for("Add an account")
    assert len(ground.kit.store.apps.all()) == 2


def test_without_an_account_the_first_page_says_so(desk: Driver, ground: Ground) -> None:
    (account,) = ground.kit.store.accounts.all()
    ground.kit.account_removal.remove(account.id)
    ground.kit.account_removal.purge(account.id)
    ground.kit.apps.remove(account.app_id)
    ground.vault.fail_with = VaultAbsentError()
    desk.open()
    desk.wait_for("No keychain on this computer")
    desk.wait_for("Twauth does not fall back to plain text.")
