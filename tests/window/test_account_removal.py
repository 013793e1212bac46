"""A removed account can be restored for a while, revoked or not."""

from __future__ import annotations

from tests.support.installations import Installation
from tests.window.conftest import HANDLES, RecordingBrowser
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.parts.status_bar import StatusBar


def remove(driver: WindowDriver, title: str) -> None:
    driver.select(title)
    driver.press("Remove…")
    driver.press("Remove")
    driver.wait_for_text(f"Removed {title}")


def finish_countdown(driver: WindowDriver) -> None:
    """Let the time of the message in the status bar run out."""
    message = driver.window.findChildren(StatusBar)[0].current_message()
    assert message is not None
    message.finished.emit()


def test_removed_and_brought_back(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    remove(driver, "@fernwick_news")
    driver.wait_for_text("Removed @fernwick_news. X still accepts its credentials.")
    assert driver.rows == ["@marsh_weather", "@tidal_times"]
    driver.press("Undo")
    driver.wait_until(lambda: driver.rows == [f"@{handle}" for handle in HANDLES])
    driver.wait_idle()
    assert driver.button("Active account @fernwick_news").isVisible()
    assert installation.access_token(accounts[0])


def test_removed_for_good(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    remove(driver, "@fernwick_news")
    finish_countdown(driver)
    driver.wait_until(
        lambda: not [name for name in installation.vault.items if accounts[0].id in name]
    )
    assert len(installation.services.store.accounts.list_all()) == 2


def test_removed_and_revoked(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Remove…")
    driver.wait_for_text("Remove @fernwick_news?")
    driver.press("Also revoke them at X, so that bots stop")
    driver.press("Remove")
    driver.wait_for_text("Removed @fernwick_news. Its credentials are revoked.")
    driver.press("Undo")
    driver.wait_until(lambda: driver.rows[0] == "@fernwick_news")
    driver.wait_idle()
    checked = installation.services.checker.check(accounts[0].id, CancelToken())
    assert checked.account.health.state is HealthState.REVOKED


def test_removed_although_x_does_not_revoke(
    driver: WindowDriver,
    installation: Installation,
    accounts: list[Account],
    browser: RecordingBrowser,
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    installation.sandbox.enable_faults("app-suspended")
    driver.press("Remove…")
    driver.press("Also revoke them at X, so that bots stop")
    driver.press("Remove")
    driver.wait_for_text("They still work. To revoke them by hand")
    driver.press("Open connected apps")
    assert browser.opened_urls == ["https://x.com/settings/connected_apps"]
    message = driver.window.findChildren(StatusBar)[0].current_message()
    assert message is not None
    driver.wait_until(lambda: message.is_paused)
    driver.press("Close")
    driver.wait_until(lambda: driver.rows == ["@marsh_weather", "@tidal_times"])
    driver.wait_until(lambda: not message.is_paused)
    driver.press("Undo")
    driver.wait_until(lambda: "@fernwick_news" in driver.rows)


def test_kept_where_x_cannot_be_reached(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    """Once removed, nothing could end the credentials later."""
    driver.open()
    driver.select("@fernwick_news")
    installation.sandbox.stop()
    driver.press("Remove…")
    driver.press("Also revoke them at X, so that bots stop")
    driver.press("Remove")
    driver.wait_for_text("They still work. To revoke them by hand")
    driver.press("Close")
    driver.wait_idle()
    assert "@fernwick_news" in driver.rows
    assert installation.access_token(accounts[0])


def test_what_could_still_be_undone_at_the_end_stays_removed(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    driver.select("@fernwick_news", "@marsh_weather")
    driver.press("Remove…")
    driver.press("Remove")
    driver.wait_for_text("Removed 2 accounts.")
    driver.wait_until(driver.view.hasFocus)
    assert driver.view.selected_ids() == [accounts[2].id]
    driver.close()
    installation.restart()
    store = installation.services.store
    assert [one.handle for one in store.accounts.list_all()] == ["tidal_times"]
    _ = store.accounts.purge_older()  # a later start does that, if the end came too early
    assert not [name for name in installation.vault.items if accounts[0].id in name]


def test_a_second_removal_can_be_undone_too(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    driver.open()
    remove(driver, "@fernwick_news")
    remove(driver, "@marsh_weather")
    driver.wait_idle()
    driver.press("Undo")
    driver.wait_until(lambda: driver.rows == ["@marsh_weather", "@tidal_times"])
    driver.wait_idle()
    assert installation.access_token(accounts[1])
    assert not [name for name in installation.vault.items if accounts[0].id in name]
