"""The sign-in pages' flow: log in, allow or not, go back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from twauth_gui.sandbox import sign_in_pages as pages
from twauth_gui.sandbox.accounts import SandboxAccount, account_for
from twauth_gui.sandbox.browsers import Browser, browser_of
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.forms import Form
from twauth_gui.sandbox.messages import Request, Response, redirect
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.settings import Level, lower
from twauth_gui.sandbox.state import StoredRequestToken, TokenStage

_AUTHENTICATE: Final = "/oauth/authenticate"


@dataclass(frozen=True)
class SignInVisit:
    """One browser at one attempt's page."""

    browser: Browser
    attempt: StoredRequestToken

    @property
    def context(self) -> Context:
        return self.browser.context

    @property
    def request(self) -> Request:
        return self.browser.request

    @property
    def form(self) -> Form:
        return self.browser.form({"oauth_token": self.attempt.token})

    @property
    def app(self) -> str:
        return self.context.app.label


def show(context: Context, request: Request) -> Response:
    """Open the page an app sent the person to."""
    visit = _visit(context, request)
    if visit is None or visit.attempt.stage is not TokenStage.ASKED:
        return pages.whoa(named=bool(request.asked("oauth_token")))
    forced = request.asked("force_login").lower() in {"true", "1", "t"}
    if visit.browser.account is None or forced:
        handle = request.asked("screen_name").strip().removeprefix("@")
        return visit.browser.keeping(pages.log_in(visit.app, visit.form, handle))
    before = context.state.granted(visit.browser.account)
    if request.path == _AUTHENTICATE and before:
        # Where the app is already allowed nothing is asked, so nothing can be widened.
        return _go_back(visit, visit.browser.account, lower(before, visit.attempt.level))
    return visit.browser.keeping(_question(visit, visit.browser.account))


def submit(context: Context, request: Request) -> Response:
    """Take one of the forms of these pages."""
    visit = _visit(context, request)
    if visit is None:
        return pages.whoa(named=bool(request.asked("oauth_token")))
    if not visit.browser.sends_its_own_form:
        return visit.browser.keeping(pages.stale(visit.form))
    actions = {"log_in": _log_in, "switch": _switch, "allow": _allow, "refuse": _refuse}
    action = actions.get(request.asked("action"))
    return action(visit) if action else visit.browser.keeping(pages.stale(visit.form))


def _log_in(visit: SignInVisit) -> Response:
    handle = visit.request.asked("handle")
    account = account_for(handle)
    if account is None:
        return visit.browser.keeping(pages.log_in(visit.app, visit.form, handle, refused=True))
    return visit.browser.logged_in_as(account).keeping(_open_again(visit))


def _switch(visit: SignInVisit) -> Response:
    return visit.browser.logged_in_as(None).keeping(_open_again(visit))


def _question(visit: SignInVisit, account: SandboxAccount) -> Response:
    attempt = visit.attempt
    return pages.allow(
        visit.app,
        visit.form,
        account,
        may=pages.MAY[attempt.level],
        callback=attempt.callback,
        no="Do not allow",
    )


def _allow(visit: SignInVisit) -> Response:
    account = visit.browser.account
    if account is None or account.id != visit.request.asked("account"):
        return _open_again(visit)  # another tab of this browser has changed the account
    return _go_back(visit, account, visit.attempt.level)


def _refuse(visit: SignInVisit) -> Response:
    if visit.attempt.stage is not TokenStage.ASKED or not visit.context.state.end(visit.attempt):
        return pages.whoa(named=True)
    return pages.not_allowed(visit.app, visit.attempt)


def _go_back(visit: SignInVisit, account: SandboxAccount, level: Level) -> Response:
    """Approve, then send the browser on, or show the PIN."""
    attempt = visit.attempt
    if attempt.stage is TokenStage.ASKED:
        attempt = visit.context.state.approve(attempt, account, _level(visit, level))
    if attempt.account != account:
        return pages.whoa(named=True)
    if attempt.callback == "oob":
        return pages.pin(visit.app, attempt)
    answer = {"oauth_token": attempt.token, "oauth_verifier": attempt.verifier}
    return redirect(302, pages.with_query(attempt.callback, answer))


def _level(visit: SignInVisit, level: Level) -> Level:
    """Direct messages are only ever granted by the authorize page."""
    signing_in = visit.request.path == _AUTHENTICATE
    return lower(level, "read-write") if signing_in else level


def _open_again(visit: SignInVisit) -> Response:
    return redirect(303, visit.context.base + visit.form.url)


def _visit(context: Context, request: Request) -> SignInVisit | None:
    """None when the request token is missing or over."""
    attempt = context.attempt(request.asked("oauth_token"))
    return None if attempt is None else SignInVisit(browser_of(context, request), attempt)


ROUTES: Final = tuple(
    Route(method, path, handler, kind=RouteKind.PAGE)
    for path in ("/oauth/authorize", _AUTHENTICATE)
    for method, handler in (("GET", show), ("POST", submit))
)
