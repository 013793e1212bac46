"""OAuth 1.0a endpoints for request tokens and access tokens."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from twauth_gui.sandbox import error_responses
from twauth_gui.sandbox.authentication import verify_app_request, verify_request_token
from twauth_gui.sandbox.error_responses import Refusal, RefusalReason
from twauth_gui.sandbox.http_messages import Request, Response, text_response
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.settings import Level, SandboxSettings, lower_level
from twauth_gui.sandbox.state import TokenStage

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


ROUTES: Final = (
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
