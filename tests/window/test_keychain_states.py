"""A keychain that is locked, absent or failing is shown so, with the button that opens it."""

from __future__ import annotations

import pytest

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App
from twauth_gui.gui.parts.status_bar import StatusBar
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import Look
from twauth_gui.store.vault_errors import (
    VaultAbsentError,
    VaultDismissedError,
    VaultFailedError,
    VaultLockedError,
)

LOCKED = VaultLockedError("Test Keyring")


pytestmark = pytest.mark.usefixtures("account")


def bar_label(driver: WindowDriver, text: str) -> Text:
    (bar,) = driver.window.findChildren(StatusBar)
    return next(label for label in bar.findChildren(Text) if label.text() == text)


def are_enabled(driver: WindowDriver) -> list[bool]:
    names = ("Export…", "Sign in again", "Revoke at X…", "Remove…", "Add account", "Add app")
    return [driver.button(name).isEnabled() for name in names]


def test_locked_from_the_start(
    driver: WindowDriver, installation: Installation, look: Look
) -> None:
    installation.vault.fail_with = LOCKED
    driver.open()
    assert driver.rows == ["@fernwick_news"]  # the list needs no secret
    driver.wait_for_text("Test Keyring is locked")
    assert not driver.has_button("Show the access token")
    driver.wait_until(lambda: are_enabled(driver) == [False] * 6)
    label = bar_label(driver, "Test Keyring is locked")
    assert label.colour() == look.colour("warn")
    driver.press("Unlock")
    driver.wait_idle()
    assert driver.has_button("Unlock keyring")
    installation.vault.fail_with = None
    driver.press("Unlock keyring")
    driver.wait_until(lambda: driver.has_button("Show the access token"))
    driver.wait_until(lambda: are_enabled(driver) == [True] * 6)
    label = bar_label(driver, "Test Keyring")
    assert label.colour() == look.colour("text-2")
    assert not driver.has_button("Unlock")


@pytest.mark.parametrize(
    "error", [VaultAbsentError(), VaultFailedError("Test Keyring"), VaultDismissedError()]
)
def test_other_problems_have_their_own_words(
    driver: WindowDriver, installation: Installation, error: VaultAbsentError
) -> None:
    installation.vault.fail_with = error
    driver.open()
    driver.wait_for_text(error.diagnosis.title.rstrip("."))
    driver.wait_for_text(error.diagnosis.advice)
    driver.wait_until(lambda: are_enabled(driver) == [False] * 6)
    installation.vault.fail_with = None
    driver.press("Unlock keyring" if isinstance(error, VaultDismissedError) else "Try again")
    driver.wait_until(lambda: driver.has_button("Show the access token"))


def test_it_locks_while_the_window_is_open(
    driver: WindowDriver, installation: Installation
) -> None:
    driver.open()
    driver.press("Show the access token")
    driver.wait_until(lambda: driver.has_text("20 s"))
    installation.vault.fail_with = LOCKED
    driver.press("Copy the API key")
    driver.wait_until(lambda: driver.window.context.dialogs.count() == 1)
    driver.wait_for_text("Test Keyring is locked")
    assert driver.clipboard == ""
    installation.vault.fail_with = None
    driver.press("Unlock keyring")
    driver.wait_until(lambda: driver.has_button("Show the access token"))
    assert not driver.has_text("20 s")  # what was shown is hidden


def test_checks_stop_with_one_word(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sign_in(app, "marsh_weather")
    driver.open()
    installation.vault.fail_with = LOCKED
    driver.press("Check all")
    driver.wait_until(lambda: driver.window.context.dialogs.count() == 1)
    driver.wait_idle()
    assert driver.window.context.dialogs.count() == 1
    driver.press("Close")


def test_an_app_that_cannot_be_kept(driver: WindowDriver, installation: Installation) -> None:
    driver.open()
    demo = installation.sandbox.demo_app
    driver.press("Add app")
    driver.type("API key", demo.api_key)
    driver.type("API secret", demo.api_secret)
    installation.vault.fail_with = LOCKED
    driver.press("Save app")
    driver.wait_for_text("Test Keyring is locked")
    driver.press("Cancel")
    assert driver.line_edit("API secret").text() == demo.api_secret  # nothing typed is lost
    driver.press("Save app")
    driver.wait_for_text("Test Keyring is locked")
    installation.vault.fail_with = None
    driver.press("Unlock keyring")  # and it goes on by itself
    driver.wait_for_text("Add an account")
    assert len(installation.services.store.apps.list_all()) == 2


def test_without_an_account_the_first_page_says_so(
    driver: WindowDriver, installation: Installation
) -> None:
    (account,) = installation.services.store.accounts.list_all()
    installation.services.account_removal.remove(account.id)
    installation.services.account_removal.purge(account.id)
    installation.services.apps.remove(account.app_id)
    installation.vault.fail_with = VaultAbsentError()
    driver.open()
    driver.wait_for_text("No keychain on this computer")
    driver.wait_for_text("Twauth does not fall back to plain text.")
