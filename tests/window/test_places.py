"""The card Where is it?: old places are told, files updated, copies forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from tests.support.installations import Installation, export_to_file
from tests.support.sample_records import NEW_CREDENTIALS, NEW_KEYS
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.places_card import PlacesCard
from twauth_gui.services.app_paths import shorten_path

if TYPE_CHECKING:
    import pytest

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def find_card(driver: WindowDriver) -> PlacesCard:
    (card,) = driver.window.findChildren(PlacesCard)
    return card


def describe(driver: WindowDriver) -> list[str]:
    """Return what a screen reader says of each shown place."""
    rows = find_card(driver).findChildren(QWidget, options=_DIRECT)
    return [one.accessibleName() for one in rows if one.isVisible() and one.accessibleName()]


def test_a_new_sign_in_offers_to_update_the_places(
    driver: WindowDriver,
    installation: Installation,
    accounts: list[Account],
    browser: RecordingBrowser,
) -> None:
    exporter, store = installation.services.exporter, installation.services.store
    env, account = installation.paths.data.parent / "bots" / ".env", accounts[0]
    env.parent.mkdir()
    _ = exporter.export_to_environment([account.id], "x", "python3 daily.py")
    export_to_file(installation.services, [account.id], "x", env)
    _ = env.write_text(f"{env.read_text()}PORT=8080\n")
    driver.open()
    driver.select("@fernwick_news")
    driver.wait_until(lambda: len(describe(driver)) == 2)
    assert all(": Current, " in one for one in describe(driver))
    store.accounts.replace_credentials(account, NEW_CREDENTIALS)
    driver.window.context.snapshots.reload()
    driver.wait_for_text("2 places still have the old one")
    driver.press("Update")
    driver.wait_for_text("Updated 1 of 2 places")
    driver.wait_for_text("1 place still has the old one")
    driver.wait_for_text("It gets the current credentials when it starts again.")
    assert NEW_CREDENTIALS.access_token.reveal() in env.read_text()
    assert env.read_text().endswith("PORT=8080\n")
    QDesktopServices.setUrlHandler("file", browser, "open")  # type: ignore[arg-type] # as in conftest
    driver.choose_entry(f"More about {shorten_path(env)}", "Show in folder")
    driver.wait_until(lambda: browser.opened_urls == [env.parent.as_uri()])
    QDesktopServices.unsetUrlHandler("file")
    driver.choose_entry("More about python3 daily.py", "Forget")
    driver.wait_until(lambda: len(describe(driver)) == 1)
    driver.wait_until(lambda: not driver.has_text("1 place still has the old one"))
    assert len(store.placements.list_all(account_id=account.id)) == 1


def test_an_app_says_what_new_keys_break(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    exporter = installation.services.exporter
    for number in range(7):
        _ = exporter.export_to_environment([accounts[0].id], "x", f"job_{number}.py")
    driver.open()
    driver.window.edit_app(accounts[0].app_id)
    driver.wait_for_text("Regenerating this app's keys breaks 1 account in 7 places: job_0.py,")
    driver.press("Where is it?")
    driver.press("Show all 7")
    store = installation.services.store
    _ = store.apps.update(store.apps.get(accounts[0].app_id), NEW_KEYS)
    assert len(installation.services.placements.find_outdated(app_id=accounts[0].app_id)) == 7


def test_the_account_that_a_variable_names_says_so(
    driver: WindowDriver, accounts: list[Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = accounts[1]
    monkeypatch.setenv("TWAUTH_ACCOUNT", other.at_handle)
    driver.open()
    driver.select(other.at_handle)
    driver.wait_for_text("TWAUTH_ACCOUNT names this account where Twauth was started.")
    driver.select("@fernwick_news")
    driver.wait_until(lambda: not driver.has_text("TWAUTH_ACCOUNT names this account"))


def test_the_old_copies_of_several_accounts_are_updated_at_once(
    driver: WindowDriver, installation: Installation, accounts: list[Account]
) -> None:
    exporter, store = installation.services.exporter, installation.services.store
    folder = installation.paths.data.parent
    for account in accounts[:2]:
        export_to_file(installation.services, [account.id], "x", folder / f"{account.handle}.env")
    _ = exporter.export_to_environment([accounts[1].id], "x", "python3 daily.py")
    driver.open()
    driver.view.selectAll()
    driver.press("Update old copies")
    driver.wait_for_text("No copy that Twauth knows of is old")
    for account in accounts[:2]:
        store.accounts.replace_credentials(account, NEW_CREDENTIALS)
    driver.press("Update old copies")
    driver.wait_for_text("Updated 2 of 3 places. python3 daily.py: It gets the current")
    for account in accounts[:2]:
        text = (folder / f"{account.handle}.env").read_text()
        assert NEW_CREDENTIALS.access_token.reveal() in text
