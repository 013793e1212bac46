"""A keychain that fails during a sign-in loses nothing that X has granted."""

from __future__ import annotations

import pytest

from tests.services.ground import Ground
from tests.window.driver import Driver
from tests.window.signing_in import PIN, add, attempts, begin_pin, enter_pin
from twauth_gui.domain.apps import App
from twauth_gui.store.vault_errors import VaultError, VaultFailedError, VaultLockedError


def locked() -> VaultError:
    return VaultLockedError("Test Keyring")


def grant_without_a_save(desk: Driver, error: VaultError) -> None:
    """Come as far as X's grant, and let the keychain not take it."""
    link = begin_pin(desk)
    desk.ground.vault.fail_on, desk.ground.vault.fail_with = "write", error
    enter_pin(desk, link)


def test_locked_before_the_keys_are_read(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    ground.vault.fail_with = locked()
    add(desk, "fernwick_news", PIN)
    desk.wait_for("Test Keyring is locked")
    ground.vault.fail_with = None
    desk.press("Unlock keyring")
    desk.press("Copy link")
    assert attempts(ground) == 1


@pytest.mark.parametrize("error", [locked(), VaultFailedError()])
def test_a_keychain_that_fails_at_the_save_loses_nothing(
    desk: Driver, ground: Ground, app: App, error: VaultError
) -> None:
    desk.open()
    grant_without_a_save(desk, error)
    desk.wait_for(error.diagnosis.title.rstrip("."))
    if desk.has("Cancel"):  # it is offered to unlock it
        desk.press("Cancel")
    desk.press("Finish later")
    ground.vault.fail_with = None
    desk.select("@fernwick_news")
    desk.press("Continue")
    desk.wait_for("@fernwick_news is signed in")
    assert len(ground.kit.store.accounts.all()) == 1


def test_a_failed_save_is_repeated_where_it_failed(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    grant_without_a_save(desk, locked())
    desk.press("Unlock keyring")
    desk.settle()
    desk.wait_for("Test Keyring is locked")
    ground.vault.fail_with = None
    desk.press("Unlock keyring")
    desk.wait_for("@fernwick_news is signed in")


def test_closing_asks_before_it_loses_what_x_granted(
    desk: Driver, ground: Ground, app: App
) -> None:
    desk.open()
    grant_without_a_save(desk, locked())
    desk.wait_for("Test Keyring is locked")
    for _ in range(2):
        desk.window.close()
    desk.wait_for("Close and lose a sign-in?")
    desk.press("Keep open")
    assert desk.window.isVisible()
    ground.vault.fail_with = None
    desk.press("Unlock keyring")
    desk.wait_for("@fernwick_news is signed in")
    desk.window.close()
    assert not desk.window.isVisible()


def test_closing_may_lose_it_when_told_to(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    grant_without_a_save(desk, locked())
    desk.wait_for("Test Keyring is locked")
    desk.window.close()
    desk.press("Close and lose it")
    assert not desk.window.isVisible()
