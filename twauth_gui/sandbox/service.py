"""From a request to the answer: table, Host check, headers every answer of X has."""

from __future__ import annotations

import secrets
from dataclasses import replace
from email.utils import formatdate
from typing import Final

from twauth_gui.sandbox import (
    api_v1,
    api_v2,
    app_only,
    fault_menu,
    home,
    oauth1,
    oauth2_authorize,
    oauth2_token,
    sign_in,
)
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.delivery import stated_length
from twauth_gui.sandbox.faults import UnknownFaultError, broken
from twauth_gui.sandbox.interception import intercept
from twauth_gui.sandbox.messages import HTML, PLAIN, Request, Response, UnreadableError, text
from twauth_gui.sandbox.refusals import legacy, page_not_found
from twauth_gui.sandbox.routing import Route, find
from twauth_gui.sandbox.shell import page

TABLE: Final[tuple[Route, ...]] = (
    *home.ROUTES,
    *fault_menu.ROUTES,
    *sign_in.ROUTES,
    *oauth1.ROUTES,
    *api_v1.ROUTES,
    *api_v2.ROUTES,
    *app_only.ROUTES,
    *oauth2_authorize.ROUTES,
    *oauth2_token.ROUTES,
)
FAULT_HEADER: Final = "x-twauth-fault"  # names, with commas between
_BAD_DATA: Final = 215
# What X sends with everything that must not be kept.
_NOT_KEPT: Final = (
    ("pragma", "no-cache"),
    ("expires", "Tue, 31 Mar 1981 05:00:00 GMT"),
    ("cache-control", "no-cache, no-store, must-revalidate, pre-check=0, post-check=0"),
)


def respond(context: Context, request: Request) -> Response:
    """Answer one request, with X's headers, as the faults of this moment have it."""
    found = find(TABLE, request)
    kind = found[0].kind if found else None
    if kind is not None and kind.is_own:
        return _dressed(context, request, _answer(context, found))
    named = request.headers.get(FAULT_HEADER)
    if named and context.settings.allow_request_faults:
        try:
            settings = broken(context.settings, [name.strip() for name in named.split(",")])
        except UnknownFaultError as error:
            return _dressed(context, request, text(400, str(error), PLAIN))
        context = replace(context, settings=settings)
    answer = intercept(context, request, kind) or _answer(context, found)
    delivery, delay = context.settings.delivery, context.settings.latency
    answer = replace(answer, delivery=delivery, delay=delay)
    return _dressed(context, request, answer)


def _dressed(context: Context, request: Request, answer: Response) -> Response:
    version = (("api-version", "2.164"),) if request.path.startswith("/2/") else ()
    length = ("content-length", str(stated_length(answer.body, answer.delivery)))
    date = ("date", formatdate(max(0.0, context.time), usegmt=True))
    kind = ("content-type", answer.content_type)
    tracing = (("x-transaction-id", secrets.token_hex(8)), ("x-response-time", "1"))
    safety = (("x-content-type-options", "nosniff"), ("x-xss-protection", "0"))
    return answer.plus(date, kind, length, *_NOT_KEPT, *tracing, *safety, *version)


def _answer(context: Context, found: tuple[Route, Request] | None) -> Response:
    if found is None:
        return page_not_found()
    route, matched = found
    if route.kind.is_page and matched.headers.get("host", "").lower() != _host(context.base):
        return _not_here(context)
    try:
        return route.answer(context, matched)
    except UnreadableError:
        return text(400, "Bad request", HTML) if route.kind.is_page else legacy(_BAD_DATA)


def _host(base: str) -> str:
    host = base.partition("://")[2]
    return host.removesuffix(":80")  # what a browser leaves out


def _not_here(context: Context) -> Response:
    """For a page asked for by another name: a foreign site may have pointed that name here."""
    body = (
        "<h1>Not at this address</h1><p>The sandbox answers at one address only.</p>"
        f'<p class="go"><a class="button primary" href="{context.base}/" autofocus>'
        f"Open {context.base}</a></p>"
    )
    return page("Not at this address", body, status=421)
