"""OAuth 2.0 through the window: kind and scopes chosen, signed in, shown, renewed, revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit

from tests.support.installations import (
    Installation,
    add_oauth2_app,
    make_unreachable,
    sign_in_oauth2,
)
from tests.support.sandbox_app import send_request
from tests.support.sandbox_browser import approve_sign_in, follow_redirect
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.hosts import CONSOLE_URL
from twauth_gui.gui.check_controller import CheckController
from twauth_gui.gui.signin.private_view_page import PrivateViewPage
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.container import utc_now
from twauth_gui.xapi.errors.messages.oauth2_errors import diagnose_page_error

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

KIND = "OAuth 2.0"


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return utc_now  # the sandbox counts the life of tokens by it


@pytest.fixture
def app(installation: Installation) -> App:
    return add_oauth2_app(installation)


def start_sign_in(driver: WindowDriver, method: str, button: str) -> None:
    driver.press("Add account")
    driver.type("Expected handle", "fernwick_news")
    driver.press(KIND)
    driver.press(method)
    driver.press(button)


def test_the_browser_returns_with_the_chosen_scopes(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    driver.press("Add account")
    driver.type("Expected handle", "fernwick_news")
    assert not driver.has_button("Scopes")
    driver.press(KIND)
    driver.wait_for_text("4 scopes: reads and writes")
    driver.press("Scopes")
    driver.press("Like and unlike posts, like.write")
    driver.wait_for_text("5 scopes: reads and writes")
    needed = driver.button("See profiles, its own among them, users.read")
    assert isinstance(needed, QCheckBox)
    assert (needed.isChecked(), needed.isEnabled()) == (True, False)
    driver.press("Open browser")
    driver.wait_until(lambda: browser.opened_urls)
    assert "like.write" in browser.opened_urls[0]
    follow_redirect(approve_sign_in(browser.opened_urls[0], "fernwick_news").redirect_url)
    driver.wait_for_text("@fernwick_news is signed in")
    driver.press("Done")
    driver.wait_for_text("like.write")
    driver.wait_for_text("Renewed before it is used.")
    assert not driver.has_button("Show the access token")
    (account,) = installation.services.store.accounts.list_all()
    assert not account.has_oauth1


def test_an_app_without_a_client_is_offered_to_get_one(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    bare = installation.add_app("Bare")
    driver.open()
    driver.window.add_account(bare.id)
    driver.wait_for_text("OAuth 2.0 needs the app's client ID, which is not stored here.")
    assert not driver.button(KIND).isEnabled()
    driver.press("Add the client ID")
    driver.wait_for_text("Change app")
    driver.press("OAuth 2.0 client")
    driver.type("Client ID", "dGhpc2lzbm90YXJlYWxjbGllbnQ6MTpjaQ")
    driver.press("Save app")
    driver.wait_until(lambda: driver.has_button(KIND) and driver.button(KIND).isEnabled())
    assert not driver.has_text("OAuth 2.0 needs")


def test_the_reasons_of_a_page_that_leads_nowhere(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    installation.sandbox.enable_faults("callback-of-oauth2-only")
    driver.open()
    start_sign_in(driver, "In any browser", "Get the link")
    driver.press("Copy link")
    assert "<h1>Something went wrong</h1>" in send_request("GET", driver.clipboard).text
    driver.wait_for_text("The page says that something went wrong")
    for cause in diagnose_page_error(app.callback).causes:
        assert f"• {cause}" in driver.visible_text
    assert driver.visible_text.count(f"exactly {app.callback}") == 1
    driver.press("Open console")
    driver.wait_until(lambda: browser.opened_urls == [CONSOLE_URL])


def test_a_page_of_the_other_kind_has_no_such_reasons(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    driver.open()
    driver.press("Add account")
    driver.type("Expected handle", "fernwick_news")
    driver.press("Open browser")
    driver.wait_until(lambda: browser.opened_urls)
    driver.wait_for_text("The page says that something is invalid")
    assert "something went wrong" not in driver.visible_text


def test_the_private_view_leads_to_the_reasons(look: Look, qtbot: QtBot) -> None:
    page = PrivateViewPage()
    qtbot.addWidget(page)
    is_advised = {}
    for kind in CredentialKind:
        page.show_kind(kind)
        words = [one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page)]
        is_advised[kind] = any("fails without a reason" in text for text in words)
    assert is_advised == {CredentialKind.OAUTH1: False, CredentialKind.OAUTH2: True}


def test_a_pasted_address_and_fewer_scopes(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sandbox.enable_faults("scopes-reduced")
    driver.open()
    start_sign_in(driver, "In any browser", "Get the link")
    driver.press("Copy link")
    link = driver.clipboard
    driver.wait_for_text("Then come back to this window.")
    driver.type("Address of the page after approving", link)
    driver.press("Use it")
    driver.wait_for_text("This is the address of the sign-in page")
    driver.type(
        "Address of the page after approving", approve_sign_in(link, "fernwick_news").redirect_url
    )
    driver.press("Use it")
    driver.wait_for_text("@fernwick_news is signed in")
    driver.wait_for_text("X granted less than was requested")


def test_another_account_is_discarded(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    driver.open()
    start_sign_in(driver, "In any browser", "Get the link")
    driver.press("Copy link")
    there = approve_sign_in(driver.clipboard, "marsh_weather").redirect_url
    driver.type("Address of the page after approving", there)
    driver.press("Use it")
    driver.wait_for_text("You approved as @marsh_weather, not @fernwick_news")
    driver.press("Discard")
    driver.wait_until(lambda: installation.services.store.pending_sign_ins.list_all() == [])
    assert installation.services.store.accounts.list_all() == []


def test_beside_the_other_kind_shown_renewed_revoked(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    account = installation.sign_in(app)
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Sign in with OAuth 2.0…")
    driver.press("Open browser")
    driver.wait_until(lambda: browser.opened_urls)
    follow_redirect(approve_sign_in(browser.opened_urls[0], "fernwick_news").redirect_url)
    driver.wait_for_text("@fernwick_news is signed in again")
    driver.press("Done")
    before = installation.services.store.tokens.get(account.id).access_token.reveal()
    driver.press("Copy the OAuth 2.0 access token")
    driver.wait_until(lambda: driver.clipboard == before)
    driver.press("Renew now")
    driver.wait_until(
        lambda: installation.services.store.tokens.get(account.id).access_token.reveal() != before
    )
    driver.wait_idle()  # the card is shown anew with the new tokens, and hides what it showed
    driver.press("Show the refresh token")
    refresh = installation.services.store.tokens.get(account.id).refresh_token
    assert refresh is not None
    driver.wait_until(lambda: driver.has_text("\u200b".join(refresh.reveal())))
    driver.press("Revoke OAuth 2.0 at X")
    driver.wait_for_text("Its OAuth 1.0a credentials stay as they are.")
    driver.press("Revoke")
    driver.wait_until(lambda: driver.has_button("Sign in with OAuth 2.0…"))
    assert installation.services.store.tokens.get_metadata(account.id) is None
    assert installation.services.checker.check(account.id, CancelToken()).diagnosis is None


def begin_list(driver: WindowDriver, browser: RecordingBrowser) -> None:
    """Begin with a list of two accounts, one more scope for each, and go on another day."""
    driver.press("Add account")
    driver.press("Add several…")
    field = driver.field("Handles")
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText("@fernwick_news @marsh_weather")
    driver.press(KIND)
    assert not driver.has_button("By link to the owner")
    driver.press("Scopes")
    driver.press("Like and unlike posts, like.write")
    driver.press("Start")
    driver.wait_until(partial(len, browser.opened_urls))
    browser.opened_urls.clear()
    driver.press("Finish later")
    driver.wait_for_text("0 of 2 signed in")  # what it has of the other kind does not count
    driver.press("Finish later")


def test_a_list_of_accounts(
    driver: WindowDriver, installation: Installation, app: App, browser: RecordingBrowser
) -> None:
    before = installation.sign_in(app)
    driver.open()
    begin_list(driver, browser)
    driver.close()
    installation.restart()
    driver.open()
    driver.press("Add account")
    driver.press("Add several…")
    driver.press("Continue @fernwick_news")
    for handle, onward in (("fernwick_news", "Next"), ("marsh_weather", "Done")):
        driver.wait_until(partial(len, browser.opened_urls))
        page = browser.opened_urls.pop()
        assert "like.write" in page
        follow_redirect(approve_sign_in(page, handle).redirect_url)
        driver.wait_for_text(f"@{handle} is signed in")
        driver.press(onward)
    driver.wait_for_text("2 of 2 signed in")
    tokens = installation.services.store.tokens.list_metadata()
    assert [before.id in tokens, len(tokens)] == [True, 2]
    assert installation.services.store.accounts.get(before.id).has_oauth1


@pytest.mark.parametrize(("app_type", "values"), [("web", 4), ("native", 3)])
def test_exported_in_a_preset_that_fits(
    driver: WindowDriver, installation: Installation, app_type: str, values: int
) -> None:
    installation.sandbox.change_settings(app_type=app_type)
    account = sign_in_oauth2(installation, add_oauth2_app(installation))
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Export…")
    driver.wait_until(lambda: driver.has_button(f"Copy {values} values"))
    preview = driver.field("Preview")
    assert isinstance(preview, QPlainTextEdit)
    names = [line.partition("=")[0] for line in preview.toPlainText().splitlines()]
    assert ("X_CLIENT_SECRET" in names) is (app_type == "web")
    driver.press(f"Copy {values} values")
    access = installation.services.store.tokens.get(account.id).access_token.reveal()
    driver.wait_until(lambda: access in driver.clipboard)
    assert [line.partition("=")[0] for line in driver.clipboard.splitlines()] == names


def test_the_app_only_token(driver: WindowDriver, installation: Installation, app: App) -> None:
    driver.open()
    driver.window.edit_app(app.id)
    driver.wait_for_text("None yet. It reads public data without an account.")
    driver.press("OAuth 2.0 client: filled in")
    assert driver.line_edit("Client ID").text() == installation.sandbox.demo_app.client_id
    driver.press("Get the app-only token")
    driver.wait_for_text("X gives the same token again until it is revoked.")
    driver.press("Check the app-only token")
    driver.wait_for_text("X accepts it.")
    driver.press("Copy the app-only token")
    driver.wait_until(
        lambda: driver.clipboard == installation.services.bearer_tokens.load(app.id).reveal()
    )
    driver.press("Save app")
    driver.wait_until(lambda: driver.window.context.dialogs.top() is None)
    driver.wait_idle()
    assert installation.services.bearer_tokens.load(app.id)
    keys = installation.services.store.apps.read_keys(app.id)
    assert keys.client_secret is not None


def test_what_x_bills_is_reported_before_a_check(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    sign_in_oauth2(installation, app)
    installation.sign_in(app, "marsh_weather")
    make_unreachable(installation, app)
    driver.open()
    driver.select("@marsh_weather")
    driver.wait_for_text("Never checked")
    assert "X bills" not in driver.visible_text
    driver.select("@fernwick_news")
    driver.wait_for_text("X bills this check as a user read ($0.010 per day).")
    driver.select("@fernwick_news", "@marsh_weather")
    driver.wait_for_text("X bills up to 1 of these 2 checks as user reads ($0.010 each per day).")
    button = driver.button("Check all")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.accessibleDescription() == button.toolTip()
    assert button.toolTip().startswith("X bills up to 1 of these 2 checks")
    progress: list[str] = []
    checks = driver.window.findChild(CheckController)
    assert checks is not None
    checks.progress.connect(progress.append)
    driver.press("Check all")
    driver.wait_until(lambda: progress)
    assert progress[0] == "Checked 0 of 2, up to 1 of them billed by X as user reads"
    driver.wait_until(lambda: driver.has_button("Check all"))
