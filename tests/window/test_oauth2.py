"""OAuth 2.0 through the window: kind and scopes chosen, signed in, shown, renewed, revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit

from tests.sandbox.bot import fetch
from tests.services.approving import allow, return_to
from tests.services.ground import Ground
from tests.services.oauth2_ground import add_app, move_out_of_reach, sign_in
from tests.window.conftest import Browser
from tests.window.driver import Driver
from twauth_gui.domain.addresses import CONSOLE
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.gui.checks import Checks
from twauth_gui.gui.signin.view_page import ViewPage
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.kit import wall_clock
from twauth_gui.xapi.oauth2_words import page_went_wrong

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

KIND = "OAuth 2.0"


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return wall_clock  # the sandbox counts the life of tokens by it


@pytest.fixture
def app(ground: Ground) -> App:
    return add_app(ground)


def choose(desk: Driver, way: str, begin: str) -> None:
    desk.press("Add account")
    desk.type("Expected handle", "fernwick_news")
    desk.press(KIND)
    desk.press(way)
    desk.press(begin)


def test_the_browser_returns_with_the_chosen_scopes(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    desk.open()
    desk.press("Add account")
    desk.type("Expected handle", "fernwick_news")
    assert not desk.has("Scopes")
    desk.press(KIND)
    desk.wait_for("4 scopes: reads and writes")
    desk.press("Scopes")
    desk.press("Like posts, and take likes back, like.write")
    desk.wait_for("5 scopes: reads and writes")
    needed = desk.button("See profiles, its own among them, users.read")
    assert isinstance(needed, QCheckBox)
    assert (needed.isChecked(), needed.isEnabled()) == (True, False)
    desk.press("Open browser")
    desk.until(lambda: browser.opened)
    assert "like.write" in browser.opened[0]
    return_to(allow(browser.opened[0], "fernwick_news").sent_to)
    desk.wait_for("@fernwick_news is signed in")
    desk.press("Done")
    desk.wait_for("like.write")
    desk.wait_for("Renewed before it is used.")
    assert not desk.has("Show the access token")
    (account,) = ground.kit.store.accounts.all()
    assert not account.has_oauth1


def test_the_reasons_of_a_page_that_leads_nowhere(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    ground.sandbox.break_with("callback-of-oauth2-only")
    desk.open()
    choose(desk, "In any browser", "Get the link")
    desk.press("Copy link")
    assert "<h1>Something went wrong</h1>" in fetch("GET", desk.clipboard).text
    desk.wait_for("The page says that something went wrong")
    for cause in page_went_wrong(app.callback).causes:
        assert f"• {cause}" in desk.words
    assert desk.words.count(f"exactly {app.callback}") == 1
    desk.press("Open console")
    desk.until(lambda: browser.opened == [CONSOLE])


def test_a_page_of_the_other_kind_has_no_such_reasons(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    desk.open()
    desk.press("Add account")
    desk.type("Expected handle", "fernwick_news")
    desk.press("Open browser")
    desk.until(lambda: browser.opened)
    desk.wait_for("The page says that something is invalid")
    assert "something went wrong" not in desk.words


def test_the_private_view_leads_to_the_reasons(look: Look, qtbot: QtBot) -> None:
    page = ViewPage()
    qtbot.addWidget(page)
    told = {}
    for kind in CredentialKind:
        page.show_kind(kind)
        words = [one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page)]
        told[kind] = any("fails without a reason" in text for text in words)
    assert told == {CredentialKind.OAUTH1: False, CredentialKind.OAUTH2: True}


def test_a_pasted_address_and_fewer_scopes(desk: Driver, ground: Ground, app: App) -> None:
    ground.sandbox.break_with("scopes-reduced")
    desk.open()
    choose(desk, "In any browser", "Get the link")
    desk.press("Copy link")
    link = desk.clipboard
    desk.wait_for("Then come back to this window.")
    desk.type("Address of the page after approving", link)
    desk.press("Use it")
    desk.wait_for("This is the address of the sign-in page")
    desk.type("Address of the page after approving", allow(link, "fernwick_news").sent_to)
    desk.press("Use it")
    desk.wait_for("@fernwick_news is signed in")
    desk.wait_for("X granted less than was asked for")


def test_another_account_is_discarded(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    choose(desk, "In any browser", "Get the link")
    desk.press("Copy link")
    there = allow(desk.clipboard, "marsh_weather").sent_to
    desk.type("Address of the page after approving", there)
    desk.press("Use it")
    desk.wait_for("You approved as @marsh_weather, not @fernwick_news")
    desk.press("Discard")
    desk.until(lambda: ground.kit.store.pending_sign_ins.all() == [])
    assert ground.kit.store.accounts.all() == []


def test_beside_the_other_kind_shown_renewed_revoked(
    desk: Driver, ground: Ground, app: App, browser: Browser
) -> None:
    account = ground.sign_in(app)
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Sign in with OAuth 2.0…")
    desk.press("Open browser")
    desk.until(lambda: browser.opened)
    return_to(allow(browser.opened[0], "fernwick_news").sent_to)
    desk.wait_for("@fernwick_news is signed in again")
    desk.press("Done")
    before = ground.kit.store.tokens.get(account.id).access.reveal()
    desk.press("Copy the OAuth 2.0 access token")
    desk.until(lambda: desk.clipboard == before)
    desk.press("Renew now")
    desk.until(lambda: ground.kit.store.tokens.get(account.id).access.reveal() != before)
    desk.press("Show the refresh token")
    refresh = ground.kit.store.tokens.get(account.id).refresh
    assert refresh is not None
    desk.until(lambda: desk.sees("\u200b".join(refresh.reveal())))
    desk.press("Revoke OAuth 2.0 at X")
    desk.wait_for("Its credentials of OAuth 1.0a stay as they are.")
    desk.press("Revoke")
    desk.until(lambda: desk.has("Sign in with OAuth 2.0…"))
    assert ground.kit.store.tokens.facts(account.id) is None
    assert ground.kit.checker.check(account.id, CancelToken()).diagnosis is None


def test_a_list_of_accounts(desk: Driver, ground: Ground, app: App, browser: Browser) -> None:
    before = ground.sign_in(app)
    desk.open()
    desk.press("Add account")
    desk.press("Add several…")
    field = desk.field("Handles")
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText("@fernwick_news @marsh_weather")
    desk.press(KIND)
    assert not desk.has("By link to the owner")
    desk.press("Scopes")
    desk.press("Like posts, and take likes back, like.write")
    desk.press("Begin")
    desk.wait_for("0 of 2 are in")  # what it has of the other kind does not count
    desk.press("Finish later")
    desk.close()
    ground.restart()
    desk.open()
    desk.press("Add account")
    desk.press("Add several…")
    desk.press("Go on")
    for handle, onward in (("fernwick_news", "Next"), ("marsh_weather", "Done")):
        desk.until(partial(len, browser.opened))
        page = browser.opened.pop()
        assert "like.write" in page
        return_to(allow(page, handle).sent_to)
        desk.wait_for(f"@{handle} is signed in")
        desk.press(onward)
    desk.wait_for("2 of 2 are in")
    tokens = ground.kit.store.tokens.all_facts()
    assert [before.id in tokens, len(tokens)] == [True, 2]
    assert ground.kit.store.accounts.get(before.id).has_oauth1


@pytest.mark.parametrize(("app_type", "values"), [("web", 4), ("native", 3)])
def test_exported_in_a_shape_that_fits(
    desk: Driver, ground: Ground, app_type: str, values: int
) -> None:
    ground.sandbox.change(app_type=app_type)
    account = sign_in(ground, add_app(ground))
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Export…")
    desk.until(lambda: desk.has(f"Copy {values} values"))
    preview = desk.field("Preview")
    assert isinstance(preview, QPlainTextEdit)
    names = [line.partition("=")[0] for line in preview.toPlainText().splitlines()]
    assert ("X_CLIENT_SECRET" in names) is (app_type == "web")
    desk.press(f"Copy {values} values")
    access = ground.kit.store.tokens.get(account.id).access.reveal()
    desk.until(lambda: access in desk.clipboard)
    assert [line.partition("=")[0] for line in desk.clipboard.splitlines()] == names


def test_the_app_only_token(desk: Driver, ground: Ground, app: App) -> None:
    desk.open()
    desk.window.edit_app(app.id)
    desk.wait_for("None yet. It reads public data without an account.")
    desk.press("Client of OAuth 2.0: filled in")
    assert desk.line("Client ID").text() == ground.sandbox.demo_app.client_id
    desk.press("Get the app-only token")
    desk.wait_for("X gives the same token again until it is ended.")
    desk.press("Check the app-only token")
    desk.wait_for("X accepts it.")
    desk.press("Copy the app-only token")
    desk.until(lambda: desk.clipboard == ground.kit.bearer.kept(app.id).reveal())
    desk.press("Save app")
    desk.until(lambda: desk.window.desk.sheets.top() is None)
    desk.settle()
    assert ground.kit.bearer.kept(app.id)
    keys = ground.kit.store.apps.keys(app.id)
    assert keys.client_secret is not None


def test_what_x_bills_is_told_before_a_check(desk: Driver, ground: Ground, app: App) -> None:
    sign_in(ground, app)
    ground.sign_in(app, "marsh_weather")
    move_out_of_reach(ground, app)
    desk.open()
    desk.select("@marsh_weather")
    desk.wait_for("Never checked")
    assert "X bills" not in desk.words
    desk.select("@fernwick_news")
    desk.wait_for("X bills this check as a user read ($0.010 per day).")
    desk.select("@fernwick_news", "@marsh_weather")
    desk.wait_for("X bills up to 1 of these 2 checks as user reads ($0.010 each per day).")
    button = desk.button("Check all")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.accessibleDescription() == button.toolTip()
    assert button.toolTip().startswith("X bills up to 1 of these 2 checks")
    told: list[str] = []
    checks = desk.window.findChild(Checks)
    assert checks is not None
    checks.progress.connect(told.append)
    desk.press("Check all")
    desk.until(lambda: told)
    assert told[0] == "Checked 0 of 2, up to 1 of them billed by X as user reads"
    desk.until(lambda: desk.has("Check all"))
