"""Endpoints that issue and invalidate the app's bearer token."""

from __future__ import annotations

from typing import Final

from twauth_gui.sandbox.authentication import authenticate_user, has_basic_credentials
from twauth_gui.sandbox.error_responses import Refusal, app_only_error, numbered_error
from twauth_gui.sandbox.http_messages import FORM, Request, Response, json_response
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.signature import is_signed

_NOT_YOURS: Final = 348


def issue_bearer_token(context: RequestContext, request: Request) -> Response:
    """Return the app's one bearer token; the same every time, until it is invalidated."""
    is_valid = (
        request.headers.get("content-type", "").lower().startswith(FORM)
        and request.body == b"grant_type=client_credentials"
        and _has_keys(context, request)
        and not context.settings.suspended
        and context.settings.limit != "sign-in"
    )
    if not is_valid:
        return app_only_error()
    return json_response(200, {"token_type": "bearer", "access_token": context.bearer_token})


def invalidate_bearer_token(context: RequestContext, request: Request) -> Response:
    """Invalidate the bearer token, for the app or its owner: X's pages disagree on who may do it.

    The token may be sent as it was issued, or with its %2F and %3D encoded once more.
    """
    token = context.bearer_token
    raw = f"access_token={token}".encode()
    is_known = request.is_form and (
        request.body == raw or request.get_field("access_token") == token
    )
    if not is_known or not (_has_keys(context, request) or _is_from_user(context, request)):
        return app_only_error()
    if not context.settings.bearer_revocable:
        return numbered_error(_NOT_YOURS)
    context.state.rotate_bearer_token()
    return json_response(200, {"access_token": token})


def _has_keys(context: RequestContext, request: Request) -> bool:
    return has_basic_credentials(request, context.app.api_key, context.app.api_secret)


def _is_from_user(context: RequestContext, request: Request) -> bool:
    if not is_signed(request):
        return False
    try:
        _ = authenticate_user(context, request)
    except Refusal:
        return False
    return True


ROUTES: Final = (
    Route("POST", "/oauth2/token", issue_bearer_token, kind=RouteKind.TOKEN),
    Route("POST", "/oauth2/invalidate_token", invalidate_bearer_token),
)
