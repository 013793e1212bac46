"""The app-only bearer token: given, taken back."""

from __future__ import annotations

from typing import Final

from twauth_gui.sandbox.basic import carries
from twauth_gui.sandbox.callers import user_request
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.messages import FORM, Request, Response, as_json
from twauth_gui.sandbox.refusals import Refused, app_only_credentials, legacy
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.signature import is_signed

_NOT_YOURS: Final = 348


def bearer_token(context: Context, request: Request) -> Response:
    """Give the app its one bearer token; the same every time, until it is invalidated."""
    good = (
        request.headers.get("content-type", "").lower().startswith(FORM)
        and request.body == b"grant_type=client_credentials"
        and _has_keys(context, request)
        and not context.settings.suspended
        and context.settings.limit != "sign-in"
    )
    if not good:
        return app_only_credentials()
    return as_json(200, {"token_type": "bearer", "access_token": context.bearer_token})


def invalidate_bearer(context: Context, request: Request) -> Response:
    """Take the bearer token back. X's pages contradict each other about who may ask: app or owner.

    The token may come as it was given or with its %2F and %3D encoded once more.
    """
    known = context.bearer_token
    sent = f"access_token={known}".encode()
    named = request.is_form and (request.body == sent or request.asked("access_token") == known)
    if not named or not (_has_keys(context, request) or _is_from_user(context, request)):
        return app_only_credentials()
    if not context.settings.bearer_revocable:
        return legacy(_NOT_YOURS)
    context.state.next_bearer()
    return as_json(200, {"access_token": known})


def _has_keys(context: Context, request: Request) -> bool:
    return carries(request, context.app.api_key, context.app.api_secret)


def _is_from_user(context: Context, request: Request) -> bool:
    if not is_signed(request):
        return False
    try:
        _ = user_request(context, request)
    except Refused:
        return False
    return True


ROUTES: Final = (
    Route("POST", "/oauth2/token", bearer_token, kind=RouteKind.TOKEN),
    Route("POST", "/oauth2/invalidate_token", invalidate_bearer),
)
