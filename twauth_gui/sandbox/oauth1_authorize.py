"""OAuth 1.0a sign-in pages: log in, allow or refuse, redirect back or show a PIN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from twauth_gui.sandbox import sign_in_pages as pages
from twauth_gui.sandbox.accounts import SandboxAccount, account_for
from twauth_gui.sandbox.browser_session import BrowserSession, Form, open_browser_session
from twauth_gui.sandbox.http_messages import Request, Response, redirect_response
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.settings import Level, lower_level
from twauth_gui.sandbox.state import StoredRequestToken, TokenStage

_AUTHENTICATE: Final = "/oauth/authenticate"


@dataclass(frozen=True)
class SignInVisit:
    """One browser at the page of one request token."""

    browser: BrowserSession
    request_token: StoredRequestToken

    @property
    def context(self) -> RequestContext:
        return self.browser.context

    @property
    def request(self) -> Request:
        return self.browser.request

    @property
    def form(self) -> Form:
        return self.browser.form({"oauth_token": self.request_token.token})

    @property
    def app(self) -> str:
        return self.context.app.label


def show(context: RequestContext, request: Request) -> Response:
    """Show the page that an app sent the user to."""
    visit = _find_visit(context, request)
    if visit is None or visit.request_token.stage is not TokenStage.REQUESTED:
        return pages.invalid_token_page(named=bool(request.get_field("oauth_token")))
    is_forced = request.get_field("force_login").lower() in {"true", "1", "t"}
    if visit.browser.account is None or is_forced:
        handle = request.get_field("screen_name").strip().removeprefix("@")
        return visit.browser.set_cookie(pages.login_page(visit.app, visit.form, handle))
    before = context.state.granted_level(visit.browser.account)
    if request.path == _AUTHENTICATE and before:
        # An app that is allowed already gets no more than before, as the user is not asked.
        return _redirect_back(
            visit, visit.browser.account, lower_level(before, visit.request_token.level)
        )
    return visit.browser.set_cookie(_ask_consent(visit, visit.browser.account))


def submit(context: RequestContext, request: Request) -> Response:
    """Handle one of these pages' forms."""
    visit = _find_visit(context, request)
    if visit is None:
        return pages.invalid_token_page(named=bool(request.get_field("oauth_token")))
    if not visit.browser.has_own_form:
        return visit.browser.set_cookie(pages.expired_form_page(visit.form))
    actions = {"log_in": _log_in, "switch": _switch, "allow": _allow, "refuse": _refuse}
    action = actions.get(request.get_field("action"))
    return (
        action(visit) if action else visit.browser.set_cookie(pages.expired_form_page(visit.form))
    )


def _log_in(visit: SignInVisit) -> Response:
    handle = visit.request.get_field("handle")
    account = account_for(handle)
    if account is None:
        return visit.browser.set_cookie(
            pages.login_page(visit.app, visit.form, handle, refused=True)
        )
    return visit.browser.log_in_as(account).set_cookie(_reload(visit))


def _switch(visit: SignInVisit) -> Response:
    return visit.browser.log_in_as(None).set_cookie(_reload(visit))


def _ask_consent(visit: SignInVisit, account: SandboxAccount) -> Response:
    pending = visit.request_token
    return pages.consent_page(
        visit.app,
        visit.form,
        account,
        may=pages.LEVEL_TEXTS[pending.level],
        callback=pending.callback,
        no="Do not allow",
    )


def _allow(visit: SignInVisit) -> Response:
    account = visit.browser.account
    if account is None or account.id != visit.request.get_field("account"):
        return _reload(visit)  # another tab of this browser has changed the account
    return _redirect_back(visit, account, visit.request_token.level)


def _refuse(visit: SignInVisit) -> Response:
    if (
        visit.request_token.stage is not TokenStage.REQUESTED
        or not visit.context.state.spend_request_token(visit.request_token)
    ):
        return pages.invalid_token_page(named=True)
    return pages.denied_page(visit.app, visit.request_token)


def _redirect_back(visit: SignInVisit, account: SandboxAccount, level: Level) -> Response:
    """Approve the request token, then redirect to the callback or show the PIN."""
    pending = visit.request_token
    if pending.stage is TokenStage.REQUESTED:
        pending = visit.context.state.approve_request_token(
            pending, account, _limit_level(visit, level)
        )
    if pending.account != account:
        return pages.invalid_token_page(named=True)
    if pending.callback == "oob":
        return pages.pin_page(visit.app, pending)
    fields = {"oauth_token": pending.token, "oauth_verifier": pending.verifier}
    return redirect_response(302, pages.add_query(pending.callback, fields))


def _limit_level(visit: SignInVisit, level: Level) -> Level:
    """Return the level to grant: only the authorize page grants direct messages."""
    is_authenticate = visit.request.path == _AUTHENTICATE
    return lower_level(level, "read-write") if is_authenticate else level


def _reload(visit: SignInVisit) -> Response:
    return redirect_response(303, visit.context.base + visit.form.url)


def _find_visit(context: RequestContext, request: Request) -> SignInVisit | None:
    """Return the visit; None if the request token is missing or no longer valid."""
    pending = context.request_token(request.get_field("oauth_token"))
    return None if pending is None else SignInVisit(open_browser_session(context, request), pending)


ROUTES: Final = tuple(
    Route(method, path, handler, kind=RouteKind.PAGE)
    for path in ("/oauth/authorize", _AUTHENTICATE)
    for method, handler in (("GET", show), ("POST", submit))
)
