"""An account that is removed can be brought back for a while, revoked or not."""

from __future__ import annotations

from tests.services.ground import Ground
from tests.window.conftest import HANDLES, Browser
from tests.window.driver import Driver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.parts.status_bar import StatusBar


def remove(desk: Driver, title: str) -> None:
    desk.select(title)
    desk.press("Remove…")
    desk.press("Remove")
    desk.wait_for(f"Removed {title}")


def finish_countdown(desk: Driver) -> None:
    """Let the time of the message in the status bar run out."""
    message = desk.window.findChildren(StatusBar)[0].message()
    assert message is not None
    message.finished.emit()


def test_removed_and_brought_back(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    remove(desk, "@fernwick_news")
    desk.wait_for("Removed @fernwick_news. X still accepts its credentials.")
    assert desk.rows == ["@marsh_weather", "@tidal_times"]
    desk.press("Undo")
    desk.until(lambda: desk.rows == [f"@{handle}" for handle in HANDLES])
    desk.settle()
    assert desk.button("Active account @fernwick_news").isVisible()
    assert ground.token_of(accounts[0])


def test_removed_for_good(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    remove(desk, "@fernwick_news")
    finish_countdown(desk)
    desk.until(lambda: not [name for name in ground.vault.items if accounts[0].id in name])
    assert len(ground.kit.store.accounts.all()) == 2


def test_removed_and_revoked(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Remove…")
    desk.wait_for("Remove @fernwick_news?")
    desk.press("Also revoke them at X, so that bots stop")
    desk.press("Remove")
    desk.wait_for("Removed @fernwick_news. Its credentials are revoked.")
    desk.press("Undo")
    desk.until(lambda: desk.rows[0] == "@fernwick_news")
    desk.settle()
    checked = ground.kit.checker.check(accounts[0].id, CancelToken())
    assert checked.account.health.state is HealthState.REVOKED


def test_removed_although_x_does_not_revoke(
    desk: Driver, ground: Ground, accounts: list[Account], browser: Browser
) -> None:
    desk.open()
    desk.select("@fernwick_news")
    ground.sandbox.break_with("app-suspended")
    desk.press("Remove…")
    desk.press("Also revoke them at X, so that bots stop")
    desk.press("Remove")
    desk.wait_for("They still work. To end them by hand")
    desk.press("Open connected apps")
    assert browser.opened == ["https://x.com/settings/connected_apps"]
    desk.press("Close")
    desk.until(lambda: desk.rows == ["@marsh_weather", "@tidal_times"])


def test_kept_where_x_cannot_be_reached(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    """Once removed, nothing could end the credentials later."""
    desk.open()
    desk.select("@fernwick_news")
    ground.sandbox.stop()
    desk.press("Remove…")
    desk.press("Also revoke them at X, so that bots stop")
    desk.press("Remove")
    desk.wait_for("They still work. To end them by hand")
    desk.press("Close")
    desk.settle()
    assert "@fernwick_news" in desk.rows
    assert ground.token_of(accounts[0])


def test_a_second_removal_can_be_undone_too(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    remove(desk, "@fernwick_news")
    remove(desk, "@marsh_weather")
    desk.settle()
    desk.press("Undo")
    desk.until(lambda: desk.rows == ["@marsh_weather", "@tidal_times"])
    desk.settle()
    assert ground.token_of(accounts[1])
    assert not [name for name in ground.vault.items if accounts[0].id in name]
