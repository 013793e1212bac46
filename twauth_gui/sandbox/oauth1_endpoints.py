"""OAuth 1.0a: request tokens, the sign-in pages, access tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from twauth_gui.sandbox import error_responses
from twauth_gui.sandbox import sign_in_pages as pages
from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.authentication import verify_app_request, verify_request_token
from twauth_gui.sandbox.browser_session import open_browser_session
from twauth_gui.sandbox.error_responses import Refusal, RefusalReason
from twauth_gui.sandbox.http_messages import Request, Response, redirect_response, text_response
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.settings import Level, SandboxSettings, lower_level
from twauth_gui.sandbox.state import StoredRequestToken, TokenStage

_LEVEL_BY_ACCESS_TYPE: Final[dict[str, Level]] = {"read": "read", "write": "read-write"}


def request_token(context: RequestContext, request: Request) -> Response:
    """Issue a request token. As at X, the body is a form, but the content type says HTML."""
    oauth = verify_app_request(context, request)
    callback = _choose_callback(context.settings, oauth.get("oauth_callback", ""))
    if callback != "oob" and context.settings.app_type == "native":
        return error_responses.app_error(417, context.settings.app_refusals)
    if callback not in ("oob", *context.settings.approved_callbacks):
        return error_responses.app_error(415, context.settings.app_refusals)
    level = _limit_level(context.settings.access_level, request.get_field("x_auth_access_type"))
    token = context.state.new_request_token(callback, level, context.now)
    fields = {
        "oauth_token": token.token,
        "oauth_token_secret": token.secret,
        "oauth_callback_confirmed": "true" if context.settings.confirmed else "false",
    }
    return text_response(200, urlencode(fields))


def access_token(context: RequestContext, request: Request) -> Response:
    """Exchange an approved request token for an access token."""
    pending, oauth = verify_request_token(context, request)
    account = pending.account if pending.stage is TokenStage.APPROVED else None
    if account is None or oauth.get("oauth_verifier", "") != pending.verifier:
        if context.settings.wrong_pin_spends_token:
            context.state.spend_request_token(pending)
        return error_responses.wrong_verifier_error()
    if not context.state.spend_request_token(pending):
        raise Refusal(RefusalReason.TOKEN_UNKNOWN)
    token = context.oauth1_tokens.access_token(
        context.oauth1_tokens.new_grant(account, pending.level)
    )
    fields = {
        "oauth_token": token,
        "oauth_token_secret": context.oauth1_tokens.access_secret(token),
        "user_id": account.id,
        "screen_name": account.handle,
    }
    return text_response(200, urlencode(fields))


def _choose_callback(settings: SandboxSettings, sent: str) -> str:
    """Return the callback that was sent, else the app's own, else "oob", as X does."""
    if sent:
        return sent
    usable = settings.approved_callbacks if settings.app_type == "web" else ()
    return usable[0] if usable else "oob"


def _limit_level(most: Level, requested: str) -> Level:
    return lower_level(_LEVEL_BY_ACCESS_TYPE.get(requested, most), most)


TOKEN_ROUTES: Final = (
    Route(
        "POST",
        "/oauth/request_token",
        request_token,
        error_responses.request_token_error,
        RouteKind.TOKEN,
    ),
    Route(
        "POST",
        "/oauth/access_token",
        access_token,
        error_responses.access_token_error,
        RouteKind.TOKEN,
    ),
)


_AUTHENTICATE: Final = "/oauth/authenticate"


@dataclass(frozen=True)
class SignInVisit(pages.PageVisit):
    """One browser at the page of one request token."""

    request_token: StoredRequestToken


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
    return visit.handle_form(
        lambda account: _redirect_back(visit, account, visit.request_token.level),
        lambda: _refuse(visit),
    )


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
            pending, account, _limit_visit_level(visit, level)
        )
    if pending.account != account:
        return pages.invalid_token_page(named=True)
    if pending.callback == "oob":
        return pages.pin_page(visit.app, pending)
    fields = {"oauth_token": pending.token, "oauth_verifier": pending.verifier}
    return redirect_response(302, pages.add_query(pending.callback, fields))


def _limit_visit_level(visit: SignInVisit, level: Level) -> Level:
    """Return the level to grant: only the authorize page grants direct messages."""
    is_authenticate = visit.request.path == _AUTHENTICATE
    return lower_level(level, "read-write") if is_authenticate else level


def _find_visit(context: RequestContext, request: Request) -> SignInVisit | None:
    """Return the visit; None if the request token is missing or no longer valid."""
    pending = context.request_token(request.get_field("oauth_token"))
    if pending is None:
        return None
    browser = open_browser_session(context, request)
    return SignInVisit(browser, {"oauth_token": pending.token}, pending)


PAGE_ROUTES: Final = tuple(
    Route(method, path, handler, kind=RouteKind.PAGE)
    for path in ("/oauth/authorize", _AUTHENTICATE)
    for method, handler in (("GET", show), ("POST", submit))
)
