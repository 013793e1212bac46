"""The two token steps of OAuth 1.0a."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from twauth_gui.sandbox import refusals
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.messages import Request, Response, text
from twauth_gui.sandbox.refusals import Reason, Refused
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.settings import Level, SandboxSettings, lower
from twauth_gui.sandbox.state import TokenStage
from twauth_gui.sandbox.verification import app_request, attempt_request

_MOST_WANTED: Final[dict[str, Level]] = {"read": "read", "write": "read-write"}


def request_token(context: Context, request: Request) -> Response:
    """Start an attempt. The body is form-encoded, the content type says HTML, as X's does."""
    oauth = app_request(context, request)
    callback = _callback(context.settings, oauth.get("oauth_callback", ""))
    if callback != "oob" and context.settings.app_type == "native":
        return refusals.about_the_app(417, context.settings.app_refusals)
    if callback not in ("oob", *context.settings.approved_callbacks):
        return refusals.about_the_app(415, context.settings.app_refusals)
    level = _level(context.settings.access_level, request.asked("x_auth_access_type"))
    made = context.state.new_request_token(callback, level, context.now)
    fields = {
        "oauth_token": made.token,
        "oauth_token_secret": made.secret,
        "oauth_callback_confirmed": "true" if context.settings.confirmed else "false",
    }
    return text(200, urlencode(fields))


def access_token(context: Context, request: Request) -> Response:
    """Trade an approved request token for an access token."""
    attempt, oauth = attempt_request(context, request)
    account = attempt.account if attempt.stage is TokenStage.APPROVED else None
    if account is None or oauth.get("oauth_verifier", "") != attempt.verifier:
        if context.settings.wrong_pin_spends_token:
            context.state.end(attempt)
        return refusals.wrong_verifier()
    if not context.state.end(attempt):
        raise Refused(Reason.TOKEN_UNKNOWN)
    token = context.tokens.access_token(context.tokens.new_grant(account, attempt.level))
    fields = {
        "oauth_token": token,
        "oauth_token_secret": context.tokens.access_secret(token),
        "user_id": account.id,
        "screen_name": account.handle,
    }
    return text(200, urlencode(fields))


def _callback(settings: SandboxSettings, asked: str) -> str:
    """X takes the app's own callback where none is sent, and shows a PIN where it has none."""
    if asked:
        return asked
    usable = settings.approved_callbacks if settings.app_type == "web" else ()
    return usable[0] if usable else "oob"


def _level(most: Level, asked: str) -> Level:
    return lower(_MOST_WANTED.get(asked, most), most)


ROUTES: Final = (
    Route(
        "POST", "/oauth/request_token", request_token, refusals.at_request_token, RouteKind.TOKEN
    ),
    Route("POST", "/oauth/access_token", access_token, refusals.at_access_token, RouteKind.TOKEN),
)
