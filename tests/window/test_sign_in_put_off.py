"""A sign-in that is cancelled, or put off and gone on with."""

from __future__ import annotations

import pytest

from tests.services.approving import allow, return_to
from tests.services.ground import Ground
from tests.window.conftest import Browser
from tests.window.driver import Driver
from tests.window.signing_in import IN_BROWSER, PIN, add, attempts, begin_pin, enter_pin
from twauth_gui.domain.apps import App


def test_cancelled_while_x_is_asked(desk: Driver, ground: Ground, app: App) -> None:
    ground.sandbox.change(latency=0.2)
    desk.open()
    add(desk, "fernwick_news", PIN)
    desk.press("Cancel sign-in")
    desk.settle()
    assert attempts(ground) == 0
    assert desk.window.desk.sheets.count() == 0


@pytest.mark.parametrize("way", [PIN, IN_BROWSER])
def test_cancelled_while_waiting(desk: Driver, ground: Ground, app: App, way: str) -> None:
    desk.open()
    add(desk, "fernwick_news", way)
    desk.until(lambda: attempts(ground) == 1 and desk.has("Finish later"))
    desk.press("Cancel sign-in")
    desk.settle()
    assert attempts(ground) == 0
    assert [name for name in ground.vault.items if "attempt" in name] == []


def test_cancelled_during_the_exchange(desk: Driver, ground: Ground, app: App) -> None:
    """X may have answered by then: what it gave is kept as an account, or taken back."""
    desk.open()
    pin = allow(begin_pin(desk), "fernwick_news").page.pin
    ground.sandbox.change(latency=0.2)
    desk.type("PIN", pin)
    desk.press("Finish sign-in")
    desk.press("Cancel sign-in")
    desk.settle()
    assert attempts(ground) == 0
    assert desk.window.desk.sheets.count() == 0


@pytest.mark.parametrize("way", [PIN, IN_BROWSER])
def test_put_off_and_gone_on_with(desk: Driver, app: App, browser: Browser, way: str) -> None:
    ground = desk.ground
    desk.open()
    add(desk, "fernwick_news", way)
    desk.press("Finish later")
    desk.until(lambda: desk.rows == ["@fernwick_news"])
    desk.close()
    ground.restart()
    desk.open()
    desk.press("Signing in")
    desk.select("@fernwick_news")
    desk.press("Continue")
    if way == PIN:
        desk.press("Copy link")
        enter_pin(desk, desk.clipboard)
    else:
        desk.until(lambda: len(browser.opened) == 2)
        assert browser.opened[0] == browser.opened[1]
        return_to(allow(browser.opened[1], "fernwick_news").sent_to)
    desk.wait_for("@fernwick_news is signed in")


def test_ended_from_the_list(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    add(desk, "fernwick_news", PIN)
    desk.press("Finish later")
    desk.select("@fernwick_news")
    desk.press("Cancel sign-in")
    desk.until(lambda: desk.rows == [])
    assert attempts(ground) == 0
